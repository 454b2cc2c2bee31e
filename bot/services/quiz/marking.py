"""What an answer does: it is kept once, its point comes back when the spacing rule says, and a guess may be owned up to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import Ask, Memory
from bot.services import shifts, spacing
from bot.services.quiz import asks, runs
from bot.services.quiz.asks import DARE, AskRow
from bot.services.shifts import Reached
from bot.services.spacing import MemoryRow, memory, rule
from bot.services.spacing.rule import Held, Weight
from content import Content
from content.bank import Bank, Question

RESTS = 0.5


def bears(person: Reached, content: Content) -> Weight:
    """What each day may bear of him: nothing on leave, half as much on a rest day."""

    def weight(day: date) -> float:
        if shifts.leave.covers(person, day):
            return 0.0
        shift = shifts.on(person, day, content.shifts)
        return RESTS if shift.id and shift.work is None else 1.0

    return weight


def settle(
    db: Session,
    person_id: int,
    ask: AskRow,
    question: Question,
    answer: str,
    *,
    score: float,
    now: datetime,
    weight: Weight,
    guessed: bool = False,
) -> MemoryRow | None:
    """Keep an answer and let its point come back accordingly: what is known of him about it now; None when it had an answer.

    `weight`: what each day may bear of him, as the spacing rule wants it. A dare ends with the first that is not right.
    """
    rated = spacing.rating(score, guessed=guessed, took=now - ask.asked_at, kind=question.kind)
    wording = question.hash
    if not asks.mark(db, ask, answer, score=score, now=now, wording=wording, guessed=guessed, rating=rated):
        return None
    kept = spacing.review(db, person_id, question, rating=rated, now=now, weight=weight)
    if ask.mode == DARE and ask.run_id is not None and score < 1:
        runs.count(db, ask.run_id, ended_at=now)
    return kept


def own_up(
    db: Session, person_id: int, ask: AskRow, question: Question, *, bank: Bank, now: datetime, weight: Weight
) -> MemoryRow | None:
    """He says that his right answer was a guess: it counts as that, and its point comes back sooner.

    Only once; None when he had said so before, or was not right. The answer is taken back and put in again as a guess,
    where all that went into the spacing rule of its point is still on record; else the guess is put on top.
    """
    rows = table(Ask)
    said = update(rows).where(rows.c.id == ask.id, rows.c.guessed.is_(False), rows.c.score == 1)
    if db.execute(said.values(guessed=True, rating=spacing.HARD).returning(rows.c.id)).first() is None:
        return None
    found = spacing.find(db, person_id, question.point)
    earlier = _earlier(db, person_id, ask, question, bank)
    whole = found is not None and found.reviewed_at == ask.answered_at and found.reviews == len(earlier) + 1
    if not whole or ask.answered_at is None:
        return spacing.review(db, person_id, question, rating=spacing.HARD, now=now, weight=weight)
    before = _replayed(earlier)
    if before is None:
        db.execute(delete(Memory).where(Memory.person_id == person_id, Memory.point == question.point))
    return spacing.review(
        db, person_id, question, rating=spacing.HARD, now=ask.answered_at, weight=weight, before=before
    )


def _earlier(
    db: Session, person_id: int, ask: AskRow, question: Question, bank: Bank
) -> list[tuple[int, datetime, Question]]:
    """What of that point went into the spacing rule before this answer, in order."""
    of_point = {each.id: each for each in bank.questions.values() if each.point == question.point}
    rows = select(Ask.question_id, Ask.rating, Ask.answered_at).where(
        Ask.person_id == person_id, Ask.id != ask.id, Ask.rating.is_not(None), Ask.question_id.in_(of_point)
    )
    found = db.execute(rows.order_by(Ask.answered_at, Ask.number))
    return [(rating, at, of_point[name]) for name, rating, at in found if rating is not None and at is not None]


def _replayed(earlier: list[tuple[int, datetime, Question]]) -> MemoryRow | None:
    row: MemoryRow | None = None
    for rating, at, question in earlier:
        held = rule.reviewed(Held() if row is None else row.held, rating, at)
        assert held.due_at is not None
        row = memory.after(row, question, held, rating=rating, due=held.due_at, now=at)
    return row
