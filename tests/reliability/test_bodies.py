"""Bodies that explode, or never end (H-05, H-06): refused before they cost anything, and nothing else is touched."""

from __future__ import annotations

import io
import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import create_app
from bot.kit import Kit
from bot.models import InboxMessage, Person
from tests.cast import ACCOUNT, StillClock, message, opened
from tests.reliability import wire
from tests.reliability.crew import count
from tests.reliability.door import REFUSED, Answer, Door, Unreadable

LIMIT = 64 * 1024
MEGABYTE = 1024 * 1024
TOUCHES = ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen")
_watching: list[list[str]] = []


def _overhear(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event in TOUCHES:
        _watching[-1].append(f"{event} {args[0]!r}")


@contextmanager
def nothing_touched() -> Iterator[None]:
    """Fails when a file is opened or an address asked for. The interpreter's hook, once set, stays."""
    if not hasattr(sys, "_reliability_overhears"):
        sys._reliability_overhears = True  # type: ignore[attr-defined]
        sys.addaudithook(_overhear)
    _watching.append([])
    try:
        yield
    finally:
        touched = _watching.pop()
    assert touched == []


def bombs(secret: Path) -> dict[str, bytes]:
    """By name; the first character of the entity `x` would be the bomb's harvest."""
    tail = f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>oH05</FromUserName><MsgType>text</MsgType><MsgId>5</MsgId><Content>&x;</Content></xml>"
    laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    attributes = " ".join(f"a{n}=''" for n in range(4_000))
    local = "http://127.0.0.1:9"
    made = {
        "entity bomb": f'<!DOCTYPE xml [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x9;">]>{tail}',
        "quadratic": f'<!DOCTYPE xml [<!ENTITY x "{"a" * 30_000}">]>{tail.replace("&x;", "&x;" * 5_000)}',
        "external file": f'<!DOCTYPE xml [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{tail}',
        "external address": f'<!DOCTYPE xml [<!ENTITY x SYSTEM "{local}/x">]>{tail}',
        "parameter entity": f'<!DOCTYPE xml [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>{tail}',
        "external subset": f'<!DOCTYPE xml SYSTEM "{local}/x.dtd">{tail}',
        "public subset": f'<!DOCTYPE xml PUBLIC "-//x" "{local}/x.dtd">{tail}',
        "bare doctype": f"<!DOCTYPE xml>{tail.replace('&x;', 'x')}",
        "after a comment": f"<?xml version='1.0'?><!-- x --><!DOCTYPE xml [<!ENTITY x 'y'>]>{tail}",
        "standalone": f"<?xml version='1.0' standalone='yes'?><!DOCTYPE xml [<!ENTITY x 'y'>]>{tail}",
        "unknown entity": tail,
        "deep": f"<xml>{'<a>' * 9_000}",
        "wide": f"<xml>{'<a/>' * 9_000}</xml>",
        "long name": f"<xml><{'a' * 45_000}/></xml>",
        "many attributes": f"<xml><a {attributes}/></xml>",
    }
    return {name: text.encode() for name, text in made.items()} | {
        "utf-16": made["bare doctype"].encode("utf-16"),
        "utf-16 and says so": f"<?xml version='1.0' encoding='utf-16'?>{made['bare doctype']}".encode("utf-16"),
        "utf-32": made["bare doctype"].encode("utf-32"),
    }


def _deliver(kit: Kit, door: Door, body: bytes, *, sealed: bool) -> Answer:
    now = kit.clock()
    if sealed:
        return door.carry(wire.letter(kit.settings, wire.seal(kit.settings, body), now))
    return door.post(wire.query(kit.settings, now), body)


@pytest.mark.parametrize("mode", ["plain", "sealed"])
def test_h05_bombs_are_refused_without_a_file_an_address_or_much_memory(
    make_kit: Callable[..., Kit], database_url: str, tmp_path: Path, mode: str
) -> None:
    kit = make_kit(database_url, "plain" if mode == "plain" else "safe")
    door, secret = Door(create_app(kit)), tmp_path / "secret"
    secret.write_text("a secret")
    _deliver(kit, door, b"<xml/>", sealed=mode == "sealed")  # whatever is imported late is imported now
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        with nothing_touched():
            answers = {name: _deliver(kit, door, body, sealed=mode == "sealed") for name, body in bombs(secret).items()}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answers == dict.fromkeys(answers, Answer(200, b""))  # genuine but unreadable: never repeated, never shown
    assert peak < 20 * MEGABYTE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024  # in KB
    assert (count(kit.database, InboxMessage), count(kit.database, Person)) == (0, 0)


def test_h05_a_bomb_around_the_envelope_is_as_forged_as_any_other_body(
    kit: Kit, door: Door, clock: StillClock, tmp_path: Path
) -> None:
    sealed = wire.seal(kit.settings, message("oH05", 1, MsgType="text", Content="x", MsgId="5").encode())
    query = wire.query(kit.settings, clock(), sealed)
    with nothing_touched():
        for body in bombs(tmp_path / "none").values():
            assert door.post(query, body) == REFUSED
            with_letter = body.replace(b"<xml>", f"<xml><Encrypt>{sealed}</Encrypt>".encode(), 1)
            assert door.post(query, with_letter).status in (200, 403)  # a letter that opens is the platform's own


class Endless(io.RawIOBase):
    """A body that never ends and counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        assert self.taken < 4 * MEGABYTE
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


CHUNKED = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_h06_a_body_over_sixty_four_kilobytes_is_cut_off(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, mode: str
) -> None:
    kit = make_kit(database_url, mode)
    door, query, endless = Door(create_app(kit)), wire.query(kit.settings, clock(), "AAAA"), Endless()
    assert door.post(query, b"x" * (LIMIT + 1)).status == 413
    assert door.post(query, Unreadable(), CONTENT_LENGTH=str(10 * MEGABYTE)).status == 413
    assert door.post(query, Unreadable(), CONTENT_LENGTH="9" * 30).status == 413
    assert door.post(query, endless, **CHUNKED).status == 413
    assert endless.taken <= 4 * LIMIT
    assert door.post(query, b"x" * LIMIT).status in (200, 403)
    assert door.post(query | {"signature": "0" * 40}, Unreadable(), **CHUNKED) == REFUSED  # forged comes first
    for odd in ("", "abc", "-5", "1e3", "\u0661"):
        assert door.post(query, b"<xml/>", CONTENT_LENGTH=odd).status in (200, 403)
    assert door.post(query, b"", CONTENT_LENGTH=None).status in (200, 403)
    assert count(kit.database, InboxMessage) == 0


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_h06_a_body_in_chunks_within_the_limit_is_a_message_like_any_other(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, mode: str
) -> None:
    kit = make_kit(database_url, mode)
    xml = message("oH06", int(clock().timestamp()), MsgType="text", Content="帮助", MsgId="6").encode()
    sealed = wire.seal(kit.settings, xml) if mode == "safe" else None
    body = wire.outer(sealed) if sealed else xml
    answer = Door(create_app(kit)).post(wire.query(kit.settings, clock(), sealed), io.BytesIO(body), **CHUNKED)
    assert "每日一题" in opened(kit.settings, answer)  # type: ignore[arg-type]
