"""When a person wants to be reminded: his own hour inside the windows of his shift, or no reminders for a while."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.models import Person
from bot.services import shifts
from bot.services.people import PersonRow
from content.shifts import DAY, Shift, Shifts, Span

FOR_EVER = datetime(2999, 1, 1, tzinfo=BEIJING)
LONGEST_PAUSE_DAYS = 366
STEP = 30
OFFERED = 4


class Reminded(shifts.Reached, Protocol):
    """What of a person tells when to remind him."""

    @property
    def remind_at(self) -> int | None: ...
    @property
    def paused_until(self) -> datetime | None: ...


def paused(person: Reminded, at: datetime) -> bool:
    """True while he wants no reminders."""
    return person.paused_until is not None and at < person.paused_until


def minute_on(person: Reminded, shift: Shift) -> int:
    """Minutes after midnight at which he is reminded on such a shift: his own hour where it fits, else the usual one."""
    own = person.remind_at
    return own if own is not None and shift.open_at(own) else shift.remind % DAY


def due_at(person: Reminded, day: date, known: Shifts) -> datetime | None:
    """The moment of a shift day's reminder: his minute on that day's shift, moved on to where he can be reached.

    None on leave: the day has none. Whether he wants any, `paused` tells.
    """
    shift = shifts.on(person, day, known)
    minute = shift.place(minute_on(person, shift))
    moment = datetime.combine(day, time(), BEIJING) + timedelta(minutes=minute)
    due = shifts.next_window(person, moment, known)
    return None if shifts.leave.lasts(person, due) else due


def choose(db: Session, person: PersonRow, minutes: tuple[int, ...], *, day: date, known: Shifts) -> int:
    """Be reminded at the first of these minutes of the clock that fits the shift of the day; the minute taken.

    Raises Refusal when none does: reminders.at_work, reminders.asleep or reminders.closed, with the `minute` refused.
    """
    shift = shifts.on(person, day, known)
    chosen = next((minute for minute in minutes if shift.open_at(minute)), None)
    if chosen is None:
        raise Refusal(_why_not(shift, minutes[0]), minute=minutes[0])
    _write(db, person.id, remind_at=chosen)
    return chosen


def follow_shift(db: Session, person_id: int) -> None:
    """Be reminded at the usual hour of whatever shift he works."""
    _write(db, person_id, remind_at=None)


def pause(db: Session, person_id: int, *, now: datetime, days: int | None = None) -> datetime:
    """No reminders for so many days, for ever without; until when."""
    until = FOR_EVER if days is None else now + timedelta(days=min(days, LONGEST_PAUSE_DAYS))
    _write(db, person_id, paused_until=until)
    return until


def resume(db: Session, person_id: int) -> None:
    """Reminders again."""
    _write(db, person_id, paused_until=None)


def offered(shift: Shift, near: int | None = None, count: int = OFFERED) -> list[int]:
    """Minutes of the clock worth offering on a shift: spread over its windows, or those nearest to a minute."""
    slots = [minute for span in shift.windows for minute in range(-(-span.start // STEP) * STEP, span.end, STEP)]
    if near is not None:
        slots = sorted(slots, key=lambda slot: _apart(slot % DAY, near))[:count]
        return sorted(slot % DAY for slot in slots)
    apart = max(1, -(-len(slots) // count))
    return [slot % DAY for slot in slots[::apart]]


def _apart(one: int, other: int) -> int:
    """Minutes between two times of day, the shorter way round."""
    return min((one - other) % DAY, (other - one) % DAY)


def _why_not(shift: Shift, minute: int) -> str:
    if _within(shift.work, shift, minute):
        return "reminders.at_work"
    return "reminders.asleep" if _within(shift.sleep, shift, minute) else "reminders.closed"


def _within(span: Span | None, shift: Shift, minute: int) -> bool:
    """True when a minute of the clock falls into a span, which may run on past the end of its day."""
    return span is not None and any(span.start <= shift.place(minute) + extra < span.end for extra in (0, DAY))


def _write(db: Session, person_id: int, **values: datetime | int | None) -> None:
    changed = update(Person).where(Person.id == person_id).values(**values)
    db.execute(changed, execution_options={"synchronize_session": False})
