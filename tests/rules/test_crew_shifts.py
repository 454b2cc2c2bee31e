"""A crew's shifts, the roster's, and a person's own word about them; and leave."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

import content
from bot.clock import BEIJING
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, CrewShift, Member, Person
from bot.services import grants, people, shifts, units
from bot.services.joining import binding
from bot.services.people import PersonRow
from bot.services.shifts import crews, leave, presets
from bot.services.shifts.calendars import Calendar, begun, chosen, excepted, rotated
from bot.services.shifts.crews import Place
from content.shifts import Shifts
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.rules.mine import BRANCH, MINE, WORDS, add_member, add_person, row_of, session

SHIFTS = CONTENT.shifts
MONDAY = date(2026, 11, 23)
SECTION, OTHER = f"{MINE}/综采一队", f"{MINE}/掘进一队党支部"
ONE, TWO = f"{SECTION}/生产一班", f"{SECTION}/生产二班"
NIGHT, MORNING, SWING, REST = (SHIFTS.by_id[name] for name in ("night", "morning", "swing", "rest"))


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    """A section of two crews: its head, a leader and two men in the first crew, one in the second, and a secretary."""
    with session(kit) as db:
        section = {"section_id": units.ensure(db, SECTION, words=WORDS).id}
        one = section | {"crew_id": units.ensure(db, ONE, words=WORDS).id}
        two = section | {"crew_id": units.ensure(db, TWO, words=WORDS).id}
        for number, (openid, place) in enumerate(
            {"oLEAD": one, "oMAN": one, "oMATE": one, "oTWO": two, "oHEAD": section, "oSEC": section}.items()
        ):
            add_person(db, openid, add_member(db, f"{number}", openid, BRANCH, **place))
        for openid, role, path in (
            ("oLEAD", "crew_leader", ONE),
            ("oHEAD", "section_head", SECTION),
            ("oSEC", "secretary", BRANCH),
        ):
            member = db.execute(select(Member).where(Member.name == openid)).scalar_one()
            grants.grant(db, member, role, units.get(db, path), by="operator", now=NOON)
        yield db


def _of(db: Session, openid: str) -> PersonRow:
    return row_of(db, openid)


def _place(db: Session, openid: str, name: str) -> Place:
    return next(each for each in crews.offered(db, _of(db, openid), now=NOON) if each.name == name)


def _says(db: Session, said: Calendar, *, by: str = "oLEAD", name: str = "生产一班") -> int:
    return crews.set_for(db, _of(db, by), _place(db, by, name), said, shifts=SHIFTS, now=NOON)


def _stands(db: Session, openid: str) -> tuple[str, str]:
    person = _of(db, openid)
    return shifts.on(person, MONDAY, SHIFTS).id, person.shift_from


def test_a_leader_says_it_once_and_all_of_the_crew_work_so(db: Session) -> None:
    assert _says(db, Calendar("night")) == 3
    assert [_stands(db, who) for who in ("oLEAD", "oMAN", "oMATE", "oTWO")] == [
        ("night", "crew"), ("night", "crew"), ("night", "crew"), ("", ""),
    ]  # fmt: skip
    line = db.execute(select(AuditLine).where(AuditLine.act == "shifts.crew_set")).scalar_one()
    assert (line.actor, line.detail["people"], line.detail["shift"]) == (_of(db, "oLEAD").member.alias, 3, "night")


def test_ones_own_word_overrules_the_crew_and_is_taken_back_by_a_word(db: Session) -> None:
    _says(db, Calendar("night"))
    shifts.choose(db, _of(db, "oMAN"), MORNING, week=MONDAY, today=MONDAY)
    assert _stands(db, "oMAN") == ("morning", "self")
    assert _says(db, Calendar("swing")) == 2
    assert (_stands(db, "oMAN"), _stands(db, "oMATE")) == (("morning", "self"), ("swing", "crew"))
    after = presets.follow(db, _of(db, "oMAN"), SHIFTS, now=NOON)
    assert after == _of(db, "oMAN")
    assert _stands(db, "oMAN") == ("swing", "crew")
    _says(db, Calendar("night"))
    assert _stands(db, "oMAN") == ("night", "crew")


def test_a_day_of_ones_own_leaves_one_with_the_crew(db: Session) -> None:
    _says(db, Calendar("night"))
    tuesday, friday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
    shifts.except_on(db, _of(db, "oMAN"), tuesday, REST, today=MONDAY, shifts=SHIFTS)
    assert _of(db, "oMAN").shift_from == "crew"
    _says(db, excepted(Calendar("night"), friday, REST, today=MONDAY, shifts=SHIFTS))
    assert _of(db, "oMAN").shift_days == {"2026-11-24": "rest", "2026-11-27": "rest"}
    _says(db, Calendar("swing"))  # the crew takes its Friday back, he keeps his Tuesday
    assert _of(db, "oMAN").shift_days == {"2026-11-24": "rest"}
    assert presets.follow(db, _of(db, "oMAN"), SHIFTS, now=NOON).shift_days == {}


def test_saying_what_the_crew_says_anyway_is_no_word_of_ones_own(db: Session) -> None:
    _says(db, rotated(Calendar("night"), SHIFTS.rotations[0], week=MONDAY, shifts=SHIFTS))
    shifts.choose(db, _of(db, "oMAN"), NIGHT, week=MONDAY, today=MONDAY)
    assert _of(db, "oMAN").shift_from == "crew"
    shifts.choose(db, _of(db, "oMAN"), MORNING, week=MONDAY, today=MONDAY)
    assert _of(db, "oMAN").shift_from == "self"


def test_a_section_speaks_for_the_crews_that_say_nothing_themselves(db: Session) -> None:
    _says(db, Calendar("night"))
    assert _says(db, Calendar("day"), by="oHEAD", name="综采一队") == 3
    assert [_stands(db, who)[0] for who in ("oMAN", "oTWO", "oHEAD", "oSEC")] == ["night", "day", "day", "day"]


def test_who_joins_works_as_his_crew_does_and_who_changes_crews_as_the_new_one(db: Session) -> None:
    tuesday = MONDAY + timedelta(days=1)
    _says(db, excepted(Calendar("night"), tuesday, REST, today=MONDAY, shifts=SHIFTS))
    _says(db, Calendar("swing"), by="oHEAD", name="生产二班")
    crew = db.execute(select(Member.crew_id).where(Member.name == "oMAN")).scalar_one()
    new = add_member(db, "99", "新来的", BRANCH, crew_id=crew, shift="早班")
    add_person(db, "oNEW")
    binding.bind(db, _of(db, "oNEW"), new.id, now=NOON)
    presets.joined(db, _of(db, "oNEW").id, SHIFTS, now=NOON)
    assert _stands(db, "oNEW") == ("night", "crew")
    new.crew_id = db.execute(select(Member.crew_id).where(Member.name == "oTWO")).scalar_one()
    db.flush()
    presets.refresh(db, SHIFTS, now=NOON)
    assert (_stands(db, "oNEW"), _of(db, "oNEW").shift_days) == (("swing", "crew"), {})


def test_only_who_leads_a_crew_or_keeps_all_of_its_people_may_say_what_it_works(db: Session) -> None:
    def may(openid: str, now: datetime = NOON) -> list[str]:
        return [each.name for each in crews.offered(db, _of(db, openid), now=now)]

    assert may("oLEAD") == ["生产一班"]
    assert may("oHEAD") == may("oSEC") == ["生产一班", "生产二班", "综采一队"]
    assert may("oMAN") == []
    stranger = add_member(db, "77", "外支部的", OTHER, crew_id=_place(db, "oSEC", "生产二班").id)
    assert may("oSEC") == ["生产一班", "综采一队"]  # the second crew has somebody of another branch now
    stranger.left_at = NOON
    db.flush()
    assert may("oSEC") == ["生产一班", "生产二班", "综采一队"]
    db.query(Person).filter_by(openid="oLEAD").one().roles_from = NOON + timedelta(hours=1)
    assert may("oLEAD") == []
    assert may("oLEAD", NOON + timedelta(hours=1)) == ["生产一班"]
    db.execute(select(Member).where(Member.name == "oHEAD")).scalar_one().frozen_at = NOON
    assert may("oHEAD") == []


def test_crews_of_one_name_are_told_apart_by_their_section(db: Session) -> None:
    again = units.ensure(db, f"{MINE}/综采二队/生产一班", words=WORDS)
    add_member(db, "55", "二队的", BRANCH, crew_id=again.id)
    names = [each.name for each in crews.offered(db, _of(db, "oSEC"), now=NOON)]
    assert names == ["生产二班", "综采一队", "综采一队生产一班", "综采二队生产一班"]


ROSTER = {
    "早班": ("morning", "morning", "roster"), "中班": ("swing", "swing", "roster"), "夜班": ("night", "night", "roster"),
    "零点班": ("night", "night", "roster"), "常日班": ("day", "day", "roster"), " 早班 ": ("morning", "morning", "roster"),
    "三八制": ("", "", "roster"), "倒班": ("", "", "roster"), "早中夜": ("", "", "roster"),
    "四六制": ("", "", ""), "休班": ("", "", ""), "轮休": ("", "", ""), "随便": ("", "", ""), "": ("", "", ""),
}  # fmt: skip


def test_the_roster_presets_what_it_tells_and_guesses_nobodys_week(db: Session) -> None:
    for number, word in enumerate(ROSTER):
        add_person(db, f"oROSTER{number}", add_member(db, f"88{number}", f"名册上的{number}", BRANCH, shift=word))
        presets.joined(db, _of(db, f"oROSTER{number}").id, SHIFTS, now=NOON)
    for number, (word, (today, usual, source)) in enumerate(ROSTER.items()):
        person = _of(db, f"oROSTER{number}")
        assert (shifts.on(person, MONDAY, SHIFTS).id, person.shift, person.shift_from) == (today, usual, source), word
        rotates = word in ("三八制", "倒班", "早中夜")
        assert (person.rotation, person.rotation_from) == ("morning,swing,night" if rotates else "", None), word


def test_a_rotation_of_the_roster_begins_when_he_says_what_this_week_is(db: Session) -> None:
    add_person(db, "oROSTER", add_member(db, "88", "名册上的", BRANCH, shift="倒班"))
    presets.joined(db, _of(db, "oROSTER").id, SHIFTS, now=NOON)
    shifts.choose(db, _of(db, "oROSTER"), SWING, week=MONDAY, today=MONDAY)
    person = _of(db, "oROSTER")
    assert [shifts.on(person, MONDAY + shifts.WEEK * n, SHIFTS).id for n in (0, 1, 2)] == ["swing", "night", "morning"]
    assert person.shift_from == "self"


def test_the_four_six_roster_is_read_where_the_mine_works_by_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (content.HERE / "shifts.toml").read_text("utf-8").replace('use = ["three_eight"', 'use = ["four_six"')
    file = tmp_path_factory.mktemp("content") / "shifts.toml"
    file.write_text(text, "utf-8")
    other = Shifts.read(file)
    assert presets.roster_calendar("四六制", other).rotation == "zero,six,twelve,eighteen"
    assert presets.roster_calendar("六点班", other) == Calendar("six")


def test_a_changed_roster_changes_only_what_came_from_it(db: Session) -> None:
    who = {"oSAID": "早班", "oREAD": "早班", "oBLANK": ""}
    for number, (openid, word) in enumerate(who.items()):
        add_person(db, openid, add_member(db, f"8{number}", openid, BRANCH, shift=word))
    presets.refresh(db, SHIFTS, now=NOON)
    shifts.choose(db, _of(db, "oSAID"), NIGHT, week=MONDAY, today=MONDAY)
    db.query(Member).filter(Member.name.in_(who)).update({"shift": "中班"})
    presets.refresh(db, SHIFTS, now=NOON)
    assert [_stands(db, each) for each in who] == [("night", "self"), ("swing", "roster"), ("swing", "roster")]
    db.query(Member).filter(Member.name.in_(who)).update({"shift": ""})
    presets.refresh(db, SHIFTS, now=NOON)
    assert [_stands(db, each) for each in who] == [("night", "self"), ("", ""), ("", "")]


def test_a_crew_of_which_only_a_day_was_said_works_the_rosters_shifts(db: Session) -> None:
    db.query(Member).filter_by(name="oMAN").update({"shift": "早班"})
    presets.refresh(db, SHIFTS, now=NOON)
    _says(db, excepted(Calendar(), MONDAY + timedelta(days=1), REST, today=MONDAY, shifts=SHIFTS))
    man = _of(db, "oMAN")
    assert (man.shift, man.shift_from, man.shift_days) == ("morning", "roster", {"2026-11-24": "rest"})


def test_with_neither_crew_nor_roster_there_is_nothing_to_follow(db: Session) -> None:
    shifts.choose(db, _of(db, "oMAN"), MORNING, week=MONDAY, today=MONDAY)
    with pytest.raises(Refusal, match=r"shifts\.nothing_to_follow"):
        presets.follow(db, _of(db, "oMAN"), SHIFTS, now=NOON)
    assert _stands(db, "oMAN") == ("morning", "self")
    add_person(db, "oGUEST")
    with pytest.raises(Refusal, match=r"shifts\.nothing_to_follow"):
        presets.follow(db, _of(db, "oGUEST"), SHIFTS, now=NOON)


def test_whose_word_it_is_stands_there_by_name(db: Session) -> None:
    _says(db, Calendar("night"))
    assert crews.setter(db, _of(db, "oMAN").member, now=NOON) == ("oLEAD", "crew_leader")
    assert crews.setter(db, _of(db, "oTWO").member, now=NOON) is None
    db.query(CrewShift).update({"set_by": "gone"})
    assert crews.setter(db, _of(db, "oMAN").member, now=NOON) == ("", "")


@settings(max_examples=100, deadline=None, database=None)
@given(
    st.sampled_from(sorted(SHIFTS.by_id)), st.integers(-5, 5), st.sampled_from(sorted(SHIFTS.by_id))
)  # fmt: skip
def test_a_calendar_is_the_same_whatever_monday_its_turns_are_counted_from(first: str, rounds: int, other: str) -> None:
    one = rotated(Calendar(first), SHIFTS.rotations[0], week=MONDAY, shifts=SHIFTS)
    turns = one.rotation.split(",")
    assert one.rotation_from is not None
    moved = dataclasses.replace(
        one,
        rotation=",".join(turns[rounds % 3 :] + turns[: rounds % 3]),
        rotation_from=one.rotation_from + shifts.WEEK * rounds,
    )
    assert one.base == moved.base
    for week in range(-4, 5):
        day = MONDAY + shifts.WEEK * week
        assert shifts.on(one, day, SHIFTS) is shifts.on(moved, day, SHIFTS)
    assert (chosen(one, SHIFTS.by_id[other], week=MONDAY, today=MONDAY).base == one.base) == (
        SHIFTS.by_id[other].work is None or shifts.on(one, MONDAY, SHIFTS).id == other
    )


def test_leave_is_taken_changed_and_ended(db: Session) -> None:
    man, tuesday = _of(db, "oMAN"), MONDAY + timedelta(days=1)
    away = leave.take(db, man, tuesday, tuesday + timedelta(days=2), today=MONDAY)
    assert away == _of(db, "oMAN")
    assert [leave.covers(away, MONDAY + timedelta(days=n)) for n in range(5)] == [False, True, True, True, False]
    assert not leave.lasts(away, datetime(2026, 11, 23, 23, 59, 59, tzinfo=BEIJING))
    assert leave.lasts(away, datetime(2026, 11, 24, tzinfo=BEIJING))
    assert leave.ends(away) == datetime(2026, 11, 27, tzinfo=BEIJING)
    assert (leave.over(away, tuesday + timedelta(days=2)), leave.over(away, tuesday + timedelta(days=3))) == (
        False,
        True,
    )
    opened = leave.take(db, away, MONDAY, None, today=MONDAY)
    assert leave.covers(opened, MONDAY + timedelta(days=5000))
    back = leave.back(db, opened)
    assert back == _of(db, "oMAN")
    assert leave.over(back, MONDAY)


REFUSED: list[tuple[str, tuple[date, date | None]]] = [
    ("shifts.leave_past", (MONDAY - timedelta(days=9), MONDAY - timedelta(days=1))),
    ("shifts.leave_long", (MONDAY, MONDAY + leave.LONGEST)),
    ("shifts.leave_long", (MONDAY + timedelta(days=400), None)),
]


def test_leave_that_cannot_be_meant_is_refused(db: Session) -> None:
    for key, (first, last) in REFUSED:
        with pytest.raises(Refusal) as refused:
            leave.take(db, _of(db, "oMAN"), first, last, today=MONDAY)
        assert refused.value.key == key
    assert _of(db, "oMAN").leave_from is None


PERIODS = {
    "12月1日到12月5日": ("2026-12-01", "2026-12-05"), "12月1号到5号": ("2026-12-01", "2026-12-05"),
    "12.1-12.5": ("2026-12-01", "2026-12-05"), "12/1到12/5": ("2026-12-01", "2026-12-05"),
    "我从12月1日休到12月5日": ("2026-12-01", "2026-12-05"), "１２月１日～１２月５日": ("2026-12-01", "2026-12-05"),
    "十二月一日至十二月五日": ("2026-12-01", "2026-12-05"), "2026-12-01到2026-12-05": ("2026-12-01", "2026-12-05"),
    "一号到五号": ("2026-12-01", "2026-12-05"), "12月30到1月3": ("2026-12-30", "2027-01-03"),
    "明天到后天": ("2026-11-24", "2026-11-25"), "到12月5日": ("2026-11-23", "2026-12-05"),
    "休五天": ("2026-11-23", "2026-11-27"), "明天起5天": ("2026-11-24", "2026-11-28"),
    "从明天起休一周": ("2026-11-24", "2026-11-30"), "两个星期": ("2026-11-23", "2026-12-06"),
    "下周一到下周五": ("2026-11-30", "2026-12-04"), "周三到周五": ("2026-11-25", "2026-11-27"),
    "下周一休到周五": ("2026-11-30", "2026-12-04"), "今天": ("2026-11-23", "2026-11-23"),
    "昨天到今天": ("2026-11-22", "2026-11-23"), "11月20日到26日": ("2026-11-20", "2026-11-26"),
    "12月1日起": ("2026-12-01", None), "今天开始": ("2026-11-23", None),
    "2月30日": None, "几天": None, "什么时候": None, "12月5日回来": None, "": None, "到": None, "13月1日到2日": None,
}  # fmt: skip


@pytest.mark.parametrize("text", PERIODS)
def test_days_are_read_as_people_type_them(text: str) -> None:
    found, wanted = SHIFTS.dates.period(text, MONDAY), PERIODS[text]
    told = None if found is None else (found.first.isoformat(), found.last and found.last.isoformat())
    assert told == wanted


@settings(max_examples=300, deadline=None, database=None)
@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 300), st.integers(0, 60))
def test_two_dates_written_out_are_the_nearest_that_can_be_meant(today: date, ahead: int, lasts: int) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=lasts)
    found = SHIFTS.dates.period(f"{first.month}月{first.day}日到{last.month}月{last.day}日", today)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(alphabet="今明后天年月日号到至从起休假周一二三十0123456789./- 下个星期", max_size=40))
def test_no_text_upsets_the_reader_of_days(text: str) -> None:
    found = SHIFTS.dates.period(text, MONDAY)
    assert found is None or found.last is None or found.last >= found.first


def test_a_person_carries_his_leave_and_whose_word_his_shift_is(db: Session) -> None:
    person = people.meet(db.connection(), "oMAN", now=NOON)[0]
    assert (person.shift_from, person.leave_from, person.leave_until) == ("", None, None)


def test_from_a_day_on_means_every_day_from_it_and_none_before() -> None:
    tuesday = MONDAY + timedelta(days=1)
    after = begun(Calendar("morning"), SWING, day=tuesday, today=MONDAY, shifts=SHIFTS)
    worked = [shifts.on(after, MONDAY + timedelta(days=n), SHIFTS).id for n in (0, 1, 2, 7, 40)]
    assert worked == ["morning", "swing", "swing", "swing", "swing"]


def test_from_a_day_of_next_week_on_a_rotation_turns_and_till_then_all_is_as_before() -> None:
    thursday, turning = MONDAY + timedelta(days=10), SHIFTS.rotations[0]
    before = excepted(Calendar("night"), MONDAY + timedelta(days=2), REST, today=MONDAY, shifts=SHIFTS)
    after = begun(before, turning, day=thursday, today=MONDAY, shifts=SHIFTS)
    till = [shifts.on(after, MONDAY + timedelta(days=n), SHIFTS).id for n in range(10)]
    assert till == ["night", "night", "rest", *["night"] * 7]
    weeks = [shifts.on(after, thursday + shifts.WEEK * n, SHIFTS).id for n in range(4)]
    assert weeks == ["night", "morning", "swing", "night"]


def test_rest_from_a_day_on_is_over_with_the_week_and_a_day_that_is_past_means_today() -> None:
    after = begun(Calendar("night"), REST, day=MONDAY + timedelta(days=4), today=MONDAY, shifts=SHIFTS)
    assert [shifts.on(after, MONDAY + timedelta(days=n), SHIFTS).id for n in (3, 4, 6, 7)] == [
        "night", "rest", "rest", "night",
    ]  # fmt: skip
    past = begun(Calendar("night"), SWING, day=MONDAY - timedelta(days=3), today=MONDAY, shifts=SHIFTS)
    assert (past.shift, past.shift_days) == ("swing", {})


@given(
    start=st.sampled_from([Calendar("morning"), Calendar("night", "night,morning,swing", MONDAY)]),
    ahead=st.integers(0, 60), works=st.sampled_from([SWING, MORNING, SHIFTS.rotations[0]]),
)  # fmt: skip
@settings(max_examples=60, deadline=None, database=None)
def test_no_day_before_the_one_named_ever_changes(start: Calendar, ahead: int, works: object) -> None:
    after = begun(start, works, day=MONDAY + timedelta(days=ahead), today=MONDAY, shifts=SHIFTS)
    for number in range(ahead):
        day = MONDAY + timedelta(days=number)
        assert shifts.on(after, day, SHIFTS) is shifts.on(start, day, SHIFTS)
