"""What is taught besides questions: lessons, cases, cards, tracks, promises, the calendar, the monthly page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from content.problem import ContentProblem
from content.teaching import bulletin, cards, cases, entry, lessons, pledges
from content.teaching.bulletin import Part
from content.teaching.calendar import Calendar
from content.teaching.cards import JobCard, TrackCard
from content.teaching.cases import Case
from content.teaching.lessons import Lesson
from content.teaching.pledges import Coach, Example
from content.teaching.topics import Topics


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Piece = TypeVar("Piece", bound=_Named)


@dataclass(frozen=True, slots=True)
class Teaching:
    """All of it, by id in the order of the files; empty where a folder or file is not there."""

    lessons: Mapping[str, Lesson]
    cases: Mapping[str, Case]
    cards: Mapping[str, JobCard]
    tracks: Mapping[str, tuple[TrackCard, ...]]
    """Office → its cards in the order of study."""
    examples: Mapping[str, Example]
    coach: Coach
    calendar: Calendar
    bulletin: tuple[Part, ...]

    @classmethod
    def read(cls, folder: Path, amiss: list[ContentProblem] | None = None) -> Teaching:
        """Raises ContentProblem at the first entry out of form, or tells `amiss` and leaves it out.

        How entries fit together is the affair of `crossing`.
        """
        steps = _by_id("tracks", cards.tracks(folder, amiss), amiss)
        return cls(
            _by_id("lessons", lessons.read(folder, amiss), amiss),
            _by_id("cases", cases.read(folder, amiss), amiss),
            _by_id("cards", cards.read(folder, amiss), amiss),
            {office: tuple(s for s in steps.values() if s.office == office) for office in cards.OFFICES},
            _by_id("pledges", pledges.examples(folder, amiss), amiss),
            pledges.coach(folder, amiss),
            Calendar.read(folder, amiss),
            tuple(bulletin.read(folder, amiss)),
        )


def _by_id(folder: str, pieces: Iterable[Piece], amiss: list[ContentProblem] | None) -> dict[str, Piece]:
    found: dict[str, Piece] = {}
    for piece in pieces:
        if piece.id in found:
            entry.tell(amiss, ContentProblem(folder, piece.id, "id_taken", "id"))
        found.setdefault(piece.id, piece)
    return found


__all__ = ["Teaching", "Topics"]
