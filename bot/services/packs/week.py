"""A branch's week in three figures, for its own secretary."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import BEIJING, EARLY_CUT_OVER
from bot.models import Ask


@dataclass(frozen=True, slots=True)
class Answered:
    """How many people answered how many questions."""

    people: int
    answers: int


def answered(db: Session, ids: Collection[int], *, week: date) -> Answered:
    """What these people answered in the week of this Monday, from the early shift's day on. One statement."""
    start = datetime.combine(week, time(), BEIJING) + EARLY_CUT_OVER
    end = start + timedelta(days=7)
    rows = select(func.count(Ask.person_id.distinct()), func.count()).where(
        Ask.person_id.in_(sorted(ids)), Ask.answered_at >= start, Ask.answered_at < end
    )
    return Answered(*db.execute(rows).one())
