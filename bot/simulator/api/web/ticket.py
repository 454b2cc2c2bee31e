"""The JS-SDK's ticket, and whether a page was signed with it as the platform would sign it (wechat_platform §4.13)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.world import Memory

LIFE_SECONDS = 7200
TYPES = ("jsapi", "wx_card")


def get(platform: Platform, call: Call) -> dict[str, Any]:
    """The same ticket to everybody who asks, with what is left of its two hours."""
    world, kind = platform.world, call.query.get("type", "")
    if kind not in TYPES:
        raise RefusedError(40035)
    with world.locked() as memory:
        tickets, now = memory.shelf.setdefault("tickets", {}), world.now()
        if kind not in tickets or now >= tickets[kind]["until"]:
            tickets[kind] = {"ticket": "sM4AOVdWfPE4DxkXGEs8V" + world.chance.letters(48), "until": now + LIFE_SECONDS}
            world.touch()
        found = tickets[kind]
    return {**OK, "ticket": found["ticket"], "expires_in": int(found["until"] - now)}


def signed(memory: Memory, now: float, url: str, noncestr: str, timestamp: str) -> str:
    """The signature such a page must carry, empty while no ticket lives."""
    ticket = memory.shelf.get("tickets", {}).get("jsapi")
    if ticket is None or now >= ticket["until"]:
        return ""
    plain = f"jsapi_ticket={ticket['ticket']}&noncestr={noncestr}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()


def fits(expected: str, signature: str) -> bool:
    return bool(expected) and hmac.compare_digest(expected.encode(), signature.encode())


INTERFACES: dict[str, Interface] = {
    "cgi-bin/ticket/getticket": Interface("GET", get, daily=1_000_000),
}
