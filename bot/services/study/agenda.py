"""What a day of the study calendar offers: its kinds, the seasons and campaigns of its month, the festivals that come near."""

from __future__ import annotations

from datetime import date

from bot.services.shifts import holidays
from bot.services.study.pieces import season_key
from content.shifts import Holidays
from content.teaching.calendar import WEEKDAYS, Calendar, Festival


def offered(calendar: Calendar, day: date) -> tuple[str, ...]:
    """The kinds of its weekday, of content.teaching.calendar.OFFERED; empty on a day that was left free."""
    return calendar.week.get(WEEKDAYS[day.weekday()], ())


def weekday_of(calendar: Calendar, kind: str) -> int | None:
    """The first weekday (0 for Monday) on which a kind is offered; None where the calendar has it on none."""
    return next((number for number, name in enumerate(WEEKDAYS) if kind in calendar.week.get(name, ())), None)


def topics_of_month(calendar: Calendar, day: date) -> frozenset[str]:
    """What is more dangerous in this month, or what the month is given to."""
    seasons = (topic for each in calendar.seasons if day.month in each.months for topic in each.topics)
    campaigns = (topic for each in calendar.campaigns if each.month == day.month for topic in each.topics)
    return frozenset((*seasons, *campaigns))


def seasons_of_month(calendar: Calendar, day: date) -> tuple[str, ...]:
    """Keys of this month's seasons and campaigns, campaigns first."""
    campaigns = (each.id for each in calendar.campaigns if each.month == day.month)
    seasons = (each.id for each in calendar.seasons if day.month in each.months)
    return tuple(season_key(each, day.year) for each in (*campaigns, *seasons))


def festivals_on(calendar: Calendar, day: date, known: Holidays) -> list[Festival]:
    """Those of which people are reminded on this day."""
    return holidays.reminded(day, calendar.festivals, known)
