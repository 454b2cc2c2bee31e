"""Joining by the rules: whose name it is, how often one may guess, what clashes, and what no text can bring about."""

from __future__ import annotations

import random
import unicodedata
from datetime import timedelta

import pytest

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import Member, OutboxItem, Person
from bot.services.joining import binding, matching, said
from bot.services.joining.said import Around
from tests import roster
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.reliability.crew import at_once
from tests.rules.mine import add_person, row_of, session

SHAPES = CONTENT.words.sayings.shapes
AROUND = Around(
    tuple(sorted({*SHAPES.person_around, *CONTENT.say("joining.around").split()}, key=lambda each: (-len(each), each))),
    tuple(each for each, _ in CONTENT.mine.endings),
    SHAPES.surnames,
)
HIM = "oHIM".ljust(28, "x")


@pytest.fixture
def mine(kit: Kit) -> Kit:
    roster.fill(kit)
    return kit


def refused(kit: Kit, openid: str, staff_no: str, *names: str, after: timedelta = timedelta()) -> str:
    """The key of the refusal, empty where the number is his."""
    with session(kit) as db:
        person = row_of(db, openid)
        try:
            matching.match(db, person, staff_no, names, now=NOON + after)
        except Refusal as refusal:
            return refusal.key
        return ""


@pytest.mark.parametrize(
    ("line", "staff_no", "name"),
    [
        ("100001 张三", "100001", "张三"),
        ("张三100001", "100001", "张三"),
        ("１００００１　張三", "100001", "張三"),
        ("100001,张 三", "100001", "张三"),
        ("我叫张三，工号是100001", "100001", "张三"),
        ("综采一队的张三工号100001", "100001", "张三"),
        ("综采一队张三 100001 谢谢", "100001", "张三"),
        ("我是综采一队党支部的张三 100001", "100001", "张三"),
        ("张三，工号：a0456", "A0456", "张三"),
        ("阿不都 • 克里木 100006", "100006", "阿不都·克里木"),
        ("100002 张和平", "100002", "张和平"),
        ("100002 王成", "100002", "王成"),
        ("100002 我是李建队", "100002", "李建队"),
        ("示例张三 100001", "100001", "示例张三"),
        ("张\u200b三\ufeff 100001", "100001", "张三"),
    ],
)
def test_number_and_name_are_found_however_they_are_written(line: str, staff_no: str, name: str) -> None:
    found = said.read(line, AROUND)
    assert found.staff_no == staff_no
    assert name in found.names
    assert not found.unclear


@pytest.mark.parametrize("line", ["100001 100002 张三", "张三 李四 王五 赵六 100001", "1000010000 2000010000"])
def test_a_list_is_no_guess(line: str) -> None:
    assert said.read(line, AROUND).unclear


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张三", "張三", True),
        ("张三", "张 三", True),
        ("阿不都·克里木", "阿不都•克里木", True),
        ("阿不都·克里木", "阿不都克里木", True),
        ("张三", "章三", False),
        ("张三", "张三丰", False),
        ("", "", False),
    ],
)
def test_a_name_is_the_same_in_another_spelling_but_not_in_another_sound(one: str, other: str, same: bool) -> None:
    assert said.same_name(one, other) is same


@pytest.mark.parametrize(
    ("number", "name"), [("123", "赵六"), ("0000123", "赵六"), ("a0456", "孙七"), ("000123", "趙六")]
)
def test_zeros_lost_in_front_and_the_case_of_letters_are_forgiven(mine: Kit, number: str, name: str) -> None:
    assert refused(mine, HIM, number, name) == ""


def test_five_wrong_tries_close_the_phone_for_half_an_hour(mine: Kit) -> None:
    assert [refused(mine, HIM, "100001", "李四") for _ in range(5)] == ["joining.wrong_name"] * 4 + ["joining.cooling"]
    assert refused(mine, HIM, "100001", "张三", after=timedelta(minutes=29)) == "joining.cooling"
    assert refused(mine, HIM, "100001", "张三", after=timedelta(minutes=30)) == ""


def test_numbers_that_nobody_has_count_as_well(mine: Kit) -> None:
    keys = [refused(mine, HIM, str(900000 + number), "张三") for number in range(5)]
    assert keys == ["joining.no_number"] * 4 + ["joining.cooling"]


def test_ten_wrong_names_from_any_phones_close_the_number_for_two_hours(mine: Kit) -> None:
    keys = [refused(mine, f"oPHONE{number}", "100001", "李四") for number in range(10)]
    assert keys == ["joining.wrong_name"] * 9 + ["joining.closed"]
    assert refused(mine, HIM, "100001", "张三", after=timedelta(minutes=119)) == "joining.closed"
    assert refused(mine, HIM, "100002", "李四") == ""
    assert refused(mine, HIM, "100001", "张三", after=timedelta(minutes=120)) == ""


def test_success_wipes_the_slate(mine: Kit) -> None:
    for number in range(4):
        refused(mine, HIM, "100001", f"李{number}")
    with session(mine) as db:
        person = row_of(db, HIM)
        member = matching.match(db, person, "100001", ["张三"], now=NOON)
        binding.bind(db, person, member.id, now=NOON)
        assert member.tries == 0
        assert db.query(Person).filter_by(openid=HIM).one().bind_tries == 0


