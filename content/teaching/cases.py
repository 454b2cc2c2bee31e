"""教学案例: a short story that stops where somebody has to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem
from content.teaching import entry

STORY, CHOICES, SOURCES = (120, 360), 3, (1, 3)
LETTERS = "ABC"
_FORM = entry.Form(
    "case",
    {"id": (1, 32), "title": (4, 16), "topic": (1, 12), "ask": (4, 40), "lesson": (4, 120), "right": (1, 1)},
    {"trades": (1, 8), "story": (2, 4), "questions": (0, 8)},
    {"choices": list, "grounds": list},
)
_CHOICE = entry.Form("choices", {"text": (2, 30), "then": (4, 120)})
_SOURCE = entry.Form("grounds", entry.GROUNDED, {"evidence": entry.FACTS})


@dataclass(frozen=True, slots=True)
class Choice:
    """What one may do, and what comes of it."""

    text: str
    then: str


@dataclass(frozen=True, slots=True)
class Source:
    """An article and the facts in it that decide."""

    law: str
    article: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `right` is the letter of the choice that the rule asks for."""

    id: str
    title: str
    topic: str
    trades: tuple[str, ...]
    story: tuple[str, ...]
    ask: str
    choices: tuple[Choice, ...]
    right: str
    lesson: str
    grounds: tuple[Source, ...]
    questions: tuple[str, ...]
    """Ids of questions on the same point; empty while there is none."""


def read(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[Case]:
    """Every case of `cases/*.toml`, in order. Raises ContentProblem at the first out of form, or tells `amiss`."""
    for path in sorted((folder / "cases").glob("*.toml")):
        yield from entry.read(path, _FORM, _case, amiss)


def _case(file: str, name: str, found: entry.Entry) -> Case:
    told = len("".join(found["story"]))
    if not STORY[0] <= told <= STORY[1]:
        raise ContentProblem(file, name, "length", f"story {told} ({STORY[0]}-{STORY[1]})")
    choices, grounds = _tables(file, name, found, _CHOICE), _tables(file, name, found, _SOURCE)
    if len(choices) != CHOICES or len({each["text"] for each in choices}) != CHOICES:
        raise ContentProblem(file, name, "choices", "choices")
    if not SOURCES[0] <= len(grounds) <= SOURCES[1]:
        raise ContentProblem(file, name, "grounds_count", "grounds")
    if found["right"] not in LETTERS:
        raise ContentProblem(file, name, "right_letter", f"right {found['right']}")
    return Case(
        name,
        found["title"],
        found["topic"],
        tuple(found["trades"]),
        tuple(found["story"]),
        found["ask"],
        tuple(Choice(each["text"], each["then"]) for each in choices),
        found["right"],
        found["lesson"],
        tuple(Source(each["law"], each["article"], entry.facts(file, name, each)) for each in grounds),
        tuple(found["questions"]),
    )


def _tables(file: str, name: str, found: Mapping[str, Any], form: entry.Form) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = found[form.table]
    for each in tables:
        if not isinstance(each, dict):
            raise ContentProblem(file, name, "wrong_type", form.table)
        form.hold(file, name, each)
    return tables
