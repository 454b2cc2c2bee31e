"""What the platform makes of a whole answer: shown, silent, or the fault notice with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response
from wechatpy.replies import ArticlesReply, TextReply

from .conftest import ACCOUNT, NOTICE, World


def text_reply(message: Any, **changed: Any) -> str:
    reply = TextReply(content="好", message=message)
    for name, value in changed.items():
        setattr(reply, name, value)
    rendered: str = reply.render()
    return rendered


def articles(message: Any, count: int, claimed: int | None = None) -> str:
    reply = ArticlesReply(message=message)
    for number in range(count):
        reply.add_article({"title": f"卡 {number}", "description": "", "image": "", "url": "http://x"})
    rendered: str = reply.render()
    return rendered.replace(f"<ArticleCount>{count}<", f"<ArticleCount>{claimed or count}<")


BAD_PLAIN: list[tuple[str, Callable[[Any], str | bytes | Response]]] = [
    ("http_status", lambda _m: Response("oops", status=500)),
    ("http_status", lambda _m: Response("", status=204)),
    ("http_status", lambda _m: Response("", status=302, headers={"Location": "/wechat"})),
    ("json", lambda _m: b'{"errcode": 0}'),
    ("leading_bytes", lambda m: f" {text_reply(m)}".encode()),
    ("leading_bytes", lambda m: f"\n{text_reply(m)}".encode()),
    ("leading_bytes", lambda m: b"\xef\xbb\xbf" + text_reply(m).encode()),
    ("not_xml", lambda _m: b"ok"),
    ("not_xml", lambda _m: b"success\x00"),
    ("not_xml", lambda _m: b"<html><body>hello</body></html>"),
    ("not_xml", lambda m: text_reply(m).replace("好", "]]>").encode()),
    ("not_xml", lambda m: b"<!DOCTYPE xml>" + text_reply(m).encode()),
    ("not_swapped", lambda m: text_reply(m, source=m.source, target=m.target).encode()),
    ("not_swapped", lambda m: text_reply(m, target=m.source.lower()).encode()),
    ("bad_create_time", lambda m: text_reply(m).replace("<CreateTime>", "<CreateTime>2026-").encode()),
    ("unknown_type", lambda m: text_reply(m).replace("<![CDATA[text]]>", "<![CDATA[markdown]]>").encode()),
    ("empty_content", lambda m: text_reply(m, content="").encode()),
    ("empty_content", lambda m: text_reply(m, content=" \n").encode()),
    ("too_long", lambda m: text_reply(m, content="好" * 683).encode()),
    ("too_many_articles", lambda m: articles(m, 2).encode()),
    ("bad_articles", lambda m: articles(m, 1, claimed=2).encode()),
    ("encrypted_in_plain", lambda _m: b"<xml><Encrypt>x</Encrypt></xml>"),
    ("oversized", lambda _m: b"<xml>" + b"x" * 1_100_000),
]


def test_a_bad_answer_shows_the_fault_notice_and_is_not_asked_for_again(world: World) -> None:
    simulator, bot = world.pair("plain")
    simulator.post("switches", mark_fail_after=0)
    bot.answer = lambda message: BAD_PLAIN[int(message.content)][1](message)
    for number in range(len(BAD_PLAIN)):
        simulator.phone("say", text=str(number))
    assert simulator.heard() == [NOTICE] * len(BAD_PLAIN)
    assert [message.content for message in bot.messages] == [str(number) for number in range(len(BAD_PLAIN))]
    found = [exchange["reason"] for exchange in simulator.get("exchanges")["exchanges"] if exchange["kind"] == "text"]
    assert found == [reason for reason, _answer in BAD_PLAIN]


BAD_SAFE: list[tuple[str, Callable[[str], str]]] = [
    ("bad_msg_signature", lambda sealed: sealed.replace("<Nonce><![CDATA[", "<Nonce><![CDATA[x")),
    ("bad_msg_signature", lambda sealed: sealed.replace("MsgSignature", "Signature")),
    ("bad_msg_signature", lambda sealed: sealed.replace("<TimeStamp>1", "<TimeStamp>2")),
]


def test_a_sealed_answer_must_prove_itself(world: World) -> None:
    simulator, bot = world.pair("safe")
    for reason, spoil in BAD_SAFE:
        bot.answer = lambda message, spoil=spoil: spoil(bot.sealed(text_reply(message))).encode()  # type: ignore[misc]
        simulator.phone("say", text="在吗")
        assert simulator.last()["reason"] == reason
    assert simulator.heard() == [NOTICE] * len(BAD_SAFE)


def test_in_safe_mode_a_plain_answer_is_bad_and_in_compat_it_is_good(world: World) -> None:
    heard = {}
    for mode in ("safe", "compat"):
        simulator, bot = world.pair(mode)
        bot.answer = lambda message: text_reply(message).encode()
        simulator.phone("say", text="在吗")
        heard[mode] = simulator.heard()
    assert heard == {"safe": [NOTICE], "compat": ["好"]}


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_nothing_are_silent_in_every_mode(world: World, body: bytes) -> None:
    for mode in ("plain", "compat", "safe"):
        simulator, bot = world.pair(mode)
        bot.answer = lambda _message: body
        simulator.phone("say", text="在吗")
        assert simulator.heard() == []
        assert simulator.last()["verdict"] == "silent"
        assert simulator.get("state")["trouble"] is None


def test_two_thousand_and_forty_eight_bytes_are_still_good(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: "好" * 682 + "ab"
    simulator.phone("say", text="在吗")
    assert simulator.heard() == ["好" * 682 + "ab"]


def test_the_limit_and_what_happens_beyond_it_are_switches(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: "好" * 683
    simulator.phone("say", text="长")
    simulator.settle()
    simulator.post("switches", over_limit="cut")
    simulator.phone("say", text="长")
    simulator.settle()
    simulator.post("switches", text_limit_bytes=4096)
    simulator.phone("say", text="长")
    assert simulator.heard() == [NOTICE, "好" * 682, "好" * 683]


FAILING = ("say", "menu", "send", "scan", "unfollow")


@pytest.mark.parametrize(
    ("notice", "shown"), [("most", ["say", "scan"]), ("messages", ["say"]), ("all", list(FAILING))]
)
def test_which_failures_a_person_is_told_of_is_a_switch(world: World, notice: str, shown: list[str]) -> None:
    simulator, bot = world.pair()
    simulator.post("switches", fault_notice=notice)
    simulator.post("menu", button=[{"type": "view", "name": "墙", "url": "http://x/wall"}])
    bot.answer = lambda _message: Response("oops", status=500)
    details = {"say": {"text": "在吗"}, "menu": {"button": "墙"}, "send": {"kind": "LOCATION"}, "scan": {"scene": "1"}}
    told = []
    for gesture in FAILING:
        before = len(simulator.heard())
        simulator.phone(gesture, **details.get(gesture, {}))
        told += [gesture] * (len(simulator.heard()) - before)
    assert told == shown


def test_what_the_platform_reports_is_never_answered_on_a_phone(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: "收到"
    for event in ("TEMPLATESENDJOBFINISH", "verify_expired", "user_info_modified"):
        simulator.phone("event", event=event)
    bot.answer = lambda _message: Response("oops", status=500)
    simulator.phone("event", event="MASSSENDJOBFINISH")
    assert simulator.heard() == []
    assert len(bot.messages) == 4


def test_a_card_is_shown_and_eight_may_answer_an_event(world: World) -> None:
    simulator, bot = world.pair("plain")
    bot.answer = lambda message: articles(message, 1).encode()
    simulator.phone("say", text="卡")
    card = simulator.chat()[-1]
    assert (card["kind"], card["articles"][0]["title"]) == ("news", "卡 0")
    bot.answer = lambda message: articles(message, 8).encode()
    simulator.phone("scan", scene="1")
    assert len(simulator.chat()[-1]["articles"]) == 8


def test_transfer_to_a_person_shows_nothing(world: World) -> None:
    simulator, bot = world.pair("plain")
    kind = "<![CDATA[transfer_customer_service]]>"
    bot.answer = lambda m: (
        f"<xml><ToUserName>{m.source}</ToUserName><FromUserName>{ACCOUNT}</FromUserName>"
        f"<CreateTime>1</CreateTime><MsgType>{kind}</MsgType></xml>"
    ).encode()
    simulator.phone("say", text="转人工")
    assert simulator.heard() == []
    assert simulator.last()["reason"] == "transferred"
