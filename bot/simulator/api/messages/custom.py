"""message/custom: who may, to whom, inside which window, and the message or the typing dots onto the phone (§4.2)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import agents, contents, reading
from bot.simulator.api.messages.finishing import afterwards
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Phone

TYPING_SECONDS = 15.0
HEARD_SECONDS = 30.0
COMMANDS = ("Typing", "CancelTyping")


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """Deliver it. Raises RefusedError; what is refused uses nothing up."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        bubble = contents.one_to_one(platform, memory, body)
        agents.named_in(memory, body)
        phone = reading.recipient(memory, body)
        _within_reach(platform, phone)
        phone.windows.take(world.now())
        _rest(phone)
        world.add_bubble(phone, bubble)
    world.save()
    return dict(OK)


def typing(platform: Platform, call: Call) -> dict[str, Any]:
    """The dots on a phone for a quarter of a minute; only to somebody who was heard half a minute ago at most."""
    world, body = platform.world, call.json()
    command = body.get("command")
    if command not in COMMANDS:
        raise RefusedError(45072)
    with world.locked() as memory:
        phone = reading.recipient(memory, body)
        _within_reach(platform, phone)
        if command == "CancelTyping":
            _rest(phone)
        else:
            _begin(platform, phone)
        world.touch(phone)
    return dict(OK)


def _within_reach(platform: Platform, phone: Phone) -> None:
    """Raises RefusedError: 45015 not following or nothing open, 43019 blacklisted, 45047 used up.

    A person who turned off receiving gives 43101 (§8.2 item 11) or 48002, whose very text this is (§5): nobody knows.
    """
    if not phone.following:
        raise RefusedError(45015)
    if phone.blocked:
        raise RefusedError(43019)
    if phone.refuses:
        raise RefusedError(int(platform.switches.on.refusal))
    refused = phone.windows.refusal(platform.clock.now())
    if refused:
        raise RefusedError(refused)


def _begin(platform: Platform, phone: Phone) -> None:
    now = platform.clock.now()
    if now - phone.windows.heard_at() > HEARD_SECONDS:
        raise RefusedError(45080)
    if phone.typing_until > now:
        raise RefusedError(45081)
    _rest(phone)
    phone.typing_until = until = now + TYPING_SECONDS
    phone.busy += 1
    afterwards(platform, TYPING_SECONDS, lambda: _tire(platform, phone, until))


def _tire(platform: Platform, phone: Phone, until: float) -> None:
    with platform.world.locked():
        if phone.typing_until == until:
            _rest(phone)
            platform.world.touch(phone)


def _rest(phone: Phone) -> None:
    if phone.typing_until:
        phone.typing_until = 0.0
        phone.busy = max(0, phone.busy - 1)


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/custom/send": Interface("POST", send, "custom", 500_000),
    "cgi-bin/message/custom/typing": Interface("POST", typing, "custom", 500_000),
}
