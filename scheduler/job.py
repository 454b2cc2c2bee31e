"""A job: its name, its timetable, and a function that returns how many things it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session

from bot.clock import BEIJING

Run = Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Job:
    """`run(db, now)` inside one transaction; it may queue, never send.

    One `in_batches` is run again, each time in a transaction of its own, until it has nothing left to do.
    """

    name: str
    trigger: CronTrigger
    run: Run
    in_batches: bool = False

    def last_due(self, now: datetime, *, within: timedelta) -> datetime | None:
        """The latest due time in the given past, a pure function of `now`."""
        due: datetime | None = None
        following = self.trigger.get_next_fire_time(None, now - within)
        while following is not None and following <= now:
            due, following = following, self.trigger.get_next_fire_time(following, following + timedelta(seconds=1))
        return due


def job(name: str, *, in_batches: bool = False, **cron: int | str) -> Callable[[Run], Job]:
    """Declare a job beside its feature: `@job("retention.purge", minute=10)`; weekdays by name, never by number."""

    def declare(run: Run) -> Job:
        return Job(name, CronTrigger(timezone=BEIJING, **cron), run, in_batches)

    return declare
