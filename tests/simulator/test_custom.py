"""Customer-service messages: who may, inside which window, and the bot's own sender against them over real HTTP."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.config import Database as DatabaseSettings
from bot.db import Database
from bot.delivery.outcome import Outcome
from bot.wechat.client import connect
from bot.wechat.sending import CustomMessages, may_send
from tests.cast import StillClock

from .account import AMR, JPEG, MP4, PNG, Account
from .conftest import Simulator, World, settings
from .test_api import Clock, stable


def openid(simulator: Simulator, phone: str = "p1") -> str:
    found: str = simulator.get(f"phones/{phone}")["openid"]
    return found


def send(simulator: Simulator, text: str = "您好", **changed: Any) -> int:
    body = {"touser": openid(simulator), "msgtype": "text", "text": {"content": text}} | changed
    token = stable(simulator)["access_token"]
    options = {"params": {"access_token": token}, "data": json.dumps(body, ensure_ascii=False).encode()}
    return int(simulator.api("message/custom/send", method="POST", **options).json()["errcode"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(world: World, clock: Clock) -> Simulator:
    simulator, bot = world.pair(now=clock)
    bot.answer = lambda _message: None
    clock.now += 120  # the minute that following opens is over
    return simulator


def test_a_written_message_allows_five_in_48_hours(simulator: Simulator, clock: Clock) -> None:
    assert send(simulator) == 45015
    simulator.phone("say", text="在吗")
    assert [send(simulator, f"第{n}条") for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    simulator.phone("say", text="再问一句")
    clock.now += 48 * 3600 - 1
    assert send(simulator) == 0
    clock.now += 1
    assert send(simulator) == 45015


def test_it_stands_in_the_chat_and_its_links_can_be_tapped(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=帮助&msgmenuid=1">帮助</a>'
    assert send(simulator, f"看看{link}") == 0
    bubble = simulator.chat()[-1]
    assert (bubble["side"], bubble["links"][0]["label"]) == ("account", "帮助")
    assert simulator.phone("tap", label="帮助")["sent"]


def test_a_touch_allows_three_in_a_minute(simulator: Simulator, clock: Clock) -> None:
    simulator.phone("say", text="在吗")
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=帮助&msgmenuid=1">帮助</a>'
    for _ in range(5):
        assert send(simulator, link) == 0
    assert send(simulator) == 45047
    simulator.phone("tap", label="帮助")
    assert [send(simulator) for _ in range(4)] == [0, 0, 0, 45047]
    simulator.phone("tap", label="帮助")
    clock.now += 61
    assert send(simulator) == 45047  # the long window is open still, and used up


def test_a_repeated_message_opens_nothing_anew(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    assert send(simulator) == 0
    simulator.phone("resend")
    assert [send(simulator) for _ in range(5)] == [0, 0, 0, 0, 45047]


def test_following_and_leaving(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    simulator.phone("unfollow")
    assert send(simulator) == 45015
    simulator.phone("follow")
    assert [send(simulator) for _ in range(4)] == [0, 0, 0, 45047]


def test_what_is_refused_uses_nothing_up(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    assert send(simulator, touser="oNOBODY") == 40003
    assert send(simulator, "长" * 700) == 45002
    assert send(simulator, "  ") == 44004
    assert send(simulator, msgtype="hologram") == 40008
    assert [send(simulator) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


@pytest.mark.parametrize(
    ("account", "code"),
    [("subscription", 48001), ("service", 48001), ("subscription_certified", 0), ("service_certified", 0), ("test", 0)],
)
def test_only_some_accounts_may(world: World, account: str, code: int) -> None:
    simulator, bot = world.pair(account=account)
    bot.answer = lambda _message: None
    simulator.phone("say", text="在吗")
    simulator.settle()
    assert send(simulator) == code
    chosen = settings(account=account).wechat
    assert may_send(chosen) is (code == 0)


def test_windows_survive_a_restart(world: World, store: Path, clock: Clock) -> None:
    first, bot = world.pair(store=store, now=clock)
    bot.answer = lambda _message: None
    first.phone("say", text="在吗")
    first.settle()
    assert send(first) == 0
    first.settle()
    second = world.simulator("http://127.0.0.1:9/wechat", store=store, now=clock)
    assert [send(second) for _ in range(8)] == [0, 0, 0, 0, 0, 0, 0, 45047]  # four of the words, three of the follow


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, sqlite_template: Path) -> CustomMessages:
    """The bot's own, with this simulator for its platform."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    database = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'bot.db'}"))
    account = settings().wechat.model_copy(update={"api_base_url": f"{simulator.url}/api"})
    clock = StillClock()
    return CustomMessages(connect(account, database, clock), clock)


