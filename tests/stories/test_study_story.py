"""学习 and 案例 from end to end, and what the clock sends: pushed, tapped, answered, left and taken up, never twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.app import create_app
from bot.clock import BEIJING
from bot.delivery.outcome import Outcome, Result
from bot.delivery.pump import Pump
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import Ask, JobSetting, Member, Memory, OutboxItem, Person, Reading, Unit
from bot.services import quiz, shifts
from content.asking import squashed
from tests import exam_stage, roster
from tests.cast import Chat, StillClock, plain
from tests.rules.mine import session


@dataclass
class Stage:
    """Phones of the little mine, the clock's jobs, and a pump whose sender notes what each phone hears."""

    kit: Kit
    clock: StillClock
    phones: dict[str, Chat] = field(default_factory=dict)
    pushed: dict[str, list[str]] = field(default_factory=dict)

    def phone(self, staff_no: str) -> Chat:
        if staff_no not in self.phones:
            openid = f"oSTUDY{staff_no}".ljust(28, "x")
            roster.bind(self.kit, openid, staff_no)
            client = create_app(self.kit).test_client()
            self.phones[staff_no] = Chat(client, self.kit.settings, self.clock, openid=openid)
        return self.phones[staff_no]

    def send_text(self, openid: str, text: str) -> Result:
        self.pushed.setdefault(openid, []).append(text)
        return Result(Outcome.SENT)

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        day = self.clock.now.date() + timedelta(days=days)
        self.clock.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)

    def run(self, job: str = "quiz.daily") -> int:
        done = exam_stage.run_job(self.kit, job)
        known = self.kit.content.shifts
        may = lambda person, now: shifts.may_push(person, now, known, person.last_wrote_at)  # noqa: E731
        Pump(self.kit.database, self.clock, self, may_reach=may).once()
        return done

    def heard(self, chat: Chat) -> str:
        """The last thing pushed to a phone."""
        return self.pushed[chat.openid][-1]

    def rows(self, table: type, **where: object) -> list[object]:
        with session(self.kit) as db:
            return list(db.execute(select(table).filter_by(**where)).scalars())

    def person(self, chat: Chat, **values: object) -> None:
        with session(self.kit) as db:
            db.execute(update(Person).where(Person.openid == chat.openid).values(**values))


@pytest.fixture
def stage(kit: Kit, clock: StillClock) -> Stage:
    roster.fill(kit)
    return Stage(kit, clock)


def _title(reply: str) -> str:
    return plain(reply).partition("【")[2].partition("】")[0]


def test_a_card_its_question_and_the_next_card(stage: Stage) -> None:
    chat = stage.phone("100002")
    first = chat.type("学习")
    assert "依据：《" in first
    assert len(first.encode()) <= TEXT_LIMIT_BYTES
    assert _title(chat.type("学习")) == _title(first), "today's card is today's card"
    asked = chat.tap("看完了")
    assert "学完答一题" in asked
    assert "为什么" in chat.tap("不会，看答案")
    second = chat.tap("再来一张学习卡")
    assert _title(second) != _title(first)
    seen = {_title(first), _title(second)}
    for _ in range(6):
        title = _title(chat.type("换一张"))
        assert title not in seen
        seen.add(title)
    assert "瓦斯" in chat.type("学习 瓦斯").split("\n")[0]
    assert "没有讲" in chat.type("学习 月亮")


def test_a_card_is_left_and_taken_up_again(stage: Stage) -> None:
    chat = stage.phone("100002")
    title = _title(chat.type("学习"))
    assert "接着学" in chat.type("退出")
    assert _title(chat.type("继续")) == title
    assert "学习卡还给您留着" in plain(chat.type("嗯这个嘛呢"))
    assert "学完答一题" in chat.type("学完答一题")
    assert chat.type("退出")
    assert "学完答一题" in chat.type("继续"), "the question that waits is what he left"


def test_a_case_goes_both_ways_and_keeps_the_first_choice(stage: Stage) -> None:
    chat = stage.phone("100002")
    told = chat.type("案例")
    assert "故事是编的，规矩是真的" in told
    assert "这周的案例" in told
    title = _title(told)
    assert [label[0] for label in chat.links[:3]] == ["A", "B", "C"]
    one = chat.type("选B")
    assert "规矩怎么说" in one
    assert "依据：《" in one
    other = chat.tap("选A")
    assert "这回选A" in other
    assert (one.split("\n")[2], other.split("\n")[2]) != (one.split("\n")[2],) * 2, "each way has its own end"
    assert [row.choice for row in stage.rows(Reading, kind="case")] == ["B"]
    assert _title(chat.type("案例")) != title, "what he has decided does not come again before the others"
    stage.clock.tick(days=40)
    again = chat.tap("C", told)
    assert "这回选C" in again, "a tap of last month means the case it was under"
    assert title not in plain(chat.type("案例列表")), "those he has not decided come first"


