"""The default menu: set, read back in both shapes, taken away (wechat_platform §4.7)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.menus import accepting, conditional
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.world import Memory

CREATE_DAILY, GET_DAILY, DELETE_DAILY = 1000, 10_000, 1000


def create(platform: Platform, call: Call) -> dict[str, Any]:
    _set(platform, accepting.accept(platform.world, call.json()), by_hand=False)
    return dict(OK)


def get(platform: Platform, _call: Call) -> dict[str, Any]:
    menu = _menu(platform)
    with platform.world.locked() as memory:
        return conditional.beside(memory, menu)


def delete(platform: Platform, _call: Call) -> dict[str, Any]:
    _set(platform, None, by_hand=False)
    return dict(OK)


def live(platform: Platform, _call: Call) -> dict[str, Any]:
    """What is live may be read by every account, console-made menus too."""
    try:
        return accepting.as_live(_menu(platform))
    except RefusedError:
        return {"is_menu_open": 0, "selfmenu_info": {}}


def set_by_hand(platform: Platform, menu: dict[str, Any] | None) -> None:
    """As in the admin console: an accepted menu, or none."""
    _set(platform, menu, by_hand=True)


def made_by_hand(memory: Memory) -> dict[str, Any] | None:
    """The menu of the admin console while it stands, in the shape in which a menu is given."""
    return memory.menu if memory.shelf.get("menu_by_hand") else None


def _set(platform: Platform, menu: dict[str, Any] | None, *, by_hand: bool) -> None:
    with platform.world.locked() as memory:
        memory.shelf["menu_by_hand"] = by_hand and menu is not None
    platform.world.set_menu(menu)


def _menu(platform: Platform) -> dict[str, Any]:
    with platform.world.locked() as memory:
        if memory.menu is None:
            raise RefusedError(46003)
        return memory.menu


INTERFACES: dict[str, Interface] = {
    "cgi-bin/menu/create": Interface("POST", create, "menu", CREATE_DAILY),
    "cgi-bin/menu/get": Interface("GET", get, "menu", GET_DAILY),
    "cgi-bin/menu/delete": Interface("GET", delete, "menu", DELETE_DAILY),
    "cgi-bin/get_current_selfmenu_info": Interface("GET", live),
}