def test_the_bots_sender_reads_every_answer(simulator: Simulator, sender: CustomMessages) -> None:
    who = openid(simulator)
    assert sender.send_text(who, "您好").outcome is Outcome.PERSON
    simulator.phone("say", text="在吗")
    simulator.settle()
    assert sender.send_text(who, "您好，“<3”").outcome is Outcome.SENT
    assert simulator.chat()[-1]["text"] == "您好，“<3”"
    assert sender.send_text("oNOBODY", "您好").outcome is Outcome.PERSON
    assert sender.send_text(who, "长" * 700).outcome is Outcome.NEVER
    simulator.post("tokens/spoil")
    assert sender.send_text(who, "换了令牌").outcome is Outcome.SENT


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "drop_after"}, Outcome.UNKNOWN),
        ({"kind": "html"}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 502}, Outcome.UNKNOWN),
        ({"kind": "errcode", "errcode": -1}, Outcome.AGAIN),
        ({"kind": "errcode", "errcode": 45009}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 45011}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 48001}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 45065}, Outcome.SENT),
    ],
    ids=lambda value: str(value.get("errcode", value["kind"])) if isinstance(value, dict) else value.value,
)
def test_every_fault_has_its_outcome(
    simulator: Simulator, sender: CustomMessages, fault: dict[str, Any], outcome: Outcome
) -> None:
    simulator.phone("say", text="在吗")
    simulator.settle()
    simulator.post("faults", endpoint="cgi-bin/message/custom/send", **fault)
    assert sender.send_text(openid(simulator), "您好").outcome is outcome


def test_a_token_that_cannot_be_had_means_nothing_was_sent(simulator: Simulator, sender: CustomMessages) -> None:
    simulator.post("faults", endpoint="cgi-bin/stable_token", kind="drop_after", times=5)
    result = sender.send_text(openid(simulator), "您好")
    assert (result.outcome, result.reason) == (Outcome.WAIT, "unreachable")


# -- what a message may hold ------------------------------------------------------------------------------------------


@pytest.fixture
def account(simulator: Simulator) -> Account:
    simulator.phone("say", text="在吗")
    simulator.settle()
    return Account(simulator)


def say(account: Account, kind: str, **content: Any) -> int:
    """One message of that kind to p1, in a window that is open again."""
    account.simulator.phone("say", text="在吗")
    account.simulator.settle()
    return account.code("message/custom/send", touser=account.openid(), msgtype=kind, **{kind: content})


def uploaded(account: Account, kind: str, content: bytes) -> str:
    told = account.upload("media/upload", content, type=kind)
    return str(told.get("media_id") or told["thumb_media_id"])


def test_every_kind_stands_on_the_phone_as_pushed(account: Account, clock: Clock) -> None:
    picture, voice = uploaded(account, "image", PNG), uploaded(account, "voice", AMR)
    film, thumb = uploaded(account, "video", MP4), uploaded(account, "thumb", JPEG)
    article = {
        "title": "通知",
        "description": "明天停产检修",
        "url": "http://127.0.0.1/h5",
        "picurl": "http://127.0.0.1/a.png",
    }
    page = {"title": "党费", "appid": "wx0123456789abcdef", "pagepath": "pages/fee", "thumb_media_id": thumb}
    assert say(account, "image", media_id=picture) == 0
    assert say(account, "voice", media_id=voice) == 0
    assert say(account, "video", media_id=film, thumb_media_id=thumb, title="班前会", description="井口") == 0
    assert say(account, "music", musicurl="http://127.0.0.1/a.mp3", thumb_media_id=thumb, title="国际歌") == 0
    assert say(account, "news", articles=[article]) == 0
    assert say(account, "miniprogrampage", **page) == 0
    shown = [bubble for bubble in account.simulator.chat() if bubble["side"] == "account"]
    assert [bubble["kind"] for bubble in shown] == ["image", "voice", "video", "music", "news", "miniprogram"]
    assert all(bubble["pushed"] and not bubble["mass"] for bubble in shown)
    assert shown[0]["media"].endswith(f"/media/{picture}")
    assert (shown[4]["articles"][0]["title"], shown[4]["articles"][0]["picture_url"]) == ("通知", article["picurl"])
    assert (shown[5]["card"]["appid"], shown[5]["card"]["path"]) == (page["appid"], page["pagepath"])
    clock.now += 3 * 86400
    account.refresh()
    assert say(account, "image", media_id=picture) == 40007  # three days are over


