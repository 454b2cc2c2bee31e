"""Shift days, rotations, and when nobody may be disturbed."""

from __future__ import annotations

import dataclasses
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import content
from bot.clock import BEIJING
from bot.services import people, shifts
from bot.services.shifts import reach
from content.problem import ContentProblem
from content.shifts import Holidays, Shift, Shifts
from tests.cast import NOON
from tests.conftest import CONTENT

SHIFTS = CONTENT.shifts
IDS = sorted(SHIFTS.by_id)
MONDAY = date(2026, 11, 23)
quick = settings(max_examples=150, deadline=None, database=None)


@dataclasses.dataclass(frozen=True)
class Works:
    """What of a person tells his shifts."""

    shift: str = ""
    rotation: str = ""
    rotation_from: date | None = None
    shift_days: dict[str, str] = dataclasses.field(default_factory=dict)
    leave_from: date | None = None
    leave_until: date | None = None


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


NIGHTS, MORNINGS, NOBODY = Works("night"), Works("morning"), Works()
TURNS = Works(rotation="morning,swing,night", rotation_from=MONDAY)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(tzinfo=BEIJING))


@st.composite
def workers(draw: st.DrawFn) -> Works:
    turns = draw(st.lists(st.sampled_from(IDS), max_size=4))
    start = shifts.monday(draw(days))
    excepted = draw(st.dictionaries(st.integers(-9, 9), st.sampled_from(IDS), max_size=4))
    said = {(start + timedelta(days=n)).isoformat(): each for n, each in excepted.items()}
    return Works(draw(st.sampled_from(["", *IDS])), ",".join(turns), start if turns else None, said)


@quick
@given(workers(), moments)
def test_a_shift_day_is_the_calendar_day_or_the_one_before(person: Works, moment: datetime) -> None:
    day = shifts.shift_day(moment, person, SHIFTS)
    assert moment.date() - day in (timedelta(), timedelta(days=1))
    assert shifts.begins(person, day, SHIFTS) <= moment < shifts.begins(person, day + timedelta(days=1), SHIFTS)


@quick
@given(workers(), moments, st.timedeltas(timedelta(), timedelta(days=3)))
def test_shift_days_never_run_backwards(person: Works, moment: datetime, later: timedelta) -> None:
    assert shifts.shift_day(moment, person, SHIFTS) <= shifts.shift_day(moment + later, person, SHIFTS)


@quick
@given(workers(), moments)
def test_nobody_is_ever_reachable_at_work(person: Works, moment: datetime) -> None:
    assert not (shifts.reachable(person, moment, SHIFTS) and shifts.working(person, moment, SHIFTS))


@quick
@given(workers(), moments)
def test_the_next_window_is_open_and_nothing_before_it_is(person: Works, moment: datetime) -> None:
    opens = shifts.next_window(person, moment, SHIFTS)
    assert shifts.reachable(person, opens, SHIFTS) or opens - moment == timedelta(days=shifts.AHEAD_DAYS)
    step = (opens - moment) / 20
    assert not any(shifts.reachable(person, moment + step * n, SHIFTS) for n in range(20) if step)


@quick
@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=4), days, st.integers(-60, 60))
def test_a_rotation_repeats(turns: list[str], day: date, rounds: int) -> None:
    person = Works(rotation=",".join(turns), rotation_from=shifts.monday(day))
    again = day + timedelta(weeks=rounds * len(turns))
    if again.year > 1:
        assert shifts.on(person, day, SHIFTS) is shifts.on(person, again, SHIFTS)


@pytest.mark.parametrize("shift", SHIFTS.by_id.values(), ids=lambda shift: shift.id)
def test_no_window_of_the_file_meets_work_or_sleep(shift: Shift) -> None:
    person = Works(shift.id)
    for minute in range(0, 24 * 60, 5):
        moment = at(MONDAY, 0) + timedelta(minutes=minute)
        if shift.open_at(minute):
            assert shifts.reachable(person, moment, SHIFTS)
            assert not shifts.working(person, moment, SHIFTS)


