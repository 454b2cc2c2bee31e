"""What a handler may return, and the one place that writes a tap-to-answer link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar

from content.folding import fold
from content.words import TAPPABLE

TEXT_LIMIT_BYTES = 2048

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


def quoted(words: str) -> str:
    """What a person wrote, said back: never read as a link or a tag."""
    return words.translate(_LABEL_BREAKERS)


def tap(label: str, says: str, tap_id: str = "1") -> str:
    """A link that, tapped, says `says` as the person himself would type it.

    The client drops the tap when either parameter is missing and old ones decode the text twice, so `says` may hold
    only letters, digits, Chinese characters, space, '-' and '.' (wechat_platform §3.4). Raises ValueError otherwise: a defect of ours.
    """
    for said in (says, tap_id):  # newer clients trim the id, and what is trimmed to nothing is missing
        if not TAPPABLE.fullmatch(said) or said != said.strip():
            raise ValueError(f"not a tappable text: {said!r}")
    return (
        f'<a href="weixin://bizmsgmenu?msgmenucontent={says}&msgmenuid={tap_id}">{label.translate(_LABEL_BREAKERS)}</a>'
    )


_HEAD = re.compile(r"[\uff08(\uff1a:\uff0c,\uff1f?]|\s")  # where the short name of a label ends
_TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&<>]*)&msgmenuid=[^"&<>]*">([^<>]*)</a>')


_Turn = TypeVar("_Turn")


class Offered(str):
    """A text whose taps may be typed as well: whoever writes what stands on one means it."""

    __slots__ = ()


def offering(handler: Callable[[_Turn], str]) -> Callable[[_Turn], Offered]:
    """A handler all of whose replies are of that kind."""

    @wraps(handler)
    def offered(turn: _Turn) -> Offered:
        return Offered(handler(turn))

    return offered


def taps_in(text: str) -> dict[str, str]:
    """The taps of a text: label to what it says, without those that say their label or share it with another."""
    found: dict[str, set[str]] = {}
    for says, label in _TAP.findall(text):
        found.setdefault(label, set()).add(says)
    return {
        label: says.copy().pop()
        for label, says in found.items()
        if len(says) == 1 and {fold(label)} != set(map(fold, says))
    }


def named(taps: Mapping[str, str], text: str, *, beginnings: bool = True, whole: bool = True) -> str:
    """What the tap says that the words name: by its whole label, or by how one label alone begins, up to its first mark."""
    wanted = _plain(text)
    if not wanted:
        return ""
    if (whole or beginnings) and (says := {_plain(label): says for label, says in taps.items()}.get(wanted)):
        return says
    found = {says for label, says in taps.items() if beginnings and wanted == _plain(_HEAD.split(label, maxsplit=1)[0])}
    return found.pop() if len(found) == 1 else ""


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def link(label: str, url: str) -> str:
    """A web link in a text reply."""
    if any(c in '"<>' or c.isspace() for c in url):
        raise ValueError("a link's address holds a quote, a bracket or a blank")
    return f'<a href="{url}">{label.translate(_LABEL_BREAKERS)}</a>'


# Written as one, or shown as one by the client: its own markup, and an address it finds by itself.
_LINK = re.compile(r"<a [^<>]*>[^<]*</a>|https?://[!#-;=?-~]+")
# Where a person would turn the page, best first: between paragraphs, lines, sentences, clauses, words. The ASCII marks
# count only before a blank or Chinese: not in 1,000.
_BREAKS = tuple(
    re.compile(marks)
    for marks in (
        r"(?=\n\n)",
        r"(?=\n)",
        r"(?:[\u3002\uff01\uff1f\u2026]|[!?](?![!-~]))+[\u201d\u2019\u300d\u300f\uff09\u300b\u3011]*",
        r"[\uff1b\uff0c\u3001]|[;,](?![!-~])",
        r"[ \u3000]+",
    )
)
_ZERO_WIDTH_JOINER = "\u200d"
# Skin tones, the letters of a flag's tag, and the half-width voice marks; the rest of what sticks is a mark by category.
_STUCK = re.compile("[\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")


def split(text: str, limit_bytes: int = TEXT_LIMIT_BYTES) -> tuple[str, str]:
    """The longest head of `text` within the limit that ends where a person would turn the page, and the rest.

    Never cuts inside a link or a drawn character, unless that alone is over the limit. The rest is empty when all of it
    fits; otherwise only line breaks and blanks at the cut are lost.
    """
    if len(text.encode()) <= limit_bytes:
        return text, ""
    most = _characters_within(text, limit_bytes)
    links = [found.span() for found in _LINK.finditer(text)]
    at = _whole(text, most, links) or _whole(text, most, []) or most
    at = _turn_of_page(text, at, links)
    return text[:at].rstrip(), text[at:].lstrip("\n")


def _characters_within(text: str, limit_bytes: int) -> int:
    return len(text.encode()[:limit_bytes].decode(errors="ignore"))


def _whole(text: str, at: int, links: list[tuple[int, int]]) -> int:
    """The nearest cut at or before `at` that leaves links and drawn characters whole; 0 when there is none."""
    while at > 0:
        link = next((start for start, end in links if start < at < end), None)
        if link is None and not _drawn_as_one(text, at):
            break
        at = at - 1 if link is None else link
    return at


def _drawn_as_one(text: str, at: int) -> bool:
    """True when the characters on the two sides of a cut make one picture or one letter."""
    before, after = text[at - 1], text[at]
    if before == _ZERO_WIDTH_JOINER or _STUCK.match(after) or unicodedata.category(after).startswith("M"):
        return True
    if not (_FLAG_LETTERS.match(before) and _FLAG_LETTERS.match(after)):
        return False
    begins = next((i + 1 for i in range(at - 1, -1, -1) if not _FLAG_LETTERS.match(text[i])), 0)
    return (at - begins) % 2 == 1  # two letters make a flag


def _turn_of_page(text: str, at: int, links: list[tuple[int, int]]) -> int:
    """The best break in the second half of the head; the hard limit when there is none."""
    for marks in _BREAKS:
        best = 0
        for found in marks.finditer(text, at // 2):
            if found.end() > at:
                break
            if found.end() > at // 2 and _whole(text, found.end(), links) == found.end():
                best = found.end()
        if best:
            return best
    return at
