"""The custom menus on the platform: the default one and those by tag pushed, what stood there before told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.wechat import tags
from bot.wechat.client import PlatformClient
from bot.wechat.errors import PlatformError
from content.menu import Button, Menu

NO_MENU, NOT_GRANTED, NONE_SUCH = 46003, 48001, 65301


def for_platform(buttons: Sequence[Button]) -> dict[str, Any]:
    """The body of menu/create: every button is a click whose key is the action's name."""
    return {"button": [_button(button) for button in buttons]}


def is_ours(before: dict[str, Any] | None, menu: Menu) -> bool:
    """True when what stands there is what we would push, and beside it no menu for others than our audiences."""
    if before is None or _keys(before["selfmenu_info"]) != _keys(for_platform(menu.buttons)):
        return False
    ours = [_keys(for_platform(variant.buttons)) for variant in menu.variants.values()]
    return all(_keys(each) in ours for each in before.get("conditionalmenu", []))


def current(client: PlatformClient) -> dict[str, Any] | None:
    """What is live now, made in the back office or by us; None when there is nothing."""
    try:
        answer: dict[str, Any] = client.get("get_current_selfmenu_info")
    except PlatformError as refused:
        if refused.code == NO_MENU:
            return None
        raise
    return answer if answer.get("selfmenu_info", {}).get("button") else None


def conditional(client: PlatformClient) -> list[dict[str, Any]]:
    """The menus by tag that stand there now; none where the account has no say in it."""
    try:
        return list(client.get("menu/get").get("conditionalmenu", []))
    except PlatformError as refused:
        if refused.code in (NO_MENU, NOT_GRANTED):
            return []
        raise


def push(client: PlatformClient, menu: Menu) -> None:
    """Replace the default menu; those by tag stay. Raises PlatformError and Unreachable."""
    client.post("menu/create", data=for_platform(menu.buttons))


def push_variants(client: PlatformClient, menu: Menu) -> int:
    """A menu for each audience's tag, the tags made where they are missing; how many menus there are then.

    Older menus for these tags are taken away once the new ones stand, so that nobody is without; menus for other tags
    are not ours and stay. What is right already is left alone. Raises PlatformError and Unreachable.
    """
    if not menu.variants:
        return 0
    by_name = tags.ids(client, [variant.tag for variant in menu.variants.values()])
    standing = conditional(client)
    for variant in menu.variants.values():
        body, tag = for_platform(variant.buttons), str(by_name[variant.tag])
        old = [each for each in standing if _tag_of(each) == tag]
        right = [each for each in old if _keys(each) == _keys(body)][-1:]
        if not right:
            client.post("menu/addconditional", data={**body, "matchrule": {"tag_id": tag}})
        for each in old:
            if each not in right:
                _take_away(client, each["menuid"])
    return len(menu.variants)


def _take_away(client: PlatformClient, menu_id: object) -> None:
    try:
        client.post("menu/delconditional", data={"menuid": str(menu_id)})
    except PlatformError as refused:
        if refused.code != NONE_SUCH:
            raise


def _tag_of(menu: Mapping[str, Any]) -> str:
    """The one tag a menu is for, under its name of today or of old; empty when its rule asks for more than a tag."""
    rule = {name: value for name, value in menu.get("matchrule", {}).items() if value}
    named = rule.pop("tag_id", None) or rule.pop("group_id", None)
    return str(named) if named and not rule else ""


def _keys(menu: Mapping[str, Any]) -> list[Any]:
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