def test_the_night_shift_counts_from_noon_and_the_others_from_four() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert shifts.shift_day(at(tuesday, 11, 59), NIGHTS, SHIFTS) == MONDAY
    assert shifts.shift_day(at(tuesday, 12), NIGHTS, SHIFTS) == tuesday
    for person in (MORNINGS, Works("swing"), Works("rest"), NOBODY):
        assert shifts.shift_day(at(tuesday, 3, 59), person, SHIFTS) == MONDAY
        assert shifts.shift_day(at(tuesday, 4), person, SHIFTS) == tuesday


def test_a_night_man_can_be_reached_after_his_bath_and_before_the_lamp_room() -> None:
    heard = {hour: shifts.reachable(NIGHTS, at(MONDAY, hour), SHIFTS) for hour in (3, 9, 10, 13, 17, 19, 22, 23)}
    assert heard == {3: False, 9: True, 10: True, 13: False, 17: False, 19: True, 22: True, 23: False}


def test_who_never_said_his_shift_is_left_in_peace_at_night() -> None:
    assert [shifts.reachable(NOBODY, at(MONDAY, hour), SHIFTS) for hour in (6, 7, 21, 22)] == [False, True, True, False]
    assert shifts.next_window(NOBODY, at(MONDAY, 23), SHIFTS) == at(MONDAY + timedelta(days=1), 7)


def test_who_wrote_a_moment_ago_can_be_reached() -> None:
    three = at(MONDAY, 3)
    assert shifts.reachable(NOBODY, three, SHIFTS, last_wrote_at=three - timedelta(minutes=30))
    assert not shifts.reachable(NOBODY, three, SHIFTS, last_wrote_at=three - timedelta(minutes=31))
    assert not shifts.reachable(NOBODY, three, SHIFTS, last_wrote_at=three + timedelta(minutes=1))


def test_the_morning_after_the_last_night_is_for_sleep_even_when_the_day_is_free() -> None:
    tuesday = MONDAY + timedelta(days=1)
    person = dataclasses.replace(NIGHTS, shift_days={tuesday.isoformat(): "rest"})
    assert not shifts.reachable(person, at(tuesday, 7), SHIFTS)
    assert not shifts.reachable(person, at(tuesday, 13), SHIFTS)
    assert shifts.reachable(person, at(tuesday, 17), SHIFTS)


def test_weeks_go_round_and_a_single_day_may_differ() -> None:
    person = dataclasses.replace(TURNS, shift_days={"2026-11-25": "rest"})
    assert [shifts.on(person, MONDAY + timedelta(weeks=n), SHIFTS).id for n in (-1, 0, 1, 2, 3)] == [
        "night", "morning", "swing", "night", "morning",
    ]  # fmt: skip
    assert [shift.id for _, shift in shifts.upcoming(person, MONDAY, 3, SHIFTS)] == ["morning", "morning", "rest"]


def test_a_shift_gone_from_the_file_counts_as_unknown() -> None:
    assert shifts.on(Works("gone"), MONDAY, SHIFTS) is SHIFTS.unknown
    assert shifts.on(Works(rotation="gone,night", rotation_from=MONDAY), MONDAY, SHIFTS) is SHIFTS.unknown


def _person(db: Session) -> people.PersonRow:
    return people.meet(db.connection(), "oONE", now=NOON)[0]


def test_choosing_a_shift_turns_the_wheel_of_a_rotation_that_has_it(db: Session) -> None:
    shifts.rotate(db, _person(db), SHIFTS.rotations[0], week=MONDAY, shifts=SHIFTS)
    assert shifts.on(_person(db), MONDAY, SHIFTS).id == "morning"
    for _ in range(2):  # a second tap changes nothing
        shifts.choose(db, _person(db), SHIFTS.by_id["night"], week=MONDAY, today=MONDAY)
        assert [shifts.on(_person(db), MONDAY + timedelta(weeks=n), SHIFTS).id for n in (0, 1, 2)] == [
            "night", "morning", "swing",
        ]  # fmt: skip
    shifts.choose(db, _person(db), SHIFTS.by_id["day"], week=MONDAY, today=MONDAY)
    assert (_person(db).rotation, _person(db).shift) == ("", "day")