def test_a_case_is_left_and_taken_up_and_takes_an_answer_in_any_hand(stage: Stage) -> None:
    chat = stage.phone("100002")
    title = _title(chat.type("案例 顶板"))
    assert "案例给您留着" in plain(chat.type("这个嘛不好说"))
    assert "接着看案例" in chat.type("退出")
    assert _title(chat.type("继续")) == title
    assert "您选的是C" in chat.type("三")
    assert "看看这些" in chat.type("案例 月亮")


def test_party_text_is_for_those_of_the_party(stage: Stage) -> None:
    miner, member = stage.phone("100002"), stage.phone("100001")
    stage.person(member, political_consent=1)
    stage.at(12, days=3)  # a Thursday
    private = {
        each.title
        for each in stage.kit.content.teaching.lessons.values()
        if stage.kit.content.bank.members_only.issuperset(each.trades)
    }
    assert _title(member.type("学习")) in private
    assert all(_title(miner.type(word)) not in private for word in ("学习", "换一张", "换一张", "学习 保密"))
    assert "没有讲" in miner.type("学习 党章")
    title = _title(member.type("学习 党章"))
    named = stage.kit.content.words.tapped("study.show", about=squashed(title))
    assert title in member.type(named)
    assert "不是给您看的" in miner.type(named)
    assert "必学卡是给" in miner.type("必学")
    assert "书记必学" in stage.phone("100003").type("必学")


def test_duties_of_a_trade_count_what_was_read(stage: Stage) -> None:
    chat = stage.phone("100002")
    assert "看哪个" in chat.type("应知应会")
    assert "看过0张，共8张" in chat.tap("采煤")
    assert "看过1张，共8张" in chat.type("应知应会 采煤")
    with session(stage.kit) as db:
        db.execute(update(Member).where(Member.staff_no == "100002").values(trade="综采电工"))
    assert "应知应会" in chat.type("应知应会").split("\n")[1]


