"""A calendar of shifts: a usual one or a rotation, and days that differ; and what may be said to change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from bot.clock import BEIJING
from content.shifts import Rotation, Shift, Shifts

WEEK = timedelta(days=7)
FORGOTTEN = timedelta(days=60)
_A_MONDAY = date(2001, 1, 1)


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


@dataclass(frozen=True, slots=True)
class Calendar:
    """The same by itself: a crew's, or what a roster tells."""

    shift: str = ""
    rotation: str = ""
    rotation_from: date | None = None
    """The Monday of its first week; None while nobody said which week is which: it tells no day's shift then."""
    shift_days: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, works: Works) -> Calendar:
        """A copy of what somebody works by."""
        return cls(works.shift, works.rotation, works.rotation_from, dict(works.shift_days))

    @property
    def base(self) -> tuple[str, ...]:
        """All but the days that differ, spelt one way whatever Monday a rotation is counted from."""
        if not self.rotation:
            return (self.shift,)
        turns = self.rotation.split(",")
        if self.rotation_from is None:
            return ("", *turns)
        start = (_A_MONDAY - self.rotation_from).days // 7 % len(turns)
        return (*turns[start:], *turns[:start])

    @property
    def tells(self) -> bool:
        """True when it names more than single days."""
        return bool(self.shift or self.rotation)


def on(person: Works, day: date, shifts: Shifts) -> Shift:
    """His shift on a shift day: what was said of that day, else his rotation, else his usual one, else the unknown one."""
    excepted = shifts.by_id.get(person.shift_days.get(day.isoformat(), ""))
    return excepted or usual(person, day, shifts)


def usual(person: Works, day: date, shifts: Shifts) -> Shift:
    """His shift on a day, whatever was said of that day alone."""
    turns = person.rotation.split(",") if person.rotation and person.rotation_from is not None else []
    if turns and person.rotation_from is not None:
        week = (day - person.rotation_from).days // 7
        return shifts.by_id.get(turns[week % len(turns)], shifts.unknown)
    return shifts.by_id.get(person.shift, shifts.unknown)


def known(person: Works, day: date, shifts: Shifts) -> bool:
    """True when it is known what he works on such a day."""
    return on(person, day, shifts) is not shifts.unknown


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def begins(person: Works, day: date, shifts: Shifts) -> datetime:
    """The moment a shift day begins for him: the cut-over of the shift he works on it (decisions.md, Time)."""
    return moment(day, on(person, day, shifts).cut_over)


def shift_day(sent_at: datetime, person: Works, shifts: Shifts) -> date:
    """The shift day a moment belongs to for him: its Beijing date, or the day before until that date's cut-over."""
    day = sent_at.astimezone(BEIJING).date()
    return day if sent_at >= begins(person, day, shifts) else day - timedelta(days=1)


def upcoming(person: Works, from_day: date, days: int, shifts: Shifts) -> list[tuple[date, Shift]]:
    """So many days from one on, each with its shift."""
    every = (from_day + timedelta(days=number) for number in range(days))
    return [(day, on(person, day, shifts)) for day in every]


def moment(day: date, minute: int) -> datetime:
    """So many minutes after the midnight with which a date begins, Beijing time."""
    return datetime.combine(day, time(), BEIJING) + timedelta(minutes=minute)


def chosen(before: Works, shift: Shift, *, week: date, today: date) -> Calendar:
    """As before, but with this shift in the week that begins on this Monday, and from then on.

    A rotation that holds the shift goes on from there; any other is over. Rest, and a week that has not begun, change
    that week alone. What had been said of the days still to come in that week no longer counts.
    """
    said = {day: each for day, each in kept(before, today).items() if not _ahead(day, week, today)}
    turns = before.rotation.split(",")
    if shift.id in turns:
        return Calendar(shift.id, before.rotation, week - WEEK * turns.index(shift.id), said)
    if shift.work is None or week > today:
        days = (week + timedelta(days=number) for number in range(7))
        said |= {day.isoformat(): shift.id for day in days if day >= today}
        return replace(Calendar.of(before), shift_days=said)
    return Calendar(shift.id, shift_days=said)


def rotated(before: Works, rotation: Rotation, *, week: date, shifts: Shifts) -> Calendar:
    """As before, but with these shifts a week each, from the one worked in the week of this Monday."""
    current = usual(before, week, shifts).id
    start = rotation.shifts.index(current) if current in rotation.shifts else 0
    turns = [*rotation.shifts[start:], *rotation.shifts[:start]]
    return Calendar(turns[0], ",".join(turns), week, dict(before.shift_days))


def excepted(before: Works, day: date, shift: Shift, *, today: date, shifts: Shifts) -> Calendar:
    """As before, but with this shift on that day alone; the usual one takes an exception back."""
    said = {**kept(before, today), day.isoformat(): shift.id}
    if usual(before, day, shifts) is shift:
        del said[day.isoformat()]
    return replace(Calendar.of(before), shift_days=said)


def begun(before: Works, works: Shift | Rotation, *, day: date, today: date, shifts: Shifts) -> Calendar:
    """As before until a day, from then on this shift or these in turn. A day that is past means from today on."""
    day = max(day, today)
    if isinstance(works, Rotation):
        after = rotated(before, works, week=monday(day), shifts=shifts)
    else:
        after = chosen(before, works, week=monday(day), today=day)
    said = dict(after.shift_days)
    for then, shift in upcoming(before, today, (day - today).days, shifts):
        said.pop(then.isoformat(), None)
        if shift.id and usual(after, then, shifts) is not shift:
            said[then.isoformat()] = shift.id
    return replace(after, shift_days=said)


def kept(person: Works, today: date) -> dict[str, str]:
    """The exceptions that still matter to anybody."""
    return {day: shift for day, shift in person.shift_days.items() if date.fromisoformat(day) >= today - FORGOTTEN}


def _ahead(day: str, week: date, today: date) -> bool:
    return max(week, today) <= date.fromisoformat(day) < week + WEEK
