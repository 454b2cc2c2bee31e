"""Five seconds, three attempts, one answer: what becomes of slow, late and broken answers, and in which order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Response

from .conftest import NOTICE, PATIENCE_SECONDS, World

SHORT = 0.3
ROOMY = 0.8  # where one attempt must fail and the next must not, however busy the machine


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_bot_that_never_answers_is_asked_three_times_with_the_same_message(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=SHORT)
    release = threading.Event()
    bot.answer = lambda _message: "晚了" if release.wait(PATIENCE_SECONDS) else None
    simulator.phone("say", text="在吗")
    assert simulator.heard() == [NOTICE]
    release.set()
    assert len(bot.messages) == 3
    assert len({message.id for message in bot.messages}) == 1
    assert len({message._data["CreateTime"] for message in bot.messages}) == 1
    assert len({query["nonce"] for query in bot.queries}) == 3
    attempts = simulator.get("exchanges", push=simulator.last()["push"])["exchanges"]
    assert [(e["attempt"], e["verdict"], e["reason"], e["response"]) for e in attempts] == [
        (number, "lost", "timeout", None) for number in (1, 2, 3)
    ]


def test_some_say_the_platform_asks_four_times_and_seals_only_once(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=SHORT)
    simulator.post("switches", attempts=4, retry_seal="same")
    release = threading.Event()
    bot.answer = lambda _message: "晚了" if release.wait(PATIENCE_SECONDS) else None
    simulator.phone("say", text="在吗")
    simulator.settle()
    release.set()
    assert len(bot.bodies) == 4
    assert len(set(bot.bodies)) == 1
    assert len({query["nonce"] for query in bot.queries}) == 1


def test_the_five_seconds_are_real_though_the_virtual_clock_stands_still(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=SHORT)
    simulator.post("clock", running=False)
    release = threading.Event()
    bot.answer = lambda _message: "晚了" if release.wait(PATIENCE_SECONDS) else None
    simulator.phone("say", text="在吗")
    assert simulator.heard() == [NOTICE]
    release.set()
    assert len({query["timestamp"] for query in bot.queries}) == 1
    assert len({query["nonce"] for query in bot.queries}) == 3


def test_an_answer_to_an_attempt_already_closed_is_lost(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=SHORT)
    release, answered = threading.Event(), threading.Event()

    def answer(_message: Any) -> str | None:
        if len(bot.messages) > 1:
            return None
        release.wait(PATIENCE_SECONDS)
        answered.set()
        return "太晚了"

    bot.answer = answer
    simulator.phone("say", text="在吗")
    simulator.settle()
    release.set()
    assert answered.wait(PATIENCE_SECONDS)
    simulator.phone("say", text="还在吗")
    assert simulator.heard() == []


@pytest.mark.parametrize("good", [2, 3])
def test_a_reply_to_a_later_attempt_is_shown(world: World, good: int) -> None:
    simulator, bot = world.pair(attempt_timeout=ROOMY)
    release = threading.Event()

    def answer(_message: Any) -> str:
        number = len(bot.messages)
        if number < good:
            release.wait(PATIENCE_SECONDS)
        return f"第 {number} 次"

    bot.answer = answer
    simulator.phone("say", text="在吗")
    (reply,) = [bubble for bubble in simulator.chat() if bubble["side"] != "me"]
    release.set()
    assert (reply["text"], reply["attempt"]) == (f"第 {good} 次", good)


def test_an_answer_that_drips_is_cut_at_the_deadline(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=SHORT)
    stop = threading.Event()

    def drops() -> Iterator[bytes]:
        while not stop.wait(SHORT / 6):
            yield b" "

    bot.answer = lambda _message: Response(drops(), content_type="text/xml")
    simulator.phone("say", text="滴")
    assert simulator.heard() == [NOTICE]
    stop.set()
    assert [message.content for message in bot.messages] == ["滴"] * 3
    assert simulator.last()["reason"] == "timeout"


def test_a_bot_that_is_not_there_is_explained(world: World) -> None:
    webhook = f"http://127.0.0.1:{closed_port()}/wechat"
    simulator = world.simulator(webhook, attempt_timeout=SHORT)
    simulator.phone("follow")
    (notice,) = simulator.chat()
    assert (notice["side"], notice["text"]) == ("system", NOTICE)
    assert notice["hint"]
    trouble = simulator.get("state")["trouble"]
    assert trouble["reason"] == "refused"
    assert trouble["webhook"] == webhook
    assert len(trouble["checks"]) == 3
    assert len(simulator.get("exchanges")["exchanges"]) == 3


def test_an_answer_torn_in_the_middle_is_asked_for_again(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=5)

    def answer(_message: Any) -> Response | str:
        if len(bot.messages) == 1:
            return Response(iter([b"<xml>"]), headers={"Content-Length": "400"})
        return "这回全了"

    bot.answer = answer
    simulator.phone("say", text="在吗")
    assert simulator.heard() == ["这回全了"]
    assert [e["reason"] for e in simulator.get("exchanges", phone="p1")["exchanges"]][-2:] == ["broken", ""]


def test_leaving_viewing_and_being_somewhere_show_no_notice(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("menu", button=[{"type": "view", "name": "墙", "url": "http://x/wall"}])
    bot.answer = lambda _message: Response("oops", status=500)
    simulator.phone("menu", button="墙")
    simulator.phone("send", kind="LOCATION")
    simulator.phone("unfollow")
    assert simulator.heard() == []
    assert len(bot.messages) == 3
    bot.answer = lambda _message: "再见"
    simulator.phone("follow")
    simulator.settle()
    simulator.phone("unfollow")
    assert simulator.heard() == ["再见"]


def test_one_persons_messages_arrive_in_order_and_do_not_wait_for_a_formers_retries(world: World) -> None:
    simulator, bot = world.pair(attempt_timeout=ROOMY)
    release = threading.Event()
    second_came = threading.Event()

    def answer(message: Any) -> str:
        if message.content == "一":
            # attempts after the first hold out until the second message has been answered
            (second_came if len(bot.messages) > 1 else release).wait(PATIENCE_SECONDS)
        elif message.content == "二":
            second_came.set()
        return f"答{message.content}"

    bot.answer = answer
    simulator.phone("say", text="一")
    simulator.phone("say", text="二")
    simulator.settle()
    release.set()
    first_of_each = list(dict.fromkeys(message.content for message in bot.messages))
    assert first_of_each == ["一", "二"]
    assert sorted(simulator.heard()) == ["答一", "答二"]


def test_twenty_messages_of_one_person_stay_in_order_while_others_talk(world: World) -> None:
    simulator, bot = world.pair()
    simulator.phone("follow", phone="p2")
    simulator.settle()
    bot.forget()
    for number in range(20):
        simulator.phone("say", text=f"a{number}")
        simulator.phone("say", text=f"b{number}", phone="p2")
    simulator.settle()
    said = [message.content for message in bot.messages]
    assert [text for text in said if text[0] == "a"] == [f"a{number}" for number in range(20)]
    assert [text for text in said if text[0] == "b"] == [f"b{number}" for number in range(20)]
    assert simulator.heard() == [f"你说：a{number}" for number in range(20)]


def test_two_at_once_are_in_the_bots_hands_together(world: World) -> None:
    simulator, bot = world.pair()
    both = threading.Barrier(2)
    bot.answer = lambda message: f"{both.wait(PATIENCE_SECONDS) >= 0} {message.content}"
    simulator.phone("say", text="一", at_once=True)
    simulator.phone("say", text="二", at_once=True)
    assert sorted(simulator.heard()) == ["True 一", "True 二"]


def test_a_message_doubled_on_its_way_is_answered_once_on_the_phone(world: World) -> None:
    simulator, bot = world.pair()
    all_there = threading.Barrier(3)
    bot.answer = lambda message: f"{all_there.wait(PATIENCE_SECONDS) >= 0} {message.content}"
    simulator.phone("say", text="一", copies=3)
    assert simulator.heard() == ["True 一"]
    assert len({message.id for message in bot.messages}) == 1
    assert len(bot.messages) == 3
    assert simulator.refused("phones/p1/say", text="一", copies=0) == (400, "bad_field")


def test_the_notice_comes_when_the_last_copy_has_failed(world: World) -> None:
    simulator, bot = world.pair()
    second = threading.Event()

    def answer(_message: Any) -> Response | str:
        if len(bot.messages) == 2:
            second.set()
            return "好"
        second.wait(PATIENCE_SECONDS)
        return Response("oops", status=500)

    bot.answer = answer
    simulator.phone("say", text="一", copies=2)
    assert simulator.heard() == ["好"]
    bot.answer = lambda _message: Response("oops", status=500)
    simulator.phone("say", text="二", copies=3)
    assert simulator.heard() == ["好", NOTICE]


def test_a_burst_may_arrive_out_of_order(world: World) -> None:
    simulator, bot = world.pair()
    simulator.phone("burst", texts=["一", "二", "三"], order=[2, 0, 1])
    assert [bubble["text"] for bubble in simulator.chat() if bubble["side"] == "me"] == ["一", "二", "三"]
    assert [message.content for message in bot.messages] == ["三", "一", "二"]
    assert min(bot.messages, key=lambda message: int(message.id)).content == "一"
    bot.forget()
    simulator.phone("burst", texts=[str(number) for number in range(40)], at_once=True)
    simulator.settle()
    assert sorted(int(message.content) for message in bot.messages) == list(range(40))
    for body in (
        {"texts": ["一"], "order": [1]},
        {"texts": []},
        {"texts": ["一", ""]},
        {"texts": ["一"], "order": "0"},
    ):
        assert simulator.refused("phones/p1/burst", **body) == (400, "bad_field")


def test_the_same_message_can_be_sent_again(world: World) -> None:
    simulator, bot = world.pair()
    push = simulator.phone("say", text="一")["push"]
    simulator.phone("say", text="二")
    simulator.phone("resend", push=push)
    simulator.phone("resend")
    simulator.settle()
    assert [message.content for message in bot.messages] == ["一", "二", "一", "二"]
    assert bot.messages[0].id == bot.messages[2].id
    assert bot.xmls[1] == bot.xmls[3]
    assert simulator.refused("phones/p1/resend", push=99999) == (404, "no_such_push")
