"""Days, weeks, festivals and shift days (reliability.md §5.4): T-05, T-06, T-07, T-08."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from bot.clock import BEIJING, from_epoch, from_millis, shift_day, to_millis
from bot.db.upsert import insert_for
from bot.kit import Kit
from bot.models import Ask, Person
from bot.services import people, shifts
from bot.services.shifts import holidays
from bot.services.shifts.calendars import Calendar
from content.shifts import Holidays
from scheduler.job import job
from tests.conftest import CONTENT
from tests.reliability import zone
from tests.reliability.conftest import Plan

ROOT = Path(__file__).parent.parent.parent
GOLDEN = tomllib.loads((Path(__file__).parent / "days.toml").read_text("utf-8"))
SHIFTS, KNOWN = CONTENT.shifts, CONTENT.holidays
MEMBERS = 1000
YEARS = range(2024, 2031)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _decreed() -> tuple[dict[date, str], set[date]]:
    """Days off with their festival's name (empty where the decree adds days without one), and working weekends."""
    off: dict[date, str] = {}
    work: set[date] = set()
    for year in GOLDEN["decreed"].values():
        for name, ends in year["off"].items():
            off |= dict.fromkeys(_days(date.fromisoformat(ends[0]), date.fromisoformat(ends[-1])), name)
        off |= {date.fromisoformat(day): "" for day in year.get("more_off", [])}
        work |= {date.fromisoformat(day) for day in year["work"]}
    return off, work


def test_t05_every_day_of_seven_years_is_what_was_decreed(plan: Plan) -> None:
    off, work = _decreed()
    days = _days(date(2024, 1, 1), date(2030, 12, 31))
    wrong = [
        day for day in days if holidays.workday(day, KNOWN) != (day in work or (day.weekday() < 5 and day not in off))
    ]
    misnamed = [day for day, name in off.items() if name and holidays.festival_of(day, KNOWN) != name]
    named_at_work = [day for day in work if holidays.festival_of(day, KNOWN)]
    plan.note(days=len(days), mismatches=len(wrong) + len(misnamed) + len(named_at_work))
    assert (wrong, misnamed, named_at_work) == ([], [], [])


def test_t05_years_without_a_decree_say_so_and_raise_nothing(plan: Plan) -> None:
    without = GOLDEN["unpublished"]["years"]
    assert [year for year in YEARS if not holidays.published(year, KNOWN)] == without
    for year in (*without, 1949, 2031, 2099):
        for day in _days(date(year, 1, 1), date(year, 12, 31)):
            assert holidays.workday(day, KNOWN) == (day.weekday() < 5)
            holidays.festival_of(day, KNOWN)
    assert [problem.key for problem in holidays.warnings(date(2026, 11, 23), KNOWN)] == ["2027"]
    assert holidays.warnings(date(2026, 10, 1), KNOWN) == []  # nobody can know it by then
    assert [problem.key for problem in holidays.warnings(date(2027, 12, 1), KNOWN)] == ["2027", "2028"]
    plan.note(years_without=len(without), exceptions=0)


def test_t05_reminders_before_festivals_fall_on_their_days_with_a_decree_and_without(plan: Plan) -> None:
    festivals = CONTENT.teaching.calendar.festivals
    found: dict[str, list[str]] = {each.name: [] for each in festivals}
    for day in _days(date(2024, 1, 1), date(2030, 12, 31)):
        for each in holidays.reminded(day, festivals, KNOWN):
            found[each.name].append(day.isoformat())
    assert found == GOLDEN["reminded"]
    plan.note(reminders=sum(map(len, found.values())), mismatches=0)


def test_t05_timetables_are_due_on_the_days_of_the_table(plan: Plan) -> None:
    dues = 0
    for row in GOLDEN["due"]:
        timed = job("time.golden", **row["cron"])(lambda _: 0)
        after, until = (datetime.combine(date.fromisoformat(row[end]), time(), BEIJING) for end in ("after", "until"))
        found = [due.astimezone(BEIJING).date().isoformat() for due in timed.dues(after, until + timedelta(days=1))]
        assert found == row["days"], row["cron"]
        dues += len(found)
    plan.note(dues=dues, mismatches=0)


