"""Times of the day in Beijing, where every mine is, and the Unix seconds they mean."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.simulator.scenario.model import Moment, ScenarioError

BEIJING = ZoneInfo("Asia/Shanghai")
SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


def parse(text: str) -> float:
    """Unix seconds of a date and time such as "2026-03-02 18:40". Raises ScenarioError."""
    for shape in SHAPES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=BEIJING).timestamp()
        except ValueError:
            continue
    raise ScenarioError("bad_time", text)


def written(seconds: float) -> str:
    """The reverse of `parse`."""
    return datetime.fromtimestamp(seconds, BEIJING).strftime(SHAPES[0])


def shown(seconds: float) -> str:
    """Month, day and time, for a line of captions."""
    return datetime.fromtimestamp(seconds, BEIJING).strftime("%m-%d %H:%M")


def minutes(text: str) -> int:
    """Minutes from midnight of a time such as "06:30". Raises ScenarioError."""
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise ScenarioError("bad_time", text)
    return int(hour) * 60 + int(minute)


def due(moment: Moment, *, now: float, start: float) -> float:
    """The Unix seconds a step is meant for, once it is `now`. Raises ScenarioError for one that has passed."""
    if moment.at is None:
        return now + moment.after
    first = datetime.fromtimestamp(start if moment.day is not None else now, BEIJING)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    meant = midnight + timedelta(days=moment.day or 0, minutes=moment.at)
    if moment.day is None and meant.timestamp() <= now:
        meant += timedelta(days=1)
    if meant.timestamp() < now:
        raise ScenarioError("passed", written(meant.timestamp()))
    return meant.timestamp()
