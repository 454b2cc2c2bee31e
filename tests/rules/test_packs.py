"""The sheet for a pre-shift meeting and the map of what is forgotten: short, of the right shift, and without names."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.kit import Kit
from bot.services import packs, spacing, units
from bot.services.spacing import rule
from handlers.desk.pack import sheet
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.rules.mine import BRANCH, add_member, add_person, session

SECTION = "新庄煤矿/综采一队"
CREWS = (f"{SECTION}/一班", f"{SECTION}/二班")
SAFETY = [
    each
    for each in CONTENT.bank.questions.values()
    if CONTENT.topics.area_of[each.topic] == "safety" and each.id in CONTENT.bank.for_all
]
POINTS = list({each.point: each for each in SAFETY}.values())


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    with session(kit) as opened:
        yield opened


def _crew(db: Session, number: int, path: str, *, trade: str = "采煤机司机", shift: str = "") -> tuple[int, list[int]]:
    ids, unit = [], 0
    for each in range(number):
        member = add_member(db, f"{zlib.crc32(path.encode()) % 10_000:04}{each:04}", f"工友{each}", path, trade=trade)
        member.crew_id = unit = member.unit_id
        person = add_person(db, f"oP{path[-2:]}{each:04}", member)
        person.shift = shift
        ids.append(person.id)
    db.flush()
    return unit, ids


def _answer(db: Session, ids: list[int], place: int, rated: int, *, at: datetime = NOON) -> None:
    for each in ids:
        spacing.review(db, each, POINTS[place], rating=rated, now=at)


def test_what_many_got_wrong_comes_first_and_few_say_nothing(db: Session) -> None:
    _, ids = _crew(db, 6, CREWS[0])
    _answer(db, ids, 0, rule.GOOD)
    _answer(db, ids, 1, rule.AGAIN)
    _answer(db, ids[:3], 2, rule.AGAIN)
    _answer(db, ids[3:], 2, rule.GOOD)
    _answer(db, ids[:4], 3, rule.AGAIN)
    found = packs.forgotten(db, ids, now=NOON, limit=9)
    assert [(each.point, each.people, each.share) for each in found] == [
        (POINTS[1].point, 6, 1.0),
        (POINTS[2].point, 6, 0.5),
    ]
    assert packs.forgotten(db, ids[:4], now=NOON, limit=9) == []


def test_what_was_known_is_forgotten_when_its_time_has_passed(db: Session) -> None:
    _, ids = _crew(db, 5, CREWS[0])
    _answer(db, ids, 0, rule.GOOD)
    later = NOON + timedelta(days=60)
    (found,) = packs.forgotten(db, ids, now=later, limit=9)
    assert found.share == 1.0
    assert 1 <= found.days <= 40


def test_the_map_shows_trades_and_crews_of_five_and_more(db: Session) -> None:
    _, first = _crew(db, 6, CREWS[0], trade="采煤机司机")
    _, second = _crew(db, 4, CREWS[1], trade="电钳工")
    _answer(db, [*first, *second], 0, rule.AGAIN)
    people = packs.workers(db, _top(db))
    crews = packs.by_crew(db, people, now=NOON, limit=3)
    assert [(each.name, each.people) for each in crews] == [("一班", 6)]
    trades = packs.by_trade(db, people, CONTENT.mine.trades, CONTENT.mine, now=NOON, limit=3)
    assert [(each.name, each.people) for each in trades] == [("采煤", 6)]


def test_a_group_of_which_four_answered_is_not_said_to_remember(db: Session) -> None:
    _, ids = _crew(db, 5, CREWS[0])
    _answer(db, ids[:4], 0, rule.AGAIN)
    (few,) = packs.by_crew(db, packs.workers(db, _top(db)), now=NOON, limit=3)
    assert (few.points, few.tells) == ((), False)
    _answer(db, ids, 1, rule.GOOD)
    (enough,) = packs.by_crew(db, packs.workers(db, _top(db)), now=NOON, limit=3)
    assert (enough.points, enough.tells) == ((), True)


def _top(db: Session) -> int:
    return units.get(db, SECTION).id


def test_the_sheet_is_for_the_shift_that_begins_next(db: Session) -> None:
    _, morning = _crew(db, 6, CREWS[0], shift="morning")
    _, night = _crew(db, 6, CREWS[1], shift="night")
    _answer(db, morning, 0, rule.AGAIN)
    _answer(db, night, 1, rule.AGAIN)
    people = packs.workers(db, _top(db))
    at_seven = datetime(2026, 11, 23, 7, tzinfo=BEIJING)
    first = packs.pack(db, people, CONTENT.bank, CONTENT, now=at_seven)
    assert first.shift is not None
    assert (first.shift.id, first.people, first.points[0].point) == ("morning", 6, POINTS[0].point)
    second = packs.pack(db, people, CONTENT.bank, CONTENT, now=at_seven + timedelta(hours=15))
    assert second.shift is not None
    assert (second.shift.id, second.points[0].point) == ("night", POINTS[1].point)


def test_who_is_on_leave_is_not_counted_among_the_shift(db: Session) -> None:
    _crew(db, 6, CREWS[0], shift="morning")
    people = packs.workers(db, _top(db))
    at_seven = datetime(2026, 11, 23, 7, tzinfo=BEIJING)
    away = [_away(each, at_seven.date()) if number < 2 else each for number, each in enumerate(people)]
    shift, on_it = packs.who_work(away, at_seven, CONTENT.shifts)
    assert shift is not None
    assert len(on_it) == 4


def _away(worker: packs.Worker, day: date) -> packs.Worker:
    return replace(worker, leave_from=day, leave_until=day)


def test_a_unit_of_nobody_still_gets_three_points_of_the_season(db: Session) -> None:
    made = packs.pack(db, [], CONTENT.bank, CONTENT, now=NOON)
    assert made.shift is None
    assert len(made.points) == 3
    assert all(each.share is None for each in made.points)
    again = packs.pack(db, [], CONTENT.bank, CONTENT, now=NOON + timedelta(hours=1))
    assert again == made


@pytest.mark.parametrize("month", range(1, 13))
def test_every_sheet_of_the_year_is_read_aloud_in_ninety_seconds(db: Session, month: int) -> None:
    for day in range(1, 29):
        now = datetime(2026, month, day, 7, tzinfo=BEIJING)
        made = packs.pack(db, [], CONTENT.bank, CONTENT, now=now)
        said = sheet(CONTENT, made, "综采一队党支部", [("十一月安全月考", now), ("通防专项考试", now)])
        assert len(said) <= packs.LONGEST
        assert said.count("\n") >= 3


def test_the_longest_points_there_are_still_fit(db: Session) -> None:
    _, ids = _crew(db, 5, BRANCH)
    longest = sorted(POINTS, key=lambda each: -len(each.point + each.why))[:3]
    for each in ids:
        for question in longest:
            spacing.review(db, each, question, rating=rule.AGAIN, now=NOON)
    people = packs.workers(db, units.get(db, BRANCH).id)
    made = packs.pack(db, people, CONTENT.bank, CONTENT, now=NOON)
    assert {each.point for each in made.points} == {each.point for each in longest}
    assert len(sheet(CONTENT, made, "综采一队党支部", [])) <= packs.LONGEST


def test_a_sheet_costs_the_same_for_five_people_and_for_fifty(kit: Kit) -> None:
    with session(kit) as db:
        _, ids = _crew(db, 30, CREWS[0], shift="morning")
        _answer(db, ids, 0, rule.AGAIN)
        seen: list[str] = []
        event.listen(db.connection(), "before_cursor_execute", lambda *call: seen.append(call[2]))
        packs.pack(db, packs.workers(db, _top(db)), CONTENT.bank, CONTENT, now=NOON)
        assert len(seen) <= 6
