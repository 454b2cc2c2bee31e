"""The custom menu: what the platform accepts, with its refusals, and the two shapes it is read back in (§4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.simulator.api.errors import RefusedError

TOP_BUTTONS, SUB_BUTTONS = 3, 5
KEY_BYTES, URL_BYTES = 128, 1024

KEYED = {
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
}  # fmt: skip
ADDRESSED = {"view", "miniprogram"}
OTHERS = {"media_id", "view_limited", "article_id", "article_view_limited"}


@dataclass(frozen=True, slots=True)
class Level:
    """The limits of one row of buttons and the codes that name them."""

    name_bytes: int
    bad_type: int
    bad_name: int
    bad_key: int
    bad_url: int
    bad_domain: int


TOP = Level(16, 40017, 40018, 40019, 40020, 40055)
SUB = Level(60, 40024, 40025, 40026, 40027, 40054)


def accept(body: Any) -> dict[str, Any]:
    """The menu to keep. Raises RefusedError with the code the platform would use."""
    buttons = body.get("button") if isinstance(body, dict) else None
    if not isinstance(buttons, list) or not all(isinstance(button, dict) for button in buttons):
        raise RefusedError(40015)
    if not 1 <= len(buttons) <= TOP_BUTTONS:
        raise RefusedError(40016)
    return {"button": [_top(button) for button in buttons]}


def _top(button: dict[str, Any]) -> dict[str, Any]:
    subs = button.get("sub_button") or []
    if not subs:
        return _leaf(button, TOP) | {"sub_button": []}
    _named(button, TOP)
    if button.get("type"):
        raise RefusedError(40017)  # a button opens a list or does something, never both
    if not isinstance(subs, list) or len(subs) > SUB_BUTTONS or not all(isinstance(sub, dict) for sub in subs):
        raise RefusedError(40023)
    if any(sub.get("sub_button") for sub in subs):
        raise RefusedError(40022)
    return {"name": button["name"], "sub_button": [_leaf(sub, SUB) | {"sub_button": []} for sub in subs]}


def _leaf(button: dict[str, Any], level: Level) -> dict[str, Any]:
    _named(button, level)
    kind = button.get("type")
    if kind in KEYED:
        _sized(button.get("key"), KEY_BYTES, level.bad_key)
    elif kind in ADDRESSED:
        _sized(button.get("url"), URL_BYTES, level.bad_url)
        if not str(button["url"]).startswith(("http://", "https://")):
            raise RefusedError(level.bad_domain)
    elif kind not in OTHERS:
        raise RefusedError(level.bad_type)
    return {key: value for key, value in button.items() if key != "sub_button"}


def _named(button: dict[str, Any], level: Level) -> None:
    _sized(button.get("name"), level.name_bytes, level.bad_name)


def _sized(value: Any, limit: int, code: int) -> None:
    if not isinstance(value, str) or not value.strip() or len(value.encode()) > limit:
        raise RefusedError(code)


def as_live(menu: dict[str, Any]) -> dict[str, Any]:
    """The shape of get_current_selfmenu_info: sub-buttons under `list`, none where there are none."""
    shown = []
    for button in menu["button"]:
        subs = [{k: v for k, v in sub.items() if k != "sub_button"} for sub in button["sub_button"]]
        plain = {k: v for k, v in button.items() if k != "sub_button"}
        shown.append(plain | ({"sub_button": {"list": subs}} if subs else {}))
    return {"is_menu_open": 1, "selfmenu_info": {"button": shown}}
