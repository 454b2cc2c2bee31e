"""What becomes of due times: pure functions of a clock's reading, so that every gap has one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.job import CatchUp, Job

ON_TIME = timedelta(minutes=2)  # a successor takes over within one: contract §2
OFTEN = timedelta(hours=1)
BACK, FAR_BACK = timedelta(days=8), timedelta(days=40)
NEWCOMER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with due times over which nobody ran; each stands in one of the three."""

    run: tuple[datetime, ...] = ()
    skip: tuple[datetime, ...] = ()
    ask: tuple[datetime, ...] = ()

    @property
    def missed(self) -> bool:
        """True when something was too late."""
        return bool(self.skip or self.ask)


def decide(dues: Sequence[datetime], now: datetime, catch_up: CatchUp) -> Decision:
    """Due times in order, none of them decided yet.

    What is on time is run. Of what is late the last is run, or asked about, or nothing of it, as the job wants; one that is
    on time stands for all that were late before it.
    """
    late = tuple(due for due in dues if now - due > ON_TIME)
    timely = tuple(dues[len(late) :])
    if not late or timely or catch_up == "skip":
        return Decision(run=timely, skip=late)
    if catch_up == "ask":
        return Decision(skip=late[:-1], ask=late[-1:])
    return Decision(run=late[-1:], skip=late[:-1])


def look_back(job: Job, now: datetime) -> timedelta:
    """How far back a gap is looked for: what runs many times a day is not made up for after weeks."""
    first = job.next_due(now)
    second = job.next_due(first) if first is not None else None
    often = first is not None and second is not None and second - first < OFTEN
    return BACK if often else FAR_BACK
