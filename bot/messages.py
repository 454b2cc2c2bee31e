"""What a handler may return, and the one place that writes a tap-to-answer link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT_LIMIT_BYTES = 2048

_TAPPABLE = re.compile(r"[A-Za-z0-9\u4e00-\u9fff .\-]+")
_LABEL_BREAKERS = str.maketrans(
    {"<": "\u3008", ">": "\u3009", "\n": " "}
)  # the client has no escape for them inside a label


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or event, proved genuine and read; what its kind does not have is empty."""

    key: str
    """Names the message for ever: the same however often it is repeated, another for any other message."""
    kind: str
    """Lower case: text image voice video shortvideo location link event, or whatever the platform thought of since."""
    openid: str
    account: str
    created: int
    """CreateTime in Unix seconds, as sent."""
    text: str = ""
    """What was typed, tapped or recognised from speech."""
    event: str = ""
    event_key: str = ""
    tap_id: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    """Every element by its wire name, for the kinds that carry more."""


@dataclass(frozen=True, slots=True)
class Card:
    """A one-article card: the most the platform shows in answer to a message."""

    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image already uploaded to the platform."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hands the conversation to the account's human agents, or to one of them."""

    account: str = ""


Reply = str | Card | Picture | Transfer


def as_text(reply: Reply) -> str:
    """The nearest a text can come to a reply: a card becomes its link, what is no words becomes nothing."""
    if isinstance(reply, str):
        return reply
    return link(reply.title, reply.url) if isinstance(reply, Card) else ""


def tap(label: str, says: str, tap_id: str = "1") -> str:
    """A link that, tapped, says `says` as the person himself would type it.

    The client drops the tap when either parameter is missing and old ones decode the text twice, so `says` may hold
    only letters, digits, Chinese characters, space, '-' and '.' (wechat_platform §3.4). Raises ValueError otherwise: a defect of ours.
    """
    if not _TAPPABLE.fullmatch(says) or says != says.strip() or not _TAPPABLE.fullmatch(tap_id):
        raise ValueError(f"not a tappable text: {says!r}")
    return (
        f'<a href="weixin://bizmsgmenu?msgmenucontent={says}&msgmenuid={tap_id}">{label.translate(_LABEL_BREAKERS)}</a>'
    )


def link(label: str, url: str) -> str:
    """A web link in a text reply."""
    if '"' in url or any(c.isspace() for c in url):
        raise ValueError("a link's address holds a quote or a blank")
    return f'<a href="{url}">{label.translate(_LABEL_BREAKERS)}</a>'


_LINK = re.compile(r"<a [^>]*>[^<]*</a>")
# Where a person would turn the page, best first: between paragraphs, lines, sentences, clauses.
_BREAKS = ("\n\n", "\n", "\u3002\uff01\uff1f!?", "\uff1b\uff0c\u3001;, ")
_JOINERS = "\u200d\ufe0e\ufe0f"


def split(text: str, limit_bytes: int = TEXT_LIMIT_BYTES) -> tuple[str, str]:
    """The longest head of `text` within the limit that ends where a person would turn the page, and the rest.

    Never cuts inside a link or a drawn character. The rest is empty when all of it fits. Raises ValueError when a link
    alone is over the limit: a defect of ours.
    """
    if len(text.encode()) <= limit_bytes:
        return text, ""
    at = _characters_within(text, limit_bytes)
    for link_found in _LINK.finditer(text):
        if link_found.start() < at < link_found.end():
            at = link_found.start()
    while at > 0 and _sticks(text[at]):
        at -= 1
    if at == 0:
        raise ValueError("nothing of the text fits: a link is over the limit")
    at = _turn_of_page(text, at)
    return text[:at].rstrip(), text[at:].lstrip("\n")


def _characters_within(text: str, limit_bytes: int) -> int:
    return len(text.encode()[:limit_bytes].decode(errors="ignore"))


def _sticks(character: str) -> bool:
    """True for what is drawn upon the character before it."""
    return character in _JOINERS or unicodedata.combining(character) != 0


def _turn_of_page(text: str, at: int) -> int:
    """The best break in the second half of the head; the hard limit when there is none."""
    links = [(m.start(), m.end()) for m in _LINK.finditer(text, 0)]
    for marks in _BREAKS:
        ends = (
            [i + 2 for i in range(at // 2, at - 1) if text.startswith(marks, i)]
            if marks == "\n\n"
            else [i + 1 for i in range(at // 2, at) if text[i] in marks]
        )
        for end in reversed(ends):
            if not any(start < end < stop for start, stop in links):
                return end
    return at
