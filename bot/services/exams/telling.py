"""Who is to hear that an exam has opened, and who still owes it the day before it closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from bot.models import Attempt, Exam, OutboxItem
from bot.services import outbox
from bot.services.exams import rows, sitters
from bot.services.exams.rows import EXAM_COLUMNS, ExamRow, exam_row
from bot.services.exams.sitters import Sitter
from content.mine import MineWords

LAST_DAY = timedelta(hours=24)
TOLD = ("open", "remind", "start")


def opened(db: Session, *, now: datetime) -> list[ExamRow]:
    """Exams that people may sit now, those included that were planned until this moment and are open from now on."""
    due = update(Exam).where(Exam.state == rows.PLANNED, Exam.opens_at <= now).values(state=rows.OPEN)
    db.execute(due, execution_options={"synchronize_session": False})
    standing = select(*EXAM_COLUMNS).where(Exam.state == rows.OPEN, Exam.closes_at > now)
    return [exam_row(row) for row in db.execute(standing.order_by(Exam.closes_at, Exam.id))]


def ending(exam: ExamRow, *, now: datetime) -> bool:
    """True in the last day of an exam that stands open for longer than that: who has not sat it may be reminded."""
    long = exam.closes_at - exam.opens_at > LAST_DAY
    return long and not exam.together and exam.closes_at - LAST_DAY <= now < exam.closes_at


def untold(db: Session, exam: ExamRow, told: str, *, words: MineWords, now: datetime) -> list[Sitter]:
    """Who can be told of it, has not sat it, was not told under this name, and is not away till it closes."""
    known = exists().where(OutboxItem.person_id == sitters.PERSON_ID, OutboxItem.once == name(exam, told))
    sat = exists().where(Attempt.person_id == sitters.PERSON_ID, Attempt.exam_id == exam.id)
    found = sitters.concerned(db, exam.unit_id, exam.audience, words=words, now=now, but=(known, sat))
    return [each for each in found if each.joined and not each.away(now, exam.closes_at)]


def tell(db: Session, exam: ExamRow, who: Sitter, told: str, text: str, *, now: datetime) -> bool:
    """Owe him the text, once for each exam, worth nothing when it has closed; False when he was owed it before."""
    assert who.person_id is not None
    return outbox.queue(
        db,
        who.person_id,
        kind=f"exams.{told}",
        text=text,
        now=now,
        urgency=outbox.SOON,
        until=exam.closes_at,
        once=name(exam, told),
    )


def withdraw(db: Session, exam: ExamRow, person_id: int) -> None:
    """He knows of it, or it is off: whatever of it still waits for him is dropped."""
    for told in TOLD:
        outbox.withdraw(db, person_id, name(exam, told))


def name(exam: ExamRow, told: str) -> str:
    """Under which it is owed once."""
    return f"exams.{told}:{exam.id}"
