"""A branch's week in three figures, for its own secretary."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Ask, Grant, Member, Person
from bot.services.shifts.calendars import moment

CUT_OVER = 4 * 60
"""A week of the branch begins with the early shift's day (decisions.md, Time)."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many people answered how many questions."""

    people: int
    answers: int


def answered(db: Session, ids: Collection[int], *, week: date) -> Answered:
    """What these people answered in the week of this Monday. One statement."""
    start, end = moment(week, CUT_OVER), moment(week + timedelta(days=7), CUT_OVER)
    rows = select(func.count(Ask.person_id.distinct()), func.count()).where(
        Ask.person_id.in_(sorted(ids)), Ask.answered_at >= start, Ask.answered_at < end
    )
    return Answered(*db.execute(rows).one())


def keepers(db: Session, role: str, *, now: datetime) -> list[tuple[int, int]]:
    """Person and unit of everybody who holds a role that counts, has joined and follows, in the order of units."""
    rows = (
        select(Person.id, Grant.unit_id)
        .join_from(Grant, Member, Grant.member_id == Member.id)
        .join(Person, Person.member_id == Member.id)
        .where(
            Grant.role == role,
            Grant.confirmed_at <= now,
            Member.left_at.is_(None),
            Member.frozen_at.is_(None),
            Person.followed,
        )
    )
    return [(person, unit) for person, unit in db.execute(rows.order_by(Grant.unit_id, Person.id))]
