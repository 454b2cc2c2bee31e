"""The mine's shifts: when each is worked, when its people can be reached, and what they call it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.folding import fold
from content.problem import ContentProblem, read_toml
from content.shifts.hours import DAY, ClockWords
from content.shifts.periods import DayWords

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]{1,12}")
_ID = re.compile(r"[a-z]{1,16}")
KEYS = {"id", "name", "also", "starts", "ends", "cut_over", "reachable", "sleeps", "remind"}


@dataclass(frozen=True, slots=True)
class Span:
    """From and until, in minutes after the midnight with which the shift day's date begins; may pass the next one."""

    start: int
    end: int

    def meets(self, other: Span) -> bool:
        """True when the two have a minute in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift. Its day runs from one cut-over to the next."""

    id: str
    """Empty for the shift of whoever never said which he works."""
    name: str
    also: tuple[str, ...]
    cut_over: int
    """Minutes after midnight at which its day begins."""
    work: Span | None
    sleep: Span | None
    """May run on into the next day, unlike the others."""
    windows: tuple[Span, ...]
    """When its people can be reached, in order."""
    remind: int
    """The usual minute for reminders, on the same count as the windows."""

    def place(self, minute: int) -> int:
        """A minute of the clock as counted on this shift's day."""
        return minute if minute >= self.cut_over else minute + DAY

    def open_at(self, minute: int) -> bool:
        """True when its people can be reached at this minute of the clock."""
        return any(span.start <= self.place(minute) < span.end for span in self.windows)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Shifts worked in turn, a week each."""

    name: str
    also: tuple[str, ...]
    shifts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A shift as it was named: for which day, counted from today, or for the week."""

    shift: Shift
    day: int | None


@dataclass(
    frozen=True, slots=True, eq=False
)  # one table is itself and no other: what is worked out of it is kept by it
class Shifts:
    """Everything of shifts.toml."""

    by_id: Mapping[str, Shift]
    used: tuple[Shift, ...]
    """Those of the patterns this mine works by, in the order they are offered."""
    rotations: tuple[Rotation, ...]
    """Those whose shifts are all used."""
    unknown: Shift
    keen_minutes: int
    clock: ClockWords
    dates: DayWords
    names: Mapping[str, Shift]
    days: Mapping[str, int]
    around: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, path: Path) -> Shifts:
        """`shifts.toml`. Raises ContentProblem naming the shift and what is amiss."""
        table, file = read_toml(path), path.name
        try:
            by_id: dict[str, Shift] = {}
            for entry in table["shift"]:
                shift = _shift(file, entry)
                if shift.id in by_id:
                    raise ContentProblem(file, shift.id, "shift_twice")
                by_id[shift.id] = shift
            used = _used(file, table, by_id)
            rotations = [_rotation(file, entry, by_id) for entry in table.get("rotation", [])]
            said = table["said"]
            days = {fold(word): int(number) for word, number in said["days"].items()}
            clock = ClockWords.read(file, table["clock"])
            return cls(
                by_id,
                used,
                tuple(each for each in rotations if {*each.shifts} <= {shift.id for shift in used}),
                _unknown(file, table["unknown"]),
                int(table["keen_minutes"]),
                clock,
                DayWords.read(file, table["days"], days, clock),
                _names(file, used, by_id.values()),
                days,
                {key: tuple(sorted(map(fold, said[key]), key=len, reverse=True)) for key in _AROUND},
            )
        except KeyError as missing:
            raise ContentProblem(file, str(missing), "missing_key") from None
        except (AttributeError, TypeError, ValueError):
            raise ContentProblem(file, "-", "wrong_type") from None

    def find(self, name: str) -> Shift | None:
        """The shift of this name or id, as people or rosters write it; None when there is none."""
        return self.names.get(fold(name)) or self.by_id.get(name.strip())

    def rotation(self, name: str) -> Rotation | None:
        """The rotation of this name that this mine works by."""
        told = fold(name)
        return next((each for each in self.rotations if told in map(fold, (each.name, *each.also))), None)

    def said(self, text: str) -> Said | None:
        """What a short sentence names: a shift, and the day it is for; None for anything else."""
        rest, day = fold(text).replace(" ", ""), None
        rest = _without(rest, self.around["leads"])
        if word := next((w for w in sorted(self.days, key=len, reverse=True) if rest.startswith(w)), ""):
            rest, day = rest.removeprefix(word), self.days[word]
        elif word := next((w for w in self.around["week"] if rest.startswith(w)), ""):
            rest = rest.removeprefix(word)
        rest = _without(_without(rest, self.around["leads"]), self.around["verbs"])
        shift = self.names.get(rest)
        for tail in self.around["tails"]:
            shift = shift or self.names.get(rest.removesuffix(tail))
        return None if shift is None else Said(shift, day)

    def day_of(self, word: str) -> int | None:
        """How many days from today a word names; None when it names no day."""
        return self.days.get(fold(word))


_AROUND = ("week", "leads", "verbs", "tails")


def _without(said: str, words: tuple[str, ...]) -> str:
    return said.removeprefix(next((word for word in words if said.startswith(word) and said != word), ""))


