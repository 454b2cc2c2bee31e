"""Whose moment has come: by each person's own reminder hour inside his shift's window, worked out once for equal calendars."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.models import Ask, Member, OutboxItem, Person
from bot.services import quiz, reminders, shifts
from bot.services.people import OF_PARTY
from bot.services.quiz import pushed
from bot.services.schedule import Setting
from content.shifts import Shifts

LATELY = timedelta(days=14)
"""Whoever did nothing here for so long is not sent anything by the day; `study.comeback` is for him."""
LEAD = timedelta(minutes=10)
"""The jobs look every ten minutes, and a little ahead."""
LATE = timedelta(hours=3)
"""Whose moment passed longer ago, while nobody kept time, is left in peace today."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar with its reminder hour, and the unit whose settings hold: people of equal ones are reached together."""

    shift: str
    rotation: str
    rotation_from: date | None
    days: str
    leave_from: date | None
    leave_until: date | None
    remind_at: int | None
    unit_id: int
    paused_until: datetime | None = None

    @property
    def shift_days(self) -> Mapping[str, str]:
        """The exceptions."""
        return _exceptions(self.days)

    @property
    def key(self) -> str:
        """As `_KEY` spells it in SQL."""
        return "|".join("" if each is None else str(each) for each in (getattr(self, name) for name in _NAMES))


@dataclass(frozen=True, slots=True)
class Timed:
    """One such group whose moment has come: on which shift day, when exactly, and when that day is over."""

    hours: Hours
    day: date
    at: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """One person of a group."""

    id: int
    unit_id: int
    timed: Timed
    pushable: bool
    """The platform lets us write to him at that moment."""
    of_party: bool
    member_id: int


_NAMES = tuple(each.name for each in fields(Hours) if each.name != "paused_until")
_DAYS = cast(Person.shift_days, Text)
_COLUMNS = (
    Person.shift, Person.rotation, Person.rotation_from, _DAYS, Person.leave_from, Person.leave_until, Person.remind_at,
    Member.unit_id,
)  # fmt: skip


def _text(column: Any) -> ColumnElement[str]:
    return func.coalesce(cast(column, Text), "")


def _key() -> ColumnElement[str]:
    """Text of all columns that decide a moment: one comparison instead of eight that may be null."""
    first, *rest = _COLUMNS
    found: ColumnElement[str] = _text(first)
    for column in rest:
        found = found + literal("|") + _text(column)
    return found


_KEY = _key()
_PARTY = and_(Member.political.in_(sorted(OF_PARTY)), Person.political_consent > 0)


def groups(db: Session, *, now: datetime) -> list[Hours]:
    """The different calendars of all who may be sent something at all. One statement, however many people."""
    rows = select(*_COLUMNS).join_from(Person, Member, Person.member_id == Member.id).where(*_may_be_sent(now))
    return [Hours(*row) for row in db.execute(rows.group_by(*_COLUMNS))]


def timed(found: Iterable[Hours], wanted: Mapping[int, Setting], known: Shifts, *, now: datetime) -> list[Timed]:
    """Those groups whose moment is now, or was missed not long ago and can still be had before the shift day ends.

    His own hour counts before the branch's, the branch's before the usual one of the shift; each only where it fits the
    window of his shift. Nothing on leave. Pure: the tables were asked before.
    """
    return [each for hours in found if (each := _timed(hours, wanted[hours.unit_id], known, now)) is not None]


def people(
    db: Session,
    due: Sequence[Timed],
    *,
    now: datetime,
    but: Callable[[date], Sequence[ColumnElement[bool]]],
) -> list[Reached]:
    """Everybody of these groups, lowest id first, but for whom the conditions of a shift day hold. One statement."""
    if not due:
        return []
    by_key = {each.hours.key: each for each in due}
    days = sorted({each.day for each in due})
    of_day = [and_(_KEY.in_([key for key, each in by_key.items() if each.day == day]), *but(day)) for day in days]
    rows = (
        select(Person.id, Member.unit_id, _KEY, Person.window_until, Person.window_left, _PARTY, Member.id)
        .join_from(Person, Member, Person.member_id == Member.id)
        .where(*_may_be_sent(now), or_(*of_day))
        .order_by(Person.id)
    )
    return list(_reached(db.execute(rows).all(), by_key))


def not_owed(*names: str) -> ColumnElement[bool]:
    """He was owed nothing under these names, unless it was taken back because he came for it himself."""
    owed = (OutboxItem.person_id == Person.id, OutboxItem.once.in_(names), OutboxItem.state != "dropped")
    return ~exists().where(*owed)


def not_asked(day: date) -> ColumnElement[bool]:
    """The day's question was not put to him yet."""
    return ~exists().where(Ask.person_id == Person.id, Ask.mode == quiz.DAILY, Ask.day == day)


def batches(found: Sequence[Reached]) -> Iterator[Sequence[Reached]]:
    """So many as one transaction takes."""
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def study_as(day: date) -> str:
    """The name under which whatever else a day's study has is owed: one push a day."""
    return f"study:{day}"


def question_as(day: date) -> str:
    """The name under which the day's question is owed."""
    return pushed.owed_as(day)


def _may_be_sent(now: datetime) -> tuple[Any, ...]:
    return (
        Person.followed,
        or_(Person.paused_until.is_(None), Person.paused_until <= now),
        Person.last_wrote_at >= now - LATELY,
        Member.left_at.is_(None),
        Member.frozen_at.is_(None),
    )


def _timed(hours: Hours, setting: Setting, known: Shifts, now: datetime) -> Timed | None:
    if not setting.enabled:
        return None
    who = hours if hours.remind_at is not None else replace(hours, remind_at=setting.minute)
    today = now.astimezone(BEIJING).date()
    day = today if now >= _begins(who, today, known) else today - timedelta(days=1)
    moment, ends = _moment(who, day, known), _begins(who, day + timedelta(days=1), known)
    if moment is None or not now - LATE < moment < now + LEAD:
        return None
    at = shifts.next_push(who, max(moment, now), known)
    return None if at is None or at >= ends else Timed(hours, day, at.astimezone(BEIJING), ends)


# The jobs look every ten minutes, and what they ask of a calendar is the same all day long.
@lru_cache(maxsize=32768)
def _moment(who: Hours, day: date, known: Shifts) -> datetime | None:
    return reminders.due_at(who, day, known)


@lru_cache(maxsize=32768)
def _begins(who: Hours, day: date, known: Shifts) -> datetime:
    return shifts.begins(who, day, known)


@lru_cache(maxsize=4096)
def _exceptions(days: str) -> Mapping[str, str]:
    return json.loads(days) if days else {}


def _reached(rows: Iterable[Any], by_key: Mapping[str, Timed]) -> Iterator[Reached]:
    for person, unit, key, until, left, party, member in rows:
        each = by_key[key]
        yield Reached(person, unit, each, until is not None and until > each.at and left > 0, bool(party), member)
