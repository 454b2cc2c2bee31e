"""How an exam stands: who sat and who has not, what came of it, what each question told, and the records of training."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.models import Attempt, Exam, ExamAnswer, Member, TrainingRecord
from bot.services.exams import rows, sitters, sitting
from bot.services.exams.rows import EXAM_COLUMNS, AttemptRow, ExamRow, exam_row
from bot.services.exams.sitters import Sitter
from content import Content

FEWEST_SITTINGS = 10
"""Of a question asked more seldom nothing is said: it would tell of people, not of the question."""
FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """One person and one exam."""

    who: Sitter
    counts: AttemptRow | None
    """The sitting that counts; None before any is marked."""
    running: bool
    sittings: int

    @property
    def passed(self) -> bool:
        return self.counts is not None and bool(self.counts.passed)


@dataclass(frozen=True, slots=True)
class Totals:
    """An exam in numbers."""

    concerned: int
    joined: int
    running: int
    sat: int
    passed: int
    average: float | None
    """Of a hundred, over those who sat; None for nobody."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a question told in one exam, over first sittings."""

    question_id: str
    hash: str
    asked: int
    facility: float
    """The mean share of the mark, 0 to 1: the easier the more."""
    discrimination: float | None
    """Its correlation with the rest of the paper, -1 to 1; None where either never differs."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A training record with whose it is; the name is empty where the roster does not know him any more."""

    alias: str
    staff_no: str
    name: str
    unit_id: int
    held_at: datetime
    minutes: int
    content: str
    score: float | None
    passed: bool | None
    note: str


def people(db: Session, exam: ExamRow, *, content: Content, now: datetime) -> list[Standing]:
    """Everybody it concerns, by name."""
    of: dict[int, list[AttemptRow]] = defaultdict(list)
    for each in rows.attempts_in(db, exam.id):
        of[each.person_id].append(each)
    found = []
    for who in sitters.concerned(db, exam.unit_id, exam.audience, words=content.mine, now=now):
        his = of.get(who.person_id or 0, [])
        done = [each for each in his if each.finished_at is not None]
        found.append(Standing(who, sitting.counting(exam, done), len(done) < len(his), len(his)))
    return found


def totals(standings: Sequence[Standing]) -> Totals:
    """The same as numbers."""
    scores = [each.counts.score for each in standings if each.counts is not None and each.counts.score is not None]
    return Totals(
        concerned=len(standings),
        joined=sum(each.who.joined for each in standings),
        running=sum(each.running for each in standings),
        sat=len(scores),
        passed=sum(each.passed for each in standings),
        average=sum(scores) / len(scores) if scores else None,
    )


def of_units(standings: Iterable[Standing], units: frozenset[int]) -> list[Standing]:
    """Those who belong to one of these units."""
    return [each for each in standings if each.who.home & units]


def exams_of(db: Session, unit_ids: Iterable[int], *, limit: int) -> list[ExamRow]:
    """The exams of these units, the newest first."""
    found = select(*EXAM_COLUMNS).where(Exam.unit_id.in_(sorted(unit_ids)))
    return [exam_row(row) for row in db.execute(found.order_by(Exam.id.desc()).limit(limit))]


def items(db: Session, exam: ExamRow) -> tuple[list[Item], int]:
    """What the questions told, those that tell the fewest apart first, and how many were asked too seldom to say.

    Everybody's paper is his own: each question is held against the rest of those papers in which it stood
    (point-biserial, the question itself left out; for part marks the same formula is Pearson's).
    """
    answered: dict[int, dict[str, float]] = defaultdict(dict)
    rows_ = (
        select(ExamAnswer.attempt_id, ExamAnswer.question_id, ExamAnswer.score)
        .join(Attempt, ExamAnswer.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam.id, Attempt.number == 1, Attempt.finished_at.is_not(None))
    )
    for attempt_id, question_id, score in db.execute(rows_):
        answered[attempt_id][question_id] = score or 0.0
    asked: dict[str, list[tuple[float, float]]] = defaultdict(list)
    wording: dict[str, str] = {}
    for attempt in rows.attempts_in(db, exam.id):
        if attempt.number != 1 or attempt.finished_at is None:
            continue
        given = answered[attempt.id]
        total = sum(given.values())
        for sheet in attempt.paper:
            mark = given.get(sheet.id, 0.0)
            asked[sheet.id].append((mark, total - mark))
            wording[sheet.id] = sheet.hash
    enough = {name: pairs for name, pairs in asked.items() if len(pairs) >= FEWEST_SITTINGS}
    found = [
        Item(name, wording[name], len(pairs), sum(mark for mark, _ in pairs) / len(pairs), correlation(pairs))
        for name, pairs in enough.items()
    ]
    found.sort(
        key=lambda each: (each.discrimination is None, each.discrimination or 0, each.facility, each.question_id)
    )
    return found, len(asked) - len(enough)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r of two columns; None where one of them never differs."""
    count = len(pairs)
    mean_a, mean_b = (sum(column) / count for column in zip(*pairs, strict=True))
    a = sum((each - mean_a) ** 2 for each, _ in pairs)
    b = sum((each - mean_b) ** 2 for _, each in pairs)
    if a < 1e-12 or b < 1e-12:
        return None
    together: float = sum((x - mean_a) * (y - mean_b) for x, y in pairs)
    return together / math.sqrt(a * b)


def records_of(db: Session, alias: str, *, limit: int) -> list[RecordRow]:
    """A person's own records of training, the newest first."""
    return _records(db, TrainingRecord.alias == alias, limit=limit)


def records_in(db: Session, unit_ids: Iterable[int], *, limit: int, exam_id: int | None = None) -> list[RecordRow]:
    """The records of these units' people, the newest first, of one exam alone where it is named."""
    which: list[ColumnElement[bool]] = [TrainingRecord.unit_id.in_(sorted(unit_ids))]
    if exam_id is not None:
        which.append(TrainingRecord.exam_id == exam_id)
    return _records(db, *which, limit=limit)


def sittings_of(db: Session, exam_id: int) -> int:
    """How many sittings have begun."""
    return db.execute(select(func.count()).select_from(Attempt).where(Attempt.exam_id == exam_id)).scalar_one()


def _records(db: Session, *which: ColumnElement[bool], limit: int) -> list[RecordRow]:
    columns = (
        TrainingRecord.alias, Member.staff_no, Member.name, TrainingRecord.unit_id, TrainingRecord.held_at, TrainingRecord.minutes,
        TrainingRecord.content, TrainingRecord.score, TrainingRecord.passed, TrainingRecord.note,
    )  # fmt: skip
    found = (
        select(*columns)
        .join_from(TrainingRecord, Member, TrainingRecord.alias == Member.alias, isouter=True)
        .where(*which)
        .order_by(TrainingRecord.held_at.desc(), TrainingRecord.id)
        .limit(limit)
    )
    return [_record(tuple(row)) for row in db.execute(found)]


def _record(row: tuple[Any, ...]) -> RecordRow:
    alias, staff_no, name, *rest = row
    return RecordRow(alias, staff_no or "", name or "", *rest)
