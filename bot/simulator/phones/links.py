"""The only markup WeChat reads in a text, `<a href>`, and what tapping one does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

_ANCHOR = re.compile(r"<a\s([^<>]*)>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"""(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TAP = "weixin://bizmsgmenu?"


@dataclass(frozen=True, slots=True)
class Link:
    """One anchor: a tap (`content` and `id`), a web address (`url`), or dead (none: touching it does nothing)."""

    label: str
    content: str = ""
    id: str = ""
    url: str = ""

    def as_json(self) -> dict[str, str]:
        """Only the fields this kind of link has."""
        if self.content:
            return {"label": self.label, "content": self.content, "id": self.id}
        return {"label": self.label, "url": self.url} if self.url else {"label": self.label, "dead": "true"}


def parts(text: str) -> list[str | Link]:
    """The text in order, anchors read and everything else literal, whatever it looks like."""
    found: list[str | Link] = []
    end = 0
    for anchor in _ANCHOR.finditer(text):
        href = _HREF.search(anchor[1])
        if href is None:
            continue
        if anchor.start() > end:
            found.append(text[end : anchor.start()])
        found.append(_link(anchor[2], (href[1] or href[2] or "").strip()))
        end = anchor.end()
    if end < len(text):
        found.append(text[end:])
    return found


def links(text: str) -> list[Link]:
    """The anchors alone, in order."""
    return [part for part in parts(text) if isinstance(part, Link)]


def parts_as_json(text: str) -> list[dict[str, Any]]:
    """For the page: `{"text"}` or `{"text", "link"}` where link is the number of the anchor."""
    shown: list[dict[str, Any]] = []
    number = 0
    for part in parts(text):
        if isinstance(part, Link):
            shown.append({"text": part.label, "link": number})
            number += 1
        else:
            shown.append({"text": part})
    return shown


def _link(label: str, href: str) -> Link:
    if href.startswith(_TAP):
        values: dict[str, str] = {}
        for pair in href[len(_TAP) :].split("&"):
            name, _, value = pair.partition("=")
            values.setdefault(name, unquote_plus(value))
        content, tap_id = values.get("msgmenucontent", ""), values.get("msgmenuid", "").strip()
        # the client logs and does nothing when either is missing (wechat_platform §3.4)
        return Link(label, content=content, id=tap_id) if content and tap_id else Link(label)
    return Link(label, url=href) if href.lower().startswith(("https://", "http://")) else Link(label)
