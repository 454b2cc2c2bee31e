"""Schedulers in processes of their own, with jobs that leave a line in the outbox for each run: `python -m` this."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.clock import BEIJING, system_clock
from bot.db import Database
from bot.kit import Kit
from bot.models import OutboxItem, Person
from bot.services import outbox
from scheduler.job import CatchUp, Job, Run, Work, job
from scheduler.leader import Leadership, leadership
from scheduler.runner import Runner
from tests.conftest import CONTENT
from tests.reliability.live import settings_of

DAWN = datetime(2026, 11, 23, 0, 0, tzinfo=BEIJING)
EVERY = (5, 10, 15, 20, 30, 60)
POLICIES: tuple[CatchUp, ...] = ("once", "skip", "ask")
BATCHES = 3


class Always:
    """Everybody leads: what must hold even then is the business of the rows."""

    def beat(self) -> bool:
        return True

    def release(self) -> None:
        pass


class SetClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = DAWN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def jobs(count: int = 20) -> list[Job]:
    """From every five minutes to once a day, of each policy; every fourth works in batches."""
    made = []
    for number in range(count):
        every, name, in_batches = EVERY[number % len(EVERY)], f"test.job{number}", number % 4 == 0
        cron: dict[str, int | str] = {"minute": f"*/{every}"} if every < 60 else {"hour": number, "minute": number}
        declare = job(name, catch_up=POLICIES[number % 3], in_batches=in_batches, **cron)
        made.append(declare(leaves_a_line(name, BATCHES if in_batches else 1)))
    return made


def each_second() -> list[Job]:
    """Always due: for real time."""
    return [job("test.second", second="*")(leaves_a_line("test.second"))]


def leaves_a_line(name: str, batches: int = 1) -> Run:
    """What a run leaves: a line, or one for each batch, as long as there are fewer. Nothing keeps it from doing more
    but that it is run as often as it should be."""

    def run(work: Work) -> int:
        line = (OutboxItem.kind == name, OutboxItem.text.startswith(f"{work.due.isoformat()} "))
        there = work.db.execute(select(func.count()).select_from(OutboxItem).where(*line)).scalar_one()
        if batches > 1 and there >= batches:
            return 0
        whom = work.db.execute(select(func.min(Person.id))).scalar_one()
        outbox.queue(
            work.db, whom, kind=name, text=f"{work.due.isoformat()} {there}", now=work.now, urgency=outbox.SOON
        )
        return 1

    return run


def kit_of(url: str, clock: Callable[[], datetime]) -> Kit:
    settings = settings_of(url)
    return Kit(settings, clock, CONTENT, Database(settings.database, threads=4))


def through(runner: Runner, clock: SetClock, until: datetime, chance: random.Random) -> None:
    """Time goes by in steps shorter than what is still on time."""
    while clock.now < until:
        clock.now = min(until, clock.now + timedelta(seconds=chance.uniform(30, 110)))
        runner.look()


def _simulate(url: str, seed: str, hours: str) -> None:
    clock = SetClock()
    kit = kit_of(url, clock)
    runner = Runner(kit, jobs(), leader=Leadership(Always()))
    runner.look()
    through(runner, clock, DAWN + timedelta(hours=float(hours)), random.Random(seed))
    kit.database.close()


def _live(url: str, silent_s: str) -> None:
    """Until killed."""
    kit = kit_of(url, system_clock)
    silent = float(silent_s)
    Runner(kit, each_second(), leader=leadership(kit.database, sure_s=silent * 0.75, silent_s=silent)).start()
    threading.Event().wait()


def main(arguments: Sequence[str]) -> None:
    {"simulate": _simulate, "live": _live}[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
