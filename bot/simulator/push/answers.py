"""What the platform makes of the bot's answer: show it, say nothing, or show the fault notice."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.simulator.account import Account
from bot.simulator.push.attempt import BODY_LIMIT_BYTES
from bot.simulator.push.wire import UnreadableError, parse, unseal
from bot.simulator.switches import Positions

ARTICLES_TO_MESSAGE, ARTICLES_TO_EVENT = 1, 8

Outcome = Literal["shown", "silent", "fault", "lost", "dropped"]


@dataclass(frozen=True, slots=True)
class Article:
    """One card of a news reply."""

    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What appears on the phone; `kind` is the reply's MsgType."""

    kind: str
    text: str = ""
    media_id: str = ""
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one attempt; `reason` is a key of words.toml, `xml` the answer in clear where it was XML.

    "lost" (no whole answer arrived) is tried again; "fault" (a bad answer arrived) is not; "dropped" was never sent.
    """

    outcome: Outcome
    reason: str = ""
    reply: Reply | None = field(default=None)
    xml: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is judged by besides itself: whether it answers an event, and how the switches stand."""

    to_event: bool
    on: Positions


Reader = Callable[[ET.Element, Asked], Reply]


def judge(account: Account, openid: str, status: int, body: bytes, asked: Asked) -> Verdict:
    """The verdict on a whole answer (wechat_platform §8.2 item 4)."""
    if status != 200:
        return Verdict("fault", "http_status")
    if len(body) > BODY_LIMIT_BYTES:
        return Verdict("fault", "oversized")
    if body in (b"", b"success"):
        return Verdict("silent")
    clear = ""
    try:
        root, clear = _opened(account, body)
        reply = _read(account, openid, root, asked)
    except UnreadableError as problem:
        return Verdict("fault", problem.reason, xml=clear)
    if reply.kind == "transfer_customer_service":
        return Verdict("silent", "transferred", xml=clear)
    return Verdict("shown", reply=reply, xml=clear)


def _opened(account: Account, body: bytes) -> tuple[ET.Element, str]:
    if not body.startswith(b"<"):
        raise UnreadableError(_why_not_xml(body))
    root = parse(body)
    encrypted = root.find("Encrypt") is not None
    if not encrypted and account.encryption == "safe":
        raise UnreadableError("not_encrypted")
    if encrypted and account.encryption == "plain":
        raise UnreadableError("encrypted_in_plain")
    if not encrypted:
        return root, body.decode("utf-8", "replace")
    clear = unseal(account, root)
    return parse(clear), clear


def _why_not_xml(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf") or body[:1].isspace():
        return "leading_bytes"
    return "json" if body[:1] in (b"{", b"[", b'"') else "not_xml"


def _read(account: Account, openid: str, root: ET.Element, asked: Asked) -> Reply:
    if root.findtext("ToUserName") != openid or root.findtext("FromUserName") != account.original_id:
        raise UnreadableError("not_swapped")
    if not (root.findtext("CreateTime") or "").strip().isdecimal():
        raise UnreadableError("bad_create_time")
    reader = READERS.get(root.findtext("MsgType") or "")
    if reader is None:
        raise UnreadableError("unknown_type")
    return reader(root, asked)


def _text(root: ET.Element, asked: Asked) -> Reply:
    content, limit = root.findtext("Content") or "", asked.on.text_limit_bytes
    if not content.strip():
        raise UnreadableError("empty_content")
    if len(content.encode()) > limit:
        if asked.on.over_limit == "notice":
            raise UnreadableError("too_long")
        content = content.encode()[:limit].decode(errors="ignore")
    return Reply("text", text=content)


def _news(root: ET.Element, asked: Asked) -> Reply:
    items = root.findall("Articles/item")
    if not items or (root.findtext("ArticleCount") or "").strip() != str(len(items)):
        raise UnreadableError("bad_articles")
    if len(items) > (ARTICLES_TO_EVENT if asked.to_event else ARTICLES_TO_MESSAGE):
        raise UnreadableError("too_many_articles")
    articles = tuple(
        Article(*(item.findtext(name) or "" for name in ("Title", "Description", "PicUrl", "Url"))) for item in items
    )
    return Reply("news", text=articles[0].title, articles=articles)


def _media(kind: str, place: str, text: str = "") -> Reader:
    def read(root: ET.Element, _asked: Asked) -> Reply:
        media_id = root.findtext(place) or ""
        if not media_id:
            raise UnreadableError("no_media")
        return Reply(kind, text=(root.findtext(text) or "") if text else "", media_id=media_id)

    return read


def _transfer(_root: ET.Element, _asked: Asked) -> Reply:
    return Reply("transfer_customer_service")


READERS: dict[str, Reader] = {
    "text": _text,
    "news": _news,
    "image": _media("image", "Image/MediaId"),
    "voice": _media("voice", "Voice/MediaId"),
    "video": _media("video", "Video/MediaId", "Video/Title"),
    "music": _media("music", "Music/ThumbMediaId", "Music/Title"),
    "transfer_customer_service": _transfer,
}
