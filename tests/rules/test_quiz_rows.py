"""Rows of questions: what comes next in each, what counts, and what an owned-up guess changes."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.app import create_app
from bot.clock import BEIJING
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import Memory
from bot.services import people, quiz, spacing
from bot.services.people import MemberRow, PersonRow
from bot.services.quiz import AskRow, choosing
from bot.services.quiz.choosing import Chooser, Past, Point
from content.bank import Bank, Question
from tests.cast import NOON, Chat, StillClock
from tests.conftest import CONTENT

TODAY = date(2026, 11, 23)
BANK = CONTENT.bank
EVERY_DAY = lambda _: 1.0  # noqa: E731


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    with kit.database.write() as connection:
        yield Session(bind=connection)


@pytest.fixture
def miner(db: Session) -> PersonRow:
    return people.meet(db.connection(), "oMINER", now=NOON)[0]


def _on_roster(person: PersonRow, trade: str, political: str = "masses") -> PersonRow:
    member = MemberRow(1, "alias", "1", "Zhang", 1, None, None, None, trade, political, None, None)
    return dataclasses.replace(person, member=member, political_consent=1)


def _next(
    db: Session, person: PersonRow, mode: str, *, bank: Bank = BANK, day: date = TODAY, topic: str = ""
) -> quiz.Next:
    since = datetime.combine(day, time(4), BEIJING)
    now = since + timedelta(hours=8)
    return quiz.go_on(db, person, mode, content=CONTENT, bank=bank, day=day, since=since, now=now, topic=topic)


def _asked(found: quiz.Next) -> AskRow:
    assert found.ask is not None
    return found.ask


def _settle(db: Session, person: PersonRow, ask: AskRow, *, right: bool, at: datetime | None = None) -> None:
    when = at or ask.asked_at + timedelta(seconds=20)
    question = BANK.questions[ask.question_id]
    assert quiz.settle(db, person.id, ask, question, "A", score=float(right), now=when, weight=EVERY_DAY)


def _two_ways(bank: Bank) -> list[Question]:
    """Questions of a point that can be asked in other words."""
    by_point = Counter(bank.questions[name].point for name in bank.for_all)
    point = next(point for point, count in by_point.items() if count > 1)
    return [bank.questions[name] for name in bank.for_all if bank.questions[name].point == point]


def test_what_is_due_comes_before_what_is_new_and_in_other_words(db: Session, miner: PersonRow) -> None:
    one, *others = _two_ways(BANK)
    ask = quiz.put(db, miner.id, one, mode=quiz.DAILY, day=TODAY, now=NOON)
    _settle(db, miner, ask, right=False)
    later = TODAY + timedelta(days=3)
    again = _asked(_next(db, miner, quiz.MORE, day=later))
    assert again.question_id in {each.id for each in others}


def test_every_third_question_is_a_new_one_though_points_are_due(db: Session, miner: PersonRow) -> None:
    for name in BANK.for_all[:40]:
        ask = quiz.put(db, miner.id, BANK.questions[name], mode=quiz.MORE, day=TODAY, now=NOON)
        _settle(db, miner, ask, right=False)
    met = {BANK.questions[name].point for name in BANK.for_all[:40]}
    later, fresh = TODAY + timedelta(days=9), []
    for _ in range(9):
        ask = _asked(_next(db, miner, quiz.MORE, day=later))
        fresh.append(BANK.questions[ask.question_id].point not in met)
        _settle(db, miner, ask, right=True)
    assert fresh == [False, False, True] * 3


def test_what_was_met_today_is_not_asked_again_in_the_same_words(db: Session, miner: PersonRow) -> None:
    points = []
    for _ in range(30):
        ask = _asked(_next(db, miner, quiz.MORE))
        points.append(BANK.questions[ask.question_id].point)
        _settle(db, miner, ask, right=False)
    assert len(set(points)) == len(points)


def test_his_own_trade_is_asked_more_and_the_trades_of_others_seldom(db: Session, miner: PersonRow) -> None:
    electrician = _on_roster(miner, "机电维修工")
    trades = [set(BANK.questions[_and_right(db, electrician)].trades) for _ in range(40)]
    own = sum("机电" in each for each in trades)
    foreign = sum(not each & {"机电", "全员"} for each in trades)
    share = sum("机电" in q.trades for q in BANK.questions.values()) / len(BANK.questions)
    assert own / len(trades) > share
    assert foreign <= len(trades) // 4


def _and_right(db: Session, person: PersonRow) -> str:
    ask = _asked(_next(db, person, quiz.MORE))
    _settle(db, person, ask, right=True)
    return ask.question_id


def test_who_is_of_the_party_gets_seven_of_safety_to_three_of_the_party(db: Session, miner: PersonRow) -> None:
    member = _on_roster(miner, "采煤工", "full")
    asked = [BANK.questions[_and_right(db, member)].topic for _ in range(30)]
    party = sum(CONTENT.topics.area_of[topic] == "party" for topic in asked)
    assert 8 <= party <= 10


def test_nobody_else_is_asked_what_concerns_members_alone(db: Session, miner: PersonRow) -> None:
    asked = {_and_right(db, miner) for _ in range(30)}
    assert asked <= set(BANK.for_all)


def test_the_level_rises_with_what_he_holds_of_a_topic(miner: PersonRow) -> None:
    def level(held: int) -> float:
        points = {f"p{n}": Point(f"p{n}", "瓦斯", "gone", NOON, None, None) for n in range(held)}
        chooser = Chooser(miner, CONTENT, BANK, TODAY, Past({}, {}, points))
        drawn = [chooser.new(("瓦斯",)) for chooser in [chooser]]
        assert drawn[0] is not None
        return max(each.level for each in drawn if each is not None)

    assert level(0) == 1
    assert choosing._level(0, 0) == choosing._level(10, 5) == 1
    assert choosing._level(5, 4) == 2
    assert choosing._level(12, 11) == 3


def test_a_topic_asks_of_nothing_else(db: Session, miner: PersonRow) -> None:
    for _ in range(5):
        ask = _asked(_next(db, miner, quiz.TOPIC, topic="顶板"))
        assert BANK.questions[ask.question_id].topic == "顶板"
        _settle(db, miner, ask, right=True)
    ask = _asked(_next(db, miner, quiz.TOPIC, topic="权益与责任"))
    assert CONTENT.topics.area_of[BANK.questions[ask.question_id].topic] == "rights"


def test_a_row_goes_on_with_the_question_that_waits_and_begins_anew_on_another_day(
    db: Session, miner: PersonRow
) -> None:
    first = _next(db, miner, quiz.MORE)
    again = _next(db, miner, quiz.MORE)
    assert (first.run.id, _asked(first).number) == (again.run.id, _asked(again).number)
    assert not _asked(again).fresh
    tomorrow = _next(db, miner, quiz.MORE, day=TODAY + timedelta(days=1))
    assert tomorrow.run.id != first.run.id
    assert _asked(tomorrow).place == 1


def test_a_row_knows_its_place_and_what_was_right(db: Session, miner: PersonRow) -> None:
    for right in (True, False, True):
        _settle(db, miner, _asked(_next(db, miner, quiz.MORE)), right=right)
    found = _next(db, miner, quiz.MORE)
    assert (_asked(found).place, _asked(found).right) == (4, 2)
    assert (found.run.answered, found.run.right) == (3, 2)
    kept = quiz.find(db, miner.id, _asked(found).number)
    assert kept is not None
    assert (kept.place, kept.right) == (4, 2)


def test_a_mistake_is_mastered_on_another_day_and_not_before(db: Session, miner: PersonRow) -> None:
    ask = _asked(_next(db, miner, quiz.MORE))
    _settle(db, miner, ask, right=False)
    found = _next(db, miner, quiz.MISTAKES)
    assert found.left == 1
    assert BANK.questions[_asked(found).question_id].point == BANK.questions[ask.question_id].point
    _settle(db, miner, _asked(found), right=True, at=NOON + timedelta(minutes=5))
    done = _next(db, miner, quiz.MISTAKES)
    assert (done.ask, done.left) == (None, 1), "today it was known; tomorrow it must be again"
    tomorrow = _next(db, miner, quiz.MISTAKES, day=TODAY + timedelta(days=1))
    _settle(db, miner, _asked(tomorrow), right=True, at=NOON + timedelta(days=1))
    over = _next(db, miner, quiz.MISTAKES, day=TODAY + timedelta(days=1))
    assert (over.ask, over.left) == (None, 0)


def test_a_dare_ends_with_the_first_wrong_answer_and_remembers_the_best(db: Session, miner: PersonRow) -> None:
    levels = []
    for _ in range(5):
        ask = _asked(_next(db, miner, quiz.DARE))
        levels.append(BANK.questions[ask.question_id].level)
        _settle(db, miner, ask, right=True)
    first = _next(db, miner, quiz.DARE)
    _settle(db, miner, _asked(first), right=False)
    assert quiz.best(db, miner.id) == 5
    assert levels == sorted(levels)
    assert levels[0] == 1
    second = _next(db, miner, quiz.DARE)
    assert second.run.id != first.run.id
    assert _asked(second).place == 1
    assert quiz.last(db, miner.id, since=NOON) is not None, "a dare stays open over the days until it is lost"


def test_a_dare_asks_nothing_twice(db: Session, miner: PersonRow) -> None:
    asked = []
    for _ in range(20):
        ask = _asked(_next(db, miner, quiz.DARE))
        asked.append(ask.question_id)
        _settle(db, miner, ask, right=True)
    assert len(set(asked)) == 20


def test_who_was_away_is_greeted_by_three(db: Session, miner: PersonRow) -> None:
    for _ in range(8):
        _settle(db, miner, _asked(_next(db, miner, quiz.MORE)), right=True)
    then = TODAY + timedelta(days=60)
    for _ in range(3):
        ask = _asked(_next(db, miner, quiz.BACK, day=then))
        _settle(db, miner, ask, right=True)
    assert _next(db, miner, quiz.BACK, day=then).ask is None


def _guess(db: Session, person: PersonRow, ask: AskRow, at: datetime) -> spacing.MemoryRow | None:
    found = quiz.find(db, person.id, ask.number)
    assert found is not None
    question = BANK.questions[ask.question_id]
    return quiz.own_up(db, person.id, found, question, bank=BANK, now=at, weight=EVERY_DAY)


def _bare(row: spacing.MemoryRow) -> tuple[object, ...]:
    return row.stability, row.difficulty, row.reviews, row.lapses, row.missed_at, row.won_at


@pytest.mark.parametrize("before", [(), (True,), (False,), (False, True)])
def test_a_guess_owned_up_to_later_is_as_one_said_at_once(
    db: Session, miner: PersonRow, before: tuple[bool, ...]
) -> None:
    other = people.meet(db.connection(), "oOTHER", now=NOON)[0]
    question = next(iter(BANK.questions.values()))
    rows = []
    for person, at_once in ((miner, True), (other, False)):
        for number, right in enumerate(before):
            day = TODAY - timedelta(days=10 * (len(before) - number))
            ask = quiz.put(db, person.id, question, mode=quiz.MORE, day=day, now=NOON - timedelta(days=30 - number))
            _settle(db, person, ask, right=right)
        ask = quiz.put(db, person.id, question, mode=quiz.MORE, day=TODAY, now=NOON)
        when = NOON + timedelta(seconds=20)
        settled = quiz.settle(db, person.id, ask, question, "A", score=1, now=when, weight=EVERY_DAY, guessed=at_once)
        assert settled is not None
        rows.append(settled if at_once else _guess(db, person, ask, when + timedelta(minutes=1)))
    assert rows[1] is not None
    assert _bare(rows[0]) == _bare(rows[1])


def test_a_guess_is_owned_up_to_once_and_brings_the_point_back_sooner(db: Session, miner: PersonRow) -> None:
    ask = _asked(_next(db, miner, quiz.MORE))
    question = BANK.questions[ask.question_id]
    sure = quiz.settle(db, miner.id, ask, question, "A", score=1, now=NOON, weight=EVERY_DAY)
    guessed = _guess(db, miner, ask, NOON + timedelta(minutes=2))
    assert sure is not None
    assert guessed is not None
    assert guessed.due_at < sure.due_at
    assert _guess(db, miner, ask, NOON + timedelta(minutes=3)) is None
    assert db.query(Memory.reviews).filter_by(person_id=miner.id, point=question.point).scalar() == 1


def test_a_wrong_answer_cannot_be_a_guess(db: Session, miner: PersonRow) -> None:
    ask = _asked(_next(db, miner, quiz.MORE))
    _settle(db, miner, ask, right=False)
    assert _guess(db, miner, ask, NOON + timedelta(minutes=2)) is None


def test_a_rest_day_bears_half_and_leave_nothing(miner: PersonRow) -> None:
    rests = next(shift for shift in CONTENT.shifts.by_id.values() if shift.work is None and shift.id)
    away = dataclasses.replace(
        miner,
        shift_days={"2026-11-24": rests.id},
        leave_from=date(2026, 12, 1),
        leave_until=date(2026, 12, 5),
    )
    bears = quiz.bears(away, CONTENT)
    assert [bears(TODAY), bears(date(2026, 11, 24)), bears(date(2026, 12, 3))] == [1.0, 0.5, 0.0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.integers(1, 10**6), st.sets(st.sampled_from(BANK.order), max_size=40))
def test_the_choice_is_the_same_however_often_it_is_made(miner: PersonRow, person: int, had: set[str]) -> None:
    numbers = {name: number for number, name in enumerate(sorted(had), 1)}
    past = Past(numbers, dict.fromkeys(numbers, TODAY), {})
    same = [Chooser(dataclasses.replace(miner, id=person), CONTENT, BANK, TODAY, past) for _ in range(2)]
    chosen = same[0].new()
    assert chosen is not None
    assert chosen == same[1].new()
    assert chosen.id not in had


def test_two_people_go_through_the_bank_in_different_orders(miner: PersonRow) -> None:
    nothing = Past({}, {}, {})
    first = {
        chosen.id
        for number in range(20)
        if (chosen := Chooser(dataclasses.replace(miner, id=number), CONTENT, BANK, TODAY, nothing).new())
    }
    assert len(first) > 10


def test_all_topics_stand_in_one_message_and_each_way_people_call_one_leads_to_it(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    kit = make_kit(sqlite_url)
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    chat.follow()
    listed = chat.type("专项")
    assert len(listed.encode()) <= TEXT_LIMIT_BYTES
    topics = {BANK.questions[name].topic for name in BANK.for_all}
    assert [topic for topic in topics if topic not in listed] == []
    for said, topic in (("专项 放炮", "爆破"), ("专项 瓦斯超限", "瓦斯"), ("顶板专项", "顶板"), ("刷题 皮带", "运输")):
        assert f"专项 {topic} · " in chat.type(said)
    assert "0000-1234567" in chat.type("专项 着火了")
