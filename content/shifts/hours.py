"""Hours as people type them: by the clock or in words, and how long a pause lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.folding import fold
from content.problem import ContentProblem

DAY = 24 * 60
_PLAIN = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class ClockWords:
    """The grammar of an hour: numerals, marks, parts of the day, and what stands around it."""

    numerals: Mapping[str, int]
    pattern: re.Pattern[str]
    quarters: Mapping[str, int]
    periods: Mapping[str, tuple[int, int]]
    leads: tuple[str, ...]
    tails: tuple[str, ...]
    spans: Mapping[str, int]

    @classmethod
    def read(cls, file: str, table: Mapping[str, Any]) -> ClockWords:
        """The [clock] table. Raises ContentProblem for a key that is missing or of the wrong kind."""
        try:
            numerals = {digit: number for number, digit in enumerate(table["numerals"])} | {table["two"]: 2}
            quarters = {**{word: int(m) for word, m in table["quarters"].items()}, table["half"]: 30}
            periods = {fold(word): (int(low), int(high)) for word, (low, high) in table["periods"].items()}
            number = f"(?:[0-9]{{1,2}}|[{''.join(numerals)}]{{1,3}})"
            pattern = re.compile(
                f"(?P<period>{_any(periods)})? ?(?P<hour>{number}) ?(?:{_any(table['hour_marks'])}) ?"
                f"(?:(?P<quarter>{_any(quarters)})|(?P<minute>{number}) ?(?:{_any(table['minute_marks'])})?)?"
                f"(?:{_any(table['sharp'])})?"
            )
            return cls(
                numerals,
                pattern,
                quarters,
                periods,
                tuple(sorted(table["leads"], key=len, reverse=True)),
                tuple(sorted(table["tails"], key=len, reverse=True)),
                {fold(word): int(days) for word, days in table["spans"].items()},
            )
        except KeyError as missing:
            raise ContentProblem(file, f"clock {missing}", "missing_key") from None
        except (AttributeError, TypeError, ValueError):
            raise ContentProblem(file, "clock", "wrong_type") from None

    def minutes(self, text: str) -> tuple[int, ...]:
        """The times of day meant, in minutes after midnight, the likelier first; empty when none is.

        An hour without a part of the day may be meant of either half: eight is 8:00, or else 20:00.
        """
        bare = self._bare(fold(text))
        if plain := _PLAIN.fullmatch(bare):
            return ((int(plain[1]) * 60 + int(plain[2])) % DAY,)
        found = self.pattern.fullmatch(bare)
        if found is None:
            return ()
        hour, minute = self.number(found["hour"]), 0
        if found["quarter"]:
            minute = self.quarters[found["quarter"]]
        elif found["minute"]:
            minute = self.number(found["minute"]) or 0
        if hour is None or hour > 24 or minute > 59:
            return ()
        return tuple(each * 60 % DAY + minute for each in self._hours(hour, found["period"]))

    def days(self, text: str) -> int | None:
        """How many days a span lasts: the longest word of the list that stands in the text; None where none does."""
        told = fold(text)
        named = [word for word in self.spans if word in told]
        return self.spans[max(named, key=len)] if named else None

    def _hours(self, hour: int, period: str | None) -> list[int]:
        if period is None:
            return [hour, hour + 12] if 1 <= hour <= 11 else [hour]
        low, high = self.periods[period]
        return [each for each in (hour, hour + 12, hour + 24) if low <= each < high][:1]

    def number(self, said: str) -> int | None:
        """Numerals up to ninety-nine, with the sign for ten or without; None for what is no number."""
        if said.isascii():
            return int(said)
        ten = next(digit for digit, number in self.numerals.items() if number == 10)
        if ten not in said:
            return int("".join(str(self.numerals[digit]) for digit in said))
        tens, _, ones = said.partition(ten)
        if len(tens) > 1 or len(ones) > 1 or ten in ones:
            return None
        return (self.numerals[tens] if tens else 1) * 10 + (self.numerals[ones] if ones else 0)

    def _bare(self, said: str) -> str:
        while lead := next((lead for lead in self.leads if said.startswith(lead) and said != lead), ""):
            said = said.removeprefix(lead).strip()
        while tail := next((tail for tail in self.tails if said.endswith(tail) and said != tail), ""):
            said = said.removesuffix(tail).strip()
        return said


def _any(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


__all__ = ["DAY", "ClockWords"]
