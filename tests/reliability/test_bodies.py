"""Bodies nobody should have sent: too long, explosive, unknown or simply anything (H-05, H-06, H-11, H-12, and a fuzz)."""

from __future__ import annotations

import io
import itertools
import random
import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.app import create_app
from bot.config import WeChat
from bot.kit import Kit
from bot.messages import Card, Incoming, Reply
from bot.models import InboxMessage, Person
from bot.router import Router, Turn
from bot.wechat.codec import Codec
from tests.cast import ACCOUNT, Chat, StillClock, account, message
from tests.conftest import CONTENT
from tests.reliability import wire
from tests.reliability.conftest import Plan
from tests.reliability.crew import count
from tests.reliability.door import Answer, Door

MODES = ("plain", "safe")
LIMIT = 64 * 1024
MEGABYTE = 1024 * 1024
HEARD_OUT = ((200, b""), (200, b"success"))
UNWELL = tuple(CONTENT.say(f"general.{key}", menu="").split("\n")[0] for key in ("busy", "failed", "working"))
_watching: list[list[str]] = []


def _overhear(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen"):
        _watching[-1].append(f"{event} {args[0]!r}")


@contextmanager
def nothing_touched() -> Iterator[None]:
    """Fails when a file is opened or an address asked for. The hook of the interpreter cannot be taken out again."""
    if not hasattr(sys, "_reliability_overhears"):
        sys._reliability_overhears = True  # type: ignore[attr-defined]
        sys.addaudithook(_overhear)
    _watching.append([])
    try:
        yield
    finally:
        touched = _watching.pop()
    assert touched == []


def deliver(kit: Kit, door: Door, body: bytes) -> Answer:
    """A genuine request of the account's mode around any bytes."""
    now = kit.clock()
    if kit.settings.wechat.encryption == "plain":
        return door.post(wire.query(kit.settings, now), body)
    return door.carry(wire.letter(kit.settings, wire.seal(kit.settings, body), now))


def bombs(secret: Path) -> dict[str, bytes]:
    tail = "<xml><ToUserName>a</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType><Content>&x;</Content></xml>"
    laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "entity bomb": f'<!DOCTYPE xml [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x9;">]>{tail}',
        "quadratic": f'<!DOCTYPE xml [<!ENTITY x "{"a" * 30_000}">]>{tail.replace("&x;", "&x;" * 5_000)}',
        "external file": f'<!DOCTYPE xml [<!ENTITY x SYSTEM "file://{secret}">]>{tail}',
        "external address": f'<!DOCTYPE xml [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>{tail}',
        "parameter entity": f'<!DOCTYPE xml [<!ENTITY % p SYSTEM "file://{secret}"> %p;]>{tail}',
        "external subset": f'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd">{tail}',
        "public subset": f'<!DOCTYPE xml PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">{tail}',
        "bare": f"<!DOCTYPE xml>{tail.replace('&x;', 'x')}",
        "after a comment": f"<?xml version='1.0'?><!-- x --><!DOCTYPE xml [<!ENTITY x 'y'>]>{tail}",
        "unknown entity": tail,
        "other encoding": '<?xml version="1.0" encoding="utf-7"?>' + tail,
        "included": f'<xml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file://{secret}"/></xml>',
    } and {
        name: text.encode()
        for name, text in {
            "entity bomb": f'<!DOCTYPE xml [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x9;">]>{tail}',
        }.items()
    }
