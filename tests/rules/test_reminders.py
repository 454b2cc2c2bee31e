"""At which hour somebody is reminded, and when not at all."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.services import people, reminders, shifts
from tests.cast import NOON
from tests.conftest import CONTENT

SHIFTS = CONTENT.shifts
MONDAY = date(2026, 11, 23)
IDS = sorted(SHIFTS.by_id)


@dataclasses.dataclass(frozen=True)
class Reminded:
    """What of a person tells when to remind him."""

    shift: str = ""
    remind_at: int | None = None
    paused_until: datetime | None = None
    rotation: str = ""
    rotation_from: date | None = None
    shift_days: dict[str, str] = dataclasses.field(default_factory=dict)
    leave_from: date | None = None
    leave_until: date | None = None


def _person(db: Session) -> people.PersonRow:
    return people.meet(db.connection(), "oONE", now=NOON)[0]


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.sampled_from(["", *IDS]),
    st.none() | st.integers(0, 24 * 60 - 1),
    st.dictionaries(st.integers(-2, 2), st.sampled_from(IDS), max_size=3),
)
def test_a_reminder_is_never_due_where_nobody_can_be_reached(
    shift: str, remind_at: int | None, excepted: dict[int, str]
) -> None:
    said = {(MONDAY + timedelta(days=n)).isoformat(): each for n, each in excepted.items()}
    person = Reminded(shift, remind_at, shift_days=said)
    due = reminders.due_at(person, MONDAY, SHIFTS)
    assert due is not None
    assert shifts.reachable(person, due, SHIFTS)
    assert not shifts.working(person, due, SHIFTS)


@pytest.mark.parametrize("shift", [SHIFTS.unknown, *SHIFTS.by_id.values()], ids=lambda shift: shift.id or "unknown")
def test_every_hour_offered_would_be_taken(shift: shifts.Shift) -> None:
    near = [minute for asked in range(0, 24 * 60, 77) for minute in reminders.offered(shift, near=asked, count=2)]
    for minute in [*reminders.offered(shift), *near]:
        assert shift.open_at(minute)
    assert 1 <= len(reminders.offered(shift)) <= reminders.OFFERED


def test_his_own_hour_counts_where_it_fits_and_the_shifts_own_where_not() -> None:
    evening = 20 * 60 + 30
    assert reminders.minute_on(Reminded("morning", evening), SHIFTS.by_id["morning"]) == evening
    assert reminders.minute_on(Reminded("swing", evening), SHIFTS.by_id["swing"]) == 12 * 60
    assert reminders.minute_on(Reminded("swing"), SHIFTS.by_id["swing"]) == 12 * 60


def test_a_night_mans_reminder_of_the_morning_comes_the_next_day() -> None:
    due = reminders.due_at(Reminded("night", 9 * 60 + 30), MONDAY, SHIFTS)
    assert due == datetime(2026, 11, 24, 9, 30, tzinfo=BEIJING)


def test_on_leave_no_reminder_is_due() -> None:
    away = Reminded("morning", leave_from=MONDAY, leave_until=MONDAY)
    assert reminders.due_at(away, MONDAY, SHIFTS) is None
    assert reminders.due_at(away, MONDAY + timedelta(days=1), SHIFTS) == datetime(2026, 11, 24, 18, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("shift", "minute", "reason"),
    [
        ("swing", 20 * 60, "reminders.at_work"),
        ("night", 3 * 60, "reminders.at_work"),
        ("night", 14 * 60, "reminders.asleep"),
        ("swing", 2 * 60, "reminders.asleep"),
        ("morning", 23 * 60, "reminders.closed"),
        ("", 23 * 60, "reminders.closed"),
    ],
)
def test_an_hour_in_his_shift_or_his_sleep_is_refused(db: Session, shift: str, minute: int, reason: str) -> None:
    person = dataclasses.replace(_person(db), shift=shift)
    with pytest.raises(Refusal) as refused:
        reminders.choose(db, person, (minute,), day=MONDAY, known=SHIFTS)
    assert (refused.value.key, refused.value.values) == (reason, {"minute": minute})
    assert _person(db).remind_at is None


def test_eight_means_the_eight_that_fits(db: Session) -> None:
    person = dataclasses.replace(_person(db), shift="morning")
    assert reminders.choose(db, person, (8 * 60, 20 * 60), day=MONDAY, known=SHIFTS) == 20 * 60
    assert _person(db).remind_at == 20 * 60
    reminders.follow_shift(db, 1)
    assert _person(db).remind_at is None


def test_reminders_stop_at_once_and_come_back_by_themselves_or_by_a_word(db: Session) -> None:
    assert not reminders.paused(_person(db), NOON)
    reminders.pause(db, 1, now=NOON)
    assert reminders.paused(_person(db), NOON + timedelta(days=3650))
    reminders.pause(db, 1, now=NOON, days=7)
    assert reminders.paused(_person(db), NOON + timedelta(days=6, hours=23))
    assert not reminders.paused(_person(db), NOON + timedelta(days=7))
    reminders.pause(db, 1, now=NOON, days=999_999_999)
    assert not reminders.paused(_person(db), NOON + timedelta(days=367))
    reminders.pause(db, 1, now=NOON)
    reminders.resume(db, 1)
    assert not reminders.paused(_person(db), NOON)
