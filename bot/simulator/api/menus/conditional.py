"""Menus for those who wear a tag, over the default one: added, taken away, tried on somebody (wechat_platform §4.7)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.menus import accepting
from bot.simulator.api.messages import reading
from bot.simulator.api.people.tags import STARRED
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.world import DEFAULT_MENU_ID, Memory

FIRST_ID = 400000000
PLATFORMS = ("1", "2", "3")
RULES = ("tag_id", "client_platform_type")
MOST_MENUS = 100


def add(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    rule = body.get("matchrule")
    if not isinstance(rule, dict) or not any(rule.get(name) for name in RULES):  # sex and city have gone
        raise RefusedError(65304)
    if not body.get("button"):
        raise RefusedError(65307)
    menu = accepting.accept(world, body, by_tag=True)
    with world.locked() as memory:
        if memory.menu is None:
            raise RefusedError(65303)
        if len(memory.conditional) >= MOST_MENUS:
            raise RefusedError(65305)
        kept = _rule(memory, rule)
        made = max((FIRST_ID, *(each["menuid"] for each in memory.conditional))) + 1
        memory.conditional.append(menu | {"matchrule": kept, "menuid": made})
        world.touch()
    return {"menuid": str(made)}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    with world.locked() as memory:
        left = [each for each in memory.conditional if str(each["menuid"]) != str(body.get("menuid"))]
        if len(left) == len(memory.conditional):
            raise RefusedError(65301)
        memory.conditional[:] = left
        world.touch()
    return dict(OK)


def try_match(platform: Platform, call: Call) -> dict[str, Any]:
    """What a follower would see."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        phone = memory.by_openid(body.get("user_id"))
        if phone is None or not phone.following:
            raise RefusedError(65302)
        menu = memory.menu_of(phone)
        if menu is None:
            raise RefusedError(46003)
        return {"button": menu["button"]}


def beside(memory: Memory, menu: dict[str, Any]) -> dict[str, Any]:
    """The answer of menu/get: ids and the other menus appear only where there are any."""
    if not memory.conditional:
        return {"menu": menu}
    return {"menu": menu | {"menuid": DEFAULT_MENU_ID}, "conditionalmenu": list(memory.conditional)}


def _rule(memory: Memory, rule: dict[str, Any]) -> dict[str, str]:
    tag, client = str(rule.get("tag_id") or ""), str(rule.get("client_platform_type") or "")
    number = reading.number(tag)
    if tag and number != STARRED and number not in memory.tags:  # 0 and 1 are reserved, nobody wears them
        raise RefusedError(45159)
    if client and client not in PLATFORMS:
        raise RefusedError(65304)
    return {name: value for name, value in (("tag_id", tag), ("client_platform_type", client)) if value}


INTERFACES: dict[str, Interface] = {
    "cgi-bin/menu/addconditional": Interface("POST", add, "menu_by_tag", 2000),
    "cgi-bin/menu/delconditional": Interface("POST", delete, "menu_by_tag", 2000),
    "cgi-bin/menu/trymatch": Interface("POST", try_match, "menu_by_tag", 20_000),
}
