"""Festivals and days off as the mine writes them down: `holidays.toml`, which comes before any library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml

LONGEST_BREAK_DAYS = 15
_FILE = "holidays.toml"
_LEAP_YEAR = 2024  # a day without a year is read in one that has them all


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival, and the days it falls on by itself, whatever is decreed around it."""

    id: str
    """As the library of decreed days off calls it."""
    name: str
    day: tuple[int, int] | None
    """Month and day where they are the same every year."""
    days: Mapping[int, date]
    """By year, where they are not."""

    def falls_on(self, year: int) -> date | None:
        """Its own day in a year; None where nobody has written it down."""
        return date(year, *self.day) if self.day is not None else self.days.get(year)


@dataclass(frozen=True, slots=True, eq=False)  # one file is itself and no other: what is worked out of it is kept by it
class Holidays:
    """Everything of holidays.toml; empty where it is not there."""

    festivals: tuple[Festival, ...] = ()
    off: Mapping[date, str] = field(default_factory=dict)
    """Decreed days off, each with its festival's name."""
    work: frozenset[date] = frozenset()
    """Decreed working days, at weekends."""
    announced: frozenset[int] = frozenset()
    """Years written out in full: what is not named here is an ordinary day of the week."""

    @classmethod
    def read(cls, path: Path) -> Holidays:
        """`holidays.toml`. Raises ContentProblem naming the entry and what is amiss."""
        if not path.exists():
            return cls()
        table = read_toml(path)
        try:
            festivals = tuple(_festival(each) for each in table["festival"])
            names = {each.name for each in festivals}
            off = {day: name for each in table.get("off", []) for day, name in _off(each, names)}
            work = frozenset(_day(str(day), day) for each in table.get("work", []) for day in each["days"])
            announced = frozenset(int(year) for year in table.get("announced", []))
        except KeyError as missing:
            raise ContentProblem(_FILE, str(missing), "missing_key") from None
        except (AttributeError, TypeError, ValueError):
            raise ContentProblem(_FILE, "-", "wrong_type") from None
        if both := sorted(work & off.keys()):
            raise ContentProblem(_FILE, "work", "holiday_both", both[0].isoformat())
        return cls(festivals, off, work, announced)


def _festival(entry: Mapping[str, Any]) -> Festival:
    days = [_day(entry["name"], each) for each in entry.get("days", [])]
    every_year = _day(entry["name"], f"{_LEAP_YEAR}-{entry['day']}") if "day" in entry else None
    if every_year is None and not days:
        raise ContentProblem(_FILE, entry["name"], "missing_key", "day, days")
    month_and_day = (every_year.month, every_year.day) if every_year is not None else None
    return Festival(str(entry["id"]), str(entry["name"]), month_and_day, {each.year: each for each in days})


def _off(entry: Mapping[str, Any], names: set[str]) -> Iterator[tuple[date, str]]:
    name = str(entry["name"])
    if name not in names:
        raise ContentProblem(_FILE, name, "holiday_name", name)
    first, last = _day(name, entry["from"]), _day(name, entry["until"])
    if not timedelta() <= last - first < timedelta(days=LONGEST_BREAK_DAYS):
        raise ContentProblem(_FILE, name, "holiday_span")
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number), name


def _day(name: str, said: object) -> date:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise ContentProblem(_FILE, name, "holiday_day", str(said)) from None
