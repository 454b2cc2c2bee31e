"""What is kept long enough is forgotten; what is not, stays; and a due time is run once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import Ask, Base, Dialog, InboxMessage, Letter, LetterLine, OutboxItem, Person, ScheduleRun
from bot.services import outbox, retention
from bot.services.letters import letters
from scheduler import JOBS
from scheduler.job import Work, job
from scheduler.runner import Runner
from tests.cast import Chat, StillClock
from tests.rules.mine import add_person, session


def _count(kit: Kit, table: type[Base]) -> int:
    with kit.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _purge(kit: Kit, clock: StillClock) -> None:
    with kit.database.write() as connection:
        retention.purge(Session(bind=connection), now=clock())


def test_a_guest_who_stays_away_is_forgotten_whole(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.follow()
    chat.type("每日一题")
    clock.tick(days=29)
    _purge(kit, clock)
    assert _count(kit, Person) == 1
    clock.tick(days=2)
    _purge(kit, clock)
    assert [_count(kit, table) for table in (Person, Dialog, Ask, InboxMessage)] == [0, 0, 0, 0]


def test_a_guest_who_comes_back_is_kept(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.follow()
    clock.tick(days=29)
    chat.type("帮助")
    clock.tick(days=2)
    _purge(kit, clock)
    assert _count(kit, Person) == 1


def test_who_unfollowed_is_forgotten_after_thirty_days(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.follow()
    clock.tick(days=1)
    chat.unfollow()
    clock.tick(days=31)
    _purge(kit, clock)
    assert _count(kit, Person) == 0


def test_who_is_known_by_his_goodbye_alone_is_forgotten_after_a_day(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.unfollow()
    _purge(kit, clock)
    assert _count(kit, Person) == 1  # an older event of his may still come
    clock.tick(days=1, hours=1)
    _purge(kit, clock)
    assert _count(kit, Person) == 0


def test_answered_messages_are_forgotten_after_a_week(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.follow()
    clock.tick(days=8)
    chat.type("帮助")
    _purge(kit, clock)
    assert _count(kit, InboxMessage) == 1


@pytest.mark.parametrize("state", ["kept", "sent", "answered", "closed"])
def test_what_is_written_in_letters_goes_a_month_after_the_last_of_it(kit: Kit, clock: StillClock, state: str) -> None:
    with session(kit) as db:
        person = add_person(db, "oWRITER")
        letter, _ = letters.keep_story(db, person.id, "一段话", now=clock())
        clock.tick(days=20)
        letters.write(db, letter, "又一段", from_staff=False, now=clock())
        db.get_one(Letter, letter.number).state = state
        person.last_wrote_at = clock() + timedelta(days=30)
    clock.tick(days=29)
    _purge(kit, clock)
    assert _count(kit, LetterLine) == 2
    clock.tick(days=2)
    _purge(kit, clock)
    assert _count(kit, LetterLine) == 0
    with session(kit) as db:
        assert db.query(Letter).one().state == state


@pytest.mark.parametrize("state", ["waiting", "sent", "handed", "unknown"])
def test_what_was_owed_loses_its_words_after_a_month(kit: Kit, clock: StillClock, state: str) -> None:
    with session(kit) as db:
        person = add_person(db, "oREADER")
        for text in ("旧话", "旧话二"):
            outbox.queue(db, person.id, kind="letters.page", text=text, now=clock())
        db.flush()
        db.query(OutboxItem).update({"state": state})
        person.last_wrote_at = clock() + timedelta(days=29)
        clock.tick(days=29)
        outbox.queue(db, person.id, kind="letters.page", text="新话", now=clock())
    clock.tick(days=2)
    with kit.database.write() as connection:
        done = retention.purge(Session(bind=connection), now=clock())
    assert done == 2
    with session(kit) as db:
        assert sorted(item.text for item in db.query(OutboxItem)) == ["", "", "新话"]
        waiting = db.query(OutboxItem).filter_by(state="waiting").count()
        assert waiting == 1
        assert db.query(Person).one().waiting == (waiting if state == "waiting" else 3)
    with kit.database.write() as connection:
        assert retention.purge(Session(bind=connection), now=clock()) == 0


def test_two_schedulers_run_a_due_time_once(kit: Kit, clock: StillClock) -> None:
    ran = []

    @job("test.counted", minute=0)
    def counted(work: Work) -> int:
        ran.append(work.now)
        return 3

    due = clock().replace(minute=0)
    assert [Runner(kit, [counted]).run(counted, due) for _ in range(3)] == [3, None, None]
    assert len(ran) == 1
    assert _count(kit, ScheduleRun) == 1


def test_what_was_due_while_nobody_ran_is_caught_up_once(kit: Kit, clock: StillClock) -> None:
    ran = []

    @job("test.daily", hour=3, minute=10)
    def daily(work: Work) -> int:
        ran.append(work.now)
        return 0

    for _ in range(2):  # a restart
        runner = Runner(kit, [daily])
        runner.start()
        runner.stop()
    assert len(ran) == 1


def test_a_job_that_fails_leaves_no_claim_and_does_not_stop_the_runner(kit: Kit, clock: StillClock) -> None:
    @job("test.broken", minute=0)
    def broken(work: Work) -> int:
        raise RuntimeError

    runner = Runner(kit, [broken])
    runner.start()
    runner.stop()
    assert _count(kit, ScheduleRun) == 0


@pytest.mark.parametrize("each", JOBS, ids=lambda each: each.name)
def test_every_timetable_has_a_next_time(each: object, clock: StillClock) -> None:
    assert each.last_due(clock(), within=timedelta(days=400)) is not None


def test_job_names_are_unique() -> None:
    assert len({each.name for each in JOBS}) == len(JOBS)
