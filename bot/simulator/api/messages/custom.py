"""message/custom/send: who may, to whom, inside which window, and the message onto the phone (wechat_platform §4.2)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.phones.world import World

TEXT_LIMIT_BYTES = 2048


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """Deliver it. Raises RefusedError."""
    world, body = platform.world, call.json()
    content = _text(world, body)
    with world.locked() as memory:
        phone = next((phone for phone in memory.phones.values() if phone.openid == body.get("touser")), None)
        _spend(world, phone)
        assert phone is not None
        world.add_bubble(phone, Bubble(0, "account", "text", content, 0))
    world.save()
    return dict(OK)


def _text(world: World, body: Any) -> str:
    kind = body.get("msgtype")
    if kind == "msgmenu" and world.account.kind == "test":
        raise RefusedError(40200)
    if kind != "text":  # this simulator delivers only what the bot sends
        raise RefusedError(40008)
    content = body["text"].get("content") if isinstance(body.get("text"), dict) else None
    if not isinstance(content, str) or not content.strip():
        raise RefusedError(44004)
    if len(content.encode()) > TEXT_LIMIT_BYTES:
        raise RefusedError(45002)
    return content


def _spend(world: World, phone: Phone | None) -> None:
    """Use one message of his windows."""
    if phone is None:
        raise RefusedError(40003)
    refused = phone.windows.take(world.now()) if phone.following else 45015
    if refused:
        raise RefusedError(refused)


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/custom/send": Interface("POST", send, "custom", 500_000),
}
