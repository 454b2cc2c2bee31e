"""What an interface is: how its address is called, who may, how often, and the function that answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.account import Account
from bot.simulator.api.calls import Calls
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.faults import Faults
from bot.simulator.api.quotas import Quotas
from bot.simulator.api.rights import Right, granted
from bot.simulator.api.tokens import Tokens
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.world import World
from bot.simulator.switches import Switches

OK = {"errcode": 0, "errmsg": "ok"}
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u")


@dataclass(frozen=True, slots=True)
class Platform:
    """What the interfaces work on. `send_event` brings an event to the webhook: (openid, event name, elements)."""

    world: World
    tokens: Tokens
    quotas: Quotas
    faults: Faults
    calls: Calls
    send_event: Callable[[str, str, list[tuple[str, Any]]], None]
    root: Callable[[], str]
    """Where the simulator itself is found, such as `http://127.0.0.1:8000/simulator`, asked while a request is served."""

    @property
    def account(self) -> Account:
        """As it is now: its kind and its mode can be changed."""
        return self.world.account

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def chance(self) -> Chance:
        return self.world.chance

    @property
    def switches(self) -> Switches:
        return self.world.switches

    def may(self, right: Right) -> bool:
        """Whether the interface is granted to this account, as the switches stand."""
        return granted(self.account.kind, right, personal_drafts=self.switches.on.personal_drafts == "allowed")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the query, the body as it came, and of a multipart form its files and fields."""

    query: dict[str, str]
    body: bytes
    files: dict[str, Upload] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def json(self) -> Any:
        """The body read. Raises RefusedError(47001) for what is no JSON object."""
        try:
            value = json.loads(self.body.decode())
            if b"\\u" in self.body:  # may spell half a character, which nothing could ever be answered with
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise RefusedError(47001) from None
        if not isinstance(value, dict):
            raise RefusedError(47001)
        return value


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is no JSON: a picture, a page, a redirect."""

    content: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Answer = dict[str, Any] | Raw


@dataclass(frozen=True, slots=True)
class Interface:
    """How one address is called and what answers; `daily` is the quota of a certified account, 0 for none.

    `form` marks the ones that take a multipart body; every other POST is JSON in raw characters.
    """

    method: str
    answer: Callable[[Platform, Call], Answer]
    right: Right | None = None
    daily: int = 0
    minutely: int = 0
    needs_token: bool = True
    form: bool = False


def answer(platform: Platform, interfaces: dict[str, Interface], endpoint: str, method: str, call: Call) -> Answer:
    """What the platform says to this call. Raises RefusedError, in the order of the platform's own checks."""
    interface = interfaces.get(endpoint)
    if interface is None:
        raise RefusedError(40066)
    if interface.needs_token:
        platform.tokens.check(call.query.get("access_token", ""))
        _from_a_listed_address(platform, call)
    if method != interface.method:
        raise RefusedError(43002 if interface.method == "POST" else 43001)
    if interface.right is not None and not platform.may(interface.right):
        raise RefusedError(48001)
    if method == "POST" and not interface.form:
        _readable(platform, call)
    if interface.needs_token:  # the others prove who calls before they count
        platform.quotas.use(endpoint, interface.daily, interface.minutely)
    return interface.answer(platform, call)


def _readable(platform: Platform, call: Call) -> None:
    """JSON before anything is counted, and in characters as they are written."""
    call.json()
    if _ESCAPED.search(call.body) and platform.switches.on.escaped_json == "refused":
        raise RefusedError(40033)


def _from_a_listed_address(platform: Platform, call: Call) -> None:
    if platform.switches.on.whitelist_scope == "every_call":
        platform.quotas.check_address(call.address)
