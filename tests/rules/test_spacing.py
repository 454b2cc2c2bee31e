"""Points come back when the rule says, on a day that can bear it; what was guessed or missed comes sooner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.models import Person
from bot.services import spacing
from bot.services.spacing import rule
from bot.services.spacing.rule import Held
from tests.cast import NOON
from tests.conftest import CONTENT

FIRST = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
# What py-fsrs's own tests expect of its default scheduler, as facts (github.com/open-spaced-repetition/py-fsrs).
STEPS = fsrs.Scheduler(enable_fuzzing=False)
QUESTIONS = {name: CONTENT.bank.questions[name] for name in CONTENT.bank.order}
ONE = next(iter(QUESTIONS.values()))
QUICK = timedelta(seconds=5)


def _days_of(rated: list[int], rule_: fsrs.Scheduler) -> tuple[list[int], Held]:
    """The whole days to each next due moment, answering on the minute every time."""
    held, now, days = Held(), FIRST, []
    for each in rated:
        held = rule.reviewed(held, each, now, rule=rule_)
        assert held.due_at is not None
        assert held.reviewed_at is not None
        days.append((held.due_at - held.reviewed_at).days)
        now = held.due_at
    return days, held


def test_thirteen_answers_come_back_after_the_days_of_the_librarys_own_test() -> None:
    days, _ = _days_of([3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3], STEPS)
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_state_after_six_answers_is_that_of_the_librarys_own_test_to_the_last_digit() -> None:
    held, now = Held(), FIRST
    for rated, days in zip([1, 3, 3, 3, 3, 3], [0, 0, 1, 3, 8, 21], strict=True):
        now += timedelta(days=days)
        held = rule.reviewed(held, rated, now, rule=STEPS)
    assert held.stability == pytest.approx(53.62691, abs=1e-4)
    assert held.difficulty == pytest.approx(6.3574867, abs=1e-4)


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 90 * 24 * 60)), min_size=1, max_size=25))
def test_the_adapter_says_what_the_library_says(answers: list[tuple[int, int]]) -> None:
    held, card, now = Held(), fsrs.Card(card_id=1), FIRST
    for rated, minutes in answers:
        now += timedelta(minutes=minutes)
        held = rule.reviewed(held, rated, now)
        card, _ = rule.RULE.review_card(card, fsrs.Rating(rated), now)
        assert (held.stability, held.difficulty, held.due_at) == (card.stability, card.difficulty, card.due)
        assert rule.recall(held, now + timedelta(days=9)) == rule.RULE.get_card_retrievability(
            card, now + timedelta(days=9)
        )


@pytest.mark.parametrize(
    ("score", "guessed", "took", "kind", "expected"),
    [
        (1, False, 5, "single", rule.GOOD),
        (1, False, 75, "single", rule.HARD),
        (1, False, 75, "multiple", rule.GOOD),
        (1, False, 3600, "single", rule.GOOD),
        (1, True, 5, "single", rule.HARD),
        (0.5, False, 5, "multiple", rule.AGAIN),
        (0, False, 5, "judge", rule.AGAIN),
        (0, True, 5, "judge", rule.AGAIN),
    ],
)
def test_an_answer_becomes_a_rating(score: float, guessed: bool, took: int, kind: str, expected: int) -> None:
    assert spacing.rating(score, guessed=guessed, took=timedelta(seconds=took), kind=kind) == expected


def _fill(db: Session, person: int, number: int, *, rating: int = rule.GOOD, now: datetime = NOON) -> None:
    points = {each.point: each for each in QUESTIONS.values()}
    for question in list(points.values())[:number]:
        spacing.review(db, person, question, rating=rating, now=now)


@pytest.fixture
def person(db: Session) -> int:
    return db.query(Person.id).filter_by(openid="oONE").scalar()


def test_what_was_missed_is_due_tomorrow_and_what_was_known_is_not(db: Session, person: int) -> None:
    missed, known = ONE, list(QUESTIONS.values())[5]
    assert missed.point != known.point
    spacing.review(db, person, missed, rating=rule.AGAIN, now=NOON)
    spacing.review(db, person, known, rating=rule.GOOD, now=NOON)
    assert spacing.due(db, person, now=NOON, limit=9) == []
    tomorrow = spacing.due(db, person, now=NOON + timedelta(days=1), limit=9)
    assert [each.point for each in tomorrow] == [missed.point]


def test_all_questions_of_a_point_share_its_memory(db: Session, person: int) -> None:
    twins: dict[str, list[str]] = {}
    for each in QUESTIONS.values():
        twins.setdefault(each.point, []).append(each.id)
    first, second = next(ids for ids in twins.values() if len(ids) > 1)[:2]
    spacing.review(db, person, QUESTIONS[first], rating=rule.GOOD, now=NOON)
    again = spacing.review(db, person, QUESTIONS[second], rating=rule.GOOD, now=NOON + timedelta(days=2))
    assert again.reviews == 2
    assert again.question_id == second


def test_a_point_is_won_back_on_another_day_and_not_by_a_guess(db: Session, person: int) -> None:
    spacing.review(db, person, ONE, rating=rule.AGAIN, now=NOON)
    assert spacing.review(db, person, ONE, rating=rule.GOOD, now=NOON + timedelta(hours=1)).won_at is None
    assert spacing.review(db, person, ONE, rating=rule.HARD, now=NOON + timedelta(days=1)).won_at is None
    won = spacing.review(db, person, ONE, rating=rule.GOOD, now=NOON + timedelta(days=3))
    assert won.won_at == NOON + timedelta(days=3)
    stands = spacing.standing(db, person, now=NOON + timedelta(days=3))
    assert (stands.met, stands.held, stands.won, stands.missed) == (1, 1, 1, 0)


def test_a_guess_said_later_is_put_on_what_stood_before(db: Session, person: int) -> None:
    spacing.review(db, person, ONE, rating=rule.GOOD, now=NOON)
    before = spacing.find(db, person, ONE.point)
    later = NOON + timedelta(days=2)
    spacing.review(db, person, ONE, rating=rule.GOOD, now=later)
    corrected = spacing.review(db, person, ONE, rating=rule.HARD, now=later, before=before)
    assert before is not None
    assert corrected.reviews == before.reviews + 1
    assert corrected.stability is not None
    assert corrected.stability < 11


def test_nothing_waits_longer_than_half_a_year(db: Session, person: int) -> None:
    now = NOON
    for _ in range(12):
        kept = spacing.review(db, person, ONE, rating=rule.GOOD, now=now)
        assert kept.due_at - now <= timedelta(days=rule.LONGEST_DAYS)
        now = kept.due_at


def test_the_least_certain_comes_first_and_no_wall_is_shown(db: Session, person: int) -> None:
    _fill(db, person, 60)
    later = NOON + timedelta(days=40)
    shown = spacing.due(db, person, now=later, limit=10)
    assert len(shown) == 10
    certain = [each.recall(later) for each in shown]
    assert certain == sorted(certain)
    assert spacing.waiting(db, person, now=later) == 60
    back = spacing.comeback(db, person, now=later)
    assert len(back) == 3
    assert back[0].recall(later) >= back[1].recall(later) >= back[2].recall(later)


def test_a_hundred_points_of_one_day_do_not_come_back_on_one_day(db: Session, person: int) -> None:
    points = list({each.point: each for each in QUESTIONS.values()}.values())[:100]
    for question in points:
        spacing.review(db, person, question, rating=rule.GOOD, now=NOON)
        spacing.review(db, person, question, rating=rule.GOOD, now=NOON + timedelta(days=2))
    days: dict[date, int] = {}
    for question in points:
        kept = spacing.find(db, person, question.point)
        assert kept is not None
        days[kept.due_at.date()] = days.get(kept.due_at.date(), 0) + 1
    assert max(days.values()) <= 100 / len(days) + 1
    assert len(days) >= 3


def test_rest_days_bear_half_and_leave_bears_nothing() -> None:
    due, resting = NOON + timedelta(days=10), (NOON + timedelta(days=10)).date()

    def weight(day: date) -> float:
        return 0.5 if day == resting else 1.0

    assert rule.spread(due, NOON, load={}, weight=weight, seed="x").date() != resting
    busy = {(due + timedelta(days=n)).date(): 5 for n in (-3, -2, -1, 1, 2, 3)}
    assert rule.spread(due, NOON, load=busy, weight=weight, seed="x").date() == resting

    def away(day: date) -> float:
        return 0.0 if day <= resting + timedelta(days=20) else 1.0

    moved = rule.spread(due, NOON, load={}, weight=away, seed="x")
    assert moved.date() == resting + timedelta(days=21)
    soon = rule.spread(NOON + timedelta(days=1), NOON, load={}, weight=away, seed="x")
    assert soon.date() == resting + timedelta(days=21)


def test_the_spread_is_the_same_in_every_process() -> None:
    due = NOON + timedelta(days=100)
    where = {rule.spread(due, NOON, load={}, weight=lambda _: 1.0, seed="7 point") for _ in range(5)}
    assert len(where) == 1
    others = {rule.spread(due, NOON, load={}, weight=lambda _: 1.0, seed=f"{n} point") for n in range(50)}
    assert len(others) > 5
