"""Leave: from one day to another, or until he says that he is back; nothing is pushed to him meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.models import Person
from bot.services.people import PersonRow
from bot.services.shifts.calendars import moment

LONGEST = timedelta(days=200)
"""The longest there is by law is for a birth: 158 days and more by province."""
FURTHEST = timedelta(days=366)


class Leaves(Protocol):
    """What of a person tells his leave."""

    @property
    def leave_from(self) -> date | None: ...
    @property
    def leave_until(self) -> date | None: ...


def covers(person: Leaves, day: date) -> bool:
    """True when he is on leave on this Beijing date."""
    first, last = person.leave_from, person.leave_until
    return first is not None and first <= day and (last is None or day <= last)


def lasts(person: Leaves, at: datetime) -> bool:
    """True when he is on leave at this moment: from the first midnight to the last."""
    return person.leave_from is not None and covers(person, at.astimezone(BEIJING).date())


def ends(person: Leaves) -> datetime | None:
    """The midnight after its last day; None when it has no end, or there is none."""
    return None if person.leave_until is None else moment(person.leave_until + timedelta(days=1), 0)


def over(person: Leaves, today: date) -> bool:
    """True when he is on no leave and none is to come."""
    return person.leave_from is None or (person.leave_until is not None and person.leave_until < today)


def take(db: Session, person: PersonRow, first: date, last: date | None, *, today: date) -> PersonRow:
    """He is away from the first day to the last, or until he says otherwise; a new leave takes the place of another.

    Raises Refusal: shifts.leave_past when all of it has passed, shifts.leave_long when it is longer than any or years away.
    """
    if last is not None and last < today:
        raise Refusal("shifts.leave_past")
    if (last is not None and last - first >= LONGEST) or first - today > FURTHEST:
        raise Refusal("shifts.leave_long")
    return _write(db, person, first, last)


def back(db: Session, person: PersonRow) -> PersonRow:
    """He is back, or does not go: what is left of his leave is over."""
    return _write(db, person, None, None)


def _write(db: Session, person: PersonRow, first: date | None, last: date | None) -> PersonRow:
    changed = update(Person).where(Person.id == person.id).values(leave_from=first, leave_until=last)
    db.execute(changed, execution_options={"synchronize_session": False})
    return replace(person, leave_from=first, leave_until=last)
