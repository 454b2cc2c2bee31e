"""Whom an OpenID means, and pages of people in the order in which they came (wechat_platform §4.8, §5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.phones.model import Phone, openid_for
from bot.simulator.phones.world import Memory, World

PAGE = 10_000
ACCOUNT_LETTERS = 6
OPENID_LETTERS = 28


def known(world: World, memory: Memory, openid: Any) -> Phone:
    """Somebody who follows or once did.

    Raises RefusedError: 41009 nobody named, 40003 no OpenID, 49003 one of another account, 46004 one of nobody.
    """
    if openid is None or openid == "":
        raise RefusedError(41009)
    phone = memory.by_openid(openid) if isinstance(openid, str) else None
    if phone is not None:
        return phone
    if not isinstance(openid, str) or len(openid) != OPENID_LETTERS:
        raise RefusedError(40003)
    ours = openid.startswith(openid_for(world.account.app_id, "")[:ACCOUNT_LETTERS])
    raise RefusedError(46004 if ours else 49003)


def follower(world: World, memory: Memory, openid: Any) -> Phone:
    """Raises RefusedError as `known` does, and 40003 for one who does not follow."""
    phone = known(world, memory, openid)
    if not phone.following:
        raise RefusedError(40003)
    return phone


def batch(listed: Any, most: int) -> list[Any]:
    """Raises RefusedError(40032) for a list that is empty, too long or no list."""
    if not isinstance(listed, list) or not 1 <= len(listed) <= most:
        raise RefusedError(40032)
    return listed


def followers(world: World, memory: Memory, listed: Any, most: int) -> list[Phone]:
    """All of a batch or none. Raises RefusedError as `batch` and `follower` do."""
    return [follower(world, memory, openid) for openid in batch(listed, most)]


def page(memory: Memory, after: Any, wanted: Callable[[Phone], bool]) -> dict[str, Any]:
    """`total`, `count`, and where there are any left `data`; `next_openid` is the last on this page, empty after the end.

    Raises RefusedError(40003) for an `after` that is no OpenID of this account.
    """
    if after and (not isinstance(after, str) or after not in memory.openids):
        raise RefusedError(40003)
    total, begun = 0, not after
    found: list[str] = []
    for openid, phone_id in memory.openids.items():
        phone = memory.phones.get(phone_id)
        if phone is not None and wanted(phone):
            total += 1
            if begun and len(found) < PAGE:
                found.append(openid)
        begun = begun or openid == after
    if not found:
        return {"total": total, "count": 0, "next_openid": ""}
    return {"total": total, "count": len(found), "data": {"openid": found}, "next_openid": found[-1]}
