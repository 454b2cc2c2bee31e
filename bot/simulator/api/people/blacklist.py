"""The blacklist: whom the account no longer hears, and who no longer hears it (wechat_platform §4.8)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.people import finding
from bot.simulator.api.table import OK, Call, Interface, Platform

MOST_AT_ONCE = 20


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    begin = call.json().get("begin_openid", "")
    with platform.world.locked() as memory:
        return finding.page(memory, begin, lambda phone: phone.blocked)


def block(platform: Platform, call: Call) -> dict[str, Any]:
    return _set(platform, call, blocked=True)


def unblock(platform: Platform, call: Call) -> dict[str, Any]:
    return _set(platform, call, blocked=False)


def _set(platform: Platform, call: Call, *, blocked: bool) -> dict[str, Any]:
    world = platform.world
    with world.locked() as memory:
        listed = finding.batch(call.json().get("openid_list"), MOST_AT_ONCE)
        find = finding.follower if blocked else finding.known
        for phone in [find(world, memory, openid) for openid in listed]:
            phone.blocked = blocked
            world.touch(phone)
    return dict(OK)


INTERFACES: dict[str, Interface] = {
    "cgi-bin/tags/members/getblacklist": Interface("POST", listed, "users", 1000),
    "cgi-bin/tags/members/batchblacklist": Interface("POST", block, "users", 10_000),
    "cgi-bin/tags/members/batchunblacklist": Interface("POST", unblock, "users", 10_000),
}
