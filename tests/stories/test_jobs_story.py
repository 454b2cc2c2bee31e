"""A secretary switches and moves what the clock sends in his branch; others hear who may; who operates is asked what was missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.app import create_app
from bot.kit import Kit
from bot.models import AuditLine, JobSetting, ScheduleRun, Unit
from bot.services import schedule
from bot.services.schedule import asking, runs
from content.folding import fold
from content.jobs import Jobs, JobWords
from tests import roster
from tests.cast import Chat, StillClock, plain
from tests.roster import FIRST, MINE, SECOND
from tests.rules.mine import session

DAILY = JobWords("test.daily", "试送一题", "每天送一道题", usual="每天下班后", times=("早上八点", "晚上七点半"))
WEEKLY = JobWords("test.weekly", "试送案例", "每周送一个案例", usual="星期三下班后", weekly=True, times=("晚上八点",))
EXAMS = JobWords("test.exams", "试考提醒", "开考前提醒", usual="开考前一天", roles=("secretary", "safety_office"))
JOBS = Jobs(
    {each.id: each for each in (DAILY, WEEKLY, EXAMS)}, {fold(each.title): each for each in (DAILY, WEEKLY, EXAMS)}
)


@dataclass
class Cast:
    """Phones of those who may, and of one who may not."""

    kit: Kit
    secretary: Chat
    miner: Chat
    office: Chat
    safety: Chat

    def setting(self, job: JobWords, path: str = FIRST) -> tuple[bool, int | None, int | None]:
        with session(self.kit) as db:
            unit_id = db.query(Unit).filter_by(path=path).one().id
            found = schedule.settings_for(db, [unit_id], job.id)[unit_id]
            return found.enabled, found.minute, found.weekday


@pytest.fixture
def cast(make_kit: Callable[..., Kit], clock: StillClock, database_url: str) -> Cast:
    kit = make_kit(database_url)
    kit = replace(kit, content=replace(kit.content, jobs=JOBS))
    roster.fill(kit)
    roster.grant(kit, "100004", "safety_office", MINE)
    client = create_app(kit).test_client()
    phones = []
    for number in ("100003", "100002", "100009", "100004"):
        openid = f"oJOBS{number}".ljust(28, "x")
        roster.bind(kit, openid, number)
        phones.append(Chat(client, kit.settings, clock, openid=openid))
    return Cast(kit, *phones)


@pytest.mark.parametrize("word", ["定时", "定时任务", "推送时间", "自动推送"])
def test_the_list_says_what_comes_when(cast: Cast, word: str) -> None:
    said = plain(cast.secretary.type(word))
    assert "试送一题　每天下班后" in said
    assert "试送案例　星期三下班后" in said
    assert "试考提醒" in said


def test_off_and_on_again_with_who_did_it(cast: Cast, clock: StillClock) -> None:
    cast.secretary.type("定时")
    assert "还没人改过" in cast.secretary.tap("试送一题")
    assert "停着" in cast.secretary.tap("停掉")
    assert cast.setting(DAILY) == (False, None, None)
    assert cast.setting(DAILY, SECOND) == (True, None, None)
    assert "试送一题　停着" in plain(cast.secretary.tap("看全部定时"))
    said = plain(cast.secretary.tap("试送一题"))
    assert "王五11月23日12:00改的" in said
    assert "停掉" not in said
    assert "开着，每天下班后" in cast.secretary.tap("打开")
    assert cast.setting(DAILY) == (True, None, None)
    with session(cast.kit) as db:
        assert [line.act for line in db.query(AuditLine).filter_by(act="jobs.changed")] == ["jobs.changed"] * 2


def test_another_time_by_tap_by_word_and_back_to_the_usual(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送一题")
    assert "开着，19:30" in cast.secretary.tap("19:30")
    assert cast.setting(DAILY) == (True, 19 * 60 + 30, None)
    cast.secretary.tap("试送一题")
    assert "开着，8:00" in cast.secretary.type("早上八点")
    cast.secretary.tap("试送一题")
    assert "每天下班后" in cast.secretary.tap("时间照旧")
    assert cast.setting(DAILY) == (True, None, None)


def test_another_day_for_what_comes_once_a_week(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送案例")
    assert "星期五" in cast.secretary.tap("星期五")
    cast.secretary.tap("试送案例")
    assert "星期二" in cast.secretary.type("礼拜二")
    cast.secretary.tap("试送案例")
    assert "星期二20:00" in cast.secretary.tap("20:00")
    assert cast.setting(WEEKLY) == (True, 20 * 60, 1)


def test_a_label_of_the_page_does_typed_what_it_does_tapped(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.type("试送案例")
    assert "停着" in cast.secretary.type("停掉")
    assert cast.setting(WEEKLY) == (False, None, None)
    cast.secretary.type("看全部定时")
    cast.secretary.type("试送案例")
    assert "开着" in cast.secretary.type("打开")
    assert cast.setting(WEEKLY) == (True, None, None)


def test_a_job_is_opened_by_its_name_while_another_step_waits(cast: Cast) -> None:
    roster.grant(cast.kit, "100003", "crew_leader", f"{MINE}/综采一队/生产一班")
    cast.secretary.type("班组班次 生产一班")
    cast.secretary.type("定时")
    assert "试送案例（" in cast.secretary.type("试送案例")
    cast.secretary.type("停掉")
    assert cast.setting(WEEKLY) == (False, None, None)


@pytest.mark.parametrize("said", ["星期三下午四点", "周三 下午四点", "每周三下午四点"])
def test_a_day_and_an_hour_may_be_said_together(cast: Cast, said: str) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送案例")
    assert "星期三16:00" in cast.secretary.type(said)
    assert cast.setting(WEEKLY) == (True, 16 * 60, 2)


def test_the_hour_may_follow_the_day(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送案例")
    cast.secretary.type("周三")
    assert "星期三20:00" in cast.secretary.type("晚上八点")
    assert cast.setting(WEEKLY) == (True, 20 * 60, 2)


def test_a_day_with_words_that_are_no_hour_changes_nothing(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送案例")
    assert "没看出改到什么时候" in cast.secretary.type("周三随便吧")
    assert cast.setting(WEEKLY) == (True, None, None)


def test_what_is_no_time_or_at_night_is_asked_again(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送一题")
    assert "没看出改到什么时候" in cast.secretary.type("嘟嘟囔囔")
    assert "夜里十点到早上七点不推送" in cast.secretary.type("夜里十一点")
    assert "8:00" in cast.secretary.tap("8:00")
    cast.secretary.tap("试送一题")
    assert "星期五" not in cast.secretary.type("星期五").splitlines()[0]  # it comes every day
    assert cast.setting(DAILY) == (True, 480, None)


def test_one_can_leave_and_come_back(cast: Cast) -> None:
    cast.secretary.type("定时")
    cast.secretary.tap("试送一题")
    assert "帮助" in cast.secretary.type("帮助")
    assert "试送一题" in cast.secretary.type("继续")
    cast.secretary.tap("试送一题")
    cast.secretary.type("退出")
    assert cast.setting(DAILY) == (True, None, None)


def test_others_hear_who_may_and_what_they_can_set_themselves(cast: Cast) -> None:
    said = plain(cast.miner.type("定时"))
    assert "您的支部书记：王五" in said
    assert "提醒" in said
    unit_id = _unit(cast, FIRST)
    assert "支部书记" in cast.miner.type(f"{unit_id}号单位的试送一题停推")
    assert "支部书记" in cast.miner.type(f"看{unit_id}号单位的定时")
    assert cast.setting(DAILY) == (True, None, None)


def test_a_secretary_cannot_touch_another_branch(cast: Cast) -> None:
    unit_id = _unit(cast, SECOND)
    assert "您的支部书记" in cast.secretary.type(f"{unit_id}号单位的试送一题停推")
    assert cast.setting(DAILY, SECOND) == (True, None, None)


def test_the_office_sets_it_for_the_mine_and_a_branch_for_itself(cast: Cast) -> None:
    cast.office.type("定时")
    cast.office.tap("试送一题")
    cast.office.tap("停掉")
    assert cast.setting(DAILY) == (False, None, None)
    cast.secretary.type("定时")
    said = plain(cast.secretary.tap("试送一题"))
    assert f"{MINE}定的，吴十" in said
    cast.secretary.tap("打开")
    assert (cast.setting(DAILY)[0], cast.setting(DAILY, SECOND)[0]) == (True, False)


def test_who_has_several_units_chooses_first(cast: Cast) -> None:
    roster.grant(cast.kit, "100003", "secretary", SECOND)
    assert "您管着几处" in cast.secretary.type("定时")
    cast.secretary.tap("掘进一队党支部")
    cast.secretary.tap("试送一题")
    cast.secretary.tap("停掉")
    assert (cast.setting(DAILY)[0], cast.setting(DAILY, SECOND)[0]) == (True, False)


def test_the_safety_office_sees_and_sets_only_exams(cast: Cast) -> None:
    said = plain(cast.safety.type("定时"))
    assert "试考提醒" in said
    assert "试送一题" not in said
    cast.safety.tap("试考提醒")
    assert "停着" in cast.safety.tap("停掉")
    assert cast.setting(EXAMS) == (False, None, None)
    assert "支部书记" in cast.safety.type(f"{_unit(cast, MINE)}号单位的试送一题停推")


def test_an_old_tap_of_a_job_that_is_gone_says_so(cast: Cast) -> None:
    said = cast.secretary.type(f"{_unit(cast, FIRST)}号单位的没有的事停推")
    assert "看全部定时" in plain(said)


@pytest.mark.parametrize(("label", "outcome"), [("补发", "wanted"), ("不补了", "skipped")])
def test_what_was_missed_is_made_up_for_or_not_as_the_office_says(
    cast: Cast, clock: StillClock, label: str, outcome: str
) -> None:
    due = clock() - timedelta(hours=3, minutes=30)
    with session(cast.kit) as db:
        runs.settle(db, DAILY.id, [due], outcome=runs.ASKED, now=clock())
        assert asking.ask(db, DAILY.id, due, content=cast.kit.content, now=clock()) == 1
    said = cast.office.type("帮助")
    assert "“试送一题”11月23日8:30那一趟没办成" in said
    assert "试送一题" in cast.office.tap(label, said)
    assert "已经有人定过了" in cast.office.tap(label, said)
    with session(cast.kit) as db:
        assert db.query(ScheduleRun).one().outcome == outcome


def test_a_miner_has_no_say_in_what_was_missed(cast: Cast, clock: StillClock) -> None:
    with session(cast.kit) as db:
        runs.settle(db, DAILY.id, [clock()], outcome=runs.ASKED, now=clock())
    assert "补不补由" in cast.miner.type("补发11月23日12点00分的试送一题")
    with session(cast.kit) as db:
        assert db.query(ScheduleRun).one().outcome == "asked"
        assert db.query(JobSetting).count() == 0


def _unit(cast: Cast, path: str) -> int:
    with session(cast.kit) as db:
        return db.query(Unit).filter_by(path=path).one().id