def test_a_rotation_starts_from_the_shift_of_this_week(db: Session) -> None:
    shifts.choose(db, _person(db), SHIFTS.by_id["swing"], week=MONDAY, today=MONDAY)
    for _ in range(2):
        shifts.rotate(db, _person(db), SHIFTS.rotations[0], week=MONDAY, shifts=SHIFTS)
        assert _person(db).rotation == "swing,night,morning"


def test_rest_is_for_the_rest_of_the_week_and_ends_when_he_says_so(db: Session) -> None:
    wednesday = MONDAY + timedelta(days=2)
    shifts.choose(db, _person(db), SHIFTS.by_id["swing"], week=MONDAY, today=MONDAY)
    shifts.choose(db, _person(db), SHIFTS.by_id["rest"], week=MONDAY, today=wednesday)
    week = [shift.id for _, shift in shifts.upcoming(_person(db), MONDAY, 8, SHIFTS)]
    assert week == ["swing"] * 2 + ["rest"] * 5 + ["swing"]
    shifts.choose(db, _person(db), SHIFTS.by_id["night"], week=MONDAY, today=wednesday)
    assert {shift.id for _, shift in shifts.upcoming(_person(db), MONDAY, 8, SHIFTS)} == {"night"}


def test_a_week_to_come_changes_alone(db: Session) -> None:
    shifts.choose(db, _person(db), SHIFTS.by_id["swing"], week=MONDAY, today=MONDAY)
    told = shifts.choose(db, _person(db), SHIFTS.by_id["night"], week=MONDAY + shifts.WEEK, today=MONDAY)
    assert told == _person(db)
    assert [shifts.on(told, MONDAY + timedelta(weeks=n), SHIFTS).id for n in (0, 1, 2)] == ["swing", "night", "swing"]