def test_the_question_comes_at_his_hour_and_is_answered_by_its_tap(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    stage.at(17, 40)
    assert stage.run() == 0
    stage.at(17, 50, days=0)
    stage.clock.tick(minutes=10)
    assert stage.run() == 1
    told = stage.heard(chat)
    assert "暂停提醒" in told
    assert "今天的题" in told
    assert len(told.encode()) <= TEXT_LIMIT_BYTES
    assert stage.run() == 0
    ask = stage.rows(Ask, mode="daily")[0]
    answered = _answer(chat, told)
    assert "依据：《" in answered
    assert "今天的题您答过了" in chat.type("每日一题")
    assert stage.rows(Ask, mode="daily")[0].id == ask.id
    assert len(stage.pushed[chat.openid]) == 1


def test_a_push_can_be_answered_by_typing_and_when_its_day_is_over(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    stage.at(18)
    stage.run()
    told = stage.heard(chat)
    kind = stage.kit.content.bank.questions[stage.rows(Ask, mode="daily")[0].question_id].kind
    said = chat.type("对" if kind == "judge" else "A")
    assert "第1题" in said, "which question he means is offered, not assumed"
    stage.at(12, days=5)
    assert "依据：《" in _answer(chat, told)
    assert "今天的题" in chat.type("每日一题")
    assert len(stage.rows(Ask, mode="daily")) == 2


def test_who_asked_himself_gets_no_second_one(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    stage.at(17)
    chat.type("每日一题")
    stage.at(18)
    assert stage.run() == 0
    stage.at(17, 55, days=1)
    exam_stage.run_job(stage.kit, "quiz.daily")  # queued, and his hour has not come
    asked = chat.type("每日一题")
    assert asked.count("今天的题") == 1
    stage.at(18, 5)
    stage.run()
    assert chat.openid not in stage.pushed
    assert len(stage.rows(Ask, mode="daily")) == 2


def test_nothing_comes_on_leave_paused_left_or_to_a_guest(stage: Stage) -> None:
    chats = {number: stage.phone(number) for number in ("100001", "100002", "100004", "100005")}
    for chat in chats.values():
        chat.type("班次 早班")
    guest = Chat(chats["100001"].client, stage.kit.settings, stage.clock, openid="oGUEST".ljust(28, "x"))
    guest.type("班次 早班")
    chats["100001"].type("休假 今天到后天")
    chats["100002"].type("暂停提醒")
    chats["100004"].unfollow()
    roster.leaves(stage.kit, "100005")
    stage.at(18)
    assert stage.run() == 0
    assert stage.pushed == {}


def test_without_an_open_window_it_rides_with_his_next_reply_in_one_line(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    stage.at(18, days=3)
    assert stage.run() == 1
    assert stage.pushed == {}
    assert stage.rows(Ask) == [], "nobody's numbers are spent on a question he never saw"
    stage.at(19)
    heard = chat.type("帮助")
    assert "的题还给您留着" in heard
    assert "今天的题" in chat.tap("每日一题", heard)
    stage.at(18, days=1)
    assert "的题还给您留着" not in chat.type("帮助")


def test_the_case_of_the_week_is_a_line_below_the_question_or_comes_alone(stage: Stage) -> None:
    chat, other = stage.phone("100002"), stage.phone("100008")
    chat.type("班次 早班")
    stage.at(12, days=2)  # Wednesday
    chat.type("帮助")
    other.type("班次 早班")
    with session(stage.kit) as db:
        unit = db.query(Unit).filter_by(path=roster.SECOND).one().id
        values = {"enabled": False, "changed_by": "x", "changed_at": stage.clock()}
        db.add(JobSetting(unit_id=unit, job="quiz.daily", **values))
    stage.at(18)
    assert stage.run() == 1
    assert "这周的案例" in stage.heard(chat)
    assert "教学案例" in chat.tap("这周的案例", stage.heard(chat))
    assert stage.run("study.case") == 1
    alone = stage.heard(other)
    assert "教学案例" in alone
    assert "暂停提醒" in alone
    assert stage.run("study.lesson") == 0, "one push a day"
    assert "您选的是B" in other.tap("B", alone)
    stage.at(18, days=1)
    other.type("帮助")
    assert stage.run("study.lesson") == 0, "a Thursday is for the Party"
    stage.at(18, days=1)
    other.type("帮助")
    assert stage.run("study.lesson") == 1
    assert "依据：《" in other.tap("今天的学习卡", stage.heard(other))


def test_who_came_for_the_case_himself_is_not_sent_it(stage: Stage) -> None:
    chat = stage.phone("100008")
    chat.type("班次 早班")
    with session(stage.kit) as db:
        unit = db.query(Unit).filter_by(path=roster.SECOND).one().id
        values = {"enabled": False, "changed_by": "x", "changed_at": stage.clock()}
        db.add(JobSetting(unit_id=unit, job="quiz.daily", **values))
    stage.at(17, 55, days=2)
    chat.type("帮助")
    assert exam_stage.run_job(stage.kit, "study.case") == 1  # queued, and his hour has not come
    told = chat.type("案例")
    assert told.count("教学案例") == 1
    stage.at(18)
    stage.run("study.case")
    assert stage.pushed == {}


def test_words_before_a_festival_are_for_the_party_and_for_public_posts(stage: Stage) -> None:
    miner, secretary = stage.phone("100002"), stage.phone("100003")
    stage.clock.now = datetime(2026, 12, 29, 12, tzinfo=BEIJING)  # three days before the new year
    for chat in (miner, secretary):
        chat.type("班次 早班")
    stage.at(18)
    stage.run()
    assert "元旦" not in stage.heard(miner)
    assert "元旦快到了" in stage.heard(secretary)
    assert "公是公，私是私" in secretary.tap("元旦快到了", stage.heard(secretary))


def test_who_was_away_finds_three_questions_waiting(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    chat.type("每日一题")
    chat.tap("不会，看答案")
    assert len(stage.rows(Memory)) == 1
    stage.at(9, 5, days=15)
    assert stage.run("study.comeback") == 1
    assert stage.run("study.comeback") == 0
    stage.at(9, 5, days=1)
    assert stage.run("study.comeback") == 0, "at most once a month"
    heard = chat.type("你好")
    assert "好些天没见" in heard
    assert "热身" in chat.tap("三道题热热身", heard)
    assert {row.mode for row in stage.rows(Ask)} == {quiz.DAILY, quiz.BACK}


def test_a_new_season_is_told_of_once(stage: Stage) -> None:
    chat = stage.phone("100002")
    chat.type("班次 早班")
    for days in (6, 7):
        stage.at(12, days=days)
        chat.type("帮助")
        stage.at(18)
        stage.run()
    first, second = stage.pushed[chat.openid]
    assert "眼下要留神" in first
    assert "眼下要留神" not in second
    assert "井口房" in chat.tap("眼下要留神", first)
    assert {row.state for row in stage.rows(OutboxItem)} == {"sent"}


def _answer(chat: Chat, told: str) -> str:
    """Tap the first option, hand in where several may be picked, or give it up where it must be typed."""
    if "（填空）" in told:
        return chat.tap("不会，看答案", told)
    reply = chat.tap("对" if "（判断）" in told else "A", told)
    return chat.tap("选好了") if "（多选）" in told else reply
