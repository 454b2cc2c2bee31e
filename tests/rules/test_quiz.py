"""Which question is put to whom, and that an answer counts once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.kit import Kit
from bot.services import people, quiz
from content.bank import Bank
from tests.cast import NOON

BANK = Bank.read(Path(__file__).parent.parent / "bank")
TODAY = date(2026, 11, 23)


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    with kit.database.write() as connection:
        for openid in ("oONE", "oTWO"):
            people.meet(connection, openid, now=NOON)
        yield Session(bind=connection)


def test_everybody_has_the_same_question_on_a_day(db: Session) -> None:
    one = quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON)
    two = quiz.daily(db, 2, bank=BANK, day=TODAY, now=NOON)
    assert one.question_id == two.question_id


def test_asking_again_on_the_same_day_shows_the_same(db: Session) -> None:
    assert quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON) == quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON)


def test_every_question_has_its_day_before_one_comes_twice() -> None:
    days = [TODAY + timedelta(days=n) for n in range(len(BANK.order))]
    assert Counter(quiz.question_of_the_day(BANK, day).id for day in days) == Counter(BANK.order)


def test_one_more_goes_through_the_bank_before_it_repeats(db: Session) -> None:
    asked = []
    for _ in range(len(BANK.order) - 1):
        ask = quiz.more(db, 1, bank=BANK, day=TODAY, now=NOON)
        quiz.mark(db, ask, "A", score=1, now=NOON)
        asked.append(ask.question_id)
    assert set(asked) == set(BANK.order) - {quiz.question_of_the_day(BANK, TODAY).id}
    assert quiz.more(db, 1, bank=BANK, day=TODAY, now=NOON).question_id == asked[0]


def test_one_more_shows_the_open_one_again(db: Session) -> None:
    first = quiz.more(db, 1, bank=BANK, day=TODAY, now=NOON)
    assert quiz.more(db, 1, bank=BANK, day=TODAY, now=NOON) == first


def test_an_answer_counts_once(db: Session) -> None:
    ask = quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON)
    assert quiz.mark(db, ask, "A", score=0, now=NOON)
    assert not quiz.mark(db, ask, "B", score=1, now=NOON)
    kept = quiz.find(db, 1, ask.number)
    assert kept is not None
    assert (kept.answer, kept.score) == ("A", 0)


def test_numbers_are_each_persons_own(db: Session) -> None:
    assert quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON).number == 1
    assert quiz.daily(db, 2, bank=BANK, day=TODAY, now=NOON).number == 1
    assert quiz.find(db, 2, 2) is None


def test_a_question_that_changed_its_options_is_not_marked() -> None:
    question = BANK.questions["test-0001"]
    ask = quiz.AskRow(1, 1, quiz.DAILY, TODAY, question.id, "CABD", "", None, "", None)
    assert quiz.options_shown(ask, question) == ("葡萄", "苹果", "香蕉", "青椒")
    assert quiz.options_shown(ask, dataclasses.replace(question, options=("苹果", "香蕉"))) is None


def test_a_question_that_was_withdrawn_is_known_by_name(db: Session) -> None:
    asked = quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON).question_id
    assert quiz.asked_but_gone(db, BANK) == []
    assert quiz.asked_but_gone(db, Bank({}, ())) == [asked]


def test_an_empty_bank_refuses_with_a_sentence() -> None:
    with pytest.raises(Refusal) as refused:
        quiz.question_of_the_day(Bank({}, ()), TODAY)
    assert refused.value.key == "quiz.empty_bank"
