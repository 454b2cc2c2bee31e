"""Exams and sittings as they are found, each a frozen row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from bot.models import Attempt, Exam, ExamAnswer

PLANNED, OPEN, CLOSED, OFF = "planned", "open", "closed", "off"
BEST, LAST = "best", "last"


@dataclass(frozen=True, slots=True)
class ExamRow:
    """One exam; what each column means stands in bot/models/study/exams.py."""

    id: int
    unit_id: int
    title: str
    rule: dict[str, Any]
    audience: dict[str, Any]
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts: int
    counts: str
    pass_mark: int
    together: bool
    started_at: datetime | None
    state: str
    made_by: str
    made_at: datetime
    key: str | None

    @property
    def questions(self) -> int:
        """How many a paper has."""
        return sum(int(part["count"]) for part in self.rule["parts"])

    @property
    def waits(self) -> bool:
        """All are to begin at once, and nobody has said so yet."""
        return self.together and self.started_at is None

    @property
    def ends(self) -> datetime | None:
        """When the time of all who sit it together is up; None before it began, and where each has his own time."""
        if not self.together or self.started_at is None:
            return None
        return min(self.started_at + timedelta(minutes=self.minutes), self.closes_at)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One place of a paper: which question, in which wording, its options in which order."""

    id: str
    hash: str
    fingerprint: str
    shuffle: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One sitting of one person."""

    id: int
    exam_id: int
    person_id: int
    number: int
    paper: tuple[Sheet, ...]
    started_at: datetime
    until: datetime
    finished_at: datetime | None
    score: float | None
    passed: bool | None
    reviewed_at: datetime | None

    def ends(self, exam: ExamRow) -> datetime | None:
        """When its time is up; None while all still wait for the start. Sitting together, all have the same end."""
        return exam.ends if exam.together else self.until


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What stands in one place of a sitting so far."""

    place: int
    answer: str
    picked: str
    score: float | None

    @property
    def given(self) -> bool:
        """He has answered it; letters only picked so far count at the end, but the place is open still."""
        return self.score is not None and not self.picked


EXAM_COLUMNS = tuple(getattr(Exam, name) for name in ExamRow.__dataclass_fields__)
ATTEMPT_COLUMNS = tuple(getattr(Attempt, name) for name in AttemptRow.__dataclass_fields__)
_EXAM = select(*EXAM_COLUMNS).where(Exam.id == bindparam("exam"))
_ATTEMPT = select(*ATTEMPT_COLUMNS).where(Attempt.id == bindparam("attempt"))
_OF_PERSON = select(*ATTEMPT_COLUMNS).where(Attempt.person_id == bindparam("person")).order_by(Attempt.id.desc())
_ANSWERS = select(ExamAnswer.place, ExamAnswer.answer, ExamAnswer.picked, ExamAnswer.score).where(
    ExamAnswer.attempt_id == bindparam("attempt")
)


def find(db: Session, exam_id: int) -> ExamRow | None:
    """The exam of that id."""
    row = db.execute(_EXAM, {"exam": exam_id}).first()
    return None if row is None else exam_row(row)


def get(db: Session, exam_id: int) -> ExamRow:
    """The exam of that id, which a row names and which is therefore there."""
    return exam_row(db.execute(_EXAM, {"exam": exam_id}).one())


def attempt(db: Session, attempt_id: int, person_id: int) -> AttemptRow | None:
    """That sitting, if it is this person's own."""
    row = db.execute(_ATTEMPT, {"attempt": attempt_id}).first()
    found = None if row is None else attempt_row(row)
    return found if found is not None and found.person_id == person_id else None


def attempts_of(db: Session, person_id: int) -> list[AttemptRow]:
    """All his sittings, the newest first."""
    return [attempt_row(row) for row in db.execute(_OF_PERSON, {"person": person_id})]


def attempts_in(db: Session, exam_id: int) -> list[AttemptRow]:
    """All sittings of an exam, in the order they began."""
    rows = select(*ATTEMPT_COLUMNS).where(Attempt.exam_id == exam_id).order_by(Attempt.id)
    return [attempt_row(row) for row in db.execute(rows)]


def answers_of(db: Session, attempt_id: int) -> dict[int, AnswerRow]:
    """What stands in the places of a sitting, by place from 1; untouched ones are missing."""
    rows = db.execute(_ANSWERS, {"attempt": attempt_id}).all()
    return {place: AnswerRow(place, answer, picked, score) for place, answer, picked, score in rows}


def exam_row(row: Row[Any] | Sequence[Any]) -> ExamRow:
    """A row of EXAM_COLUMNS."""
    return ExamRow(*tuple(row))


def attempt_row(row: Row[Any] | Sequence[Any]) -> AttemptRow:
    """A row of ATTEMPT_COLUMNS."""
    id_, exam_id, person_id, number, paper, *rest = tuple(row)
    return AttemptRow(id_, exam_id, person_id, number, tuple(Sheet(*each) for each in paper), *rest)
