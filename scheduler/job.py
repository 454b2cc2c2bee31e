"""A job: its name, its timetable, what becomes of a missed due time, and a function that returns how many things it did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.config import Mine
from bot.services.materials.shelf import Shelf
from content import Content

CatchUp = Literal["once", "skip", "ask"]
A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Work:
    """What a job may touch, inside one transaction: it may queue, never send, never commit."""

    db: Session
    now: datetime
    due: datetime
    """The due time it runs for: `now` may be later by minutes, or by days when it is made up for."""
    content: Content
    shelf: Shelf
    mine: Mine


Run = Callable[[Work], int]


@dataclass(frozen=True, slots=True)
class Job:
    """One that runs `in_batches` is run again, each time in a transaction of its own, until it has nothing left to do.

    A `unit_scoped` one asks `bot.services.schedule.settings_for` for each branch whether, and when, it is wanted there.
    """

    name: str
    trigger: CronTrigger
    run: Run
    catch_up: CatchUp = "once"
    unit_scoped: bool = False
    in_batches: bool = False

    def dues(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The due times later than `after` and not later than `until`, in order: a pure function of its arguments."""
        due = self.trigger.get_next_fire_time(None, after + A_MOMENT)
        while due is not None and due <= until:
            yield due
            due = self.trigger.get_next_fire_time(due, due + A_MOMENT)

    def last_due(self, now: datetime, *, within: timedelta) -> datetime | None:
        """The latest due time in the given past."""
        due: datetime | None = None
        for due in self.dues(now - within, now):  # noqa: B007 - the last one is what is wanted
            pass
        return due

    def next_due(self, now: datetime) -> datetime | None:
        """The first due time later than `now`."""
        due: datetime | None = self.trigger.get_next_fire_time(None, now + A_MOMENT)
        return due


def job(
    name: str,
    *,
    catch_up: CatchUp = "once",
    unit_scoped: bool = False,
    in_batches: bool = False,
    **cron: int | str,
) -> Callable[[Run], Job]:
    """Declare a job beside its feature: `@job("retention.purge", minute=10)`, in Beijing time.

    `catch_up` says what becomes of due times over which nobody ran: the last of them is made up for ("once"), none is
    ("skip"), or whoever operates the mine's account says ("ask"). Raises ValueError for a weekday by number: APScheduler counts from
    Monday, cron from Sunday, and whoever reads it guesses.
    """
    if re.search(r"\d", str(cron.get("day_of_week", ""))):
        raise ValueError(f"{name}: weekdays by name")

    def declare(run: Run) -> Job:
        return Job(name, CronTrigger(timezone=BEIJING, **cron), run, catch_up, unit_scoped, in_batches)

    return declare
