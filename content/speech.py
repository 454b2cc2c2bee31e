"""How people speak around what they want: dialect, fillers and courtesies, folded away once for all sayings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.folding import fold
from content.problem import ContentProblem, read_toml

_EMOTICON = re.compile(r"\[[^\[\]]{1,8}\]")
_BREAK = re.compile(r"[^\w]+|_+")
DEEPEST = 6  # fillers in a row; who says more is telling a story
MOST_CORES = 96  # of a text that is fillers and little else
LISTS = ("leads", "tails", "questions", "before", "after", "courtesy", "requests", "doubts")


@dataclass(frozen=True, slots=True)
class Speech:
    """The words around words. All in the plain spelling that `plain` gives."""

    same: re.Pattern[str]
    meant: Mapping[str, str]
    leads: frozenset[str]
    tails: frozenset[str]
    questions: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    courtesy: frozenset[str]
    requests: frozenset[str]
    doubts: tuple[str, ...]
    voices: tuple[tuple[str, str], ...]
    """Sounds people mix up: left is heard as right."""

    @classmethod
    def read(cls, path: Path) -> Speech:
        """`sayings/speech.toml`. Raises ContentProblem for a missing list or an entry that is no text."""
        table = read_toml(path)
        same, around, voices = (_part(path, table, name) for name in ("same", "around", "voices"))
        meant = {spelling: name for name, spellings in same.items() for spelling in _texts(path, name, spellings)}
        meant = {fold(spelling): fold(name) for spelling, name in meant.items()}
        longest = sorted(meant, key=lambda each: (-len(each), each))
        same_ = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
        heard = tuple((str(left), str(right)) for left, right in voices.items())
        lists = {name: _texts(path, name, around.get(name)) for name in LISTS}

        def plain(name: str) -> frozenset[str]:
            return frozenset(_plain(fold(each), same_, meant) for each in lists[name]) - {""}

        return cls(
            same=same_,
            meant=meant,
            leads=plain("leads"),
            tails=plain("tails"),
            questions=plain("questions"),
            before=plain("before"),
            after=plain("after"),
            courtesy=plain("courtesy"),
            requests=plain("requests"),
            doubts=tuple(_plain(fold(each), same_, meant) for each in lists["doubts"]),
            voices=heard,
        )

    def plain(self, folded: str) -> str:
        """Letters and digits alone, dialect in the standard words; of a text that is marks alone, nothing."""
        return _plain(folded, self.same, self.meant)

    def clauses(self, folded: str) -> list[str]:
        """The parts between marks and blanks, plain, courtesies left out."""
        parts = (self.plain(part) for part in _BREAK.split(_EMOTICON.sub(" ", folded)))
        return [part for part in parts if part and part not in self.courtesy]

    def starts(self, text: str, *more: frozenset[str]) -> list[int]:
        """Where the matter may begin: 0, and behind each run of fillers. Ascending."""
        return _reach(text, (self.leads, *more))

    def ends(self, text: str, *more: frozenset[str]) -> list[int]:
        """Where the matter may end: at the end, and before each run of fillers. Descending."""
        turned = _reach_back(text, (self.tails, *more))
        return sorted(turned, reverse=True)

    def cores(self, text: str, *, frames: bool = False, asking: bool = False) -> Iterator[tuple[int, int]]:
        """Spans that may be the matter itself, the longest first; `frames` adds what stands around a page's name."""
        before = (self.before,) if frames else ()
        after = ((self.after,) if frames else ()) + ((self.questions,) if asking else ())
        ends = self.ends(text, *after)
        spans = [(i, j) for i in self.starts(text, *before) for j in ends if i < j]
        return iter(sorted(spans, key=lambda span: (span[0] - span[1], span[0]))[:MOST_CORES])


def _plain(folded: str, same: re.Pattern[str], meant: Mapping[str, str]) -> str:
    return same.sub(lambda found: meant[found.group()], _BREAK.sub("", _EMOTICON.sub("", folded)))


def _reach(text: str, sets: tuple[frozenset[str], ...]) -> list[int]:
    reached, fresh = {0}, {0}
    for _ in range(DEEPEST):
        fresh = {
            place + length
            for place in fresh
            for length in range(1, 9)
            if place + length <= len(text) and any(text[place : place + length] in words for words in sets)
        } - reached
        if not fresh:
            break
        reached |= fresh
    return sorted(reached)


def _reach_back(text: str, sets: tuple[frozenset[str], ...]) -> set[int]:
    size = len(text)
    reached, fresh = {size}, {size}
    for _ in range(DEEPEST):
        fresh = {
            place - length
            for place in fresh
            for length in range(1, 9)
            if place - length >= 0 and any(text[place - length : place] in words for words in sets)
        } - reached
        if not fresh:
            break
        reached |= fresh
    return reached


def _part(path: Path, table: dict[str, Any], name: str) -> dict[str, Any]:
    part = table.get(name)
    if not isinstance(part, dict):
        raise ContentProblem(path.name, name, "missing_key", name)
    return part


def _texts(path: Path, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ContentProblem(path.name, key, "not_sayings")
    return value


__all__ = ["Speech"]