def test_one_day_may_differ_and_be_taken_back(db: Session) -> None:
    shifts.choose(db, _person(db), SHIFTS.by_id["swing"], week=MONDAY, today=MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    shifts.except_on(db, _person(db), tuesday, SHIFTS.by_id["rest"], today=MONDAY, shifts=SHIFTS)
    assert shifts.on(_person(db), tuesday, SHIFTS).id == "rest"
    shifts.except_on(db, _person(db), tuesday, SHIFTS.by_id["swing"], today=MONDAY, shifts=SHIFTS)
    assert _person(db).shift_days == {}


SAID = {
    "我上夜班": ("night", None),
    "改成早班": ("morning", None),
    "这礼拜八点班": ("morning", None),
    "我是四点班": ("swing", None),
    "零点班": ("night", None),
    "俺倒夜班了": ("night", None),
    "明天上夜班": ("night", 1),
    "明天早班吧": ("morning", 1),
    "明儿 休": ("rest", 1),
    "大夜": ("night", None),
}


@pytest.mark.parametrize("text", SAID)
def test_shifts_are_named_as_people_name_them(text: str) -> None:
    said = SHIFTS.said(text)
    assert said is not None
    assert (said.shift.id, said.day) == SAID[text]


@pytest.mark.parametrize("text", ["", "班", "夜班看不清巷道", "我上了三年夜班才知道", "明天", "改成", "我"])
def test_what_names_no_shift_is_none(text: str) -> None:
    assert SHIFTS.said(text) is None


HOURS = {
    "晚上八点": ["20:00"],
    "20:30": ["20:30"],
    "20：30": ["20:30"],
    "八点半": ["8:30", "20:30"],
    "早上八点一刻": ["8:15"],
    "提醒改到20点30分": ["20:30"],
    "晚上十二点": ["0:00"],
    "中午十二点": ["12:00"],
    "下午三点二十": ["15:20"],
    "每天晚上8点提醒我": ["20:00"],
    "凌晨两点": ["2:00"],
    "十八点": ["18:00"],
    "夜里1点半": ["1:30"],
    "二十": [],
    "二十五点": [],
    "八点九十分": [],
    "早上九十点": [],
    "晚上八点开会": [],
    "": [],
}


@pytest.mark.parametrize("text", HOURS)
def test_hours_are_read_as_people_say_them(text: str) -> None:
    assert [f"{minute // 60}:{minute % 60:02}" for minute in SHIFTS.clock.minutes(text)] == HOURS[text]


def _broken(tmp_path: Path, before: str, after: str) -> str:
    text = (content.HERE / "shifts.toml").read_text("utf-8")
    assert before in text
    file = tmp_path / "shifts.toml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    tomllib.loads(file.read_text("utf-8"))
    with pytest.raises(ContentProblem) as problem:
        Shifts.read(file)
    assert f"content.{problem.value.reason}" in CONTENT.say
    return problem.value.reason


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('id = "morning"', 'id = "Morning 1"', "shift_id"),
        ('id = "swing"', 'id = "morning"', "shift_twice"),
        ('name = "早班"', 'name = "早 班"', "shift_name"),
        ('"四点班"', '"八点班"', "shift_name_taken"),
        ('"morning", "swing", "night"]', '"morning", "swung"]', "shift_unknown"),
        ('use = ["three_eight"', 'use = ["three_nine"', "shift_unknown"),
        ('use = ["three_eight", "surface", "off"]', "use = []", "missing_key"),
        ('starts = "08:00"', 'starts = "8:00"', "shift_time"),
        ('starts = "08:00"', 'starts = "25:00"', "shift_time"),
        ('starts = "08:00"\n', "", "missing_key"),
        ('ends = "16:00"', 'ends = "06:00"', "shift_span"),
        ('"16:30-21:30"', '"15:30-21:30"', "shift_window_closed"),
        ('["10:00-15:00"]', '["09:00-15:00"]', "shift_window_closed"),
        ('["16:30-21:30"]', "[]", "shift_no_window"),
        ('["16:30-21:30"]', '"16:30-21:30"', "shift_no_window"),
        ('remind = "18:00"', 'remind = "22:00"', "shift_remind_outside"),
        ('sleeps = "01:30-09:30"', 'sleeps = "23:30-09:30"', "shift_asleep_at_work"),
        ('cut_over = "12:00"\n', "", "missing_key"),
        ('remind = "12:00"', 'remind = "12:00"\nreminds = 1', "unknown_key"),
        ("keen_minutes = 30", 'keen_minutes = "few"', "wrong_type"),
        ('numerals = "', 'numbers = "', "missing_key"),
        ('"早上" = [4, 12]', '"早上" = "early"', "wrong_type"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, before: str, after: str, reason: str) -> None:
    assert _broken(tmp_path, before, after) == reason


def test_a_rotation_of_one_is_none(tmp_path: Path) -> None:
    before = 'also = ["倒班", "三班倒", "三八倒", "三八制", "三八制倒班", "早中夜倒", "轮班"]\nshifts = ["morning", "swing", "night"]'
    assert _broken(tmp_path, before, 'shifts = ["morning"]') == "shift_rotation"


def test_another_pattern_takes_its_names_over(tmp_path: Path) -> None:
    text: Any = (content.HERE / "shifts.toml").read_text("utf-8")
    file = tmp_path / "shifts.toml"
    file.write_text(text.replace('use = ["three_eight"', 'use = ["four_six"'), "utf-8")
    other = Shifts.read(file)
    named = other.find("零点班"), other.find("早班"), SHIFTS.find("零点班")
    assert [shift.id for shift in named if shift is not None] == ["zero", "morning", "night"]
    assert [rotation.name for rotation in other.rotations] == ["四六倒"]


@quick
@given(workers(), moments, st.timedeltas(timedelta(minutes=-40), timedelta(hours=2)))
def test_nothing_is_pushed_on_leave_even_to_who_just_wrote(person: Works, moment: datetime, ago: timedelta) -> None:
    away = dataclasses.replace(person, leave_from=moment.date(), leave_until=moment.date())
    assert not shifts.may_push(away, moment, SHIFTS, moment - ago)
    assert shifts.may_push(person, moment, SHIFTS, moment - ago) == shifts.reachable(
        person, moment, SHIFTS, moment - ago
    )


@quick
@given(workers(), moments, st.integers(-3, 3), st.none() | st.integers(0, 9))
def test_the_next_push_is_allowed_and_none_before_it_is(
    person: Works, moment: datetime, begins: int, lasts: int | None
) -> None:
    first = moment.date() + timedelta(days=begins)
    away = dataclasses.replace(
        person, leave_from=first, leave_until=None if lasts is None else first + timedelta(days=lasts)
    )
    when = shifts.next_push(away, moment, SHIFTS)
    if when is None:
        assert lasts is None
        when = moment + timedelta(days=20)
    else:
        assert shifts.may_push(away, when, SHIFTS) or when - moment >= timedelta(days=shifts.AHEAD_DAYS)
    step = (when - moment) / 50
    assert not any(shifts.may_push(away, moment + step * n, SHIFTS) for n in range(50) if step)


def test_leave_ends_by_itself_with_its_last_day() -> None:
    away = dataclasses.replace(MORNINGS, leave_from=MONDAY, leave_until=MONDAY + timedelta(days=1))
    wednesday = MONDAY + timedelta(days=2)
    assert not shifts.may_push(away, at(MONDAY, 18), SHIFTS)
    assert shifts.may_push(away, at(wednesday, 18), SHIFTS)
    assert shifts.next_push(away, at(MONDAY, 18), SHIFTS) == at(wednesday, 16, 30)
    assert shifts.next_push(dataclasses.replace(away, leave_until=None), at(MONDAY, 18), SHIFTS) is None


def test_three_thousand_people_of_three_crews_are_looked_up_by_their_calendars() -> None:
    """Whoever works alike shares what was worked out: the rule runs once for each run of five days, not for each person."""
    reach._windows.cache_clear()
    turns = ["morning", "swing", "night"]
    people_of = [Works(rotation=",".join(turns[n % 3 :] + turns[: n % 3]), rotation_from=MONDAY) for n in range(3000)]
    for hour in range(24):
        for person in people_of:
            shifts.may_push(person, at(MONDAY, hour), SHIFTS)
    worked_out = reach._windows.cache_info()
    assert worked_out.misses <= 6
    assert worked_out.hits + worked_out.misses == 3000 * 24


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('months = ["月份", "月"]\n', "", "missing_key"),
        ('weekdays = { "一" = 0', 'weekdays = { "一" = "first"', "wrong_type"),
    ],
)
def test_words_for_days_that_cannot_be_meant_are_refused(tmp_path: Path, before: str, after: str, reason: str) -> None:
    assert _broken(tmp_path, before, after) == reason


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ('[[off]]\nname = "元旦"\nfrom = "2027-01-01"\nuntil = "2026-12-31"\n', "holiday_span"),
        ('[[off]]\nname = "元旦"\nfrom = "2027-01-01"\nuntil = "2027-01-31"\n', "holiday_span"),
        ('[[off]]\nname = "元旦"\nfrom = "1月1日"\nuntil = "2027-01-03"\n', "holiday_day"),
        ('[[off]]\nname = "矿庆"\nfrom = "2027-01-01"\nuntil = "2027-01-03"\n', "holiday_name"),
        ('[[off]]\nname = "元旦"\nfrom = "2027-01-01"\n', "missing_key"),
        ('[[work]]\ndays = ["2027-02-30"]\n', "holiday_day"),
        ('[[work]]\ndays = ["2027-01-01"]\n[[off]]\nname = "元旦"\nfrom = "2027-01-01"\nuntil = "2027-01-01"\n', "holiday_both"),
        ('[[festival]]\nid = "x"\nname = "矿庆"\n', "missing_key"),
        ('[[festival]]\nid = "x"\nname = "矿庆"\nday = "02-30"\n', "holiday_day"),
        ("[[work]]\ndays = 7\n", "wrong_type"),
    ],
)  # fmt: skip
def test_holidays_that_cannot_be_meant_are_refused(tmp_path: Path, added: str, reason: str) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text((content.HERE / "holidays.toml").read_text("utf-8") + "\n" + added, "utf-8")
    with pytest.raises(ContentProblem) as problem:
        Holidays.read(file)
    assert problem.value.reason == reason
    assert f"content.{reason}" in CONTENT.say


def test_a_folder_without_holidays_knows_the_decreed_ones_all_the_same(tmp_path: Path) -> None:
    known = Holidays.read(tmp_path / "holidays.toml")
    assert not shifts.holidays.workday(date(2026, 10, 1), known)
    assert shifts.holidays.workday(date(2026, 10, 10), known)
    assert shifts.holidays.begins("国庆", 2026, known) is None  # nobody told what to call it
