"""Days as people type them: a date, from one to another, so many days, or from then on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from content.folding import fold
from content.problem import ContentProblem
from content.shifts.hours import ClockWords

LONG_AGO, WEEK_DAYS = timedelta(days=62), 7
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; without a last day it has no end yet."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class DayWords:
    """The grammar of days. Every text is read in linear time."""

    day: re.Pattern[str]
    span: re.Pattern[str]
    join: re.Pattern[str]
    start: re.Pattern[str]
    from_on: re.Pattern[str]
    """A day, what may stand before it, and the word that makes it the first of many."""
    next_week: re.Pattern[str]
    leads: tuple[str, ...]
    tails: tuple[str, ...]
    near: Mapping[str, int]
    weekdays: Mapping[str, int]
    spans: Mapping[str, int]
    units: Mapping[str, int]
    clock: ClockWords

    @classmethod
    def read(cls, file: str, table: Mapping[str, Any], near: Mapping[str, int], clock: ClockWords) -> DayWords:
        """The [days] table. Raises ContentProblem for a key that is missing or of the wrong kind."""
        try:
            near = {**near, **{fold(word): int(days) for word, days in table["near"].items()}}
            number = f"(?:[0-9]{{1,2}}|[{''.join(clock.numerals)}]{{1,3}})"
            weeks, coming = _any(table["weeks"]), _any(table["next_week"])
            said = f"(?:{_any(table['leads'])})*"
            spans = {word: days for word, days in clock.spans.items() if word not in map(fold, table["vague"])}
            units = {fold(word): int(days) for word, days in table["units"].items()}
            day = (
                f"(?P<near>{_any(near)})|(?:(?P<year>[0-9]{{4}})(?:{_any(table['years'])}|[-./]))?"
                f"(?P<month>{number})(?:{_any(table['months'])}|(?(year)[-./]|[./]))(?P<day>{number})(?:{_any(table['dates'])})?"
                f"|(?P<alone>{number})(?:{_any(table['dates'])})"
                f"|(?P<coming>{coming})?(?:{weeks})(?P<weekday>{_any(table['weekdays'])})"
            )
            return cls(
                re.compile(day),
                re.compile(
                    f"(?P<words>{_any(spans)})|(?P<count>{number})(?:{_any(table['pieces'])})?(?P<unit>{_any(units)})"
                ),
                re.compile(f"(?:{_any(table['starts'])})?(?:{_any(table['joins'])})"),
                re.compile(f"(?:{_any(table['starts'])})?(?:{_any(table['for'])})?"),
                re.compile(f"{said}(?:{day})(?:{_any(table['starts'])})"),
                re.compile(f"{said}(?:{coming})(?:{weeks})(?:{_any(table['starts'])})?"),
                _longest_first(table["leads"]),
                _longest_first(table["tails"]),
                near,
                {fold(word): int(number) for word, number in table["weekdays"].items()},
                spans,
                units,
                clock,
            )
        except KeyError as missing:
            raise ContentProblem(file, f"days {missing}", "missing_key") from None
        except (AttributeError, TypeError, ValueError, re.error):
            raise ContentProblem(file, "days", "wrong_type") from None

    def period(self, text: str, today: date) -> Period | None:
        """The days meant: one date, two of them, so many days from one on, or from today; None where none are."""
        rest = self._bare(fold(text).replace(" ", ""))
        if (days := self._length(rest)) is not None:
            return _so_long(today, days)
        if joined := self.join.match(rest):
            return _until(today, self._whole_day(rest[joined.end() :], today, today))
        begun = self.first_day(rest, today) if rest else None
        return None if begun is None else self._from(*begun, today)

    def _from(self, first: date, rest: str, today: date) -> Period | None:
        """The days from one on, by what stands behind it."""
        if not rest:
            return Period(first, first)
        if joined := self.join.match(rest):
            return _until(first, self._whole_day(rest[joined.end() :], today, first))
        if begun := self.start.match(rest):
            rest = rest[begun.end() :]
        if not rest:
            return Period(first, None)
        days = self._length(rest)
        return None if days is None else _so_long(first, days)

    def first_day(self, text: str, today: date) -> tuple[date, str] | None:
        """The day a folded text without blanks begins with, and what stands behind it; None where it begins with none."""
        found = self.day.match(text)
        day = None if found is None else self._named(found, today, None)
        return None if found is None or day is None else (day, text[found.end() :])

    def onward(self, text: str, today: date) -> tuple[date, str] | None:
        """The day from which on something is to be so, with which a folded text without blanks begins; and the rest."""
        found = self.from_on.match(text)
        day = None if found is None else self._named(found, today, today)
        return None if found is None or day is None else (day, text[found.end() :])

    def coming(self, text: str) -> str:
        """What stands behind the words for next week; empty where a folded text does not begin with them."""
        found = self.next_week.match(text)
        return text[found.end() :] if found is not None else ""

    def _whole_day(self, text: str, today: date, not_before: date) -> date | None:
        found = self.day.fullmatch(text)
        return None if found is None else self._named(found, today, not_before)

    def _named(self, found: re.Match[str], today: date, not_before: date | None) -> date | None:
        """The day of a match. Without a year it is the nearest that may be meant, not before the day given."""
        if found["near"]:
            return today + timedelta(days=self.near[found["near"]])
        if found["weekday"]:
            return self._weekday(self.weekdays[found["weekday"]], bool(found["coming"]), today, not_before)
        earliest = not_before or today - LONG_AGO
        if found["alone"]:
            from_month = not_before or today - timedelta(days=WEEK_DAYS)
            return self._in_some_month(self.clock.number(found["alone"]), from_month)
        month, day = self.clock.number(found["month"]), self.clock.number(found["day"])
        if found["year"]:
            return _date(int(found["year"]), month, day)
        years = (today.year - 1, today.year, today.year + 1, today.year + 2)
        fitting = (made for year in years if (made := _date(year, month, day)) is not None and made >= earliest)
        return next(fitting, None)

    def _weekday(self, number: int, coming: bool, today: date, not_before: date | None) -> date:
        monday = (not_before or today) - timedelta(days=(not_before or today).weekday())
        if coming:
            monday = today - timedelta(days=today.weekday()) + timedelta(days=WEEK_DAYS)
        day = monday + timedelta(days=number)
        return day if day >= (not_before or today) else day + timedelta(days=WEEK_DAYS)

    def _in_some_month(self, day: int | None, earliest: date) -> date | None:
        for ahead in range(_MONTHS):
            year, month = divmod(earliest.year * _MONTHS + earliest.month - 1 + ahead, _MONTHS)
            if (made := _date(year, month + 1, day)) is not None and made >= earliest:
                return made
        return None

    def _length(self, text: str) -> int | None:
        found = self.span.fullmatch(text)
        if found is None:
            return None
        if found["words"]:
            return self.spans[found["words"]]
        count = self.clock.number(found["count"])
        return count * self.units[found["unit"]] if count else None

    def _bare(self, said: str) -> str:
        while lead := next((lead for lead in self.leads if said.startswith(lead)), ""):
            said = said.removeprefix(lead).strip(",.:;")
        while tail := next((tail for tail in self.tails if said.endswith(tail)), ""):
            said = said.removesuffix(tail).strip(",.:;")
        return said


def _until(first: date, last: date | None) -> Period | None:
    return None if last is None else Period(first, last)


def _so_long(first: date, days: int) -> Period:
    return Period(first, first + timedelta(days=days - 1))


def _date(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(map(fold, words), key=len, reverse=True))


def _any(words: Any) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))


__all__ = ["DayWords", "Period"]
