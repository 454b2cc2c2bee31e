"""Everything that turns moments into days and back, told as one line: run on hosts of any zone it must say the same."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import content
from bot.clock import from_epoch, from_millis, shift_day, system_clock, to_millis
from bot.services import reminders, shifts
from content.shifts import Holidays, Shifts
from scheduler.job import job

FIRST = date(2024, 1, 1)
SINCE = 1_700_000_000  # a November night of 2023


def told() -> dict[str, str]:
    """By what it is of, a digest of some thousands of answers."""
    known, table = Holidays.read(content.HERE / "holidays.toml"), Shifts.read(content.HERE / "shifts.toml")
    people = [
        _person(shift="night"),
        _person(shift="swing"),
        _person(rotation="morning,swing,night", rotation_from=date(2026, 11, 23)),
        _person(leave_from=date(2026, 11, 25), leave_until=date(2026, 11, 27)),
        _person(shift_days={"2026-11-24": "rest", "2026-12-31": "night"}),
    ]
    moments = [from_epoch(SINCE + 8237 * n) for n in range(0, 14000, 20)]
    days = [FIRST + timedelta(days=n) for n in range(2557)]
    monthly = job("zone.monthly", day="last", hour=0, minute=1)(lambda _: 0)
    weekly = job("zone.weekly", day_of_week="mon", hour=7)(lambda _: 0)
    until = from_epoch(SINCE + 3 * 366 * 86400)
    return {
        "moments": _digest(moments),
        "millis": _digest([from_millis(to_millis(each)) for each in moments]),
        "early_days": _digest([shift_day(each) for each in moments]),
        "shift_days": _digest([shifts.shift_day(each, one, table) for one in people for each in moments]),
        "of_utc": _digest([shifts.shift_day(each.astimezone(UTC), one, table) for one in people for each in moments]),
        "pushes": _digest([shifts.may_push(one, each, table) for one in people for each in moments]),
        "next": _digest([shifts.next_push(one, each, table) for one in people for each in moments]),
        "reminders": _digest([reminders.due_at(one, each, table) for one in people for each in days[::3]]),
        "workdays": _digest([shifts.holidays.workday(each, known) for each in days]),
        "festivals": _digest([shifts.holidays.festival_of(each, known) for each in days]),
        "dues": _digest([*monthly.dues(moments[0], until), *weekly.dues(moments[0], until)]),
        "now": str(system_clock().utcoffset()),
    }


def _person(**told: object) -> SimpleNamespace:
    blank = {"shift": "", "rotation": "", "rotation_from": None, "shift_days": {}, "leave_from": None}
    return SimpleNamespace(**blank | {"leave_until": None, "remind_at": None, "paused_until": None} | told)


def _digest(found: list[date] | list[datetime] | list[datetime | None] | list[bool] | list[str]) -> str:
    return f"{len(found)} {hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()}"


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"host": time.tzname[0], "told": told()}))
