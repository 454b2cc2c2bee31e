"""The custom menu on the platform: ours pushed, the one before it kept."""

from __future__ import annotations

from typing import Any

from bot.wechat.client import PlatformClient
from bot.wechat.errors import PlatformError
from content.menu import Button, Menu

NO_MENU = 46003


def for_platform(menu: Menu) -> dict[str, Any]:
    """The body of menu/create: every button is a click whose key is the action's name."""
    return {"button": [_button(button) for button in menu.buttons]}


def is_ours(before: dict[str, Any] | None, menu: Menu) -> bool:
    """True when what stands there is what we would push."""
    return before is not None and _keys(before["selfmenu_info"]) == _keys(for_platform(menu))


def current(client: PlatformClient) -> dict[str, Any] | None:
    """What is live now, made in the back office or by us; None when there is nothing."""
    try:
        answer: dict[str, Any] = client.get("get_current_selfmenu_info")
    except PlatformError as refused:
        if refused.code == NO_MENU:
            return None
        raise
    return answer if answer.get("selfmenu_info", {}).get("button") else None


def push(client: PlatformClient, menu: Menu) -> None:
    """Replace the whole menu. Raises PlatformError and Unreachable."""
    client.post("menu/create", data=for_platform(menu))


def _keys(menu: dict[str, Any]) -> list[Any]:
    """Names and keys, whichever of the platform's two shapes they come in."""
    found: list[Any] = []
    for button in menu.get("button", []):
        below = button.get("sub_button", [])
        inner = below.get("list", []) if isinstance(below, dict) else below
        found.append((button.get("name"), button.get("key"), [(each.get("name"), each.get("key")) for each in inner]))
    return found


def _button(button: Button) -> dict[str, Any]:
    if button.buttons:
        return {"name": button.name, "sub_button": [_button(each) for each in button.buttons]}
    return {"type": "click", "name": button.name, "key": button.action}
