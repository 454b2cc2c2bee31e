"""矿情一页: the parts of the monthly page that the office fills in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem
from content.teaching import entry

LONGEST = 600
_PART = entry.Form(
    "part",
    {"id": (1, 32), "title": (2, 16), "ask": (4, 120), "example": (4, 400)},
    {},
    {"most": int, "needed": bool},
    broken=frozenset({"ask", "example"}),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page."""

    id: str
    title: str
    ask: str
    """What the office is to write there."""
    most: int
    """Characters."""
    needed: bool
    example: str


def read(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[Part]:
    """The parts of `bulletin.toml`, in the order of the page; none where it is not there. Raises, or tells `amiss`."""
    path, seen = folder / "bulletin.toml", set[str]()
    for part in entry.read(path, _PART, _part, amiss) if path.exists() else ():
        if part.id in seen:
            entry.tell(amiss, ContentProblem(path.name, part.id, "id_taken", "id"))
        seen.add(part.id)
        yield part


def _part(file: str, name: str, found: entry.Entry) -> Part:
    if not 1 <= found["most"] <= LONGEST or len(found["example"]) > found["most"]:
        raise ContentProblem(file, name, "length", f"example {len(found['example'])} (1-{found['most']})")
    return Part(name, found["title"], found["ask"], found["most"], found["needed"], found["example"])
