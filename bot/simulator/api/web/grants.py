"""The ledger of web authorisation: codes used once within five minutes, their tokens, and the tokens' successors (§4.12)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.phones.world import Memory, World

CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS = 300, 7200, 30 * 86400
MOST_KEPT = 2000


def issue_code(world: World, phone_openid: str, scope: str) -> str:
    """A code for one page and one person."""
    code = world.chance.letters(24)
    _keep(world, "oauth_codes", code, {"openid": phone_openid, "scope": scope, "at": world.now(), "used": False})
    return code


def redeem(world: World, code: str) -> dict[str, Any]:
    """The answer of sns/oauth2/access_token. Raises RefusedError: 40029 unknown, 40163 used, 42003 outlived."""
    with world.locked() as memory:
        found = memory.shelf.get("oauth_codes", {}).get(code)
        if found is None:
            raise RefusedError(40029)
        if found["used"]:
            raise RefusedError(40163)
        if world.now() >= found["at"] + CODE_SECONDS:
            raise RefusedError(42003)
        found["used"] = True
        refresh = world.chance.letters(64)
        grant = {"openid": found["openid"], "scope": found["scope"], "at": world.now(), "token": ""}
        _keep(world, "oauth_refreshes", refresh, grant)
        return _with_token(world, memory, refresh)


def renew(world: World, refresh: str) -> dict[str, Any]:
    """A living token lives on, a dead one is replaced. Raises RefusedError: 40030 unknown, 42002 after thirty days."""
    with world.locked() as memory:
        grant = memory.shelf.get("oauth_refreshes", {}).get(refresh)
        if grant is None:
            raise RefusedError(40030)
        if world.now() >= grant["at"] + REFRESH_SECONDS:
            raise RefusedError(42002)
        return _with_token(world, memory, refresh)


def holder(world: World, memory: Memory, token: str, openid: str) -> dict[str, Any]:
    """`openid` and `scope` of a web token. Raises RefusedError: 41001, 40001, 42001, 41009, 40003 somebody else's."""
    if not token:
        raise RefusedError(41001)
    found = memory.shelf.get("oauth_tokens", {}).get(token)
    if found is None:
        raise RefusedError(40001)
    if world.now() >= found["until"]:
        raise RefusedError(42001)
    if not openid:
        raise RefusedError(41009)
    if openid != found["openid"]:
        raise RefusedError(40003)
    held: dict[str, Any] = found
    return held


def _with_token(world: World, memory: Memory, refresh: str) -> dict[str, Any]:
    grant = memory.shelf["oauth_refreshes"][refresh]
    held = memory.shelf.get("oauth_tokens", {}).get(grant["token"])
    if held is None or world.now() >= held["until"]:
        grant["token"] = world.chance.letters(64)
    told = {"openid": grant["openid"], "scope": grant["scope"]}
    _keep(world, "oauth_tokens", grant["token"], told | {"until": world.now() + TOKEN_SECONDS})
    return {"access_token": grant["token"], "expires_in": TOKEN_SECONDS, "refresh_token": refresh, **told}


def _keep(world: World, shelf: str, name: str, entry: dict[str, Any]) -> None:
    with world.locked() as memory:
        kept = memory.shelf.setdefault(shelf, {})
        kept[name] = entry
        if len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]
        world.touch()
