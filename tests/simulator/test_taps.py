"""Links in a text: what they do when touched, and what a client does that is older or stranger than today's."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.simulator import assemble
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.gestures import ImpossibleError, Target
from bot.simulator.phones.links import Link, links, parts

from .conftest import APP_ID, PATIENCE_SECONDS, SECRET, Bot, Simulator, World, settings


def tap(content: str, tap_id: str = "7", label: str = "点我") -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={tap_id}">{label}</a>'


def offered(world: World, text: str, **options: Any) -> tuple[Simulator, Bot]:
    """A pair whose account has just said `text`."""
    simulator, bot = world.pair(**options)
    simulator.post("switches", tap_menu_id="sent", tap_msg_id="sent")
    bot.answer = lambda message: text if message.content == "来" else None
    simulator.phone("say", text="来")
    simulator.settle()
    bot.forget()
    return simulator, bot


def last_sent(simulator: Simulator, bot: Bot) -> dict[str, str | None]:
    simulator.settle()
    return {element.tag: element.text for element in ET.fromstring(bot.xmls[-1])}


def test_a_tap_says_its_content_as_the_person_himself(world: World) -> None:
    simulator, bot = offered(world, f"第 3 题\n{tap('第3题选A', '1', 'A. 苹果')}\n{tap('第3题选B', '2', 'B. 梨')}")
    assert simulator.phone("tap", label="B. 梨")["sent"]
    sent = last_sent(simulator, bot)
    assert (sent["MsgType"], sent["Content"], sent["bizmsgmenuid"]) == ("text", "第3题选B", "2")
    assert int(sent["MsgId"] or 0) > 2**53
    assert [(bubble["side"], bubble["text"]) for bubble in simulator.chat()[-1:]] == [("me", "第3题选B")]


def test_links_are_listed_and_stay_tappable_for_ever(world: World) -> None:
    text = f'{tap("一")} <a href="https://x.cn/a?b=1&c=2">网</a> <a href="javascript:alert(1)">死</a> <b>字</b>'
    simulator, bot = offered(world, text)
    bubble = simulator.chat()[-1]
    assert bubble["links"] == [
        {"label": "点我", "content": "一", "id": "7"},
        {"label": "网", "url": "https://x.cn/a?b=1&c=2"},
        {"label": "死", "dead": "true"},
    ]
    assert "".join(part["text"] for part in bubble["parts"]) == "点我 网 死 <b>字</b>"
    for _ in range(12):
        simulator.phone("say", text="别的")
    simulator.phone("tap", bubble=bubble["id"], link=0)
    simulator.phone("tap", content="一")
    simulator.phone("tap", message=1, label="点我")
    simulator.settle()
    assert [message.content for message in bot.messages] == ["别的"] * 12 + ["一"] * 3
    assert simulator.phone("tap", label="网") == {
        "sent": False, "push": None, "link": {"label": "网", "url": "https://x.cn/a?b=1&c=2"},
    }  # fmt: skip
    assert simulator.refused("phones/p1/tap", label="没有的") == (404, "no_such_link")


DEAD = [
    "weixin://bizmsgmenu?msgmenucontent=一",
    "weixin://bizmsgmenu?msgmenuid=1",
    "weixin://bizmsgmenu?msgmenucontent=&msgmenuid=1",
    "weixin://bizmsgmenu?msgmenucontent=一&msgmenuid= ",
    "weixin://bizmsgmenu?msgmenucontent=一&amp;msgmenuid=1",
]


def test_a_tap_without_content_or_id_does_nothing(world: World) -> None:
    simulator, bot = offered(world, "".join(f'<a href="{href}">点我</a>' for href in DEAD))
    for number in range(len(DEAD)):
        assert not simulator.phone("tap", link=number)["sent"]
    simulator.settle()
    assert bot.messages == []


def test_content_is_decoded_once_and_by_old_clients_twice(world: World) -> None:
    simulator, bot = offered(world, tap("100%2525+%E5%A5%BD"))
    simulator.phone("tap", label="点我")
    assert last_sent(simulator, bot)["Content"] == "100%25 好"
    simulator.phone("tap", label="点我", decodes_twice=True)
    assert last_sent(simulator, bot)["Content"] == "100% 好"


def test_the_id_may_be_missing_and_the_message_id_too(world: World) -> None:
    simulator, bot = offered(world, tap("一"))
    simulator.phone("tap", label="点我", without_id=True)
    assert "bizmsgmenuid" not in last_sent(simulator, bot)
    simulator.phone("tap", label="点我", without_id=True, without_msg_id=True)
    assert last_sent(simulator, bot).keys() == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


def test_where_nothing_is_verified_a_tap_brings_no_ids_unless_the_client_is_told_to(world: World) -> None:
    simulator, bot = offered(world, tap("一"))
    simulator.post("switches", tap_menu_id="left_out", tap_msg_id="left_out")
    simulator.phone("tap", label="点我")
    assert last_sent(simulator, bot).keys() == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    simulator.phone("tap", label="点我", without_id=False, without_msg_id=False)
    assert last_sent(simulator, bot).keys() >= {"MsgId", "bizmsgmenuid"}
    simulator.phone("say", text="打字的有号")
    assert "MsgId" in last_sent(simulator, bot)


def test_on_the_desktop_a_tap_may_do_nothing(world: World) -> None:
    simulator, bot = offered(world, tap("一"))
    assert not simulator.phone("tap", label="点我", desktop=True)["sent"]
    simulator.post("switches", desktop_taps="work")
    assert simulator.phone("tap", label="点我", desktop=True)["sent"]
    simulator.settle()
    assert [message.content for message in bot.messages] == ["一"]


def test_an_id_of_digits_comes_bare_and_another_in_cdata_whatever_their_order(world: World) -> None:
    other = '<a href="weixin://bizmsgmenu?msgmenuid= a&lt;1&msgmenucontent=二">二</a>'
    simulator, bot = offered(world, tap("一", "101") + other)
    simulator.phone("tap", content="一")
    simulator.phone("tap", content="二")
    simulator.settle()
    assert "<bizmsgmenuid>101</bizmsgmenuid>" in bot.xmls[0]
    assert "<bizmsgmenuid><![CDATA[a]]></bizmsgmenuid>" in bot.xmls[1]


def test_the_taps_of_a_documented_menu_message_bring_their_ids_in_any_case(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("switches", msgmenu="works")
    simulator.phone("say", text="来")
    simulator.settle()
    token = simulator.api("token", params={"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}).json()
    menu = {"head_content": "满意吗", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"}
    message = {"touser": simulator.get("phones/p1")["openid"], "msgtype": "msgmenu", "msgmenu": menu}
    body = json.dumps(message, ensure_ascii=False).encode()
    sent = simulator.api(
        "message/custom/send", method="POST", params={"access_token": token["access_token"]}, data=body
    )
    assert sent.json()["errcode"] == 0
    simulator.phone("tap", label="满意")
    told = last_sent(simulator, bot)
    assert (told["Content"], told["bizmsgmenuid"]) == ("满意", "101")
    assert "MsgId" in told


def test_a_mini_program_link_names_its_program_and_keeps_its_address(world: World) -> None:
    text = '<a href="https://x.cn" data-miniprogram-appid="wx1" data-miniprogram-path="pages/a?b=1">小程序</a>'
    simulator, bot = offered(world, text)
    link = {"label": "小程序", "url": "https://x.cn", "appid": "wx1", "path": "pages/a?b=1"}
    assert simulator.phone("tap", label="小程序") == {"sent": False, "push": None, "link": link}
    simulator.settle()
    assert bot.messages == []


def test_a_bubble_that_has_left_the_chat_cannot_be_touched(world: World) -> None:
    """The simulated phone keeps so many bubbles; a real one shows old links for ever, and so does this one till then."""
    bot, webhook = world.bot()
    box = assemble(settings(), webhook=webhook, clock=Clock(), chance=Chance(1), chat_kept=3)
    phone = box.world.phone("p1")
    box.gestures.follow(phone)
    box.world.wait_until_idle(PATIENCE_SECONDS)
    bot.answer = lambda message: tap("一") if message.content == "来" else None
    box.gestures.say(phone, "来")
    box.world.wait_until_idle(PATIENCE_SECONDS)
    assert box.gestures.tap(phone, Target(content="一"))[1]
    for _ in range(3):
        box.gestures.say(phone, "别的")
    with pytest.raises(ImpossibleError, match="no_such_link"):
        box.gestures.tap(phone, Target(content="一"))
    box.world.wait_until_idle(PATIENCE_SECONDS)


def test_a_test_account_never_sends_the_id(world: World) -> None:
    simulator, bot = offered(world, tap("一"), account="test")
    simulator.phone("tap", label="点我")
    assert "bizmsgmenuid" not in last_sent(simulator, bot)


def test_only_the_accounts_own_texts_have_links(world: World) -> None:
    simulator, bot = offered(world, "没有")
    bot.answer = lambda _message: None
    simulator.phone("say", text=tap("一"))
    assert simulator.chat()[-1]["links"] == []
    assert simulator.refused("phones/p1/tap", label="点我") == (404, "no_such_link")


def test_what_is_no_anchor_stays_as_it_was_written() -> None:
    for text in (
        "<a>x</a>",
        "<a href=x>y</a>",
        "a < b & c > d",
        '<A name="q">x</A>',
        '<a href="x">open',
        "<abbr>x</abbr>",
    ):
        assert parts(text) == [text]
    assert links("<A HREF='https://x'>y</A>") == [Link("y", url="https://x")]
    assert links('<a data-href="https://no" href="https://x">y</a>') == [Link("y", url="https://x")]
