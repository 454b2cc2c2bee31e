"""Which shift a person works on a day, which day a moment belongs to for him, and when he can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.models import Person
from bot.services.people import PersonRow
from content.shifts import Rotation, Shift, Shifts, Span

WEEK = timedelta(days=7)
FORGOTTEN = timedelta(days=60)
AHEAD_DAYS = 30


class Works(Protocol):
    """What of a person tells his shifts: a PersonRow, or any row with these columns."""

    @property
    def shift(self) -> str: ...
    @property
    def rotation(self) -> str: ...
    @property
    def rotation_from(self) -> date | None: ...
    @property
    def shift_days(self) -> Mapping[str, str]: ...


def on(person: Works, day: date, shifts: Shifts) -> Shift:
    """His shift on a shift day: what he said of that day, else his rotation, else his usual one, else the unknown one."""
    excepted = shifts.by_id.get(person.shift_days.get(day.isoformat(), ""))
    return excepted or usual(person, day, shifts)


def usual(person: Works, day: date, shifts: Shifts) -> Shift:
    """His shift on a day, whatever he said of that day alone."""
    turns = person.rotation.split(",") if person.rotation and person.rotation_from is not None else []
    if turns and person.rotation_from is not None:
        week = (day - person.rotation_from).days // 7
        return shifts.by_id.get(turns[week % len(turns)], shifts.unknown)
    return shifts.by_id.get(person.shift, shifts.unknown)


def known(person: Works, day: date, shifts: Shifts) -> bool:
    """True when he ever said what he works on such a day."""
    return on(person, day, shifts) is not shifts.unknown


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def begins(person: Works, day: date, shifts: Shifts) -> datetime:
    """The moment a shift day begins for him: the cut-over of the shift he works on it (decisions.md, Time)."""
    return _at(day, on(person, day, shifts).cut_over)


def shift_day(sent_at: datetime, person: Works, shifts: Shifts) -> date:
    """The shift day a moment belongs to for him: its Beijing date, or the day before until that date's cut-over."""
    day = sent_at.astimezone(BEIJING).date()
    return day if sent_at >= begins(person, day, shifts) else day - timedelta(days=1)


def upcoming(person: Works, from_day: date, days: int, shifts: Shifts) -> list[tuple[date, Shift]]:
    """So many days from one on, each with its shift."""
    every = (from_day + timedelta(days=number) for number in range(days))
    return [(day, on(person, day, shifts)) for day in every]


def reachable(person: Works, at: datetime, shifts: Shifts, last_wrote_at: datetime | None = None) -> bool:
    """True when a message then meets him above ground, awake and off work; who just wrote can be reached anyway."""
    if last_wrote_at is not None and timedelta() <= at - last_wrote_at <= timedelta(minutes=shifts.keen_minutes):
        return True
    return any(start <= at < end for start, end in _open(person, shift_day(at, person, shifts), shifts))


def next_window(person: Works, at: datetime, shifts: Shifts) -> datetime:
    """The first moment from `at` on at which he can be reached; `at` itself when he can be now."""
    today = shift_day(at, person, shifts)
    for number in range(AHEAD_DAYS):
        for start, end in _open(person, today + timedelta(days=number), shifts):
            if at < end:
                return max(at, start)
    return at + timedelta(days=AHEAD_DAYS)  # shifts so tangled by exceptions that no window is left in a month


def working(person: Works, at: datetime, shifts: Shifts) -> bool:
    """True while one of his shifts lasts: nothing asks for a phone then."""
    return any(start <= at < end for start, end in _spans(person, at, shifts, "work"))


def choose(db: Session, person: PersonRow, shift: Shift, *, week: date, today: date) -> PersonRow:
    """He works this shift in the week that begins on this Monday, and from then on; he as he works now.

    A rotation that holds the shift goes on from there; any other is over. Rest, and a week that has not begun, change
    that week alone. What he had said of the days still to come in that week no longer counts.
    """
    said = {day: each for day, each in _kept(person, today).items() if not _ahead(day, week, today)}
    turns = person.rotation.split(",")
    if shift.id in turns:
        return _write(db, person, rotation_from=week - WEEK * turns.index(shift.id), shift=shift.id, shift_days=said)
    if shift.work is None or week > today:
        days = (week + timedelta(days=number) for number in range(7))
        return _write(db, person, shift_days=said | {day.isoformat(): shift.id for day in days if day >= today})
    return _write(db, person, shift=shift.id, rotation="", rotation_from=None, shift_days=said)


def rotate(db: Session, person: PersonRow, rotation: Rotation, *, week: date, shifts: Shifts) -> PersonRow:
    """He goes through these shifts, a week each, from the one he works in the week of this Monday; he as he works now."""
    current = usual(person, week, shifts).id
    start = rotation.shifts.index(current) if current in rotation.shifts else 0
    turns = [*rotation.shifts[start:], *rotation.shifts[:start]]
    return _write(db, person, rotation=",".join(turns), rotation_from=week, shift=turns[0])


def except_on(db: Session, person: PersonRow, day: date, shift: Shift, *, today: date, shifts: Shifts) -> PersonRow:
    """He works this shift on that day alone, the usual one taking an exception back; he as he works now."""
    said = {**_kept(person, today), day.isoformat(): shift.id}
    if usual(person, day, shifts) is shift:
        del said[day.isoformat()]
    return _write(db, person, shift_days=said)


def _open(person: Works, day: date, shifts: Shifts) -> Iterator[tuple[datetime, datetime]]:
    """The windows of a shift day, in order, cut to that day and less what other days' work and sleep take of them."""
    shift, until = on(person, day, shifts), begins(person, day + timedelta(days=1), shifts)
    for window in shift.windows:
        pieces = [(_at(day, window.start), min(_at(day, window.end), until))]
        for busy in (span for kind in ("work", "sleep") for span in _spans(person, _at(day, 0), shifts, kind)):
            pieces = [piece for each in pieces for piece in _less(each, busy)]
        yield from ((start, end) for start, end in pieces if start < end)


def _less(piece: tuple[datetime, datetime], busy: tuple[datetime, datetime]) -> list[tuple[datetime, datetime]]:
    start, end = piece
    return [(start, min(end, busy[0])), (max(start, busy[1]), end)] if busy[0] < end and start < busy[1] else [piece]


def _spans(person: Works, at: datetime, shifts: Shifts, kind: str) -> list[tuple[datetime, datetime]]:
    """When he works or sleeps around a moment."""
    around = [at.astimezone(BEIJING).date() + timedelta(days=number) for number in (-2, -1, 0, 1, 2)]
    found: list[tuple[datetime, datetime]] = []
    for day in around:
        span: Span | None = getattr(on(person, day, shifts), kind)
        if span is not None:
            found.append((_at(day, span.start), _at(day, span.end)))
    return found


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), BEIJING) + timedelta(minutes=minute)


def _ahead(day: str, week: date, today: date) -> bool:
    return max(week, today) <= date.fromisoformat(day) < week + WEEK


def _kept(person: Works, today: date) -> dict[str, str]:
    """The exceptions that still matter to anybody."""
    return {day: shift for day, shift in person.shift_days.items() if date.fromisoformat(day) >= today - FORGOTTEN}


def _write(db: Session, person: PersonRow, **values: Any) -> PersonRow:
    changed = update(Person).where(Person.id == person.id).values(**values)
    db.execute(changed, execution_options={"synchronize_session": False})
    return replace(person, **values)