def _shift(file: str, entry: Mapping[str, Any]) -> Shift:
    name = str(entry.get("id", "?"))
    if not _ID.fullmatch(name):
        raise ContentProblem(file, name, "shift_id")
    if unknown := sorted(set(entry) - KEYS):
        raise ContentProblem(file, name, "unknown_key", ", ".join(unknown))
    if missing := sorted({"name", "cut_over", "reachable", "remind"} - set(entry)):
        raise ContentProblem(file, name, "missing_key", ", ".join(missing))
    called = (entry["name"], *entry.get("also", []))
    if odd := [each for each in called if not isinstance(each, str) or not _NAME.fullmatch(each)]:
        raise ContentProblem(file, name, "shift_name", str(odd[0]))
    if ("starts" in entry) != ("ends" in entry):
        raise ContentProblem(file, name, "missing_key", "starts, ends")
    cut_over = _time(file, name, entry["cut_over"]) % DAY
    hours = f"{entry['starts']}-{entry['ends']}" if "starts" in entry else ""
    work = _span(file, name, hours, cut_over) if hours else None
    sleep = _span(file, name, entry["sleeps"], cut_over, until=2 * DAY) if "sleeps" in entry else None
    return _checked(
        file,
        Shift(
            name,
            entry["name"],
            called[1:],
            cut_over,
            work,
            sleep,
            _windows(file, name, entry["reachable"], cut_over),
            _placed(_time(file, name, entry["remind"]), cut_over),
        ),
    )


def _checked(file: str, shift: Shift) -> Shift:
    """A shift that can be worked, slept after, and reached."""
    closed = [span for span in (shift.work, shift.sleep) if span is not None]
    if shift.work is not None and any(shift.work.meets(span) for span in closed if span is not shift.work):
        raise ContentProblem(file, shift.id, "shift_asleep_at_work")
    closed += [Span(span.start - DAY, span.end - DAY) for span in closed]
    for number, window in enumerate(shift.windows):
        if any(window.meets(span) for span in (*closed, *shift.windows[:number])):
            raise ContentProblem(file, shift.id, "shift_window_closed")
    if not any(window.start <= shift.remind < window.end for window in shift.windows):
        raise ContentProblem(file, shift.id, "shift_remind_outside")
    return shift


def _unknown(file: str, entry: Mapping[str, Any]) -> Shift:
    cut_over = _time(file, "unknown", entry["cut_over"]) % DAY
    windows = _windows(file, "unknown", entry["reachable"], cut_over)
    remind = _placed(_time(file, "unknown", entry["remind"]), cut_over)
    return _checked(file, Shift("", "", (), cut_over, None, None, windows, remind))


def _used(file: str, table: Mapping[str, Any], by_id: Mapping[str, Shift]) -> tuple[Shift, ...]:
    patterns = {entry["id"]: entry["shifts"] for entry in table["pattern"]}
    listed = [name for shifts in patterns.values() for name in shifts]
    if stray := [name for name in listed if name not in by_id]:
        raise ContentProblem(file, "pattern", "shift_unknown", stray[0])
    if stray := [name for name in table["use"] if name not in patterns]:
        raise ContentProblem(file, "use", "shift_unknown", stray[0])
    if not table["use"]:
        raise ContentProblem(file, "use", "missing_key", "three_eight")
    return tuple(by_id[name] for pattern in table["use"] for name in patterns[pattern])


def _rotation(file: str, entry: Mapping[str, Any], by_id: Mapping[str, Shift]) -> Rotation:
    names, called = tuple(entry["shifts"]), (entry["name"], *entry.get("also", []))
    if stray := [name for name in names if name not in by_id]:
        raise ContentProblem(file, entry["name"], "shift_unknown", stray[0])
    if odd := [each for each in called if not isinstance(each, str) or not _NAME.fullmatch(each)]:
        raise ContentProblem(file, entry["name"], "shift_name", str(odd[0]))
    if len(names) < 2 or len(set(names)) < len(names) or len(",".join(names)) > 80:
        raise ContentProblem(file, entry["name"], "shift_rotation")
    return Rotation(called[0], called[1:], names)


def _names(file: str, used: Iterable[Shift], every: Iterable[Shift]) -> dict[str, Shift]:
    """Names to shifts: among the used ones each means one shift; of the others, what is still free."""
    names: dict[str, Shift] = {}
    for shift in used:
        for name in (shift.name, *shift.also):
            if names.setdefault(fold(name), shift) is not shift:
                raise ContentProblem(file, shift.id, "shift_name_taken", name)
    for shift in every:
        for name in (shift.name, *shift.also):
            names.setdefault(fold(name), shift)
    return names


def _windows(file: str, name: str, spans: Any, cut_over: int) -> tuple[Span, ...]:
    if not isinstance(spans, list) or not spans:
        raise ContentProblem(file, name, "shift_no_window")
    return tuple(sorted((_span(file, name, span, cut_over) for span in spans), key=lambda span: span.start))


def _span(file: str, name: str, hours: str, cut_over: int, *, until: int = DAY) -> Span:
    start, _, end = hours.partition("-")
    begins = _placed(_time(file, name, start) % DAY, cut_over)
    length = (_time(file, name, end) - _time(file, name, start)) % DAY
    if length == 0 or begins + length > cut_over + until:
        raise ContentProblem(file, name, "shift_span", hours)
    return Span(begins, begins + length)


def _placed(minute: int, cut_over: int) -> int:
    return minute if minute >= cut_over else minute + DAY


def _time(file: str, name: str, said: object) -> int:
    found = _TIME.fullmatch(said) if isinstance(said, str) else None
    if found is None or int(found[1]) * 60 + int(found[2]) > DAY:
        raise ContentProblem(file, name, "shift_time", str(said))
    return int(found[1]) * 60 + int(found[2])