def test_an_article_is_sent_only_when_it_is_public(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    account = Account(simulator)
    cover = account.upload("material/add_material", JPEG, type="thumb")["media_id"]
    draft = account.post("draft/add", articles=[{"title": "学习", "content": "正文", "thumb_media_id": cover}])[
        "media_id"
    ]
    job = account.post("freepublish/submit", media_id=draft)["publish_id"]
    account.forward(60)
    article = account.post("freepublish/get", publish_id=job)["article_id"]
    assert say(account, "mpnewsarticle", article_id="nobody's") == 53600
    assert say(account, "mpnewsarticle", article_id=article) == 0
    assert account.simulator.chat()[-1]["articles"][0]["title"] == "学习"


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("text", {}, 44004),
        ("text", {"content": ["您好"]}, 47001),
        ("image", {}, 41006),
        ("image", {"media_id": "nobody's"}, 40007),
        ("voice", {"media_id": 5}, 47001),
        ("music", {"musicurl": "http://127.0.0.1/a.mp3"}, 41006),
        ("news", {}, 44003),
        ("news", {"articles": []}, 44003),
        ("news", {"articles": [{}]}, 44003),
        ("news", {"articles": [{"title": "甲"}, {"title": "乙"}]}, 45008),
        ("news", {"articles": [{"title": "长" * 43}]}, 45003),
        ("news", {"articles": [{"title": "甲", "description": "长" * 171}]}, 45004),
        ("news", {"articles": [{"title": "甲", "url": "http://127.0.0.1/" + "a" * 1024}]}, 45005),
        ("news", {"articles": [{"title": "甲", "picurl": "http://127.0.0.1/" + "a" * 1024}]}, 45006),
        ("news", {"articles": [{"title": "甲", "url": "javascript:alert(1)"}]}, 40048),
        ("miniprogrampage", {"title": "党费", "appid": "nobody's", "pagepath": "p"}, 40013),
        ("mpnewsarticle", {}, 41006),
        ("mpnews", {"media_id": "m"}, 48008),
        ("wxcard", {"card_id": "c"}, 48008),
        ("msgmenu", {"list": []}, 40200),
    ],
)
def test_what_no_message_may_hold(account: Account, kind: str, content: dict[str, Any], code: int) -> None:
    assert say(account, kind, **content) == code
    assert account.simulator.chat()[-1]["side"] == "me"


def test_a_file_of_another_kind_is_no_picture(account: Account) -> None:
    assert say(account, "image", media_id=uploaded(account, "voice", AMR)) == 40007


def test_the_size_of_a_text_is_a_switch(account: Account) -> None:
    assert say(account, "text", content="a" * 2049) == 45002
    account.simulator.post("switches", text_limit_bytes=4096)
    assert say(account, "text", content="a" * 2049) == 0


def test_a_menu_message_can_be_tapped_where_the_account_has_it(account: Account) -> None:
    account.simulator.post("switches", msgmenu="works")
    choices = [{"id": "101", "content": "满意 100%"}, {"id": "102", "content": "不满意"}]
    menu = {"head_content": "您对本次服务是否满意呢?", "list": choices, "tail_content": "欢迎再次光临"}
    assert say(account, "msgmenu", **menu) == 0
    bubble = account.simulator.chat()[-1]
    assert [link["content"] for link in bubble["links"]] == ["满意 100%", "不满意"]
    assert bubble["text"].startswith("您对本次服务")
    assert bubble["text"].endswith("欢迎再次光临")
    assert say(account, "msgmenu", list=[{"id": 101, "content": "满意"}]) == 47001  # ids must be strings
    assert say(account, "msgmenu", list=[{"id": "", "content": "满意"}]) == 44004


