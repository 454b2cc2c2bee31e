"""One-line forms: a word with what it needs behind it, before it, or glued to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understanding.sayings import Phrases
from bot.understanding.shapes import Facts, Reader
from content.words import Words

LONGEST_HEAD = 8
HEAD_TRIES = 3  # a word may itself be typed with blanks inside
FITTING = frozenset({"topic", "code", "receipt", "room", "shift", "time", "person"})
_BREAK = re.compile(r"[^\w]+")
_CLEAR = re.compile(r"[\s:#>=|/]+")
_OPENING = frozenset({"Ps", "Pi"})  # the categories of brackets and quotation marks that open


@dataclass(frozen=True, slots=True)
class Line:
    """A one-line form that was read."""

    action: str
    args: Mapping[str, str] = field(default_factory=dict)
    exact: bool = True
    rest: str = ""
    """What stands beside the word where something of one kind is looked for in it."""


class Lines:
    """Reads one-line forms. Bounded by the length of a word, not of the text."""

    def __init__(self, words: Words, phrases: Phrases, reader: Reader) -> None:
        self._words = words
        self._phrases = phrases
        self._reader = reader
        self._plain = words.sayings.speech.plain
        self._doubts = words.sayings.speech.doubts
        # Words of the desk and of courtesies have no sayings; what may follow them is read all the same.
        every = {self._plain(word): action for word, action in words.by_word.items()} | dict(phrases.words)
        self._by_plain = {word: action for word, action in every.items() if action in words.takes}

    def read(self, text: str, folded: str) -> Line | None:
        """The form of a whole message; None when it is none, or leaves doubt."""
        return self._parted(text, folded) or self._glued(folded) or self._behind(folded) or self._bare(folded)

    def _parted(self, text: str, folded: str) -> Line | None:
        for number, found in enumerate(_BREAK.finditer(folded)):
            if number >= HEAD_TRIES or found.start() > 2 * LONGEST_HEAD:
                break
            head, tail = folded[: found.start()], folded[found.end() :]
            action = self._by_plain.get(self._plain(head))
            if action is None or not self._plain(tail):
                continue
            if self._words.takes[action] != "text":
                facts = self._facts(action, tail, sure=True)
                if facts is not None:
                    return Line(action, facts, rest=tail)
                continue
            clear = bool(_CLEAR.fullmatch(found.group()))
            if clear or not (action in self._words.writes and any(d in self._plain(tail) for d in self._doubts)):
                return Line(action, {"text": behind(text, len(_BREAK.sub("", head)))})
        return None

    def _glued(self, folded: str) -> Line | None:
        for length in range(min(LONGEST_HEAD, len(folded) - 1), 0, -1):
            action = self._by_plain.get(self._plain(folded[:length]))
            if action is not None and self._words.takes[action] in FITTING:
                facts = self._facts(action, folded[length:], sure=False)
                if facts:
                    return Line(action, facts, rest=folded[length:])
        return None

    def _behind(self, folded: str) -> Line | None:
        """The word last: `K7M2` and the word, a topic and the word."""
        for length in range(min(LONGEST_HEAD, len(folded) - 1), 1, -1):
            action = self._by_plain.get(self._plain(folded[-length:]))
            if action is not None and self._words.takes[action] in FITTING - {"time"}:
                before = folded[:-length]
                facts = self._facts(action, before, sure=False)
                if facts and (self._words.takes[action] != "code" or len(self._plain(before)) <= 6):
                    return Line(action, facts)
        return None

    def _bare(self, folded: str) -> Line | None:
        """Facts that can mean only one thing: a receipt with its dash."""
        facts = self._reader.receipt(folded)
        if facts and "-" in folded and len(self._plain(folded)) <= len(facts["code"]):
            return Line("reports.query", facts, exact=False)
        return None

    def _facts(self, action: str, rest: str, *, sure: bool) -> Facts | None:
        """What the shape of the action finds in the rest of the line. `sure`: the word stands apart from it."""
        reader, shape, plain = self._reader, self._words.takes[action], self._plain(rest)
        if shape == "topic":
            found = reader.topic(plain, named=True)
            return found or ({"topic": rest.strip()} if sure and len(plain) <= 8 else None)
        if shape == "shift":
            return reader.shift(plain)
        if shape == "time":
            at = reader.hour(rest)
            return None if at is None or len(plain) > 16 else {"at": at} if at else {}
        if shape == "person":
            return self._person(rest, sure=sure)
        read = {"code": reader.code, "receipt": reader.receipt, "room": reader.room}[shape]
        facts = read(rest)
        if facts is None or (not sure and len(plain) > 12):
            return {} if sure and shape == "receipt" and rest.isascii() else None
        return facts

    def _person(self, rest: str, *, sure: bool) -> Facts | None:
        facts = self._reader.person(rest, sure=True)
        if facts is None or "staff_no" in facts:
            return facts
        return facts if sure and facts["name"] == self._plain(rest) else None


def behind(text: str, letters: int) -> str:
    """The original words behind that many letters and digits, marks between them dropped."""
    count = 0
    for place, sign in enumerate(text):
        if count >= letters and unicodedata.normalize("NFKC", sign)[:1].isalnum():
            return _opened(text, place)
        count += sum(c.isalnum() for c in unicodedata.normalize("NFKC", sign))
    return ""


def _opened(text: str, place: int) -> str:
    """From here on, with the bracket or quotation mark that opens it."""
    if place and (text[place - 1] in "\"'<#" or unicodedata.category(text[place - 1]) in _OPENING):
        place -= 1
    return text[place:].strip()


__all__ = ["Line", "Lines", "behind"]
