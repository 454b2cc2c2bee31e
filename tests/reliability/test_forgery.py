"""Requests the platform never made (H-01 to H-04b, H-09): 403, in one wording, and nothing done."""

from __future__ import annotations

import base64
import hmac
import itertools
import os
import random
import struct
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.app import create_app
from bot.kit import Kit
from bot.models import InboxMessage, Person
from bot.wechat import crypto
from tests.cast import Request, StillClock, message, sign, signed
from tests.reliability import wire
from tests.reliability.conftest import Plan
from tests.reliability.crew import count
from tests.reliability.door import REFUSED, Door, Query, Unreadable

TOKEN = "testtoken"


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the comparisons that take the same time wherever the two differ."""
    calls = [0]

    def compare_digest(ours: bytes, theirs: bytes) -> bool:
        calls[0] += 1
        return hmac.compare_digest(ours, theirs)

    monkeypatch.setattr(crypto, "hmac", SimpleNamespace(compare_digest=compare_digest))
    return calls


def forgeries(timestamp: str) -> Iterator[Query]:
    """Queries for ever, each with something of the signature wrong."""
    for number in itertools.count():
        nonce = f"n{number}"
        right = sign(TOKEN, timestamp, nonce)
        at = random.randrange(40)
        off = right[:at] + random.choice([c for c in "0123456789abcdef" if c != right[at]]) + right[at + 1 :]
        rest = [("timestamp", timestamp), ("nonce", nonce)]
        yield [("signature", random.randbytes(20).hex()), *rest]
        yield [("signature", off), *rest]
        yield [("signature", ""), *rest]
        yield rest
        yield [("signature", right), ("signature", right), *rest]
        yield [("signature", right), *rest, ("nonce", nonce)]
        yield [("signature", right), *rest, ("timestamp", timestamp)]
        yield [("signature", right.upper()), *rest]
        yield [("signature", right + "\n"), *rest]
        yield [("signature", "\u017f" + right[1:]), *rest]
        yield [("signature", right), ("nonce", nonce)]
        yield [("signature", right), ("timestamp", timestamp)]
        yield f"signature={right[:-1]}%ff&timestamp={timestamp}&nonce={nonce}"
        yield f"signature={right}\xff&timestamp={timestamp}&nonce={nonce}"
        yield f"\xff\xfe&signature={right[:-1]}&timestamp={timestamp}&nonce={nonce}"
        yield ""


@pytest.mark.timeout(900)
def test_h01_no_forged_signature_is_accepted_and_no_body_behind_one_is_read(
    kit: Kit,
    door: Door,
    clock: StillClock,
    plan: Plan,
    compared: list[int],
) -> None:
    tried, queries = plan.share(100_000), forgeries(str(int(clock().timestamp())))
    answers = [door.post(query, Unreadable()) for query in itertools.islice(queries, tried)]
    accepted = [answer for answer in answers if answer != REFUSED]
    plan.note(tried=tried, accepted=len(accepted), compared=compared[0])
    assert accepted == []
    assert compared[0] >= tried * 13 // 16  # the rest could not even be read as a query
    assert (count(kit.database, InboxMessage), count(kit.database, Person)) == (0, 0)


def test_h01_an_address_that_is_not_text_is_refused_for_get_as_well(door: Door) -> None:
    assert door.post("signature=\xff\xfe&echostr=1", REQUEST_METHOD="GET") == REFUSED


def not_quite_times(now: int) -> tuple[str, ...]:
    """This very moment in spellings that some reader of numbers would take for it, and what is no time at all."""
    digits = str(now)
    spelt = [
        digits.translate({ord(str(n)): chr(zero + n) for n in range(10)}) for zero in (0x660, 0x6F0, 0x966, 0xFF10)
    ]
    around = (f" {digits}", f"{digits} ", f"{digits}\n", f"\t{digits}", f"+{digits}", f"{digits}.0", f"{digits}e0")
    odd = (f"{now:_}", f"{now:,}", hex(now), f"{now:e}", f"-{digits}", "", "nan", "inf", "0" * 13 + digits)
    return (*spelt, *around, *odd, "9" * 12, "9" * 13, "9" * 5000)


def test_h02_a_valid_signature_is_good_for_three_hundred_seconds_both_ways(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    xml, accepted, tried = message("oH02", int(clock().timestamp()), MsgType="text", Content="帮助", MsgId="1"), 0, 0
    for number in range(plan.share(1_000)):
        off = 301 + (number if number < 100 else random.randrange(10**7))
        for moment in (clock() + timedelta(seconds=off), clock() - timedelta(seconds=off)):
            accepted += door.carry(signed(kit.settings, xml, now=moment)) != REFUSED
            tried += 1
    for weird in (weird_times := not_quite_times(int(clock().timestamp()))):
        sealed = wire.seal(kit.settings, xml.encode())
        accepted += door.post(wire.query(kit.settings, weird, sealed), wire.outer(sealed)) != REFUSED
    plan.note(tried=tried + len(weird_times), accepted=accepted)
    assert accepted == 0
    assert count(kit.database, InboxMessage) == 0
    for edge in (-300, 300):
        assert door.carry(signed(kit.settings, xml, now=clock() + timedelta(seconds=edge))).status == 200


@pytest.mark.parametrize("mode", ["safe", "compat"])
def test_h04_an_open_letter_is_refused_where_letters_must_be_sealed(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, mode: str
) -> None:
    kit = make_kit(database_url, mode)
    door, xml = Door(create_app(kit)), message("oH04", 1, MsgType="text", Content="帮助", MsgId="1").encode()
    query = wire.query(kit.settings, clock())
    genuine = signed(kit.settings, xml.decode(), now=clock())
    for extra in ({}, {"encrypt_type": "raw"}, {"encrypt_type": "aes"}, {"encrypt_type": "AES"}):
        assert door.post(query | extra, xml) == REFUSED
        assert door.post(query | extra | {"msg_signature": query["signature"]}, xml) == REFUSED
    for type_ in ([], [("encrypt_type", "raw")], [("encrypt_type", "aes")] * 2):
        rest = [pair for pair in genuine.query.items() if pair[0] != "encrypt_type"]
        assert door.post([*rest, *type_], genuine.body) == REFUSED
    assert count(kit.database, InboxMessage) == 0
    assert door.carry(genuine).status == 200


@pytest.mark.parametrize("mode", ["safe", "compat"])
def test_h04_the_name_of_another_account_inside_a_correct_envelope_is_refused(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, mode: str
) -> None:
    kit = make_kit(database_url, mode)
    door, xml = Door(create_app(kit)), message("oH04", 1, MsgType="text", Content="帮助", MsgId="1").encode()
    app_id = kit.settings.wechat.app_id
    for other in ("wxfedcba0987654321", "", app_id[:-1], app_id + "x", app_id.upper(), "x" + app_id):
        assert door.carry(wire.letter(kit.settings, wire.seal(kit.settings, xml, other), clock())) == REFUSED
    assert count(kit.database, InboxMessage) == 0
    assert door.carry(wire.letter(kit.settings, wire.seal(kit.settings, xml), clock())).status == 200


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["safe", "compat"])
def test_h04b_a_captured_query_opens_the_door_to_no_other_body(
    make_kit: Callable[..., Kit],
    database_url: str,
    clock: StillClock,
    plan: Plan,
    mode: str,
) -> None:
    kit = make_kit(database_url, mode)
    door, tried = Door(create_app(kit)), plan.share(10_000)
    xml = [message("oH04b", 1, MsgType="text", Content=text, MsgId=text) for text in ("1", "2")]
    captured, other = (signed(kit.settings, each, now=clock()) for each in xml)
    bodies = _other_bodies(captured, other)
    accepted = [body for body in itertools.islice(bodies, tried) if door.post(captured.query, body) != REFUSED]
    plan.note(tried=tried, accepted=len(accepted))
    assert accepted == []
    assert count(kit.database, InboxMessage) == 0


def _other_bodies(captured: Request, other: Request) -> Iterator[bytes]:
    sealed = captured.body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0]
    for number in itertools.count():
        at = number % len(sealed)
        swapped = b"A" if sealed[at : at + 1] != b"A" else b"B"
        yield captured.body.replace(sealed, sealed[:at] + swapped + sealed[at + 1 :])
        yield captured.body.replace(sealed, sealed[: at or 1])
        yield captured.body.replace(sealed, base64.b64encode(random.randbytes(32 * random.randrange(1, 9))))
        yield captured.body.replace(b"</xml>", b"<Encrypt>" + sealed + b"</Encrypt></xml>")
        yield captured.body.replace(b"Encrypt>", b"encrypt>")
        yield other.body
        yield message("oH04b", number, MsgType="text", Content="3", MsgId="3").encode()
        yield random.randbytes(number % 100)


def test_h04b_in_compat_mode_the_open_half_of_a_letter_counts_for_nothing(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock
) -> None:
    kit = make_kit(database_url, "compat")
    genuine = signed(kit.settings, message("oSEALED", 1, MsgType="text", Content="帮助", MsgId="1"), now=clock())
    forged = genuine.body.replace(b"oSEALED", b"oFORGED").replace("帮助".encode(), "菜单".encode())
    assert Door(create_app(kit)).post(genuine.query, forged).status == 200
    assert (count(kit.database, Person, Person.openid == "oSEALED"), count(kit.database, Person)) == (1, 1)


@pytest.mark.timeout(900)
def test_h09_a_signed_envelope_that_does_not_open_is_refused_in_one_wording_for_every_cause(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    tried, rubbish = plan.share(10_000), _rubbish(kit)
    seen: dict[str, set[Any]] = {}
    for cause, sealed in itertools.islice(rubbish, tried):
        seen.setdefault(cause, set()).add(door.carry(wire.letter(kit.settings, sealed, clock())))
    plan.note(tried=tried, causes=len(seen), errors=sum(a.status >= 500 for answers in seen.values() for a in answers))
    assert {cause: answers for cause, answers in seen.items() if answers != {REFUSED}} == {}
    assert count(kit.database, InboxMessage) == 0


def _rubbish(kit: Kit) -> Iterator[tuple[str, str]]:
    settings, app_id = kit.settings, kit.settings.wechat.app_id.encode()
    xml = message("oH09", 1, MsgType="text", Content="帮助", MsgId="1").encode()
    good = wire.seal(settings, xml)

    def counted(length: int, rest: bytes = xml + app_id) -> str:
        return wire.sealed(settings, wire.padded(os.urandom(16) + struct.pack(">I", length) + rest))

    whole = wire.padded(os.urandom(16) + struct.pack(">I", len(xml)) + xml + app_id)
    assert whole[-1] > 1  # there is padding to make uneven
    uneven = wire.sealed(settings, whole[: -whole[-1]] + bytes(whole[-1] - 1) + whole[-1:])
    for number in itertools.count():
        at, blocks = number % len(good), 32 * (1 + number % 9)
        yield "not base64", random.choice(("!", "=", "====", "AAA", "é", "\u3000", good[:at] + "*" + good[at + 1 :]))
        yield "not a block multiple", base64.b64encode(random.randbytes(1 + number % 31)).decode()
        yield "half a block more", base64.b64encode(base64.b64decode(good) + random.randbytes(16)).decode()
        yield "random blocks", base64.b64encode(random.randbytes(blocks)).decode()
        yield "padding of nought", wire.sealed(settings, bytes(blocks))
        yield "padding too long", wire.sealed(settings, random.randbytes(blocks - 1) + bytes([33 + number % 223]))
        yield "padding uneven", wire.sealed(settings, random.randbytes(blocks - 2) + b"\x01\x02")
        yield "padding uneven around a message that would do", uneven
        yield "length beyond the end", counted(len(xml) + len(app_id) + 1 + number)
        yield "length of four billion", counted(2**32 - 1 - number)
        yield "length a little short", counted(len(xml) - 1 - number % 40)
        yield "length of nought", counted(0)
        yield "nothing but padding", wire.sealed(settings, wire.padded(b""))
        yield "less than a header", wire.sealed(settings, wire.padded(random.randbytes(number % 20)))
        yield "no account", counted(len(xml), xml)
        yield "truncated", base64.b64encode(base64.b64decode(good)[: 32 * (number % (len(good) // 44))]).decode()
        yield "nothing", ""
