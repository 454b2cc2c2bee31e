"""Subscription notices and one-time messages: asked for on the phone, kept as a ledger, sent once for each yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.simulator import assemble, serve
from bot.simulator.api.messages import once, subscriptions
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.gestures import ImpossibleError

from .account import NOBODY, Account, peer
from .conftest import Simulator, World, served, settings

PAGE = "http://127.0.0.1/h5"
DATA = {"thing1": {"value": "今日一题"}, "time2": {"value": "2026-01-02 20:00"}}
COMPLETE = {"miniprogram_state": "formal", "lang": "zh_CN"}


class Office:
    """An account and one notice to subscribe to."""

    def __init__(self, world: World, **options: Any) -> None:
        self.simulator, self.bot = world.pair(**options)
        self.bot.answer = lambda _message: None
        self.account = Account(self.simulator)
        self.template = ""

    def take(self, tid: int = 99, kids: tuple[int, ...] = (1, 2)) -> str:
        body = {"tid": tid, "kidList": list(kids), "sceneDesc": "学习"}
        return str(self.wxa("addtemplate", **body)["priTmplId"])

    def wxa(self, name: str, **body: Any) -> Any:
        path = f"../wxaapi/newtmpl/{name}"
        return self.account.post(path, **body) if body else self.account.get(path)

    def choose(self, phone: str = "p1", **choices: bool) -> None:
        chosen = choices or {self.template: True}
        self.simulator.phone("consent", phone=phone, page=PAGE, choices=chosen)

    def send(self, **changed: Any) -> int:
        body = {"touser": self.account.openid(), "template_id": self.template, "page": PAGE, "data": DATA, **COMPLETE}
        given = {key: value for key, value in (body | changed).items() if value is not None}
        return self.account.code("message/subscribe/bizsend", **given)

    def left(self, phone: str = "p1") -> dict[str, int]:
        consents: dict[str, int] = self.simulator.get(f"phones/{phone}")["consents"]
        return consents

    def notices(self, phone: str = "p1") -> list[dict[str, Any]]:
        return [bubble for bubble in self.simulator.chat(phone) if bubble["side"] == "account"]

    def events(self, name: str) -> list[Any]:
        self.simulator.settle()
        return [each._data for each in self.bot.messages if each._data.get("Event") == name]


@pytest.fixture
def office(world: World) -> Office:
    office = Office(world)
    office.template = office.take()
    return office


def test_each_yes_is_one_notice(office: Office) -> None:
    assert office.send() == 43101
    office.choose()
    office.choose()
    assert office.left() == {office.template: 2}
    assert [office.send() for _ in range(3)] == [0, 0, 43101]
    bubble = office.notices()[0]
    assert (bubble["kind"], bubble["sender"], bubble["pushed"]) == ("subscription", "account", True)
    assert bubble["card"]["lines"] == [["任务名称", "今日一题"], ["截止时间", "2026-01-02 20:00"]]
    assert bubble["card"]["url"] == PAGE
    office.account.forward(60)
    told = [each["SubscribeMsgSentEvent"]["List"] for each in office.events("subscribe_msg_sent_event")]
    assert [(each["TemplateId"], each["ErrorCode"], each["ErrorStatus"]) for each in told] == [
        (office.template, "0", "success")
    ] * 2
    assert int(told[0]["MsgID"]) < int(told[1]["MsgID"])


def test_a_no_is_told_and_allows_nothing(office: Office) -> None:
    other = office.take(43208, (1, 2))
    office.choose(**{office.template: True, other: False})
    (told,) = office.events("subscribe_msg_popup_event")
    assert told["SubscribeMsgPopupEvent"]["List"] == [
        {"TemplateId": office.template, "SubscribeStatusString": "accept", "PopupScene": "2"},
        {"TemplateId": other, "SubscribeStatusString": "reject", "PopupScene": "2"},
    ]
    xml = office.bot.xmls[-1]
    assert xml.count("<List>") == 2
    assert "<PopupScene>2</PopupScene>" in xml
    assert office.left() == {office.template: 1}


def test_turning_it_off_in_the_settings_takes_the_consents_with_it(office: Office) -> None:
    office.choose()
    office.simulator.phone("settings", template_id=office.template, on=False)
    (told,) = office.events("subscribe_msg_change_event")
    assert told["SubscribeMsgChangeEvent"]["List"] == {
        "TemplateId": office.template,
        "SubscribeStatusString": "reject",
    }
    assert office.left() == {}
    assert office.send() == 43101
    office.simulator.phone("settings", template_id=office.template, on=True)
    assert office.send() == 43101
    office.choose()
    assert office.send() == 0
    assert len(office.events("subscribe_msg_change_event")) == 1


def test_who_does_not_follow_gets_it_in_the_service_notices(office: Office) -> None:
    office.choose(phone="p2")
    assert office.send(touser=office.account.openid("p2")) == 0
    assert office.notices("p2")[0]["sender"] == "service"


def test_whom_it_does_not_reach(office: Office) -> None:
    office.choose()
    office.simulator.phone("refuse", on=True)
    assert office.send() == 43101
    office.simulator.phone("refuse", on=False)
    office.account.code("tags/members/batchblacklist", openid_list=[office.account.openid()])
    assert office.send() == 43019
    assert office.send(touser="oNOBODY") == 40003
    assert office.left() == {office.template: 1}


def test_what_is_refused_uses_no_consent_up(office: Office) -> None:
    message = office.simulator.post("templates", title="模板", content="{{thing1.DATA}}")["template_id"]
    office.choose()
    assert office.send(template_id=message) == 40037
    assert office.send(template_id="short") == 40036
    assert office.send(data={"thing1": {"value": "今日一题"}}) == 47003
    assert office.send(page="pages/index") == 41030
    assert office.left() == {office.template: 1}
    assert office.send(page=None) == 0


def test_the_fields_nobody_is_sure_of_are_a_switch(office: Office) -> None:
    office.choose()
    client = peer(office.simulator)
    assert office.send(miniprogram_state=None) == 47003
    assert office.send(lang="de_DE") == 47003
    office.simulator.post("switches", bizsend_fields="optional")
    assert client.message.send_subscribe_message(office.account.openid(), office.template, DATA)["errcode"] == 0


def test_an_account_that_was_not_let_in(office: Office, world: World) -> None:
    office.choose()
    office.simulator.post("switches", bizsend="refused")
    assert office.send() == 48001
    for kind in ("subscription_certified", "test"):
        other = Office(world, account=kind)
        assert other.send(template_id="x" * 43) == 48001
        assert other.wxa("gettemplate")["errcode"] == 48001


def test_a_failure_can_be_ordered(office: Office) -> None:
    office.choose()
    office.simulator.post("faults", endpoint="subscription/finish", kind="errcode", errcode=1300, errmsg="system error")
    assert office.send() == 0
    assert office.notices() == []
    office.account.forward(60)
    told = office.events("subscribe_msg_sent_event")[0]["SubscribeMsgSentEvent"]["List"]
    assert (told["ErrorCode"], told["ErrorStatus"]) == ("1300", "system error")


def test_a_long_term_consent_is_not_used_up(office: Office) -> None:
    lasting = office.take(43302, (1, 2))
    office.choose(**{lasting: True})
    data = {"name1": {"value": "示例工友"}, "amount2": {"value": "￥100.00"}}
    assert [office.send(template_id=lasting, data=data) for _ in range(3)] == [0, 0, 0]


def test_a_choice_must_be_of_the_accounts_own(office: Office) -> None:
    answer = office.simulator.refused("phones/p1/consent", page=PAGE, choices={"nobody's": True})
    assert answer == (404, "no_such_template")
    assert office.simulator.refused("phones/p1/settings", template_id="nobody's", on=False) == (404, "no_such_template")
    assert office.events("subscribe_msg_popup_event") == []


# -- the collection ---------------------------------------------------------------------------------------------------


def test_notices_are_found_in_the_library_taken_and_thrown_away(office: Office) -> None:
    get = office.account.get
    assert {each["id"] for each in office.wxa("getcategory")["data"]} == {612, 616}
    page = get("../wxaapi/newtmpl/getpubtemplatetitles", ids="612,616", start=1, limit=2)
    assert (page["count"], len(page["data"])) == (4, 2)
    assert set(page["data"][0]) == {"tid", "title", "type", "categoryId"}
    words = get("../wxaapi/newtmpl/getpubtemplatekeywords", tid=99)["data"]
    assert words[0] == {"kid": 1, "name": "任务名称", "rule": "thing", "example": "今日一题"}
    (own,) = office.wxa("gettemplate")["data"]
    assert (own["priTmplId"], own["type"]) == (office.template, 2)
    assert own["content"] == "任务名称:{{thing1.DATA}}\n截止时间:{{time2.DATA}}"
    office.choose()
    assert office.wxa("deltemplate", priTmplId=office.template)["errcode"] == 0
    assert office.left() == {}
    assert office.send() == 40037


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 200018),
        ({"ids": "612,1"}, 200019),
        ({"ids": "612", "start": "x"}, 200016),
        ({"ids": "612", "limit": 31}, 200017),
    ],
)
def test_what_the_library_does_not_answer(office: Office, query: dict[str, Any], code: int) -> None:
    assert office.account.get("../wxaapi/newtmpl/getpubtemplatetitles", **query)["errcode"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"tid": 1}, 200014),
        ({"kidList": [1]}, 200020),
        ({"kidList": [1, 1]}, 200020),
        ({"kidList": [1, 99]}, 200020),
        ({"kidList": [1, {}]}, 200020),
        ({"sceneDesc": "长" * 16}, 200021),
    ],
    ids=str,
)
def test_what_cannot_be_taken(office: Office, body: dict[str, Any], code: int) -> None:
    assert office.wxa("addtemplate", **({"tid": 99, "kidList": [1, 2], "sceneDesc": "学习"} | body))["errcode"] == code


def test_there_are_twenty_five_notices_at_most(office: Office) -> None:
    for _ in range(24):
        office.take()
    assert office.wxa("addtemplate", tid=99, kidList=[1, 2])["errcode"] == 200012


# -- one-time messages ------------------------------------------------------------------------------------------------


class Once:
    """A platform put together by hand, so that scenes can be confirmed as the page that asks for it does."""

    def __init__(self, world: World) -> None:
        self.box = assemble(settings(), webhook=NOBODY, clock=Clock(), chance=Chance(1))
        self.simulator = Simulator(world.stack.enter_context(served(serve(self.box))))
        world.stack.callback(self.simulator.session.close)
        self.account = Account(self.simulator)
        self.template = self.simulator.get("templates")["once"]

    def confirm(self, scene: object = 1000, phone: str = "p1") -> None:
        with self.box.world.locked() as memory:
            once.confirm(memory, memory.phones[phone], scene, self.template)

    def send(self, **changed: Any) -> int:
        body = {
            "touser": self.account.openid(),
            "template_id": self.template,
            "url": PAGE,
            "scene": "1000",
            "title": "学习提醒",
            "data": {"content": {"value": "今日一题已出", "color": "#FF0000"}},
        }
        return self.account.code("message/template/subscribe", **(body | changed))


@pytest.fixture
def once_only(world: World) -> Once:
    return Once(world)


def test_a_confirmed_scene_is_one_message_however_often_it_was_confirmed(once_only: Once) -> None:
    assert once_only.send() == 43101
    once_only.confirm(1000)
    once_only.confirm("1000")
    once_only.confirm(7)
    assert once_only.send(scene=1000) == 0
    assert once_only.send() == 43101
    assert once_only.send(scene=7) == 0
    once_only.confirm(1000)
    assert once_only.send() == 0
    bubbles = once_only.simulator.chat()
    assert [bubble["kind"] for bubble in bubbles] == ["template"] * 3
    assert (bubbles[0]["sender"], bubbles[0]["pushed"]) == ("service", True)  # he does not follow
    assert (bubbles[0]["card"]["title"], bubbles[0]["card"]["lines"]) == ("学习提醒", [["", "今日一题已出"]])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"template_id": "x" * 43}, 40037),
        ({"template_id": None}, 40037),
        ({"touser": "oNOBODY"}, 40003),
        ({"scene": 10_001}, 40035),
        ({"scene": "x"}, 40035),
        ({"title": "长" * 16}, 45003),
        ({"title": ""}, 47003),
        ({"data": {"content": {"value": "长" * 201}}}, 47003),
        ({"data": {"content": {}}}, 47003),
        ({"data": None}, 47003),
    ],
    ids=str,
)
def test_what_a_one_time_message_may_not_be(once_only: Once, changed: dict[str, Any], code: int) -> None:
    once_only.confirm()
    assert once_only.send(**changed) == code
    assert once_only.send() == 0


def test_who_refuses_gets_no_one_time_message(once_only: Once) -> None:
    once_only.confirm()
    once_only.simulator.phone("refuse", on=True)
    assert once_only.send() == 43101
    once_only.simulator.phone("refuse", on=False)
    assert once_only.send() == 0


def test_the_pop_up_is_over_a_page_until_it_is_answered(once_only: Once) -> None:
    body = {"title": "会议通知", "content": "会议：{{thing1.DATA}}", "kind": "subscription"}
    made = [once_only.simulator.post("templates", **body)["template_id"] for _ in range(6)]
    lasting = once_only.simulator.post("templates", **body, long_term=True)["template_id"]
    world, phone = once_only.box.world, once_only.box.world.phone("p1")
    for asked, code in ((made, "too_many_templates"), ([], "too_many_templates"), (["x"], "no_such_template")):
        with pytest.raises(ImpossibleError, match=code):
            subscriptions.ask(world, phone, PAGE, asked)
    with pytest.raises(ImpossibleError, match="mixed_templates"):
        subscriptions.ask(world, phone, PAGE, [made[0], lasting])
    subscriptions.ask(world, phone, PAGE, made[:2])
    popup = once_only.simulator.get("phones/p1")["popup"]
    assert popup == {"page": PAGE, "templates": [{"id": each, "title": "会议通知"} for each in made[:2]]}
    choices = {made[0]: True, made[1]: False}
    assert once_only.simulator.refused("phones/p1/consent", page=PAGE + "/other", choices=choices) == (
        404,
        "no_such_popup",
    )
    told = once_only.simulator.phone("consent", page=PAGE, choices=choices)
    assert (told["popup"], told["consents"]) == (None, {made[0]: 1})


def test_the_outcome_is_told_though_the_simulator_restarted_before(world: World, store: Path) -> None:
    office = Office(world, store=store)
    office.simulator.post("clock", running=False)
    office.template = office.take()
    office.choose()
    assert office.send() == 0
    office.simulator.settle()
    office.simulator = world.simulator(office.simulator.get("state")["account"]["webhook"], store=store)
    Account(office.simulator).forward(60)
    (told,) = [each["SubscribeMsgSentEvent"]["List"] for each in office.events("subscribe_msg_sent_event")]
    assert (told["TemplateId"], told["ErrorCode"], told["ErrorStatus"]) == (office.template, "0", "success")
