"""Faults, delays and oddities of the interfaces where no other test of the table looks."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from tests.reliability.crew import until

from .account import Account
from .conftest import APP_ID, SECRET, Bot, Simulator, World


@pytest.fixture
def pair(world: World) -> tuple[Simulator, Bot]:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    simulator.phone("follow", phone="p2")
    for phone in ("p1", "p2"):
        simulator.phone("say", phone=phone, text="在吗")
    simulator.settle()
    return simulator, bot


@pytest.fixture
def account(pair: tuple[Simulator, Bot]) -> Account:
    return Account(pair[0])


def send(account: Account, phone: str = "p1", text: str = "您好") -> int:
    body = {"touser": account.openid(phone), "msgtype": "text", "text": {"content": text}}
    return account.code("message/custom/send", **body)


def test_a_slow_answer_has_acted_before_the_caller_lost_patience(account: Account) -> None:
    simulator = account.simulator
    simulator.post("faults", endpoint="cgi-bin/message/custom/send", kind="sleep", seconds=1.0)
    body = {"touser": account.openid(), "msgtype": "text", "text": {"content": "慢"}}
    url = f"{simulator.url}/api/cgi-bin/message/custom/send?access_token={account.token}"
    with pytest.raises(requests.Timeout):
        requests.post(url, data=json.dumps(body, ensure_ascii=False).encode(), timeout=0.2)
    until(lambda: simulator.chat()[-1]["text"] == "慢", "the message whose answer nobody waited for")


def test_a_fault_may_be_for_one_person_and_for_each_nth_call(account: Account) -> None:
    fault = {"endpoint": "cgi-bin/message/custom/send", "kind": "errcode", "errcode": 50002}
    account.simulator.post("faults", **fault, person="p2", every=2, times=2)
    told = [send(account, phone) for _ in range(4) for phone in ("p1", "p2")]
    assert told == [0, 0, 0, 50002, 0, 0, 0, 50002]


@pytest.mark.parametrize("errcode", [-1, 45009, 45011, 48001, 48004, 50002])
def test_each_refusal_of_the_checklist_can_be_ordered_of_all_interfaces(account: Account, errcode: int) -> None:
    account.simulator.post("faults", endpoint="*", kind="errcode", errcode=errcode, times=2)
    assert [send(account), account.get("getcallbackip")["errcode"], send(account)] == [errcode, errcode, 0]


@pytest.mark.parametrize(
    ("latency", "least", "most"),
    [
        ({"kind": "fixed", "a": 0.15}, 0.15, 0.15),
        ({"kind": "uniform", "a": 0.1, "b": 0.2}, 0.1, 0.2),
        ({"kind": "lognormal", "a": 0.1, "b": 0.0}, 0.1, 0.1),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
def test_an_interface_may_be_slow_in_three_ways(
    account: Account, monkeypatch: pytest.MonkeyPatch, latency: dict[str, Any], least: float, most: float
) -> None:
    held: list[float] = []
    account.simulator.post("latency", endpoint="cgi-bin/getcallbackip", **latency)
    waiting = SimpleNamespace(sleep=held.append, monotonic=time.monotonic)
    monkeypatch.setattr("bot.simulator.api.routes.time", waiting)
    account.get("getcallbackip")
    account.get("get_api_domain_ip")
    assert len(held) == 2
    assert least <= held[0] <= most
    assert held[1] == 0  # another one is as fast as ever
    assert account.simulator.get("faults")["latency"]["cgi-bin/getcallbackip"]["kind"] == latency["kind"]


def test_escaped_characters_may_also_be_kept_as_they_are_written(account: Account) -> None:
    body = json.dumps({"touser": account.openid(), "msgtype": "text", "text": {"content": "您好"}}).encode()
    assert account.send("message/custom/send", body).json()["errcode"] == 40033
    assert send(account, text=r"C:\users\u4e00") == 0  # a backslash somebody wrote is no escape
    assert account.simulator.chat()[-1]["text"] == r"C:\users\u4e00"
    account.simulator.post("switches", escaped_json="kept")
    assert account.send("message/custom/send", body).json()["errcode"] == 0


TOUCHLESS = [
    ("menu", {"button": "网"}),
    ("menu", {"button": "程"}),
    ("send", {"kind": "LOCATION"}),
    ("event", {"event": "user_info_modified"}),
]


@pytest.mark.parametrize(("gesture", "body"), TOUCHLESS, ids=str)
def test_what_is_no_touch_opens_no_window(world: World, gesture: str, body: dict[str, Any]) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    simulator.post("clock", running=False)
    simulator.post("clock", forward=120)  # the minute of the follow is over
    page = {"type": "view", "name": "网", "url": "http://127.0.0.1/h5"}
    mini = {**page, "type": "miniprogram", "name": "程", "appid": "wx0123456789abcdef", "pagepath": "p"}
    simulator.post("menu", button=[page, mini])
    simulator.phone(gesture, **body)
    simulator.settle()
    assert send(Account(simulator)) == 45015


TOUCHES = [
    ("menu", {"button": "题"}, 3),
    ("menu", {"button": "扫"}, 3),
    ("menu", {"button": "等"}, 3),
    ("scan", {"scene": "1"}, 3),
    ("tap", {"label": "好"}, 3),
    ("say", {"text": "在吗"}, 5),
    ("send", {"kind": "image"}, 5),
    ("send", {"kind": "voice"}, 5),
    ("send", {"kind": "location"}, 5),
    ("menu", {"button": "图"}, 5),
]


@pytest.mark.parametrize(("gesture", "body", "allowed"), TOUCHES, ids=str)
def test_each_touch_opens_three_and_each_message_five(
    world: World, gesture: str, body: dict[str, Any], allowed: int
) -> None:
    simulator, bot = world.pair()
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=好&msgmenuid=1">好</a>'
    bot.answer = lambda message: link if message.type == "text" else None
    simulator.post("clock", running=False)
    kinds = {"题": "click", "扫": "scancode_push", "等": "scancode_waitmsg", "图": "pic_weixin"}
    buttons = [{"type": kind, "name": name, "key": kind} for name, kind in kinds.items()]
    simulator.post("menu", button=[{"name": "一", "sub_button": buttons}])
    simulator.phone("say", text="来")
    simulator.settle()
    simulator.post("clock", forward=48 * 3600 + 1, step=48 * 3600)
    account = Account(simulator)
    assert send(account) == 45015
    simulator.phone(gesture, **body)
    simulator.settle()
    assert [send(account) for _ in range(allowed + 1)] == [0] * allowed + [45047]


def test_a_forced_refresh_waits_thirty_seconds_and_not_one_less(world: World) -> None:
    simulator, _bot = world.pair()
    simulator.post("clock", running=False)
    body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}

    def force() -> int:
        return int(
            simulator.api("stable_token", method="POST", json=body | {"force_refresh": True}).json().get("errcode", 0)
        )

    simulator.api("stable_token", method="POST", json=body)
    assert force() == 0
    simulator.post("clock", forward=29)
    assert force() == 45011
    simulator.post("clock", forward=1)
    assert force() == 0
