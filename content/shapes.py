"""The facts people put into a line: shifts, days, hours, topics, surnames, as `sayings/shapes.toml` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.folding import fold
from content.problem import ContentProblem, read_toml

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Folded ways of saying a fact → the fact; and what may stand around it."""

    shifts: Names
    when: Names
    topics: Names
    topic_before: frozenset[str]
    topic_alone: frozenset[str]
    topic_after: frozenset[str]
    shift_before: frozenset[str]
    shift_after: frozenset[str]
    person_around: tuple[str, ...]
    """Longest first."""
    person_marks: tuple[str, ...]
    """Words that say: this is my number, this is my name."""
    surnames: frozenset[str]
    half_day: Names
    """Words for a part of the day → "am", "pm" or "noon"."""
    hour: tuple[str, ...]
    half: tuple[str, ...]
    quarter: tuple[str, ...]
    numerals: str
    calls: tuple[str, ...]
    """Words that ask to be reminded."""
    asks: tuple[str, ...]
    closing: tuple[str, ...]
    """Words a question may end with."""
    subjects: tuple[str, ...]
    """A text with one of `asks` and one of `subjects` looks like a question about rules and rights."""

    @classmethod
    def read(cls, path: Path) -> Shapes:
        """Raises ContentProblem for a missing table or list."""
        table = read_toml(path)
        try:
            clock, topic, shift = table["clock"], table["ask_topic"], table["shift_around"]
            person, about = table["person"], table["about"]
            return cls(
                _turned(table["shifts"]),
                _turned(table["when"]),
                _turned(table["topics"]),
                _set(topic["before"]),
                _set(topic["alone"]),
                _set(topic["after"]),
                _set(shift["before"]),
                _set(shift["after"]),
                tuple(sorted(_set(person["around"]), key=lambda each: (-len(each), each))),
                tuple(person["marks"]),
                frozenset(person["surnames"]),
                _turned({name: clock[name] for name in ("am", "pm", "noon")}),
                tuple(clock["hour"]),
                tuple(clock["half"]),
                tuple(clock["quarter"]),
                str(clock["numerals"]),
                tuple(clock["lead"]),
                tuple(about["asks"]),
                tuple(about["closing"]),
                tuple(about["subjects"]),
            )
        except KeyError as missing:
            raise ContentProblem(path.name, str(missing), "missing_key") from None
        except (TypeError, AttributeError):
            raise ContentProblem(path.name, "-", "not_sayings") from None


def _turned(table: Mapping[str, Any]) -> dict[str, str]:
    return {fold(spelling): name for name, spellings in table.items() for spelling in spellings}


def _set(spellings: list[str]) -> frozenset[str]:
    return frozenset(fold(each) if each else "" for each in spellings)


__all__ = ["Shapes"]
