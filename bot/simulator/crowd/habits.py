"""How the crowd works, looks, types and reads: habits.toml, read once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: when he works and when he may look at his phone, in minutes of the day, ends not included."""

    works: tuple[int, int] | None
    reachable: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a crew works: one shift always, or each for a week in turn. `roster` is how its spreadsheet says so."""

    share: float
    roster: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """A kind of person; the file says what each number is. Two numbers are the least and the most."""

    name: str
    share: float
    days: float
    visits: tuple[int, int]
    acts: tuple[int, int]
    right: tuple[float, float]
    types: float
    slips: float
    looks: float
    within: tuple[int, int]
    leaves: float
    away: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Typing:
    """Shapes in which one answer is typed, and words as they are mistyped."""

    letter: tuple[str, ...]
    letters: tuple[str, ...]
    number: tuple[str, ...]
    ordinals: tuple[str, ...]
    judge: dict[str, list[str]]
    slips: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person recognises in a bubble and in its links."""

    choice: re.Pattern[str]
    done: re.Pattern[str]
    title: re.Pattern[str]
    label: re.Pattern[str]
    many: re.Pattern[str]
    blank: re.Pattern[str]
    answer: re.Pattern[str]
    right: re.Pattern[str]
    wrong: re.Pattern[str]
    daily: re.Pattern[str]
    more: re.Pattern[str]
    offered: re.Pattern[str]
    agree: re.Pattern[str]
    refuse: re.Pattern[str]
    failed: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Habits:
    """The whole file. `odd`: how often he does something else than study; `words`: what he then says."""

    mine: dict[str, str]
    shifts: dict[str, Shift]
    patterns: tuple[Pattern, ...]
    manners: tuple[Manner, ...]
    odd: dict[str, float]
    words: dict[str, Any]
    typing: Typing
    reading: Reading
    roster: dict[str, Any]

    def manner(self, name: str) -> int:
        """The number of a manner. Raises ValueError for one that is not in the file."""
        return [manner.name for manner in self.manners].index(name)


@cache
def habits() -> Habits:
    """The one copy, read at first use."""
    raw = tomllib.loads((Path(__file__).parent / "habits.toml").read_text("utf-8"))
    shifts = {each["id"]: _shift(each) for each in raw["shift"]}
    typing = raw["typing"]
    return Habits(
        mine=raw["mine"],
        shifts=shifts,
        patterns=tuple(
            Pattern(each["share"], each["roster"], tuple(shifts[name] for name in each["shifts"]))
            for each in raw["pattern"]
        ),
        manners=tuple(Manner(**{name: _fixed(value) for name, value in each.items()}) for each in raw["manner"]),
        odd=raw["odd"],
        words=raw["words"],
        typing=Typing(**{name: _fixed(value) for name, value in typing.items()}),
        reading=Reading(**{name: re.compile(value, re.MULTILINE) for name, value in raw["reading"].items()}),
        roster=raw["roster"],
    )


def _shift(raw: dict[str, Any]) -> Shift:
    works = _span(raw["works"]) if raw["works"] else None
    return Shift(works, tuple(sorted(_span(span) for span in raw["reachable"])))


def _span(text: str) -> tuple[int, int]:
    start, end = (int(hours) * 60 + int(minutes) for hours, minutes in (part.split(":") for part in text.split("-")))
    return start, end


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
