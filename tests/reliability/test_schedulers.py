"""Several schedulers, gaps, and clocks that are moved (T-01, T-02, T-04): each due time is decided once, none is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.db import Database
from bot.delivery.outcome import Outcome, Result
from bot.delivery.pump import Pump
from bot.kit import Kit
from bot.models import OutboxItem, Person, ScheduleRun
from scheduler.job import Job
from scheduler.leader import Leadership
from scheduler.policy import ON_TIME
from scheduler.runner import Runner
from tests.reliability.conftest import Plan
from tests.reliability.live import ROOT
from tests.reliability.timekeepers import BATCHES, DAWN, Always, SetClock, jobs, kit_of, through
from tests.rules.mine import add_person

HANG_S = 1500
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def kit(database_url: str, clock: SetClock) -> Iterator[Kit]:
    kit = kit_of(database_url, clock)
    with kit.database.write() as connection, Session(bind=connection) as db:
        add_person(db, "oLINES")
        db.flush()
    yield kit
    kit.database.close()


def _runner(kit: Kit) -> Runner:
    return Runner(kit, jobs(), leader=Leadership(Always()))


def _rows(database: Database) -> dict[tuple[str, datetime], str]:
    with database.read() as connection:
        rows = connection.execute(select(ScheduleRun.job, ScheduleRun.due_at, ScheduleRun.outcome))
        return {(job, due): outcome for job, due, outcome in rows}


def _lines(database: Database) -> Counter[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(OutboxItem.kind, OutboxItem.text).where(OutboxItem.kind.startswith("test.")))
        return Counter((kind, text) for kind, text in rows)


def _promised(begin: datetime, end: datetime) -> set[tuple[str, datetime]]:
    return {(each.name, due) for each in jobs() for due in each.dues(begin, end)}


def _wrong(database: Database) -> tuple[int, int]:
    """Lines too many, and runs that are said to have been and left too few."""
    lines, in_batches = _lines(database), {each.name for each in jobs() if each.in_batches}
    wanted = {
        (job, f"{due.isoformat()} {number}")
        for (job, due), outcome in _rows(database).items()
        if outcome == "ran"
        for number in range(BATCHES if job in in_batches else 1)
    }
    return sum(lines.values()) - len(wanted & lines.keys()), len(wanted - lines.keys())


def test_t01_three_schedulers_by_mistake_run_each_due_time_once(
    kit: Kit, clock: SetClock, database_url: str, plan: Plan
) -> None:
    _runner(kit).look()  # from this moment on everything is promised
    hours = 24 if plan.nightly else 1
    command = [sys.executable, "-m", "tests.reliability.timekeepers", "simulate", database_url]
    crew = [
        subprocess.Popen([*command, str(seed), str(hours)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        for seed in range(3)
    ]
    try:
        assert [each.wait(HANG_S) for each in crew] == [0, 0, 0]
    finally:
        for each in crew:
            each.kill()
    rows, promised = _rows(kit.database), _promised(DAWN, DAWN + timedelta(hours=hours))
    missing = len(promised - {due for due, outcome in rows.items() if outcome == "ran"})
    duplicates, lost = _wrong(kit.database)
    plan.note(hours=hours, jobs=20, due=len(promised), duplicates=duplicates, missing=missing, lost=lost)
    assert (duplicates, missing, lost) == (0, 0, 0)


@pytest.mark.parametrize("down", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=3)], ids=str)
def test_t02_each_due_time_missed_has_one_decision_by_its_policy(
    kit: Kit, clock: SetClock, down: timedelta, plan: Plan
) -> None:
    clock.now = DAWN + timedelta(hours=9, minutes=59, seconds=30)
    begun = clock.now
    _runner(kit).look()
    clock.now += down
    crew = [_runner(kit) for _ in range(3)]
    for each in crew:
        each.look()
    rows, missed = _rows(kit.database), _promised(begun, clock.now)
    assert missed <= rows.keys()
    decisions: Counter[str] = Counter()
    for each in jobs():
        his = sorted(due for job, due in missed if job == each.name)
        late = [due for due in his if clock.now - due > ON_TIME]
        timely = len(his) > len(late)
        for due in his:
            last = due == his[-1]
            made_up = {"once": "ran", "skip": "skipped", "ask": "asked"}[each.catch_up]
            expected = "ran" if due not in late else made_up if last and not timely else "skipped"
            assert rows[each.name, due] == expected, (each.name, due)
            decisions[expected] += 1
    duplicates, lost = _wrong(kit.database)
    plan.note(down=down, missed=len(missed), decisions=dict(decisions), duplicates=duplicates, lost=lost)
    assert (duplicates, lost) == (0, 0)


def test_t02_what_is_made_up_for_at_night_is_pushed_in_the_morning(kit: Kit, clock: SetClock, plan: Plan) -> None:
    clock.now = DAWN + timedelta(hours=20)
    runner, post = _runner(kit), _Post(clock)
    runner.look()
    clock.now += timedelta(days=3, hours=6)
    runner.look()
    with kit.database.write() as connection:
        reachable = {"followed": True, "window_until": clock.now + timedelta(days=2), "window_left": 5}
        connection.execute(update(Person).values(reachable))
    pump = Pump(kit.database, clock, post)
    while clock.now < DAWN + timedelta(days=4, hours=8):
        pump.once()
        clock.now += timedelta(minutes=10)
    at_night = [at for at in post.sent if at.hour >= 22 or at.hour < 7]
    plan.note(pushed=len(post.sent), at_night=len(at_night))
    assert post.sent
    assert at_night == []


class _Post:
    """Sends everything, and remembers when."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self.sent: list[datetime] = []

    def send_text(self, openid: str, text: str) -> Result:
        assert openid
        assert text
        self.sent.append(self._clock.now)
        return Result(Outcome.SENT)