def test_a_namesake_is_asked_where_he_works_and_a_wrong_answer_is_a_wrong_try(mine: Kit) -> None:
    with session(mine) as db:
        person = row_of(db, HIM)
        member = matching.match(db, person, "100004", ["张伟"], now=NOON)
        asked = matching.choice(db, member)
        assert asked is not None
        assert (asked.own, asked.offered) == ("生产一班", ("检修班", "生产一班"))
        with pytest.raises(Refusal) as refusal:
            matching.place(db, person, member.id, "检修班", now=NOON)
        assert (refusal.value.key, refusal.value.values) == ("joining.wrong_place", {"left": 4})
        assert matching.place(db, row_of(db, HIM), member.id, "生产一班", now=NOON).staff_no == "100004"


def test_who_has_no_namesake_is_asked_nothing_more(mine: Kit) -> None:
    with session(mine) as db:
        assert matching.choice(db, db.query(Member).filter_by(staff_no="100001").one()) is None


@pytest.mark.parametrize(
    ("name", "digits", "fits"), [("张三", "5678", True), ("张三", "5679", False), ("李四", "5678", False)]
)
def test_name_and_the_end_of_a_phone_number_stand_for_a_forgotten_number(
    mine: Kit, name: str, digits: str, fits: bool
) -> None:
    with session(mine) as db:
        try:
            found = matching.match_phone(db, row_of(db, HIM), [name], digits, now=NOON).staff_no
        except Refusal as refusal:
            found = refusal.key
    assert found == ("100001" if fits else "joining.wrong_phone")


def test_who_left_or_is_frozen_cannot_be_taken(mine: Kit) -> None:
    assert refused(mine, HIM, "100007", "钱八") == "joining.number_left"
    with session(mine) as db:
        db.query(Member).filter_by(staff_no="100001").one().frozen_at = NOON
    assert refused(mine, HIM, "100001", "张三") == "joining.frozen"


def test_versions_of_the_notices_are_whole_numbers() -> None:
    assert all(int(CONTENT.say(key)) > 0 for key in ("joining.privacy_version", "joining.political_version"))


PIECES = "张三李四王五0123456789１２３ABCxyz ,，。·•\u200b\u202e\n\t<>\"'&%{}[]|\\/\x00😀ⅣⅩ①㈠〇队班工号是我叫" + chr(
    0x20000
)


def test_no_text_can_break_the_reading_or_pass_for_somebody() -> None:
    """Hostile input: ten thousand random strings, some of them thousands of characters long."""
    dice = random.Random(20261123)
    for _ in range(10_000):
        line = "".join(dice.choices(PIECES, k=dice.choice((0, 1, 5, 20, 60, 3000))))
        found = said.read(line, AROUND)
        assert len(found.names) <= said.MOST_RUNS * said.MOST_NAMES
        assert set("".join(found.names)) <= {*unicodedata.normalize("NFKC", line), "·"}  # nothing is made up
        said.last_four(line)
        matching.bare(line)


def test_two_phones_that_take_a_number_at_once_leave_it_with_one(mine: Kit) -> None:
    openids = [f"oRACE{number}".ljust(28, "x") for number in range(4)]
    with session(mine) as db:
        for openid in openids:
            add_person(db, openid)
        member_id = db.query(Member).filter_by(staff_no="100001").one().id

    def take(openid: str) -> None:
        with session(mine) as db:
            binding.bind(db, row_of(db, openid), member_id, now=NOON)

    at_once(*(lambda openid=openid: take(openid) for openid in openids))
    assert roster.holder(mine, "100001") in openids


def test_who_is_in_another_branch_now_is_told_with_the_next_reply(mine: Kit) -> None:
    with session(mine) as db:
        member = db.query(Member).filter_by(staff_no="100001").one()
        add_person(db, HIM, member)
        binding.moved(db, CONTENT.say, {member.id: "掘进一队党支部", member.id + 1: "没绑的人"}, now=NOON)
        assert [(item.urgency, "掘进一队党支部" in item.text) for item in db.query(OutboxItem)] == [(0, True)]


@pytest.mark.parametrize(
    ("change", "key"),
    [({}, ""), ({"left_at": NOON}, "joining.gone"), ({"frozen_at": NOON}, "joining.frozen_here")],
)
def test_what_is_personal_is_for_members_who_may_act(mine: Kit, change: dict[str, object], key: str) -> None:
    with session(mine) as db:
        with pytest.raises(Refusal) as guest:
            binding.member_of(row_of(db, HIM), str)
        member = db.query(Member).filter_by(staff_no="100001").one()
        for name, value in change.items():
            setattr(member, name, value)
        add_person(db, HIM, member)
        try:
            found = binding.member_of(row_of(db, HIM), str).staff_no
        except Refusal as refusal:
            found = refusal.key
    assert guest.value.key == "joining.guest"
    assert found == (key or "100001")
