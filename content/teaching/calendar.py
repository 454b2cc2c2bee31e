"""学习日历: what is studied when through the year, the dangers of each season, campaigns, and festivals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from content.problem import ContentProblem, read_toml
from content.teaching import entry

MIX = ("safety", "party", "skill")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFERED = ("case", "card", "safety", "party", "skill", "rights")
MONTH: entry.Limits = {
    "exam_day": (1, 28),
    "exam_questions": (5, 100),
    "exam_pass": (1, 100),
    "bulletin_day": (1, 28),
    "pledge_day": (1, 28),
}
EARLIEST = 30
_SEASON = entry.Form(
    "season",
    {"id": (1, 32), "title": (2, 16), "text": (10, 200)},
    {"topics": (1, 10)},
    {"months": list},
    broken=frozenset({"text"}),
)
_CAMPAIGN = entry.Form(
    "campaign",
    {"id": (1, 32), "title": (2, 20)},
    {"topics": (1, 10)},
    {"month": int},
    {"text": str},
    broken=frozenset({"text"}),
)
_FESTIVAL = entry.Form(
    "festival",
    {"name": (2, 8), "text": (10, 200), **entry.GROUNDED},
    {"evidence": entry.FACTS},
    {"days_before": int},
    {"id": str},
    frozenset({"text"}),
)


@dataclass(frozen=True, slots=True)
class Season:
    """What is more dangerous in these months."""

    id: str
    months: tuple[int, ...]
    topics: tuple[str, ...]
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A month that the trade gives to something."""

    id: str
    month: int
    title: str
    topics: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Festival:
    """A reminder to stay clean, some days before a festival."""

    name: str
    days_before: int
    text: str
    law: str
    article: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`calendar.toml`; empty where it is not there."""

    mix: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Area → its weight among the days' questions; `skill` is a share of its own beside the two."""
    week: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Weekday → what is offered on it, of OFFERED."""
    month: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Days of the month and the measures of its exam, by the keys of MONTH."""
    seasons: tuple[Season, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    festivals: tuple[Festival, ...] = ()

    @classmethod
    def read(cls, folder: Path, amiss: entry.Amiss | None = None) -> Calendar:
        """Raises ContentProblem, or tells `amiss`."""
        path = folder / "calendar.toml"
        if not path.exists():
            return cls()
        try:
            table = read_toml(path)
            mix = _numbers(path.name, table, "mix", dict.fromkeys(MIX, (0, 100)))
            week, month = dict(_week(path.name, table.get("week"))), _numbers(path.name, table, "month", MONTH)
        except ContentProblem as problem:
            entry.tell(amiss, problem)
            return cls()
        return cls(
            mix,
            week,
            month,
            tuple(entry.read(path, _SEASON, _season, amiss)),
            tuple(entry.read(path, _CAMPAIGN, _campaign, amiss)),
            tuple(entry.read(path, _FESTIVAL, _festival, amiss)),
        )


def _numbers(file: str, table: Mapping[str, Any], section: str, limits: entry.Limits) -> dict[str, int]:
    given = table.get(section)
    if not isinstance(given, dict):
        raise ContentProblem(file, section, "missing_key", section)
    if missing := sorted(limits.keys() - given.keys()):
        raise ContentProblem(file, section, "missing_key", ", ".join(missing))
    if unknown := sorted(given.keys() - limits.keys()):
        raise ContentProblem(file, section, "unknown_key", ", ".join(unknown))
    for key, (least, most) in limits.items():
        if type(given[key]) is not int or not least <= given[key] <= most:
            raise ContentProblem(file, f"{section}.{key}", "out_of_range", f"{least}-{most}")
    return dict(given)


def _week(file: str, given: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not isinstance(given, dict):
        raise ContentProblem(file, "week", "missing_key", "week")
    for day, offered in given.items():
        if day not in WEEKDAYS:
            raise ContentProblem(file, f"week.{day}", "unknown_key", ", ".join(WEEKDAYS))
        if not isinstance(offered, list) or not set(map(str, offered)) <= set(OFFERED):
            raise ContentProblem(file, f"week.{day}", "unknown_offer", ", ".join(OFFERED))
        yield day, tuple(offered)


def _months(file: str, name: str, months: Iterable[object]) -> tuple[int, ...]:
    held = tuple(month for month in months if type(month) is int and 1 <= month <= 12)
    if not held or held != tuple(months):
        raise ContentProblem(file, name, "out_of_range", "month 1-12")
    return held


def _season(file: str, name: str, found: entry.Entry) -> Season:
    months = _months(file, name, found["months"])
    return Season(name, months, tuple(found["topics"]), found["title"], found["text"].strip("\n"))


def _campaign(file: str, name: str, found: entry.Entry) -> Campaign:
    (month,) = _months(file, name, (found["month"],))
    return Campaign(name, month, found["title"], tuple(found["topics"]), found.get("text", "").strip("\n"))


def _festival(file: str, name: str, found: entry.Entry) -> Festival:
    if not 0 <= found["days_before"] <= EARLIEST:
        raise ContentProblem(file, name, "out_of_range", f"days_before 0-{EARLIEST}")
    text, facts = found["text"].strip("\n"), entry.facts(file, name, found)
    return Festival(found["name"], found["days_before"], text, found["law"], found["article"], facts)
