"""The mine's own lessons, cases and cards in the shape of those of the content folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.materials import bodies
from bot.services.materials.frame import Frame
from content.bank import LETTERS
from content.teaching import Teaching
from content.teaching.cards import JobCard
from content.teaching.cases import Case, Choice, Source
from content.teaching.lessons import Lesson

LESSON, CASE, CARD = "lesson", "case", "card"


@dataclass(frozen=True, slots=True)
class Taught:
    """What somebody may be taught, by id: of the folder, or the mine's own, or both."""

    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    cards: Mapping[str, JobCard] = field(default_factory=dict)

    @classmethod
    def of(cls, pieces: Iterable[Lesson | Case | JobCard]) -> Taught:
        """Each under its id, in the order given."""
        lessons: dict[str, Lesson] = {}
        cases: dict[str, Case] = {}
        cards: dict[str, JobCard] = {}
        for piece in pieces:
            if isinstance(piece, Lesson):
                lessons[piece.id] = piece
            elif isinstance(piece, Case):
                cases[piece.id] = piece
            else:
                cards[piece.id] = piece
        return cls(lessons, cases, cards)

    @classmethod
    def of_folder(cls, teaching: Teaching) -> Taught:
        """What the folder has of it."""
        return cls(teaching.lessons, teaching.cases, teaching.cards)

    @property
    def pieces(self) -> tuple[Lesson | Case | JobCard, ...]:
        """All of it: lessons, cases, cards."""
        return (*self.lessons.values(), *self.cases.values(), *self.cards.values())

    def for_whom(self, members_only: frozenset[str], *, of_party: bool) -> Taught:
        """Without what is for those of the Party alone, for whoever is not of it."""
        if of_party:
            return self
        return Taught.of(each for each in self.pieces if not members_only.issuperset(trades(each)))


NOTHING = Taught()


def trades(piece: Lesson | Case | JobCard) -> tuple[str, ...]:
    """For whom it is."""
    return (piece.trade,) if isinstance(piece, JobCard) else piece.trades


def piece(kind: str, key: str, body: Mapping[str, Any], frame: Frame) -> Lesson | Case | JobCard:
    """A LESSON, a CASE or a CARD of a body that was held when it was written."""
    made: dict[str, Callable[[str, Mapping[str, Any], Frame], Lesson | Case | JobCard]]
    made = {LESSON: _lesson, CASE: _case, CARD: _card}
    return made[kind](key, body, frame)


def _lesson(key: str, body: Mapping[str, Any], frame: Frame) -> Lesson:
    topic = str(body.get("topic", ""))
    law, article = bodies.grounds(body, frame)
    return Lesson(
        key,
        body.get("area") or frame.topics.get(topic, ""),
        topic,
        body["title"],
        body["text"],
        body.get("question", ""),
        law,
        article,
        (),
        tuple(body.get("trades") or ()),
        body.get("level", 1),
    )


def _case(key: str, body: Mapping[str, Any], frame: Frame) -> Case:
    choices = tuple(Choice(each.get("text", ""), each.get("then", "")) for each in body.get("choices") or ())
    return Case(
        key,
        body["title"],
        str(body.get("topic", "")),
        tuple(body.get("trades") or ()),
        tuple(body.get("story") or ()),
        body.get("ask", ""),
        choices,
        body.get("right", LETTERS[0]),
        body["lesson"],
        (Source(*bodies.grounds(body, frame), ()),),
        tuple(body.get("questions") or ()),
    )


def _card(key: str, body: Mapping[str, Any], frame: Frame) -> JobCard:
    law, article = bodies.grounds(body, frame)
    return JobCard(
        key,
        body.get("trade", ""),
        body.get("kind", ""),
        body["title"],
        body["text"],
        str(body.get("topic", "")),
        law,
        article,
        (),
    )
