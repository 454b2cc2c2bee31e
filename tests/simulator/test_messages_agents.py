"""Agents: kept, invited, at work, and the conversations they open, close and hand on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from .account import JPEG, PNG, Account
from .conftest import World

WANG, LI = "wang@branch", "li@branch"


class Desk:
    """An account with its agents."""

    def __init__(self, world: World, **options: Any) -> None:
        self.simulator, self.bot = world.pair(**options)
        self.bot.answer = lambda _message: None
        self.account = Account(self.simulator)

    def post(self, path: str, **body: Any) -> int:
        return self.account.code(f"../customservice/{path}", **body)

    def get(self, path: str, **query: Any) -> Any:
        return self.account.get(f"../customservice/{path}", **query)

    def hire(self, name: str, wechat: str = "") -> None:
        assert self.post("kfaccount/add", kf_account=name, nickname=name[:2]) == 0
        if wechat:
            assert self.post("kfaccount/inviteworker", kf_account=name, invite_wx=wechat) == 0
            self.account.forward(61)

    def events(self) -> list[dict[str, str]]:
        self.simulator.settle()
        told = [each._data for each in self.bot.messages if each._data.get("Event", "").startswith("kf_")]
        names = ("Event", "KfAccount", "FromKfAccount", "ToKfAccount")
        return [{name: each[name] for name in names if name in each} for each in told]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_agents_are_kept(desk: Desk) -> None:
    desk.hire(WANG)
    assert desk.post("kfaccount/add", kf_account=WANG, nickname="又一个") == 61453
    assert desk.post("kfaccount/update", kf_account=WANG, nickname="宣传员") == 0
    assert desk.post("kfaccount/update", kf_account=LI, nickname="宣传员") == 61452
    listed = desk.account.get("customservice/getkflist")["kf_list"]
    assert listed == [{"kf_account": WANG, "kf_headimgurl": "", "kf_id": "1001", "kf_nick": "宣传员"}]
    assert desk.get("kfaccount/del", kf_account=WANG)["errcode"] == 0
    assert desk.get("kfaccount/del", kf_account=WANG)["errcode"] == 61452
    assert desk.account.get("customservice/getkflist") == {"kf_list": []}


@pytest.mark.parametrize(
    ("name", "nickname", "code"),
    [
        ("wang", "员", 61452),
        ("@branch", "员", 61452),
        ("wang@", "员", 61452),
        ("w" * 11 + "@branch", "员", 61454),
        ("汪@branch", "员", 61455),
        (WANG, "", 61451),
        (WANG, "长" * 17, 61451),
    ],
)
def test_what_an_agent_may_not_be_called(desk: Desk, name: str, nickname: str, code: int) -> None:
    assert desk.post("kfaccount/add", kf_account=name, nickname=nickname) == code


def test_there_are_a_hundred_at_most(desk: Desk) -> None:
    for number in range(100):
        desk.hire(f"a{number}@branch")
    assert desk.post("kfaccount/add", kf_account=WANG, nickname="员") == 61456


def test_a_picture_must_be_a_small_jpeg(desk: Desk) -> None:
    desk.hire(WANG)
    path = "../customservice/kfaccount/uploadheadimg"
    assert desk.account.upload(path, JPEG, kf_account=LI)["errcode"] == 61452
    assert desk.account.upload(path, PNG, kf_account=WANG)["errcode"] == 61457
    assert desk.account.upload(path, JPEG + bytes(5 * 1024 * 1024), kf_account=WANG)["errcode"] == 40009
    assert desk.account.upload(path, JPEG, kf_account=WANG)["errcode"] == 0
    assert desk.account.get("customservice/getkflist")["kf_list"][0]["kf_headimgurl"].startswith("http")


def test_an_invitation_is_accepted_a_minute_later(desk: Desk) -> None:
    desk.simulator.post("clock", running=False)
    desk.hire(WANG)
    desk.hire(LI)
    invite = "kfaccount/inviteworker"
    assert desk.post(invite, kf_account="no@branch", invite_wx="wang_of_the_branch") == 65401
    assert desk.post(invite, kf_account=WANG, invite_wx="x") == 65409
    assert desk.post(invite, kf_account=WANG, invite_wx="wang_of_the_branch") == 0
    assert desk.post(invite, kf_account=WANG, invite_wx="another_person") == 65411
    assert desk.post(invite, kf_account=LI, invite_wx="wang_of_the_branch") == 65408
    waiting = desk.account.get("customservice/getkflist")["kf_list"][0]
    assert (waiting["invite_wx"], waiting["invite_status"]) == ("wang_of_the_branch", "waiting")
    assert desk.account.get("customservice/getonlinekflist") == {"kf_online_list": []}
    desk.account.forward(61)
    assert desk.account.get("customservice/getkflist")["kf_list"][0]["kf_wx"] == "wang_of_the_branch"
    (online,) = desk.account.get("customservice/getonlinekflist")["kf_online_list"]
    assert online == {"kf_account": WANG, "status": 1, "kf_id": "1001", "accepted_case": 0}
    assert desk.post(invite, kf_account=WANG, invite_wx="another_person") == 65412
    assert desk.post(invite, kf_account=LI, invite_wx="wang_of_the_branch") == 65407


def test_a_conversation_is_opened_and_closed(desk: Desk) -> None:
    desk.hire(WANG, "wang_of_the_branch")
    desk.hire(LI)
    who = {"openid": desk.account.openid()}
    assert desk.get("kfsession/getsession", **who) == {"errcode": 0, "errmsg": "ok", "kf_account": "", "createtime": 0}
    assert desk.post("kfsession/create", kf_account="no@branch", **who) == 65401
    assert desk.post("kfsession/create", kf_account=LI, **who) == 65402
    assert desk.post("kfsession/create", kf_account=WANG, openid="oNOBODY") == 40003
    assert desk.post("kfsession/close", kf_account=WANG, **who) == 65413
    for _ in range(2):
        assert desk.post("kfsession/create", kf_account=WANG, text="请接待", **who) == 0
    assert desk.get("kfsession/getsession", **who)["kf_account"] == WANG
    assert [each["openid"] for each in desk.get("kfsession/getsessionlist", kf_account=WANG)["sessionlist"]] == [
        who["openid"]
    ]
    assert desk.account.get("customservice/getonlinekflist")["kf_online_list"][0]["accepted_case"] == 1
    assert desk.post("kfsession/close", kf_account=WANG, **who) == 0
    assert desk.events() == [
        {"Event": "kf_create_session", "KfAccount": WANG},
        {"Event": "kf_close_session", "KfAccount": WANG},
    ]
    desk.simulator.post(f"agents/{WANG}", online=False)
    assert desk.post("kfsession/create", kf_account=WANG, **who) == 65415


def test_a_conversation_is_handed_on_by_the_agents_themselves(desk: Desk) -> None:
    desk.hire(WANG, "wang_of_the_branch")
    desk.hire(LI, "li_of_the_branch")
    who = {"openid": desk.account.openid()}
    desk.simulator.post(f"agents/{WANG}", takes="p1")
    assert desk.post("kfsession/create", kf_account=LI, **who) == 65414
    desk.simulator.post(f"agents/{LI}", takes="p1")
    assert desk.events() == [
        {"Event": "kf_create_session", "KfAccount": WANG},
        {"Event": "kf_switch_session", "FromKfAccount": WANG, "ToKfAccount": LI},
    ]
    assert [each["kf_account"] for each in desk.simulator.get("agents")["agents"]] == [WANG, LI]
    assert desk.simulator.refused("agents/no@branch", takes="p1") == (404, "no_such_agent")
    assert desk.simulator.refused(f"agents/{LI}", takes="p99") == (404, "no_such_phone")


def test_an_agent_signs_a_message(desk: Desk) -> None:
    desk.hire(WANG)
    desk.simulator.phone("say", text="在吗")
    body = {"touser": desk.account.openid(), "msgtype": "text", "text": {"content": "您好"}}
    assert desk.account.code("message/custom/send", **body, customservice={"kf_account": WANG}) == 0


@pytest.mark.parametrize("kind", ["subscription", "service", "test"])
def test_some_accounts_have_no_agents(world: World, kind: str) -> None:
    desk = Desk(world, account=kind)
    assert desk.post("kfaccount/add", kf_account=WANG, nickname="员") == 48001
    assert desk.get("kfsession/getwaitcase")["errcode"] == 48001


def handing_over(desk: Desk) -> Callable[[Any], bytes]:
    def hand_over(message: Any) -> bytes:
        header = f"<ToUserName>{message.source}</ToUserName><FromUserName>{message.target}</FromUserName>"
        xml = f"<xml>{header}<CreateTime>1</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
        return desk.bot.sealed(xml).encode()

    return hand_over


def test_whom_the_bot_hands_over_stands_in_the_queue(desk: Desk) -> None:
    desk.bot.answer = handing_over(desk)
    desk.simulator.phone("say", text="转人工")
    desk.simulator.settle()
    waiting = desk.get("kfsession/getwaitcase")
    assert waiting["count"] == 1
    assert waiting["waitcaselist"][0]["openid"] == desk.simulator.get("phones/p1")["openid"]


def test_after_a_reset_nobody_waits_not_even_who_is_handed_over_late(desk: Desk) -> None:
    asked, may = threading.Event(), threading.Event()
    hand_over = handing_over(desk)

    def slowly(message: Any) -> bytes:
        asked.set()
        assert may.wait(20)
        return hand_over(message)

    desk.bot.answer = hand_over
    desk.simulator.phone("say", text="转人工")
    desk.simulator.settle()
    desk.bot.answer = slowly
    desk.simulator.phone("say", text="还是转人工")
    assert asked.wait(20)
    desk.simulator.post("reset")
    may.set()
    desk.simulator.settle()
    desk.account.refresh()
    assert desk.get("kfsession/getwaitcase")["count"] == 0
