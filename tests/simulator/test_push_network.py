"""What lies between platform and bot: faults on order, slow lines, a server off the net, and MarkFail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Response

from .conftest import NOTICE, Simulator, World

ROOMY = 0.7  # where one attempt must fail and the next must not, however busy the machine
WEBHOOK = "webhook"


def reasons(simulator: Simulator) -> list[tuple[str, str]]:
    simulator.settle()
    return [
        (exchange["verdict"], exchange["reason"])
        for exchange in simulator.get("exchanges")["exchanges"]
        if exchange["kind"] == "text"
    ]


def test_an_answer_replaced_by_a_status_or_a_page_is_bad_though_the_bot_acted(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("faults", endpoint=WEBHOOK, kind="status", status=503)
    simulator.post("faults", endpoint=WEBHOOK, kind="html")
    for text in ("一", "二", "三"):
        simulator.phone("say", text=text)
    assert simulator.heard() == [NOTICE, NOTICE, "你说：三"]
    assert [message.content for message in bot.messages] == ["一", "二", "三"]
    assert reasons(simulator) == [("fault", "http_status"), ("fault", "not_xml"), ("shown", "")]


def test_a_lost_answer_is_asked_for_again_and_a_lost_question_never_arrived(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("faults", endpoint=WEBHOOK, kind="drop_after")
    simulator.phone("say", text="答丢了")
    simulator.settle()
    assert len(bot.messages) == 2
    simulator.post("faults", endpoint=WEBHOOK, kind="drop_before", times=2)
    simulator.phone("say", text="问丢了")
    assert simulator.heard() == ["你说：答丢了", "你说：问丢了"]
    assert len(bot.messages) == 3
    assert reasons(simulator) == [
        ("lost", "broken"),
        ("shown", ""),
        ("lost", "refused"),
        ("lost", "refused"),
        ("shown", ""),
    ]


def test_an_answer_held_up_too_long_is_lost(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=ROOMY)
    simulator.post("faults", endpoint=WEBHOOK, kind="sleep", seconds=30)
    simulator.phone("say", text="一")
    assert simulator.heard() == ["你说：一"]
    assert len(bot.messages) == 2
    assert reasons(simulator) == [("lost", "timeout"), ("shown", "")]


def test_a_fault_may_be_for_one_person_and_for_each_so_many_eth(world: World) -> None:
    simulator, _bot = world.pair()
    simulator.phone("follow", phone="p2")
    simulator.settle()
    simulator.post("faults", endpoint=WEBHOOK, kind="status", person="p2", every=2, times=2)
    for number in range(5):
        simulator.phone("say", text=str(number))
        simulator.phone("say", phone="p2", text=str(number))
    assert NOTICE not in simulator.heard()
    assert simulator.heard("p2")[-5:] == ["你说：0", NOTICE, "你说：2", NOTICE, "你说：4"]
    assert simulator.refused("faults", endpoint=WEBHOOK, kind="errcode") == (400, "bad_field")


@pytest.mark.parametrize(
    ("path", "field", "body"),
    [
        ("faults", "seconds", {"kind": "sleep", "seconds": -1}),
        ("faults", "seconds", {"kind": "sleep", "seconds": 61}),
        ("faults", "seconds", {"kind": "sleep", "seconds": float("nan")}),
        ("faults", "seconds", {"kind": "sleep", "seconds": float("inf")}),
        ("faults", "seconds", {"kind": "sleep", "seconds": 10**400}),
        ("faults", "status", {"kind": "status", "status": 9999}),
        ("faults", "status", {"kind": "status", "status": 0}),
        ("faults", "times", {"kind": "html", "times": 0}),
        ("faults", "every", {"kind": "html", "every": 0}),
        ("faults", "errcode", {"kind": "errcode", "errcode": 0}),
        ("latency", "a", {"kind": "fixed", "a": -0.1}),
        ("latency", "b", {"kind": "uniform", "a": 2, "b": 1}),
        ("latency", "b", {"kind": "lognormal", "a": 1, "b": 50}),
    ],
)
def test_what_no_network_could_do_is_refused_by_name(world: World, path: str, field: str, body: dict[str, Any]) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    body = {"data": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    answer = simulator.session.post(f"{simulator.url}/control/{path}", timeout=20, **body)
    assert (answer.status_code, answer.json()) == (400, {"error": "bad_field", "field": field})
    assert simulator.get("faults") == {"faults": [], "latency": {}}


def test_a_slow_line_takes_its_time_from_the_bots_five_seconds(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=ROOMY)
    simulator.post("latency", endpoint=WEBHOOK, kind="fixed", a=1.1 * ROOMY)
    simulator.phone("say", text="一")
    assert simulator.heard() == [NOTICE]
    assert [message.content for message in bot.messages] == ["一"] * 3
    simulator.post("latency", endpoint=WEBHOOK, kind="fixed", a=3 * ROOMY)
    simulator.phone("say", text="二")
    simulator.settle()
    assert "二" not in [message.content for message in bot.messages]
    assert set(reasons(simulator)) == {("lost", "timeout")}


def test_a_server_off_the_net_hears_nothing_until_it_is_back(world: World) -> None:
    simulator, bot = world.pair()
    assert simulator.post("service", down=True)["webhook_down"]
    simulator.phone("say", text="一")
    assert simulator.heard() == [NOTICE]
    state = simulator.get("state")
    assert state["service"]["webhook_down"]
    assert (state["trouble"]["reason"], state["trouble"]["ordered"]) == ("down", "down")
    assert state["trouble"]["text"]
    assert simulator.post("verify")["reason"] == "down"
    simulator.post("service", down=False)
    simulator.phone("say", text="二")
    assert simulator.heard() == [NOTICE, "你说：二"]
    assert [message.content for message in bot.messages] == ["二"]


@pytest.fixture
def failing(world: World) -> Any:
    """A pair with a clock that stands, three failed pushes from being left alone for a minute."""
    simulator, bot = world.pair()
    simulator.post("clock", running=False)
    simulator.post("switches", mark_fail_after=3)
    bot.answer = lambda message: Response("oops", status=500) if message.content == "坏" else "好"
    return simulator, bot


def test_after_so_many_failures_the_platform_leaves_the_bot_alone_for_a_minute(failing: Any) -> None:
    simulator, bot = failing
    for text in ("坏", "坏", "好", "坏", "坏"):
        simulator.phone("say", text=text)
    simulator.settle()
    assert simulator.get("state")["service"]["suspended_until"] is None
    simulator.phone("say", text="坏")
    simulator.settle()
    now = simulator.get("clock")["now"]
    assert simulator.get("state")["service"]["suspended_until"] == now + 60
    bot.forget()
    simulator.phone("say", text="好")
    simulator.settle()
    simulator.post("clock", forward=59)
    simulator.phone("say", text="好")
    assert simulator.heard() == [NOTICE, NOTICE, "好", NOTICE, NOTICE, NOTICE]
    assert bot.messages == []
    assert reasons(simulator)[-2:] == [("dropped", "suspended")] * 2
    assert simulator.get("state")["trouble"]["reason"] == "suspended"
    simulator.post("clock", forward=1)
    assert simulator.get("state")["service"]["suspended_until"] is None
    simulator.phone("say", text="好")
    assert simulator.heard()[-1] == "好"
    assert len(bot.messages) == 1


def test_what_was_sent_meanwhile_never_arrives_and_a_reset_ends_it(failing: Any) -> None:
    simulator, bot = failing
    for _ in range(3):
        simulator.phone("say", text="坏")
    simulator.settle()
    simulator.post("reset")
    assert simulator.get("state")["service"] == {"webhook_down": False, "suspended_until": None}
    simulator.phone("follow")
    simulator.settle()
    assert bot.messages[-1].event == "subscribe"


def test_the_platform_may_also_never_lose_patience(failing: Any) -> None:
    simulator, bot = failing
    simulator.post("switches", mark_fail_after=0)
    for _ in range(12):
        simulator.phone("say", text="坏")
    simulator.settle()
    assert len(bot.messages) == 12
