"""The one truth of whether something may be pushed to a person at a moment, and of the next moment when it may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from bot.clock import BEIJING
from bot.services.shifts import leave
from bot.services.shifts.calendars import Works, moment, on, shift_day
from content.shifts import DAY, Shifts, Span

AHEAD_DAYS = 30
_AROUND = range(-2, 3)  # sleep of the day before yesterday's shift may last until today, and windows run into tomorrow
_Minutes = tuple[tuple[int, int], ...]


class Reached(Works, leave.Leaves, Protocol):
    """What of a person tells when he may be disturbed: a PersonRow, or any row with these columns."""


def may_push(person: Reached, at: datetime, shifts: Shifts, last_wrote_at: datetime | None = None) -> bool:
    """True when something may be pushed to him: not on leave, not at work, not asleep, not at night where no shift is known.

    Who wrote within the last half hour may be answered at any hour, but not while on leave (decisions.md, Time). About the
    platform's own 48 hours it knows nothing, and danger does not ask it.
    """
    return not leave.lasts(person, at) and reachable(person, at, shifts, last_wrote_at)


def next_push(person: Reached, at: datetime, shifts: Shifts) -> datetime | None:
    """The first moment from `at` on when something may be pushed to him; None while his leave has no end."""
    if not leave.lasts(person, at):
        opens = next_window(person, at, shifts)
        if not leave.lasts(person, opens):
            return opens
        at = opens
    back = leave.ends(person)
    return None if back is None else next_window(person, max(at, back), shifts)


def reachable(person: Works, at: datetime, shifts: Shifts, last_wrote_at: datetime | None = None) -> bool:
    """True when a message then meets him above ground, awake and off work; who just wrote can be reached anyway.

    It knows nothing of leave: what pushes asks `may_push`.
    """
    if last_wrote_at is not None and timedelta() <= at - last_wrote_at <= timedelta(minutes=shifts.keen_minutes):
        return True
    day = shift_day(at, person, shifts)
    minute = (at - moment(day, 0)) / timedelta(minutes=1)
    return any(start <= minute < end for start, end in _open(person, day, shifts))


def next_window(person: Works, at: datetime, shifts: Shifts) -> datetime:
    """The first moment from `at` on at which he can be reached; `at` itself when he can be now."""
    today = shift_day(at, person, shifts)
    for day in (today + timedelta(days=number) for number in range(AHEAD_DAYS)):
        for start, end in _open(person, day, shifts):
            if at < moment(day, end):
                return max(at, moment(day, start))
    return at + timedelta(days=AHEAD_DAYS)  # shifts so tangled by exceptions that no window is left in a month


def working(person: Works, at: datetime, shifts: Shifts) -> bool:
    """True while one of his shifts lasts: nothing asks for a phone then."""
    today = at.astimezone(BEIJING).date()
    return any(
        moment(day, span.start) <= at < moment(day, span.end)
        for day in (today + timedelta(days=number) for number in _AROUND)
        if (span := on(person, day, shifts).work) is not None
    )


def _open(person: Works, day: date, shifts: Shifts) -> _Minutes:
    return _windows(shifts, tuple(on(person, day + timedelta(days=number), shifts).id for number in _AROUND))


@lru_cache(maxsize=4096)
def _windows(shifts: Shifts, around: tuple[str, ...]) -> _Minutes:
    """The windows of a shift day in minutes after its midnight: cut to the day, less what others' work and sleep take.

    `around` is all they hang on, the shifts of the days around it, so that people who work alike share an entry.
    """
    worked = [shifts.by_id.get(each, shifts.unknown) for each in around]
    today = -_AROUND.start
    until = DAY + worked[today + 1].cut_over
    busy = [
        Span(span.start + number * DAY, span.end + number * DAY)
        for number, shift in zip(_AROUND, worked, strict=True)
        for span in (shift.work, shift.sleep)
        if span is not None
    ]
    return tuple(
        piece for window in worked[today].windows for piece in _left(window.start, min(window.end, until), busy)
    )


def _left(start: int, end: int, busy: list[Span]) -> Iterator[tuple[int, int]]:
    pieces = [(start, end)]
    for span in busy:
        pieces = [piece for each in pieces for piece in _less(each, span)]
    yield from (piece for piece in pieces if piece[0] < piece[1])


def _less(piece: tuple[int, int], busy: Span) -> list[tuple[int, int]]:
    start, end = piece
    if busy.start >= end or start >= busy.end:
        return [piece]
    return [(start, min(end, busy.start)), (max(start, busy.end), end)]
