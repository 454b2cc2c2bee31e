"""Which shift a person works on a day, what day a moment belongs to for him, and when he may be disturbed."""

from bot.services.shifts import crews, holidays, leave, presets
from bot.services.shifts.calendars import (
    WEEK,
    Calendar,
    Works,
    begins,
    known,
    monday,
    on,
    shift_day,
    upcoming,
    usual,
)
from bot.services.shifts.own import CREW, NOBODY, ROSTER, SELF, begin, choose, except_on, rotate
from bot.services.shifts.reach import AHEAD_DAYS, Reached, may_push, next_push, next_window, reachable, working

__all__ = [
    "AHEAD_DAYS", "CREW", "NOBODY", "ROSTER", "SELF", "WEEK", "Calendar", "Reached", "Works", "begin", "begins", "choose", "crews", "except_on", "holidays",
    "known", "leave", "may_push", "monday", "next_push", "next_window", "on", "presets", "reachable", "rotate",
    "shift_day", "upcoming", "usual", "working",
]  # fmt: skip
