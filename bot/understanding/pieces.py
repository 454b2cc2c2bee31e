"""What a question may be answered from: questions with their why, lessons, cards and cases, each a piece with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.services.materials.taught import Taught, trades
from content.asking import squashed
from content.bank import LETTERS, Question
from content.teaching import Teaching
from content.teaching.cards import JobCard, TrackCard
from content.teaching.cases import Case, Source
from content.teaching.lessons import Lesson

QUESTION, LESSON, CARD, CASE = "question", "lesson", "card", "case"
PARTY_OFFICES = frozenset({"secretary", "committee"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is known, and where it is written."""

    id: str
    kind: str
    """'question' 'lesson' 'card' 'case'."""
    title: str
    """Its point in few words: what a guess is called."""
    about: str
    """What somebody asks who wants this."""
    says: str
    law: str
    article: str
    of_party: bool
    """For those of the Party alone."""
    question: Question | None = None
    text: str = ""
    """Of a piece that is no question, what is said."""

    @property
    def point(self) -> tuple[str, str, str]:
        """Pieces of one point answer the same question; marks in the title make no other point of it."""
        return self.law, self.article, _plain(self.title)


@lru_cache(maxsize=4096)
def _plain(title: str) -> str:
    return squashed(title)


def of_questions(questions: Iterable[Question], for_all: frozenset[str]) -> Iterator[Piece]:
    """Each question of the bank; `for_all` are those that are not the Party's alone."""
    for each in questions:
        yield Piece(
            each.id,
            QUESTION,
            each.point,
            f"{each.stem} {each.point}",
            f"{' '.join(right(each))} {each.why}",
            each.law,
            each.article,
            each.id not in for_all,
            question=each,
        )


def of_teaching(teaching: Teaching, members_only: frozenset[str]) -> Iterator[Piece]:
    """Lessons, job cards, what cases teach, and the cards of offices."""
    yield from of_taught(Taught.of_folder(teaching), members_only)
    for office, steps in teaching.tracks.items():
        for step in steps:
            yield _told(CARD, step, step.text, step, of_party=office in PARTY_OFFICES)


def of_taught(told: Taught, members_only: frozenset[str]) -> Iterator[Piece]:
    """Lessons, what cases teach, and job cards."""
    for piece in told.pieces:
        of_party = members_only.issuperset(trades(piece))
        if isinstance(piece, Case):
            yield _told(CASE, piece, piece.lesson, piece.grounds[0], of_party=of_party)
        else:
            yield _told(LESSON if isinstance(piece, Lesson) else CARD, piece, piece.text, piece, of_party=of_party)


def right(question: Question) -> list[str]:
    """The keyed options, or what is filled in; of a judge nothing, for its verdict is said in other words."""
    if question.kind == "fill":
        return [_filled(question)]
    return [question.options[LETTERS.index(letter)] for letter in question.right if question.options]


def _filled(question: Question) -> str:
    """The answer with its unit, which the first accepted form may name already."""
    first, unit = question.accepted[0], question.unit
    return first if not unit or first.endswith(unit) else first + unit


def _told(
    kind: str,
    told: Lesson | JobCard | TrackCard | Case,
    text: str,
    source: Lesson | JobCard | TrackCard | Source,
    *,
    of_party: bool,
) -> Piece:
    title = told.title
    return Piece(told.id, kind, title, title, text, source.law, source.article, of_party, text=text)


__all__ = ["CARD", "CASE", "LESSON", "QUESTION", "Piece", "of_questions", "of_taught", "of_teaching", "right"]
