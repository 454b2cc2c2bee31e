"""A due time has one decision whoever makes it, failures are tried again and then told of, and a branch may have it its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, JobTrouble, OutboxItem, ScheduleRun, Unit
from bot.services import grants, schedule, units
from bot.services.schedule import Setting, asking, runs, standing
from content.jobs import JobWords
from content.words import SHAPES
from scheduler import JOBS
from scheduler.job import CatchUp, Job, Work, job
from scheduler.leader import FileLock, Leadership
from scheduler.policy import ON_TIME, Decision, decide, look_back
from scheduler.runner import Runner
from tests.cast import NOON, StillClock
from tests.conftest import CONTENT
from tests.reliability.timekeepers import Always
from tests.rules.mine import BRANCH, GROUP, MINE, add_member, add_person, row_of, session

DAILY = JobWords("test.daily", "每日试题", "每天送一道试题", usual="每天下班后")


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _runner(kit: Kit, *jobs: Job) -> Runner:
    return Runner(kit, jobs, leader=Leadership(Always()), pauses_s=(0.0, 0.0))


def _counting(catch_up: CatchUp = "once", **cron: int | str) -> tuple[Job, list[datetime]]:
    ran: list[datetime] = []

    @job("test.counting", catch_up=catch_up, **(cron or {"hour": 8, "minute": 0}))
    def counting(work: Work) -> int:
        ran.append(work.due)
        return 1

    return counting, ran


def _outcomes(kit: Kit) -> dict[datetime, str]:
    with session(kit) as db:
        return dict(db.execute(select(ScheduleRun.due_at, ScheduleRun.outcome)).all())


def test_every_job_has_its_name_and_every_name_its_job() -> None:
    assert {each.name for each in JOBS} == CONTENT.jobs.by_id.keys()
    for each in JOBS:
        assert each.unit_scoped == CONTENT.jobs.by_id[each.name].of_branches, each.name


def test_every_title_can_be_tapped() -> None:
    for words in CONTENT.jobs.by_id.values():
        assert words.title.isalnum(), words
        assert not words.title[0].isdigit(), words
        assert set(words.roles) <= set(grants.ROLES), words
        for said in words.times:
            minutes = CONTENT.shifts.clock.minutes(said)
            assert minutes, said
            assert 7 * 60 <= minutes[0] < 22 * 60, said
    assert SHAPES["number"]


def test_weekdays_are_named() -> None:
    job("test.monday", day_of_week="mon")
    with pytest.raises(ValueError, match="by name"):
        job("test.monday", day_of_week=1)
    with pytest.raises(ValueError, match="by name"):
        job("test.monday", day_of_week="mon,2")


@pytest.mark.parametrize("catch_up", ["once", "skip", "ask"])
def test_what_is_on_time_is_run_whatever_the_policy(catch_up: CatchUp) -> None:
    dues = [NOON - timedelta(minutes=1), NOON]
    assert decide(dues, NOON, catch_up) == Decision(run=tuple(dues))
    late = NOON - ON_TIME - timedelta(seconds=1)
    assert decide([late, NOON], NOON, catch_up) == Decision(run=(NOON,), skip=(late,))


def test_of_what_is_late_the_last_is_run_or_asked_about_or_nothing() -> None:
    late = [NOON - timedelta(days=days) for days in (3, 2, 1)]
    assert decide(late, NOON, "once") == Decision(run=tuple(late[2:]), skip=tuple(late[:2]))
    assert decide(late, NOON, "skip") == Decision(skip=tuple(late))
    assert decide(late, NOON, "ask") == Decision(skip=tuple(late[:2]), ask=tuple(late[2:]))
    assert decide([], NOON, "once") == Decision()


def test_what_runs_often_is_not_made_up_for_after_weeks() -> None:
    assert look_back(_counting(minute="*/10")[0], NOON) < timedelta(days=10)
    assert look_back(_counting(day=1)[0], NOON) > timedelta(days=31)


def test_a_new_job_owes_nothing_for_the_time_before_it(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("skip")
    _runner(kit, counting).look()
    assert _outcomes(kit) == {clock().replace(hour=8): "new"}
    clock.tick(days=3)
    _runner(kit, counting).look()
    assert ran == []
    assert sorted(_outcomes(kit).values()) == ["new", "skipped", "skipped", "skipped"]


def test_a_month_of_silence_is_bounded(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("once", minute="*/10")
    _runner(kit, counting).look()
    clock.tick(days=60)
    _runner(kit, counting).look()
    assert len(ran) == 2
    assert len(_outcomes(kit)) <= 2 + 8 * 24 * 6


def test_a_gap_is_told_once_however_many_look(kit: Kit, clock: StillClock) -> None:
    counting, _ = _counting("skip")
    _runner(kit, counting).look()
    clock.tick(days=3)
    for _ in range(3):
        _runner(kit, counting).look()
    with session(kit) as db:
        assert standing.troubles(db) == {("test.counting", "missed"): 1}


def test_who_operates_is_asked_and_his_yes_has_it_run(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("ask")
    with session(kit) as db:
        chief = add_member(db, "100001", "张三")
        add_person(db, "oCHIEF", chief)
        add_person(db, "oOTHER", add_member(db, "100002", "李四"))
        grants.grant(db, chief, "operator", units.ensure(db, MINE, words=CONTENT.mine), by="operator", now=NOON)
    runner = _runner(kit, counting)
    runner.look()
    clock.tick(days=2)
    runner.look()
    due = clock().replace(hour=8)
    assert _outcomes(kit)[due] == "asked"
    with session(kit) as db:
        (item,) = db.query(OutboxItem)
        assert item.kind == "jobs.ask"
        with pytest.raises(Refusal):
            asking.answer(db, row_of(db, "oOTHER"), counting.name, due, run=True, now=clock())
        asking.answer(db, row_of(db, "oCHIEF"), counting.name, due, run=True, now=clock())
        with pytest.raises(Refusal):
            asking.answer(db, row_of(db, "oCHIEF"), counting.name, due, run=False, now=clock())
    runner.look()
    runner.look()
    assert ran == [due]
    assert _outcomes(kit)[due] == "ran"


def test_what_nobody_wants_is_left(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("ask")
    _runner(kit, counting).look()
    clock.tick(days=1)
    _runner(kit, counting).look()
    with session(kit) as db:
        assert runs.answer(db, counting.name, clock().replace(hour=8), run=False)
    _runner(kit, counting).look()
    assert ran == []
    assert _outcomes(kit)[clock().replace(hour=8)] == "skipped"


def test_a_run_by_hand_settles_what_was_asked_and_is_no_second_run(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("ask")
    _runner(kit, counting).look()
    clock.tick(days=1)
    runner = _runner(kit, counting)
    runner.look()
    due = clock().replace(hour=8)
    assert runner.run(counting, due, over=runs.NOT_DONE, as_if=due) == 1
    assert runner.run(counting, due, over=runs.NOT_DONE, as_if=due) is None
    assert ran == [due]


def test_a_run_that_fails_is_tried_three_times_and_then_given_up(kit: Kit, clock: StillClock) -> None:
    @job("test.failing", minute=0)
    def failing(work: Work) -> int:
        raise LookupError("nobody may read this")

    runner = _runner(kit, failing)
    for _ in range(5):
        runner.look()
    assert _outcomes(kit) == {clock(): "failed"}
    with session(kit) as db:
        assert standing.troubles(db) == {("test.failing", "failed"): 3}
        assert set(db.execute(select(JobTrouble.error)).scalars()) == {"LookupError"}


def test_a_run_that_fails_leaves_nothing_and_succeeds_when_it_can(kit: Kit, clock: StillClock) -> None:
    broken = [True]

    @job("test.mended", minute=0)
    def mended(work: Work) -> int:
        add_person(work.db, "oLEFT")
        if broken.pop():
            broken.append(False)
            raise LookupError
        return 1

    runner = _runner(kit, mended)
    runner.look()
    assert _outcomes(kit) == {}
    runner.look()
    assert _outcomes(kit) == {clock(): "ran"}


def _batched(total: int, during: Callable[[int], object] = lambda _: None) -> tuple[Job, list[int]]:
    done: list[int] = []

    @job("test.batched", minute=0, in_batches=True)
    def batched(work: Work) -> int:
        if len(done) == total:
            return 0
        during(len(done))
        done.append(len(done))
        return 1

    return batched, done


def test_who_is_stopped_in_the_midst_leaves_the_rest_to_the_next(kit: Kit, clock: StillClock) -> None:
    batched, done = _batched(5, lambda number: number == 2 and runner.stop())
    runner = _runner(kit, batched)
    runner.look()
    assert len(done) == 3
    assert _outcomes(kit) == {clock(): "wanted"}
    _runner(kit, batched).look()
    assert len(done) == 5
    assert _outcomes(kit) == {clock(): "ran"}


def test_batches_whose_runner_died_are_taken_up_after_a_while(kit: Kit, clock: StillClock) -> None:
    batched, done = _batched(3)
    with session(kit) as db:
        assert runs.claim(db, batched.name, clock(), outcome=runs.RUNNING, now=clock())
    _runner(kit, batched).look()
    assert done == []
    due = clock()
    clock.tick(minutes=6)
    _runner(kit, batched).look()
    assert len(done) == 3
    assert _outcomes(kit) == {due: "ran"}


def test_a_runner_that_was_thought_dead_does_not_go_on(kit: Kit, clock: StillClock) -> None:
    """It freezes between two batches, another takes over and does all, and it thaws."""
    done: list[str] = []

    def batched_by(name: str) -> Job:
        @job("test.batched", minute=0, in_batches=True)
        def batched(work: Work) -> int:
            if len(done) == 4:
                return 0
            done.append(name)
            return 1

        return batched

    class Freezing(StillClock):
        """Looked at for the second batch, it finds that the world went on."""

        looks = 0

        def __call__(self) -> datetime:
            self.looks += 1
            if self.looks == 2:
                clock.tick(minutes=6)
                assert Runner(kit, [other], leader=Leadership(Always())).run(other, due) == 3
            return clock()

    due, other = clock(), batched_by("other")
    frozen = replace(kit, clock=Freezing())
    assert Runner(frozen, [other], leader=Leadership(Always())).run(batched_by("frozen"), due) == 1
    assert done == ["frozen", "other", "other", "other"]
    assert _outcomes(kit) == {due: "ran"}


def test_what_a_clock_ahead_of_time_skipped_is_run_when_its_time_comes(kit: Kit, clock: StillClock) -> None:
    counting, ran = _counting("skip", minute=30)
    runner = _runner(kit, counting)
    runner.look()
    clock.tick(hours=5, minutes=10)
    runner.look()
    clock.tick(hours=-5)
    runner.look()
    assert ran == []
    clock.tick(minutes=20)
    runner.look()
    assert ran == [NOON.replace(minute=30)]


def test_a_leader_that_was_frozen_is_not_sure_until_it_looked() -> None:
    hand = Hand()
    leader = Leadership(Always(), sure_s=15, monotonic=hand)
    assert not leader.leads
    assert leader.beat()
    hand.now += 16
    assert not leader.leads
    assert leader.beat()
    leader.release()
    assert not leader.leads


def test_one_of_several_holds_the_file_and_the_next_takes_it(tmp_path: Path) -> None:
    hand = Hand()
    first, second, third = (FileLock(tmp_path / "lead", 20, monotonic=hand) for _ in range(3))
    for _ in range(30):
        assert [each.beat() for each in (first, second, third)] == [True, False, False]
        hand.now += 1
    first.release()
    assert [each.beat() for each in (second, third)] == [True, False]
    second.release()
    third.release()


def test_a_holder_that_is_silent_is_stood_in_for_and_gives_way_when_it_wakes(tmp_path: Path) -> None:
    hand = Hand()
    frozen, second, third = (FileLock(tmp_path / "lead", 20, monotonic=hand) for _ in range(3))
    assert frozen.beat()
    led = []
    for _ in range(25):
        led.append([second.beat(), third.beat()])
        hand.now += 1
    assert led[19] == [False, False]
    assert led[24] == [True, False]
    assert not frozen.beat()
    assert [frozen.beat(), second.beat(), third.beat()].count(True) == 1
    for each in (frozen, second, third):
        each.release()


def test_the_nearest_unit_is_heard(kit: Kit) -> None:
    with session(kit) as db:
        chief = add_member(db, "100001", "张三")
        add_person(db, "oCHIEF", chief)
        mine, branch, group = (units.ensure(db, path, words=CONTENT.mine) for path in (MINE, BRANCH, GROUP))
        other = units.ensure(db, f"{MINE}/掘进一队党支部", words=CONTENT.mine)
        grants.grant(db, chief, "party_office", mine, by="operator", now=NOON)
        him = row_of(db, "oCHIEF")
        assert schedule.settings_for(db, [group.id], DAILY.id) == {group.id: schedule.USUAL}
        schedule.change(db, him, mine.id, DAILY, Setting(minute=480), now=NOON)
        schedule.change(db, him, branch.id, DAILY, Setting(enabled=False), now=NOON)
        schedule.change(db, him, branch.id, DAILY, Setting(minute=600, weekday=2), now=NOON)
        found = schedule.settings_for(db, [mine.id, branch.id, group.id, other.id], DAILY.id)
        assert {unit: (each.enabled, each.minute, each.weekday) for unit, each in found.items()} == {
            mine.id: (True, 480, None),
            branch.id: (True, 600, 2),
            group.id: (True, 600, 2),
            other.id: (True, 480, None),
        }
        assert found[group.id].unit_id == branch.id
        assert found[group.id].changed_by == chief.alias
        assert schedule.settings_for(db, [group.id], "test.other") == {group.id: schedule.USUAL}
        db.flush()
        kept = db.execute(select(func.count()).select_from(AuditLine).where(AuditLine.act == "jobs.changed"))
        assert kept.scalar_one() == 3


def test_nobody_sets_what_is_not_his(kit: Kit) -> None:
    with session(kit) as db:
        crew = add_member(db, "100001", "张三")
        add_person(db, "oCREW", crew)
        branch = db.get_one(Unit, crew.unit_id)
        safety = add_member(db, "100002", "李四")
        add_person(db, "oSAFETY", safety)
        grants.grant(db, safety, "safety_office", branch, by="operator", now=NOON)
        exams = JobWords("test.exams", "月考", "每月考一次", usual="月底", roles=("secretary", "safety_office"))
        for openid in ("oCREW", "oSAFETY"):
            with pytest.raises(Refusal):
                schedule.change(db, row_of(db, openid), branch.id, DAILY, Setting(enabled=False), now=NOON)
        schedule.change(db, row_of(db, "oSAFETY"), branch.id, exams, Setting(enabled=False), now=NOON)
        assert not schedule.settings_for(db, [branch.id], exams.id)[branch.id].enabled


def test_a_tap_finds_the_due_time_it_names(kit: Kit, clock: StillClock) -> None:
    due = datetime(2026, 11, 22, 8, 30, tzinfo=BEIJING)
    name = next(iter(CONTENT.jobs.by_id))
    title = CONTENT.jobs.title(name)
    with session(kit) as db:
        runs.settle(db, name, [due, due.replace(year=2025)], outcome=runs.ASKED, now=clock())
        assert asking.find(db, CONTENT, title, month=11, day=22, minute=510) == (name, due)
        assert asking.find(db, CONTENT, title, month=11, day=22, minute=511) is None
        assert asking.find(db, CONTENT, "没这回事", month=11, day=22, minute=510) is None