def _stepped(kit: Kit, clock: SetClock, at: datetime, by: timedelta, until: datetime) -> None:
    """Goes on to a moment, steps, and goes on."""
    runner, chance = _runner(kit), random.Random(4)
    runner.look()
    through(runner, clock, at, chance)
    clock.now += by
    runner.look()
    through(runner, clock, until, chance)


@pytest.mark.parametrize(
    ("begin", "by", "until"),
    [
        ("10:30", timedelta(hours=1), "12:00"),
        ("10:30", timedelta(hours=-1), "10:40"),
        ("10:30", timedelta(days=1), "34:45"),
        ("23:59", timedelta(minutes=5), "24:20"),
        ("24:01", timedelta(minutes=-5), "24:20"),
    ],
    ids=["an hour forward", "an hour back", "a day forward", "over midnight", "back over midnight"],
)
def test_t04_a_clock_that_steps_doubles_nothing_and_loses_nothing(  # noqa: PLR0917
    kit: Kit, clock: SetClock, begin: str, by: timedelta, until: str, plan: Plan
) -> None:
    step, end = _at(begin), _at(until)
    clock.now = begun = step - timedelta(hours=3 if plan.nightly else 0.25)
    end += timedelta(hours=3 if plan.nightly else 0)
    _stepped(kit, clock, step, by, end)
    missing = len(_promised(begun, end) - _rows(kit.database).keys())
    duplicates, lost = _wrong(kit.database)
    plan.note(step=by, duplicates=duplicates, missing=missing, lost=lost)
    assert (duplicates, missing, lost) == (0, 0, 0)


def test_t04_a_clock_that_was_a_day_ahead_by_mistake_costs_nobody_his_day(
    kit: Kit, clock: SetClock, plan: Plan
) -> None:
    """What was skipped while the clock was wrong is run when its time comes; the last of each, run too early, is not."""
    clock.now = begun = DAWN + timedelta(hours=9)
    runner, chance = _runner(kit), random.Random(5)
    runner.look()
    for by in (timedelta(days=1), timedelta(days=-1)):
        clock.now += by
        runner.look()
    end = begun + timedelta(hours=6 if plan.nightly else 1)
    through(runner, clock, end, chance)
    rows = _rows(kit.database)
    not_run = [due for due in _promised(begun, end) if rows.get(due) != "ran"]
    duplicates, lost = _wrong(kit.database)
    plan.note(not_run=len(not_run), duplicates=duplicates, lost=lost)
    assert (not_run, duplicates, lost) == ([], 0, 0)


def _at(hours: str) -> datetime:
    """A moment of the day of DAWN; later than 24:00 is the next."""
    hour, minute = map(int, hours.split(":"))
    return DAWN.astimezone(BEIJING) + timedelta(hours=hour, minutes=minute)


def _names(found: list[Job]) -> set[str]:
    return {each.name for each in found}


def test_the_jobs_of_these_tests_have_every_policy_and_batches() -> None:
    made = jobs()
    assert len(_names(made)) == 20
    assert {each.catch_up for each in made} == {"once", "skip", "ask"}
    assert {each.in_batches for each in made} == {True, False}
