"""The only markup WeChat reads in a text, `<a href>`, and what tapping one does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

_ANCHOR = re.compile(r"<a\s([^<>]*)>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""(?:^|\s)(href|data-miniprogram-appid|data-miniprogram-path)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_TAP = "weixin://bizmsgmenu?"


@dataclass(frozen=True, slots=True)
class Link:
    """One anchor: a tap (`content` and `id`), a web address (`url`), or dead (none: touching it does nothing).

    With an `appid` it opens that mini-program at `path`; the url is then for clients that cannot.
    """

    label: str
    content: str = ""
    id: str = ""
    url: str = ""
    appid: str = ""
    path: str = ""

    def as_json(self) -> dict[str, str]:
        """Only the fields this kind of link has."""
        if self.content:
            return {"label": self.label, "content": self.content, "id": self.id}
        if self.appid:
            return {"label": self.label, "url": self.url, "appid": self.appid, "path": self.path}
        return {"label": self.label, "url": self.url} if self.url else {"label": self.label, "dead": "true"}


def parts(text: str) -> list[str | Link]:
    """The text in order, anchors read and everything else literal, whatever it looks like."""
    found: list[str | Link] = []
    end = 0
    for anchor in _ANCHOR.finditer(text):
        told = {name.lower(): (one or other).strip() for name, one, other in reversed(_ATTRIBUTE.findall(anchor[1]))}
        if not told:
            continue
        if anchor.start() > end:
            found.append(text[end : anchor.start()])
        found.append(_link(anchor[2], told))
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


def _link(label: str, told: dict[str, str]) -> Link:
    href, appid = told.get("href", ""), told.get("data-miniprogram-appid", "")
    if href.startswith(_TAP):
        values: dict[str, str] = {}
        for pair in href[len(_TAP) :].split("&"):
            name, _, value = pair.partition("=")
            values.setdefault(name, unquote_plus(value))
        content, tap_id = values.get("msgmenucontent", ""), values.get("msgmenuid", "").strip()
        # the client logs and does nothing when either is missing (wechat_platform §3.4)
        return Link(label, content=content, id=tap_id) if content and tap_id else Link(label)
    url = href if href.lower().startswith(("https://", "http://")) else ""
    return Link(label, url=url, appid=appid, path=told.get("data-miniprogram-path", "") if appid else "")
