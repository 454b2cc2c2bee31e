"""The day's question for many people at once: their rows drafted, so that taps can name them, and kept for whom it goes out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import and_, case, func, insert, select
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import Ask
from bot.services.quiz import answers
from bot.services.quiz.asks import DAILY, AskRow
from content.bank import Question

_ROWS = table(Ask)
_KEPT = tuple(each.name for each in fields(AskRow) if each.name in _ROWS.c and each.name != "id")


def owed_as(day: date) -> str:
    """The name under which a shift day's question is owed to somebody."""
    return f"quiz.daily:{day}"


def drafted(db: Session, people: Collection[int], question: Question, *, day: date, now: datetime) -> dict[int, AskRow]:
    """For each of these people the row that would put the question to him, not written yet; without who has the day's.

    One statement. Whoever calls it holds their rows: a number is nobody's until it is kept.
    """
    if not people:
        return {}
    had = func.max(case((and_(Ask.mode == DAILY, Ask.day == day), 1), else_=0))
    known = select(Ask.person_id, func.max(Ask.number), had).where(Ask.person_id.in_(people)).group_by(Ask.person_id)
    found = {person: (number, bool(has)) for person, number, has in db.execute(known)}
    return {
        person: _row(person, number + 1, question, day=day, now=now)
        for person in people
        for number, has in (found.get(person, (0, False)),)
        if not has
    }


def keep(db: Session, asks: Iterable[tuple[int, AskRow]]) -> None:
    """Write drafted rows down, each with its person. One statement."""
    rows = [{"person_id": person, **{name: getattr(ask, name) for name in _KEPT}} for person, ask in asks]
    if rows:
        db.execute(insert(_ROWS), rows)


def _row(person: int, number: int, question: Question, *, day: date, now: datetime) -> AskRow:
    return AskRow(
        id=0,
        number=number,
        mode=DAILY,
        day=day,
        question_id=question.id,
        fingerprint=question.fingerprint,
        hash=question.hash,
        shuffle=answers.shuffled(question, f"{person} {question.id} {day}"),
        picked="",
        answered_at=None,
        answer="",
        score=None,
        asked_at=now,
        run_id=None,
        guessed=False,
        fresh=True,
    )
