"""What a press on a menu button sends and opens, for each of the platform's button types (wechat_platform §4.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.phones import kinds
from bot.simulator.phones.kinds import Kind
from bot.simulator.words import words

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person does after the press: what he scans, how many pictures he takes, which place he picks.

    `picture` gives the address and the media id of one more picture.
    """

    result: str = field(default_factory=lambda: words().samples.link_url)
    count: int = 1
    latitude: float = field(default_factory=lambda: words().samples.latitude)
    longitude: float = field(default_factory=lambda: words().samples.longitude)
    label: str = field(default_factory=lambda: words().samples.place)
    picture: Callable[[], tuple[str, str]] = lambda: ("", "")


@dataclass(frozen=True, slots=True)
class Press:
    """The messages and events that leave one after the other, and the address that opens.

    `material` and `article` come from the platform without the bot's hearing of it: into the chat, or opened when `goes`.
    """

    sends: tuple[Kind, ...] = ()
    opens: str | None = None
    material: str = ""
    article: str = ""
    goes: bool = False


def buttons(menu: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Those that do something: the ones without a list of their own, and the ones in the lists."""
    for button in (menu or {}).get("button", []):
        yield from button.get("sub_button") or [button]


def pressed(button: dict[str, Any], menu: int, choice: Choice) -> Press:
    """`menu` is the number of the menu it stands in."""
    doing = DOING.get(str(button.get("type")), _shown)
    return doing(button, menu, choice)


def _shown(button: dict[str, Any], _menu: int, _choice: Choice) -> Press:
    goes = _told(button, "type") in {"view_limited", "article_view_limited"}
    return Press(material=_told(button, "media_id"), article=_told(button, "article_id"), goes=goes)


def _click(button: dict[str, Any], _menu: int, _choice: Choice) -> Press:
    return Press((kinds.click(_told(button, "key")),))


def _view(button: dict[str, Any], menu: int, _choice: Choice) -> Press:
    url = _told(button, "url")
    return Press((kinds.view(url, menu),), opens=url)


def _mini_program(button: dict[str, Any], menu: int, _choice: Choice) -> Press:
    """Its address is for clients that know no mini-programs, as this one."""
    return Press((kinds.mini_program(_told(button, "pagepath"), menu),), opens=_told(button, "url") or None)


def _scan(button: dict[str, Any], _menu: int, choice: Choice) -> Press:
    """Only scancode_push goes to the address it has read."""
    name, result = _told(button, "type"), choice.result
    goes = name == "scancode_push" and result.startswith(WEB)
    return Press((kinds.scanned(name, _told(button, "key"), result),), opens=result if goes else None)


def _pictures(button: dict[str, Any], _menu: int, choice: Choice) -> Press:
    taken = [choice.picture() for _ in range(choice.count)]
    sums = [hashlib.md5(media_id.encode(), usedforsecurity=False).hexdigest() for _, media_id in taken]
    told = kinds.pictured(_told(button, "type"), _told(button, "key"), sums)
    return Press((told, *(kinds.image(url, media_id) for url, media_id in taken)))


def _place(button: dict[str, Any], _menu: int, choice: Choice) -> Press:
    where = (choice.latitude, choice.longitude, choice.label)
    return Press((kinds.selected_location(_told(button, "key"), *where), kinds.location(*where)))


def _told(button: dict[str, Any], name: str) -> str:
    return str(button.get(name, ""))


DOING: dict[str, Callable[[dict[str, Any], int, Choice], Press]] = {
    "click": _click,
    "view": _view,
    "miniprogram": _mini_program,
    "scancode_push": _scan,
    "scancode_waitmsg": _scan,
    "pic_sysphoto": _pictures,
    "pic_photo_or_album": _pictures,
    "pic_weixin": _pictures,
    "location_select": _place,
}
