"""A secretary hears once a week how his branch did: totals alone, in his own hours, unless he switched it off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.kit import Kit
from bot.models import Ask, OutboxItem, Person, Unit
from bot.services import burden, grants, schedule, spacing
from bot.services.schedule import Setting
from bot.services.spacing import rule
from scheduler import desk
from scheduler.job import Work
from tests.conftest import CONTENT
from tests.rules.mine import BRANCH, add_member, add_person, row_of, session

MONDAY = datetime(2026, 11, 30, 12, tzinfo=BEIJING)
LAST_WEEK = MONDAY - timedelta(days=4)
QUESTION = CONTENT.bank.questions["gas-0001"]


@pytest.fixture
def branch(kit: Kit) -> Kit:
    """A branch of six with a secretary who follows."""
    with session(kit) as db:
        head = add_member(db, "100", "李书记")
        unit = db.execute(select(Unit).where(Unit.path == BRANCH)).scalar_one()
        grants.grant(db, head, "secretary", unit, by="operator", now=LAST_WEEK)
        add_person(db, "oHEAD", head, now=LAST_WEEK)
        for each in range(5):
            add_person(db, f"oWORKER{each}", add_member(db, f"2{each}", f"工友{each}"), now=LAST_WEEK)
    return kit


def _run(kit: Kit, at: datetime) -> int:
    with session(kit) as db:
        return desk.weekly.run(Work(db, at, at, kit.content, kit.shelf, kit.settings.mine))


def _told(kit: Kit) -> list[OutboxItem]:
    with session(kit) as db:
        return list(db.execute(select(OutboxItem).where(OutboxItem.kind == desk.KIND)).scalars())


def _answer(db: Session, number: int) -> None:
    for each in range(number):
        person = row_of(db, f"oWORKER{each}", now=LAST_WEEK)
        db.add(
            Ask(
                person_id=person.id, number=1, mode="daily", day=LAST_WEEK.date(), question_id=QUESTION.id,
                fingerprint=QUESTION.fingerprint, hash=QUESTION.hash, shuffle="ABC", picked="", asked_at=LAST_WEEK,
                answered_at=LAST_WEEK, answer="A", score=0.0,
            )
        )  # fmt: skip
        spacing.review(db, person.id, QUESTION, rating=rule.AGAIN, now=LAST_WEEK)
        burden.note(db, [person.id], "question", day=LAST_WEEK.date())


def test_he_is_told_once_however_often_the_job_runs(branch: Kit) -> None:
    with session(branch) as db:
        _answer(db, 5)
    assert _run(branch, MONDAY) == 1
    assert _run(branch, MONDAY + timedelta(minutes=30)) == 0
    (item,) = _told(branch)
    assert "5个人答了5道题" in item.text
    assert QUESTION.point in item.text
    assert "工友" not in item.text
    assert item.try_after is not None
    assert item.try_after >= MONDAY


def test_fewer_than_five_who_answered_are_no_figure(branch: Kit) -> None:
    with session(branch) as db:
        _answer(db, 4)
    _run(branch, MONDAY)
    (item,) = _told(branch)
    assert "不到五个人" in item.text
    assert QUESTION.point not in item.text


def test_it_comes_on_monday_and_not_a_day_later(branch: Kit) -> None:
    assert _run(branch, MONDAY - timedelta(days=1)) == 0
    assert _run(branch, MONDAY + timedelta(days=1)) == 0


def test_a_branch_that_switched_it_off_or_moved_it_is_obeyed(branch: Kit) -> None:
    job = branch.content.jobs.by_id[desk.KIND]
    with session(branch) as db:
        unit = db.execute(select(Unit.id).where(Unit.path == BRANCH)).scalar_one()
        head = row_of(db, "oHEAD", now=MONDAY)
        schedule.change(db, head, unit, job, Setting(enabled=False), now=MONDAY)
    assert _run(branch, MONDAY) == 0
    with session(branch) as db:
        schedule.change(db, row_of(db, "oHEAD", now=MONDAY), unit, job, Setting(weekday=2, minute=600), now=MONDAY)
    assert _run(branch, MONDAY) == 0
    assert _run(branch, MONDAY + timedelta(days=2)) == 1


def test_who_took_over_a_number_hears_nothing_in_its_first_day(branch: Kit) -> None:
    with session(branch) as db:
        head = db.execute(select(Person).where(Person.openid == "oHEAD")).scalar_one()
        head.roles_from = MONDAY + timedelta(hours=1)
    assert _run(branch, MONDAY) == 0
    assert _run(branch, MONDAY + timedelta(hours=2)) == 1
