"""The people under a unit who have joined, and which of them work the shift that is about to begin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.models import Member, Person
from bot.services import shifts, units
from bot.services.shifts import leave
from bot.services.shifts.calendars import moment
from content.mine import MineWords
from content.shifts import Shift, Shifts

HORIZON = timedelta(hours=12)
"""A pre-shift meeting further off than this is another day's business."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What of a person the pack and the map are made from; no name, no number."""

    id: int
    trade: str
    crew_id: int | None
    section_id: int | None
    shift: str
    rotation: str
    rotation_from: date | None
    shift_days: Mapping[str, str]
    leave_from: date | None
    leave_until: date | None


def workers(db: Session, unit_id: int) -> list[Worker]:
    """Everybody of a branch, section, crew or the whole mine who has joined and not left. Two statements."""
    wanted = units.below(db, unit_id)
    of_person = (Person.id, Person.shift, Person.rotation, Person.rotation_from, Person.shift_days)
    rows = (
        select(Member.trade, Member.crew_id, Member.section_id, *of_person, Person.leave_from, Person.leave_until)
        .join_from(Member, Person, Person.member_id == Member.id)
        .where(
            Member.left_at.is_(None),
            or_(
                *(column.in_(wanted) for column in (Member.unit_id, Member.group_id, Member.section_id, Member.crew_id))
            ),
        )
    )
    return [Worker(**row._asdict()) for row in db.execute(rows)]


def who_work(people: Iterable[Worker], now: datetime, known: Shifts) -> tuple[Shift | None, list[Worker]]:
    """The shift that begins next within half a day, and those of these people who work it, on leave or not.

    None and nobody where no shift of theirs is known or none begins.
    """
    today = now.astimezone(BEIJING).date()
    begins: dict[tuple[datetime, str], list[Worker]] = {}
    for each in people:
        for day in (today, today + timedelta(days=1)):
            shift = shifts.on(each, day, known)
            if shift.work is None or leave.covers(each, day):
                continue
            start = moment(day, shift.work.start)
            if now <= start <= now + HORIZON:
                begins.setdefault((start, shift.id), []).append(each)
    if not begins:
        return None, []
    first = min(begins)
    return known.by_id[first[1]], begins[first]


def classed(trade: str, words: MineWords) -> str:
    """The trade as the questions have it, of a roster's own word; empty when it fits none."""
    return next(iter(words.trades_of(trade)), "")


def grouped(people: Sequence[Worker], names: Collection[str], words: MineWords) -> dict[str, list[int]]:
    """Ids of people by trade, of these trades alone."""
    found: dict[str, list[int]] = {}
    for each in people:
        if (tag := classed(each.trade, words)) in names:
            found.setdefault(tag, []).append(each.id)
    return found
