"""The interfaces themselves, one small function each, and the table that says how each may be called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.account import Account
from bot.simulator.api import conditional, custom, menus, tags
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.faults import Calls, Faults
from bot.simulator.api.tokens import Tokens
from bot.simulator.phones.world import World


@dataclass(frozen=True, slots=True)
class Platform:
    """What the interfaces work on."""

    account: Account
    world: World
    tokens: Tokens
    faults: Faults
    calls: Calls


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the query, and the body as it came."""

    query: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body read. Raises RefusedError(47001) for what is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            raise RefusedError(47001) from None
        if not isinstance(value, dict):
            raise RefusedError(47001)
        return value


@dataclass(frozen=True, slots=True)
class Interface:
    """How one address is called and what answers."""

    method: str
    answer: Callable[[Platform, Call], dict[str, Any]]
    needs_token: bool = True


OK = {"errcode": 0, "errmsg": "ok"}


def _prove(platform: Platform, given: dict[str, Any]) -> None:
    """The order of the platform's own checks: the appid before anything else."""
    account = platform.account
    if not given.get("appid"):
        raise RefusedError(41002)
    if given["appid"] != account.app_id:
        raise RefusedError(40013)
    if given.get("grant_type") != "client_credential":
        raise RefusedError(40002)
    if not given.get("secret"):
        raise RefusedError(41004)
    if given["secret"] != account.app_secret:
        raise RefusedError(40125)


def token(platform: Platform, call: Call) -> dict[str, Any]:
    _prove(platform, dict(call.query))
    value, seconds = platform.tokens.classic()
    return {"access_token": value, "expires_in": seconds}


def stable_token(platform: Platform, call: Call) -> dict[str, Any]:
    given = call.json()
    _prove(platform, given)
    value, seconds = platform.tokens.stable(force=given.get("force_refresh") is True)
    return {"access_token": value, "expires_in": seconds}


def menu_create(platform: Platform, call: Call) -> dict[str, Any]:
    _granted(platform)
    menu = call.json()
    if b"\\u" in call.body:
        raise RefusedError(40033)
    platform.world.set_menu(menus.accept(menu))
    return dict(OK)


def menu_get(platform: Platform, _call: Call) -> dict[str, Any]:
    _granted(platform)
    menu = _menu(platform)
    with platform.world.locked() as memory:
        return conditional.beside(memory, menu)


def menu_delete(platform: Platform, _call: Call) -> dict[str, Any]:
    _granted(platform)
    platform.world.set_menu(None)
    return dict(OK)


def menu_live(platform: Platform, _call: Call) -> dict[str, Any]:
    """What is live may be read by every account, console-made menus too."""
    try:
        return menus.as_live(_menu(platform))
    except RefusedError:
        return {"is_menu_open": 0, "selfmenu_info": {}}


def custom_send(platform: Platform, call: Call) -> dict[str, Any]:
    if not platform.account.may_send:
        raise RefusedError(48001)
    custom.send(platform.world, call.json(), call.body)
    return dict(OK)


def _by_tag(work: Callable[[World, Any], dict[str, Any]], *, of_menus: bool = False) -> Interface:
    """An interface of the accounts that may have tags; what it stores must come in raw characters."""

    def answered(platform: Platform, call: Call) -> dict[str, Any]:
        if of_menus:
            _granted(platform)
        if not platform.account.may_tag:
            raise RefusedError(48001)
        body = call.json()
        if b"\\u" in call.body:
            raise RefusedError(40033)
        done = work(platform.world, body)
        platform.world.save()
        return done

    return Interface("POST", answered)


def tags_get(platform: Platform, _call: Call) -> dict[str, Any]:
    if not platform.account.may_tag:
        raise RefusedError(48001)
    return tags.get(platform.world, None)


def callback_ip(_platform: Platform, _call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


def _granted(platform: Platform) -> None:
    if not platform.account.may_have_menu:
        raise RefusedError(48001)


def _menu(platform: Platform) -> dict[str, Any]:
    with platform.world.locked() as memory:
        if memory.menu is None:
            raise RefusedError(46003)
        return memory.menu


INTERFACES: dict[str, Interface] = {
    "cgi-bin/token": Interface("GET", token, needs_token=False),
    "cgi-bin/stable_token": Interface("POST", stable_token, needs_token=False),
    "cgi-bin/menu/create": Interface("POST", menu_create),
    "cgi-bin/menu/get": Interface("GET", menu_get),
    "cgi-bin/menu/delete": Interface("GET", menu_delete),
    "cgi-bin/get_current_selfmenu_info": Interface("GET", menu_live),
    "cgi-bin/menu/addconditional": _by_tag(conditional.add, of_menus=True),
    "cgi-bin/menu/delconditional": _by_tag(conditional.delete, of_menus=True),
    "cgi-bin/menu/trymatch": _by_tag(conditional.try_match, of_menus=True),
    "cgi-bin/tags/get": Interface("GET", tags_get),
    **{f"cgi-bin/{address}": _by_tag(work) for address, work in tags.POSTED.items()},
    "cgi-bin/message/custom/send": Interface("POST", custom_send),
    "cgi-bin/getcallbackip": Interface("GET", callback_ip),
}


def answer(platform: Platform, endpoint: str, method: str, call: Call) -> dict[str, Any]:
    """What the platform says to this call. Raises RefusedError."""
    interface = INTERFACES.get(endpoint)
    if interface is None:
        raise RefusedError(40066)
    if interface.needs_token:
        platform.tokens.check(call.query.get("access_token", ""))
    if method != interface.method:
        raise RefusedError(43002 if interface.method == "POST" else 43001)
    return interface.answer(platform, call)
