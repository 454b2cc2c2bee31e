"""What people see of the account, and it of them, where no other test of the table looks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from html import unescape
from re import findall
from urllib.parse import urljoin

import pytest

from .account import NOBODY, Account
from .conftest import Simulator, World

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def account(world: World) -> Account:
    simulator, bot = world.pair()
    bot.answer = lambda message: message._data.get("EventKey") if message.type == "event" else None
    return Account(simulator)


def test_the_menu_of_the_interface_is_the_one_pressed(account: Account) -> None:
    simulator = account.simulator
    assert account.code("menu/create", button=[{"type": "click", "name": "题", "key": "DAILY"}]) == 0
    assert simulator.get("phones/p1/menu")["menu"]["button"][0]["name"] == "题"
    simulator.phone("menu", button="题")
    assert simulator.heard() == ["DAILY"]
    assert account.code("menu/create", button=[{"type": "click", "name": "学", "key": "STUDY"}]) == 0
    assert simulator.refused("phones/p1/menu", button="题") == (404, "no_such_button")
    account.get("menu/delete")
    assert simulator.get("phones/p1/menu")["menu"] is None
    assert simulator.refused("phones/p1/menu", button="学") == (404, "no_such_button")


def asked(simulator: Simulator, templates: list[str]) -> str:
    """What the sample page says when its button is pressed, for these templates."""
    address = simulator.phone("open", url=f"{simulator.url}/h5/subscribe?template={','.join(templates)}")["url"]
    (button,) = findall('href="([^"]+)"[^>]*>订阅通知', simulator.session.get(address).text)
    return simulator.session.get(urljoin(address, unescape(button))).text


def test_a_pop_up_asks_for_five_notices_at_most_and_never_for_both_kinds(account: Account) -> None:
    simulator = account.simulator
    made = [
        simulator.post("templates", kind="subscription", title=f"提醒{number}", content="{{thing1.DATA}}")[
            "template_id"
        ]
        for number in range(6)
    ]
    lasting = simulator.post("templates", kind="subscription", title="长期", content="{{thing1.DATA}}", long_term=True)[
        "template_id"
    ]
    assert "too_many_templates" in asked(simulator, made)
    assert "mixed_templates" in asked(simulator, [made[0], lasting])
    assert simulator.get("phones/p1")["popup"] is None
    asked(simulator, made[:5])
    assert len(simulator.get("phones/p1")["popup"]["templates"]) == 5


def test_an_account_that_becomes_another_has_the_others_rights_at_once(account: Account) -> None:
    simulator = account.simulator
    rights = {}
    for kind in ("service_certified", "subscription_certified", "subscription", "test"):
        simulator.post("account", kind=kind)
        assert simulator.get("state")["account"]["profile"] == kind
        rights[kind] = (
            account.get("tags/get").get("errcode", 0),
            account.get("template/get_all_private_template").get("errcode", 0),
        )
    assert rights == {
        "service_certified": (0, 0),
        "subscription_certified": (0, 48001),
        "subscription": (48001, 48001),
        "test": (0, 0),
    }


KINDS = ("subscription", "subscription_certified", "service", "service_certified", "test")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_account_receives_replies_and_has_its_taps(world: World, kind: str) -> None:
    simulator, bot = world.pair(account=kind)
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=选B&msgmenuid=2">B</a>'
    bot.answer = lambda message: link if message.content == "来" else "好"
    simulator.phone("say", text="来")
    simulator.settle()
    simulator.phone("tap", label="B")
    assert simulator.heard()[-1] == "好"
    assert bot.messages[-1].content == "选B"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_account_gets_tokens(world: World, kind: str) -> None:
    account = Account(world.simulator(NOBODY, account=kind))
    assert account.get("getcallbackip")["ip_list"]


def test_the_month_of_mass_messages_is_beijings(account: Account) -> None:
    simulator = account.simulator
    simulator.phone("follow", phone="p2")
    now = datetime.fromtimestamp(simulator.get("clock")["now"], BEIJING)
    first_of_next = (now.replace(day=28, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=5)).replace(day=1)
    simulator.post("clock", to=first_of_next.timestamp() - 600, step=86400)
    account.refresh()
    received = []
    for number in range(6):
        both = [account.openid(), account.openid("p2")]
        text = {"content": f"第{number}期"}
        assert account.code("message/mass/send", touser=both, msgtype="text", text=text) == 0
        account.forward(60)
        received.append(sum(bubble["mass"] for bubble in simulator.chat()))
        if number == 4:
            simulator.post("clock", to=first_of_next.timestamp())
            account.refresh()
    assert received == [1, 2, 3, 4, 4, 5]
