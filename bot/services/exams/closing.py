"""The end of a sitting whose time is up, of an exam, and the training record of everybody it concerned."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.models import Attempt, Exam, Member, Person, TrainingRecord
from bot.services import audit
from bot.services.exams import papers, rows, sitters, sitting
from bot.services.exams.rows import (
    ATTEMPT_COLUMNS,
    CLOSED,
    EXAM_COLUMNS,
    OFF,
    AttemptRow,
    ExamRow,
    attempt_row,
    exam_row,
)
from bot.services.exams.sitters import Sitter
from content import Content

LATE = timedelta(minutes=1)
"""So long the platform may still be bringing what was sent in time."""
ABSENT, ON_LEAVE, UNBOUND = "absent", "leave", "unbound"
"""Why a record has no score."""
LONGEST_CONTENT = 255


def overdue(db: Session, *, now: datetime, limit: int) -> list[tuple[ExamRow, AttemptRow]]:
    """Sittings that nobody handed in and whose time was up a minute ago; of those handed in, none."""
    due = now - LATE
    columns = len(EXAM_COLUMNS)
    running = (
        select(*EXAM_COLUMNS, *ATTEMPT_COLUMNS)
        .join_from(Attempt, Exam, Attempt.exam_id == Exam.id)
        .where(Attempt.finished_at.is_(None), Exam.state != OFF)
        .where(or_(Attempt.until <= due, and_(Exam.together, Exam.started_at.is_not(None))))
        .order_by(Attempt.until, Attempt.id)
    )
    found: list[tuple[ExamRow, AttemptRow]] = []
    for row in db.execute(running):
        exam, attempt = exam_row(tuple(row)[:columns]), attempt_row(tuple(row)[columns:])
        ends = attempt.ends(exam)
        if ends is not None and ends <= due:
            found.append((exam, attempt))
        if len(found) == limit:
            break
    return found


def unreviewed(db: Session, *, limit: int) -> list[AttemptRow]:
    """Sittings that were marked and of which the spacing rule knows nothing yet."""
    rows_ = select(*ATTEMPT_COLUMNS).where(Attempt.finished_at.is_not(None), Attempt.reviewed_at.is_(None))
    return [attempt_row(row) for row in db.execute(rows_.order_by(Attempt.id).limit(limit))]


def closable(db: Session, *, content: Content, now: datetime) -> list[ExamRow]:
    """Exams that nobody sits any more and nobody may begin any more; those that never had their common start are among them."""
    over = select(*EXAM_COLUMNS).where(Exam.state.in_((rows.PLANNED, rows.OPEN)), Exam.closes_at <= now)
    found = [exam_row(row) for row in db.execute(over.order_by(Exam.id))]
    return [exam for exam in found if _over(db, exam, content=content, now=now)]


def close(db: Session, exam: ExamRow, *, content: Content, now: datetime) -> int:
    """Close it, once, and write the record of everybody it concerned, the absent too (Work Safety Law, article 28).

    How many records; 0 when it was closed already. One whose common start never came is called off instead: nobody sat.
    """
    state = OFF if exam.waits else CLOSED
    if not _turn(db, exam, state):
        return 0
    if exam.waits:
        db.execute(delete(Attempt).where(Attempt.exam_id == exam.id), execution_options={"synchronize_session": False})
        return 0
    found = sitters.concerned(db, exam.unit_id, exam.audience, words=content.mine, now=now)
    sat = _sat(db, exam)
    records = [_record(exam, each, sat.pop(each.alias, None), content) for each in found]
    records += [_record(exam, each, attempts, content) for each, attempts in _gone(db, sat)]
    if records:
        db.execute(insert(TrainingRecord), records)
    audit.write(db, "exams.closed", actor=audit.BY_ITSELF, unit_id=exam.unit_id, at=now, exam=exam.id)
    return len(records)


def collect(db: Session, exam: ExamRow, *, content: Content, now: datetime) -> int:
    """Take in all papers now, mark them, and close the exam; how many papers. Its spacing follows by the job."""
    shut = update(Exam).where(Exam.id == exam.id, Exam.state.not_in((CLOSED, OFF))).values(closes_at=now)
    row = db.execute(shut.returning(*EXAM_COLUMNS), execution_options={"synchronize_session": False}).first()
    if row is None:
        return 0
    ended = exam_row(row)
    taken = 0
    for each in rows.attempts_in(db, exam.id):
        if each.finished_at is None:
            ends = each.ends(ended)
            sitting.finish(db, each, ended, at=now if ends is None else min(ends, now))
            taken += 1
    close(db, ended, content=content, now=now)
    return taken


def contents(exam: ExamRow, content: Content) -> str:
    """What was asked, for the record: the title and the topics or areas of its parts."""
    asked = dict.fromkeys(papers.named(part, content.topics) for part in exam.rule["parts"])
    said = content.say("exams.between").join(name for name in asked if name)
    return content.say("exams.record_content", title=exam.title, topics=said)[:LONGEST_CONTENT] if said else exam.title


def _over(db: Session, exam: ExamRow, *, content: Content, now: datetime) -> bool:
    attempts = rows.attempts_in(db, exam.id)
    if exam.waits or exam.together:
        return exam.waits or all(each.finished_at is not None for each in attempts)
    if any(each.finished_at is None for each in attempts):
        return False
    if now >= exam.closes_at + sitters.LONGEST_GRACE:
        return True
    done = {each.person_id for each in attempts}
    missing = sitters.concerned(db, exam.unit_id, exam.audience, words=content.mine, now=now)
    return all(
        sitters.last_call(exam, each, content.shifts) <= now
        for each in missing
        if each.joined and each.person_id not in done
    )


def _turn(db: Session, exam: ExamRow, state: str) -> bool:
    once = update(Exam).where(Exam.id == exam.id, Exam.state.in_((rows.PLANNED, rows.OPEN))).values(state=state)
    return db.execute(once.returning(Exam.id), execution_options={"synchronize_session": False}).first() is not None


def _sat(db: Session, exam: ExamRow) -> dict[str, list[AttemptRow]]:
    """Sittings by the alias of whoever the phone belongs to."""
    alias = (
        select(Attempt.id, Member.alias)
        .join_from(Attempt, Person, Attempt.person_id == Person.id)
        .join(Member, Person.member_id == Member.id)
        .where(Attempt.exam_id == exam.id)
    )
    of: dict[int, str] = dict(db.execute(alias).all())
    found: dict[str, list[AttemptRow]] = {}
    for each in rows.attempts_in(db, exam.id):
        if each.id in of:
            found.setdefault(of[each.id], []).append(each)
    return found


def _gone(db: Session, sat: dict[str, list[AttemptRow]]) -> Iterable[tuple[Sitter, list[AttemptRow]]]:
    """Who sat it and belongs elsewhere by now: what he did stands all the same."""
    columns = (Member.id, Member.alias, Member.staff_no, Member.name, Member.trade, Member.political, Member.unit_id)
    for row in db.execute(select(*columns).where(Member.alias.in_(sorted(sat)))).all():
        yield Sitter(*row, group_id=None, section_id=None, crew_id=None), sat[row[1]]


def _record(exam: ExamRow, who: Sitter, attempts: list[AttemptRow] | None, content: Content) -> dict[str, object]:
    best = sitting.counting(exam, attempts or [])
    note, held_at, minutes = "", exam.opens_at, 0
    if best is None:
        away = who.joined and who.away(exam.opens_at, exam.closes_at)
        note = ON_LEAVE if away else ABSENT if who.joined else UNBOUND
    elif best.finished_at is not None:
        held_at = best.started_at
        begun = max(best.started_at, exam.started_at) if exam.started_at is not None else best.started_at
        minutes = max(1, math.ceil((best.finished_at - begun) / timedelta(minutes=1)))
    return {
        "alias": who.alias,
        "unit_id": who.unit_id,
        "exam_id": exam.id,
        "held_at": held_at,
        "minutes": minutes,
        "content": contents(exam, content),
        "score": None if best is None else best.score,
        "passed": None if best is None else best.passed,
        "note": note,
    }
