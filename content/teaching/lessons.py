"""学习卡: one rule on one screen, with its source and one question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem
from content.teaching import entry

AREAS = ("safety", "party", "skill", "rights")
LINES = (2, 6)
_FORM = entry.Form(
    "lesson",
    {"id": (1, 32), "area": (1, 16), "topic": (1, 12), "title": (4, 16), "text": (60, 260), **entry.GROUNDED},
    {"trades": (1, 8), "evidence": entry.FACTS},
    {"question": str},
    {"level": int},
    frozenset({"text"}),
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson; `text` has its lines parted by line breaks."""

    id: str
    area: str
    topic: str
    title: str
    text: str
    question: str
    """The id of the question asked with it; empty while there is none."""
    law: str
    article: str
    evidence: tuple[str, ...]
    trades: tuple[str, ...]
    level: int


def read(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[Lesson]:
    """Every lesson of `lessons/*.toml`, in order. Raises ContentProblem at the first out of form, or tells `amiss`."""
    for path in sorted((folder / "lessons").glob("*.toml")):
        yield from entry.read(path, _FORM, _lesson, amiss)


def _lesson(file: str, name: str, found: entry.Entry) -> Lesson:
    text = found["text"].strip("\n")
    if found["area"] not in AREAS:
        raise ContentProblem(file, name, "unknown_area", f"area {found['area']}")
    if not LINES[0] <= len(text.split("\n")) <= LINES[1] or "\n\n" in text:
        raise ContentProblem(file, name, "lines", f"text {len(text.splitlines())}")
    if found.get("level", 1) not in (1, 2, 3):
        raise ContentProblem(file, name, "level", "level")
    return Lesson(
        name,
        found["area"],
        found["topic"],
        found["title"],
        text,
        found["question"],
        found["law"],
        found["article"],
        entry.facts(file, name, found),
        tuple(found["trades"]),
        found.get("level", 1),
    )