def test_t05_weeks_go_on_over_the_end_of_a_year_and_its_fifty_third_week() -> None:
    for day, monday in GOLDEN["mondays"].items():
        assert shifts.monday(date.fromisoformat(day)).isoformat() == monday
    crew = Calendar("morning", "morning,swing,night", date(2026, 12, 14))
    for day, worked in GOLDEN["turning"].items():
        assert shifts.on(crew, date.fromisoformat(day), SHIFTS).id == worked


def test_t05_the_mines_own_file_comes_before_the_decree(tmp_path: Path) -> None:
    file = tmp_path / "holidays.toml"
    before = (ROOT / "content" / "holidays.toml").read_text("utf-8")
    block = '\n[[off]]\nname = "春节"\nfrom = "2027-02-05"\nuntil = "2027-02-12"\n\n[[work]]\ndays = ["2027-02-20"]\n'
    own = '\n[[work]]\ndays = ["2026-10-05"]\n'
    file.write_text(before.replace("announced = []", "announced = [2027]") + block + own, "utf-8")
    known = Holidays.read(file)
    assert holidays.published(2027, known)
    assert [holidays.workday(date(2027, 2, day), known) for day in (4, 5, 12, 13, 20)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert holidays.begins("春节", 2027, known) == date(2027, 2, 5)
    assert holidays.ahead("春节", 7, year=2027, known=known) == date(2027, 1, 29)
    assert (holidays.workday(date(2026, 10, 5), known), holidays.workday(date(2026, 10, 6), known)) == (True, False)
    assert holidays.festival_of(date(2026, 10, 5), known) == ""
    assert holidays.warnings(date(2026, 11, 23), known) == []


class Worker:
    """Somebody's calendar, and what a child with a wall calendar would say of it: the oracle."""

    def __init__(self, dice: random.Random) -> None:
        names = sorted(SHIFTS.by_id)
        self.shift = dice.choice(["", "night", "night", *names])
        turns = dice.sample(names, dice.randint(0, 4))
        self.rotation = ",".join(turns)
        self.rotation_from = date(2026, 1, 5) + timedelta(weeks=dice.randint(0, 50)) if turns else None
        first = date(2026, 11, 23)
        self.shift_days = {
            (first + timedelta(days=dice.randint(-3, 3))).isoformat(): dice.choice(names)
            for _ in range(dice.randint(0, 3))
        }

    def day_of(self, moment: datetime) -> date:
        """By minutes alone: today's once today's shift has cut over, else yesterday's."""
        local = (moment.astimezone(UTC) + timedelta(hours=8)).replace(tzinfo=None)
        worked = self.shift_days.get(local.date().isoformat())
        if worked is None and self.rotation and self.rotation_from is not None:
            turns = self.rotation.split(",")
            worked = turns[(local.date().toordinal() - self.rotation_from.toordinal()) // 7 % len(turns)]
        shift = SHIFTS.by_id.get(self.shift if worked is None else worked, SHIFTS.unknown)
        early = local.hour * 60 + local.minute < shift.cut_over
        return local.date() - timedelta(days=1) if early else local.date()


@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(0, 2**32), st.integers(1_767_200_000, 1_830_000_000))
def test_t06_any_message_counts_on_the_day_its_sender_calls_today(seed: int, created: int) -> None:
    worker, moment = Worker(random.Random(seed)), from_epoch(created)
    for near in (moment, moment.replace(hour=23, minute=59, second=59), moment.replace(hour=0, minute=0, second=1)):
        assert shifts.shift_day(near, worker, SHIFTS) == worker.day_of(near)


def test_t06_a_night_around_midnight_counts_once_however_late_and_often_it_is_delivered(kit: Kit, plan: Plan) -> None:
    """What is done once in a shift day, by CreateTime: the day's question stands for it, whose row is one a day."""
    dice, monday = random.Random(20261123), date(2026, 11, 23)
    workers = [Worker(dice) for _ in range(MEMBERS)]
    with kit.database.write() as connection:
        for number in range(MEMBERS):
            people.meet(connection, f"oNIGHT{number}", now=datetime(2026, 11, 1, tzinfo=BEIJING))
        found = connection.execute(select(Person.id).where(Person.openid.like("oNIGHT%")).order_by(Person.id))
        ids = list(found.scalars())
    sent = [
        (number, datetime.combine(monday + timedelta(days=later), time(*clock), BEIJING))
        for number in range(MEMBERS)
        for later, clock in ((0, (23, 59, 59)), (1, (0, 0, 1)), (1, (11, 59, 59)), (1, (12, 0, 1)))
    ]
    delivered = [*sent, *sent]
    dice.shuffle(delivered)  # hours late, in any order, twice
    rows = [
        {
            "person_id": ids[number], "number": place, "mode": "daily", "question_id": "q", "fingerprint": "f",
            "day": shifts.shift_day(moment, workers[number], SHIFTS), "shuffle": "", "picked": "", "asked_at": moment,
            "answer": "",
        }
        for place, (number, moment) in enumerate(delivered)
    ]  # fmt: skip
    with kit.database.write() as connection:
        once = (
            insert_for(connection, Ask)
            .values()
            .on_conflict_do_nothing(index_elements=["person_id", "day"], index_where=text("mode = 'daily'"))
        )
        connection.execute(once, rows)
        counted = Counter((row.person_id, row.day) for row in connection.execute(select(Ask.person_id, Ask.day)))
        total = connection.execute(select(func.count()).select_from(Ask)).scalar_one()
    wanted = {(ids[number], workers[number].day_of(moment)) for number, moment in sent}
    double = total - len(counted)
    wrong = len(set(counted) ^ wanted)
    plan.note(members=MEMBERS, delivered=len(delivered), wrong_day=wrong, double=double)
    assert (wrong, double) == (0, 0)


def test_t07_days_of_the_years_with_summer_time_stay_what_they_are(kit: Kit, plan: Plan) -> None:
    """A birthday or a day of joining is a date; kept, read back and turned into a moment and back it does not move."""
    days = _days(date(1986, 1, 1), date(1991, 12, 31))
    summer = [day for day in days if datetime.combine(day, time(12), BEIJING).utcoffset() == timedelta(hours=9)]
    assert len(summer) > 800  # or this proves nothing
    with kit.database.write() as connection:
        for number in range(0, len(days), 50):
            people.meet(connection, f"oBORN{number}", now=datetime(2026, 11, 1, tzinfo=BEIJING))
        ids = list(connection.execute(select(Person.id).order_by(Person.id)).scalars())
        moved = 0
        for day, one in zip(days, ids * 50, strict=False):
            his = Person.__table__.c
            connection.execute(Person.__table__.update().where(his.id == one).values(leave_from=day, met_at=_noon(day)))
            kept = connection.execute(select(his.leave_from, his.met_at).where(his.id == one)).one()
            moved += kept.leave_from != day or kept.met_at.astimezone(BEIJING).date() != day
    for day in days:
        for at in (time(4), time(12), time(23, 59, 59)):
            moment = datetime.combine(day, at, BEIJING)
            moved += shift_day(moment) != day or from_millis(to_millis(moment)).date() != day
            moved += shifts.shift_day(moment, Calendar("morning"), SHIFTS) != day
    plan.note(days=len(days), of_summer_time=len(summer), shifts=moved)
    assert moved == 0


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), BEIJING)


def test_t08_a_host_in_any_zone_says_the_same(plan: Plan) -> None:
    bare = {name: value for name, value in os.environ.items() if name != "TZ"}
    hosts = {"UTC": {"TZ": "UTC"}, "New York": {"TZ": "America/New_York"}, "unset": {}}
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.zone"], cwd=ROOT, env=bare | added, stdout=subprocess.PIPE
        )
        for name, added in hosts.items()
    }
    here = zone.told()
    said = {name: json.loads(each.communicate()[0]) for name, each in running.items()}
    zones = {name: each["host"] for name, each in said.items()}
    differing = {
        name: [what for what, told in each["told"].items() if told != here[what]] for name, each in said.items()
    }
    assert zones["New York"] == "EST", zones  # the host did believe it
    plan.note(hosts=len(hosts), answers=len(here), diffs=sum(map(len, differing.values())))
    assert differing == {name: [] for name in hosts}
