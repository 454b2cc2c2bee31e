"""Working days and festivals: the mine's own file first, what the state decreed second, the plain week third.

The only door of `chinese_calendar`, whose years end where the last decree known to it ends: beyond them nothing is raised,
and `published` says that the rest is not known yet. Crews work by their own calendars, whatever is decreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants

from content.problem import ContentProblem
from content.shifts import Holidays
from content.teaching.calendar import Festival

SATURDAY = 5
NOTICE = timedelta(days=60)
"""The State Council tells in November how the next year is to be."""


def published(year: int, known: Holidays) -> bool:
    """True when it is known how this year's festivals are kept; where not, weeks are taken as plain ones."""
    return year in known.announced or _decreed(year)


def workday(day: date, known: Holidays) -> bool:
    """True on a working day of offices: Monday to Friday, but for decreed days off and decreed working weekends."""
    if day in known.work or day in known.off:
        return day in known.work
    if day.year not in known.announced and _decreed(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY


def festival_of(day: date, known: Holidays) -> str:
    """The festival whose decreed days off hold this day, or that falls on it; "" on any other day."""
    if day in known.off:
        return known.off[day]
    if day.year not in known.announced and _decreed(day.year) and day not in known.work:
        called = constants.holidays.get(day)
        names = {each.id: each.name for each in known.festivals}
        return next((names.get(each.name, "") for each in chinese_calendar.Holiday if each.value == called), "")
    return next((each.name for each in known.festivals if each.falls_on(day.year) == day), "")


@lru_cache(maxsize=256)
def begins(name: str, year: int, known: Holidays) -> date | None:
    """The first day off of a festival in a year, with whatever festival runs into it; the day it falls on by itself while
    nothing is decreed; None where nobody has written that down.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    day = next((day for day in days if festival_of(day, known) == name), None)
    if day is None:
        return next((each.falls_on(year) for each in known.festivals if each.name == name), None)
    while festival_of(day - timedelta(days=1), known):
        day -= timedelta(days=1)
    return day


def ahead(name: str, days: int, *, year: int, known: Holidays) -> date | None:
    """The day so many days before a festival of that year begins; None where it is not known when that is."""
    first = begins(name, year, known)
    return None if first is None else first - timedelta(days=days)


def reminded(day: date, festivals: Iterable[Festival], known: Holidays) -> list[Festival]:
    """The calendar's festivals of which people are reminded on this day."""
    return [
        each
        for each in festivals
        if any(ahead(each.name, each.days_before, year=year, known=known) == day for year in (day.year, day.year + 1))
    ]


def warnings(today: date, known: Holidays) -> list[ContentProblem]:
    """The years at hand of which nothing is known yet: the one we have, and from November on the next."""
    years = sorted({today.year, (today + NOTICE).year})
    return [
        ContentProblem("holidays.toml", str(year), "year_unpublished") for year in years if not published(year, known)
    ]


def _decreed(year: int) -> bool:
    """True for the years the library knows: of each it has the first of October off."""
    return date(year, 10, 1) in constants.holidays