def test_a_test_account_never_has_menu_messages(world: World) -> None:
    simulator, bot = world.pair(account="test")
    bot.answer = lambda _message: None
    simulator.post("switches", msgmenu="works")
    assert say(Account(simulator), "msgmenu", list=[{"id": "1", "content": "好"}]) == 40200


def test_only_an_agent_there_is_speaks_in_his_name(account: Account) -> None:
    body = {"touser": account.openid(), "msgtype": "text", "text": {"content": "您好"}}
    assert account.code("message/custom/send", **body, customservice={"kf_account": "wang@branch"}) == 65401
    assert account.code("message/custom/send", **body, customservice={"kf_account": 7}) == 47001


# -- whom it does not reach -------------------------------------------------------------------------------------------


def test_who_refuses_or_is_blacklisted_is_not_reached(account: Account) -> None:
    account.simulator.phone("refuse", on=True)
    assert say(account, "text", content="您好") == 43101
    account.simulator.post("switches", refusal="48002")
    assert say(account, "text", content="您好") == 48002
    account.simulator.phone("refuse", on=False)
    assert account.code("tags/members/batchblacklist", openid_list=[account.openid()]) == 0
    assert say(account, "text", content="您好") == 43019
    account.code("tags/members/batchunblacklist", openid_list=[account.openid()])
    assert say(account, "text", content="您好") == 0


def test_nobody_and_somebody_without_an_address(account: Account) -> None:
    body = {"msgtype": "text", "text": {"content": "您好"}}
    assert account.code("message/custom/send", **body) == 41009
    assert account.code("message/custom/send", **body, touser=["o"]) == 40003
    assert account.code("message/custom/send", **body, touser=account.openid("p2")) == 45015  # never followed


def test_written_messages_may_add_up(simulator: Simulator) -> None:
    simulator.post("switches", windows="add")
    for text in ("在吗", "再问一句"):
        simulator.phone("say", text=text)
    assert [send(simulator) for _ in range(11)] == [0] * 10 + [45047]


def test_the_latest_gesture_may_shut_the_others(simulator: Simulator, clock: Clock) -> None:
    simulator.post("switches", windows="latest")
    simulator.phone("say", text="在吗")
    simulator.phone("scan", scene="7")
    assert [send(simulator) for _ in range(4)] == [0, 0, 0, 45047]
    clock.now += 61
    assert send(simulator) == 45015


def test_a_tap_may_count_as_a_message(simulator: Simulator) -> None:
    simulator.post("switches", tap_opens="message")
    simulator.phone("say", text="在吗")
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=帮助&msgmenuid=1">帮助</a>'
    for _ in range(5):
        assert send(simulator, link) == 0
    simulator.phone("tap", label="帮助")
    assert [send(simulator) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


# -- typing -----------------------------------------------------------------------------------------------------------


def typing(account: Account, command: object = "Typing") -> int:
    return account.code("message/custom/typing", touser=account.openid(), command=command)


def dots(account: Account) -> bool:
    account.simulator.settle()
    return bool(account.simulator.get("phones/p1")["typing"])


def test_the_dots_come_and_go(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    account = Account(simulator)
    simulator.post("clock", running=False)
    simulator.phone("say", text="在吗")
    assert typing(account, "Dancing") == 45072
    assert typing(account) == 0
    assert dots(account)
    assert typing(account) == 45081
    assert typing(account, "CancelTyping") == 0
    assert not dots(account)
    assert typing(account) == 0
    assert say(account, "text", content="来了") == 0
    assert not dots(account)
    assert typing(account) == 0
    account.forward(16)
    assert not dots(account)
    assert typing(account) == 0
    account.forward(31)
    assert typing(account) == 45080  # the last word is too old
    account.forward(48 * 3600)
    assert typing(account) == 45015


def test_the_dots_are_gone_after_a_restart_and_can_come_again(world: World, store: Path) -> None:
    simulator, bot = world.pair(store=store)
    bot.answer = lambda _message: None
    simulator.post("clock", running=False)
    simulator.phone("say", text="在吗")
    assert typing(Account(simulator)) == 0
    simulator.settle()
    again = Account(world.simulator(simulator.get("state")["account"]["webhook"], store=store))
    assert not dots(again)
    assert typing(again) == 0
