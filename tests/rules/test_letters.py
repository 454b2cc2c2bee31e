"""Whose letter it is: the branch's own, in its want the committee's, then the office's; and what a queue shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import Member, Person
from bot.services import grants, units
from bot.services.letters import desks, letters, writers
from tests.cast import NOON
from tests.rules.mine import BRANCH, GROUP, MINE, WORDS, add_member, add_person, row_of, session

OTHER_BRANCH = f"{MINE}/机电队党支部"


def _holder(db: Session, number: str, role: str, path: str) -> Person:
    member = add_member(db, number, f"{role}{number}", BRANCH)
    person = add_person(db, f"o{number}", member)
    grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=NOON)
    return person


def _writer(db: Session, path: str = BRANCH) -> Person:
    return add_person(db, "oWRITER", add_member(db, "1", "张三", path))


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([("secretary", BRANCH), ("committee", BRANCH), ("party_office", MINE)], "secretary"),
        ([("committee", BRANCH), ("party_office", MINE)], "committee"),
        ([("secretary", OTHER_BRANCH), ("party_office", MINE)], "party_office"),
        ([("party_office", f"{MINE}/政工部")], "party_office"),
        ([("secretary", OTHER_BRANCH), ("on_duty", MINE)], None),
        ([], None),
    ],
)
def test_the_nearest_who_may_answer(kit: Kit, roles: list[tuple[str, str]], role: str | None) -> None:
    with session(kit) as db:
        writer = _writer(db)
        units.ensure(db, BRANCH, words=WORDS)
        for number, (held, path) in enumerate(roles, start=2):
            _holder(db, str(number), held, path)
        desk = desks.nearest(db, writers.of(db, writer.id), now=NOON)
        assert (desk.role if desk else None) == role
        if desk:
            assert desks.again(db, desk.unit_id, writers.of(db, writer.id), now=NOON) == desk


def test_a_member_of_a_group_writes_to_its_branch(kit: Kit) -> None:
    with session(kit) as db:
        writer = _writer(db, GROUP)
        secretary = _holder(db, "2", "secretary", BRANCH)
        desk = desks.nearest(db, writers.of(db, writer.id), now=NOON)
        assert desk is not None
        assert [who for who, _ in desk.holders] == [secretary.id]


def test_who_left_or_is_frozen_writes_as_a_guest(kit: Kit) -> None:
    with session(kit) as db:
        writer = _writer(db)
        assert writers.of(db, writer.id).name == "张三"
        db.get_one(Member, writer.member_id).frozen_at = NOON
        db.flush()
        assert writers.of(db, writer.id) == writers.Writer(writer.id, writer.alias[:4].upper())


@pytest.mark.parametrize(
    ("role", "path", "reads"),
    [
        ("secretary", BRANCH, "own"),
        ("committee", BRANCH, "own"),
        ("secretary", OTHER_BRANCH, "other"),
        ("secretary", MINE, "nothing"),  # superiors see totals
        ("party_office", MINE, "office"),
        ("group_leader", BRANCH, "nothing"),
        ("organiser", BRANCH, "nothing"),
    ],
)
def test_who_reads_what(kit: Kit, role: str, path: str, reads: str) -> None:
    with session(kit) as db:
        own, other, mine = (units.ensure(db, each, words=WORDS).id for each in (BRANCH, OTHER_BRANCH, MINE))
        _holder(db, "2", role, path)
        read = desks.looked_after(db, row_of(db, "o2"), now=NOON)
        assert read == {"own": {own}, "other": {other}, "office": {mine, None}, "nothing": set()}[reads]


def test_powers_taken_over_with_a_number_wait(kit: Kit) -> None:
    with session(kit) as db:
        secretary = _holder(db, "2", "secretary", BRANCH)
        secretary.roles_from = NOON + timedelta(days=1)
        db.flush()
        assert desks.looked_after(db, row_of(db, "o2"), now=NOON) == set()
        assert desks.looked_after(db, row_of(db, "o2"), now=NOON + timedelta(days=2)) != set()


def test_what_waits_for_an_answer_stands_first(kit: Kit) -> None:
    with session(kit) as db:
        writer, branch = _writer(db), units.ensure(db, BRANCH, words=WORDS).id
        numbers = []
        for hour in range(3):
            at = NOON + timedelta(hours=hour)
            letter, new = letters.keep_story(db, writer.id, f"第{hour}段", now=at)
            assert new
            letters.send(db, letter.number, branch, now=at)
            numbers.append(letter.number)
        first = letters.find(db, numbers[0])
        assert first is not None
        letters.write(db, first, "知道了", from_staff=True, now=NOON)
        assert [each.number for each in letters.queue(db, {branch})] == [*numbers[1:], numbers[0]]
        letters.close(db, numbers[1], now=NOON)
        assert [each.number for each in letters.queue(db, {branch})] == [numbers[2], numbers[0]]
        assert letters.queue(db, {None}) == []


def test_a_letter_that_was_sent_or_declined_takes_no_more(kit: Kit) -> None:
    with session(kit) as db:
        writer, branch = _writer(db), units.ensure(db, BRANCH, words=WORDS).id
        first, _ = letters.keep_story(db, writer.id, "一", now=NOON)
        assert letters.keep_story(db, writer.id, "二", now=NOON) == (first, False)
        letters.send(db, first.number, branch, now=NOON)
        second, new = letters.keep_story(db, writer.id, "三", now=NOON)
        assert new
        letters.leave_kept(db, second.number, now=NOON)
        third, new = letters.keep_story(db, writer.id, "四", now=NOON)
        assert new
        fourth, new = letters.keep_story(db, writer.id, "五", now=NOON, apart=True)
        assert new
        assert letters.keep_story(db, writer.id, "六", now=NOON) == (fourth, False)
        assert len({first.number, second.number, third.number, fourth.number}) == 4
        assert letters.send(db, second.number, branch, now=NOON)  # he changed his mind


def test_a_talk_is_gone_on_with_for_a_week(kit: Kit) -> None:
    with session(kit) as db:
        writer = _writer(db)
        letter, _ = letters.to_human(db, writer.id, None, now=NOON)
        letters.write(db, letter, "在吗", from_staff=False, now=NOON + timedelta(days=1))
        assert letters.lately_to_human(db, writer.id, now=NOON + timedelta(days=8)) is not None
        assert letters.lately_to_human(db, writer.id, now=NOON + timedelta(days=8, seconds=1)) is None
        letters.close(db, letter.number, now=NOON)
        assert letters.lately_to_human(db, writer.id, now=NOON) is None


def test_what_was_not_agreed_to_stands_in_no_queue(kit: Kit) -> None:
    with session(kit) as db:
        writer, branch = _writer(db), units.ensure(db, BRANCH, words=WORDS).id
        letters.keep_story(db, writer.id, "一段话", now=NOON)
        assert letters.queue(db, {branch, None}) == []
