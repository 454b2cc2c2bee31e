"""The custom menu: what the platform accepts, with its refusals, and the two shapes it is read back in (§4.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.things import publishing
from bot.simulator.phones.world import Memory, World

TOP_BUTTONS, SUB_BUTTONS = 3, 5
MOST_BUTTONS = TOP_BUTTONS * (SUB_BUTTONS + 1)
KEY_BYTES, URL_BYTES = 128, 1024
MOST_DOMAINS = 3

KEYED = {
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
}  # fmt: skip
ADDRESSED = {"view", "miniprogram"}
MATERIAL = {"media_id", "view_limited"}
ARTICLES = {"article_id", "article_view_limited"}
APPID = re.compile(r"wx[0-9a-zA-Z]{6,30}")


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
TOP_BY_TAG = Level(16, 40017, 40018, 40019, 40020, 65317)
SUB_BY_TAG = Level(60, 40024, 40025, 40026, 40027, 65317)


class Reader:
    """Reads a menu against what the account has; `by_tag` with the codes of the conditional ones."""

    def __init__(self, memory: Memory, now: float, *, by_tag: bool = False) -> None:
        self._memory, self._now, self._by_tag = memory, now, by_tag
        self._top, self._sub = (TOP_BY_TAG, SUB_BY_TAG) if by_tag else (TOP, SUB)

    def read(self, body: Any) -> dict[str, Any]:
        """The menu to keep. Raises RefusedError with the code the platform would use."""
        buttons = body.get("button") if isinstance(body, dict) else None
        if not isinstance(buttons, list) or not all(isinstance(button, dict) for button in buttons):
            raise RefusedError(40015)
        if sum(1 + len(_subs(button)) for button in buttons) > MOST_BUTTONS:
            raise RefusedError(45010)
        if not 1 <= len(buttons) <= TOP_BUTTONS:
            raise RefusedError(40016)
        menu = {"button": [self._top_button(button) for button in buttons]}
        if self._by_tag and len(_domains(menu)) > MOST_DOMAINS:
            raise RefusedError(65316)
        return menu

    def _top_button(self, button: dict[str, Any]) -> dict[str, Any]:
        subs = button.get("sub_button") or []
        if not subs:
            return self._leaf(button, self._top) | {"sub_button": []}
        _named(button, self._top)
        if button.get("type"):
            raise RefusedError(40017)  # a button opens a list or does something, never both
        if not isinstance(subs, list) or len(subs) > SUB_BUTTONS or not all(isinstance(sub, dict) for sub in subs):
            raise RefusedError(40023)
        if any(sub.get("sub_button") for sub in subs):
            raise RefusedError(40022)
        return {"name": button["name"], "sub_button": [self._leaf(sub, self._sub) | {"sub_button": []} for sub in subs]}

    def _leaf(self, button: dict[str, Any], level: Level) -> dict[str, Any]:
        _named(button, level)
        kind = button.get("type")
        if kind is None and self._by_tag:
            raise RefusedError(65308)
        if not isinstance(kind, str):
            raise RefusedError(level.bad_type)
        if kind in KEYED:
            _sized(button.get("key"), KEY_BYTES, level.bad_key)
        elif kind in ADDRESSED:
            _addressed(button, level)
        elif kind not in MATERIAL | ARTICLES:
            raise RefusedError(level.bad_type)
        self._owned(button, kind)
        return {key: value for key, value in button.items() if key != "sub_button"}

    def _owned(self, button: dict[str, Any], kind: str) -> None:
        """What a button names must be the account's: its material, its articles, a mini-program linked to it."""
        if kind in MATERIAL and not _permanent(self._memory, button.get("media_id")):
            raise RefusedError(40007)
        if kind in ARTICLES and not publishing.is_published(self._memory, button.get("article_id"), self._now):
            raise RefusedError(40007)
        if kind == "miniprogram" and not _linked(self._memory, button):
            raise RefusedError(45064)


def accept(world: World, body: Any, *, by_tag: bool = False) -> dict[str, Any]:
    """The menu to keep. Raises RefusedError with the code the platform would use."""
    with world.locked() as memory:
        return Reader(memory, world.now(), by_tag=by_tag).read(body)


def _subs(button: dict[str, Any]) -> list[Any]:
    subs = button.get("sub_button")
    return subs if isinstance(subs, list) else []


def _addressed(button: dict[str, Any], level: Level) -> None:
    _sized(button.get("url"), URL_BYTES, level.bad_url)
    if not str(button["url"]).startswith(("http://", "https://")):
        raise RefusedError(level.bad_domain)


def _permanent(memory: Memory, media_id: object) -> bool:
    return isinstance(media_id, str) and media_id in memory.shelf.get("materials", {})


def _linked(memory: Memory, button: dict[str, Any]) -> bool:
    """Every well-formed appid is, until somebody says which are."""
    appid, path = button.get("appid"), button.get("pagepath")
    if not isinstance(appid, str) or not APPID.fullmatch(appid) or not isinstance(path, str) or not path:
        return False
    linked = memory.shelf.get("miniprograms")
    return linked is None or appid in linked


def _domains(menu: dict[str, Any]) -> set[str]:
    leaves = [leaf for top in menu["button"] for leaf in (top["sub_button"] or [top])]
    return {_host(leaf["url"]) for leaf in leaves if leaf.get("type") == "view"}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        raise RefusedError(65317) from None


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
