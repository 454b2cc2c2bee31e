"""Which question is put to whom, and that an answer counts once."""

from __future__ import annotations

import dataclasses
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.kit import Kit
from bot.services import people, quiz
from bot.services.people import MemberRow, PersonRow
from bot.services.quiz import AskRow
from content.bank import Bank, Question, read_question
from tests.cast import NOON
from tests.conftest import CONTENT

FOLDER = Path(__file__).parent.parent / "bank"
BANK = Bank.read(FOLDER)
TODAY = date(2026, 11, 23)
NOON_LATER = timedelta(hours=8)


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


def _more(
    db: Session, number: int = 1, *, bank: Bank = BANK, day: date = TODAY, person: PersonRow | None = None
) -> AskRow:
    """One more of practice."""
    found = person or _person(db, number)
    since = datetime.combine(day, time(4), BEIJING)
    then = quiz.go_on(db, found, quiz.MORE, content=CONTENT, bank=bank, day=day, since=since, now=since + NOON_LATER)
    assert then.ask is not None
    return then.ask


def _person(db: Session, number: int) -> PersonRow:
    connection = db.connection()
    return people.meet(connection, ("oONE", "oTWO")[number - 1], now=NOON)[0]


def test_one_more_goes_through_the_bank_before_it_repeats(db: Session) -> None:
    asked = []
    for _ in range(len(BANK.order) - 1):
        ask = _more(db)
        quiz.mark(db, ask, "A", score=1, now=NOON)
        asked.append(ask.question_id)
    assert set(asked) == set(BANK.order) - {quiz.question_of_the_day(BANK, TODAY).id}
    assert _more(db).question_id == asked[0]


def test_one_more_shows_the_open_one_again(db: Session) -> None:
    first = _more(db)
    assert _more(db) == first


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


def _of_party(person: PersonRow, trade: str = "") -> PersonRow:
    member = MemberRow(1, "alias", "1", "Zhang", 1, None, None, None, trade, "full", None, None)
    return dataclasses.replace(person, member=member, political_consent=1)


def _bank_with(question: Question) -> Bank:
    return Bank({**BANK.questions, question.id: question}, BANK.order)


def test_an_old_tap_never_means_something_new(db: Session) -> None:
    ask = quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON)
    question = BANK.questions[ask.question_id]
    assert quiz.still_stands(ask, BANK) == question
    assert quiz.options_shown(ask, question) == tuple(question.options["ABCDEF".index(each)] for each in ask.shuffle)
    assert quiz.still_stands(ask, _bank_with(dataclasses.replace(question, why="讲法改了，题没改"))) is not None
    assert quiz.still_stands(ask, _bank_with(dataclasses.replace(question, fingerprint="another"))) is None


def test_a_fingerprint_changes_with_what_is_asked_and_its_key_and_nothing_else() -> None:
    entry = tomllib.loads((FOLDER / "test.toml").read_text("utf-8"))["question"][0]
    read = lambda **change: read_question("f", {**entry, **change})  # noqa: E731
    print_of = lambda **change: read(**change).fingerprint  # noqa: E731
    assert print_of() == print_of(why="另一种讲法", level=3) == print_of(stem=f" {entry['stem']} ")
    assert read().hash == read(level=3).hash
    assert len({read().hash, read(why="另一种讲法").hash, read(article="第九条").hash}) == 3
    others = [
        print_of(stem="换了一件事来问"),
        print_of(unit="米"),
        print_of(options=["苹果", "香蕉", "葡萄", "白菜"]),
        print_of(answer="B"),
        print_of(options=entry["options"][::-1]),
    ]
    assert len({print_of(), *others}) == 6


def test_what_was_changed_or_withdrawn_is_no_dead_end(db: Session) -> None:
    open_one = _more(db)
    changed = _bank_with(dataclasses.replace(BANK.questions[open_one.question_id], fingerprint="another"))
    assert quiz.latest_open(db, 1, bank=changed) is None
    assert _more(db, bank=changed).number == open_one.number + 1


def test_a_question_that_was_withdrawn_is_known_by_name(db: Session) -> None:
    asked = quiz.daily(db, 1, bank=BANK, day=TODAY, now=NOON).question_id
    assert quiz.asked_but_gone(db, BANK) == []
    assert quiz.asked_but_gone(db, Bank({}, ())) == [asked]


def test_an_empty_bank_refuses_with_a_sentence() -> None:
    with pytest.raises(Refusal) as refused:
        quiz.question_of_the_day(Bank({}, ()), TODAY)
    assert refused.value.key == "quiz.empty_bank"


def test_only_who_is_of_the_party_and_agreed_is_asked_what_concerns_members(db: Session) -> None:
    bank = dataclasses.replace(BANK, for_all=BANK.order[1:])
    alone = BANK.order[0]

    def asked(number: int, *, of_party: bool) -> set[str]:
        found = set()
        person = _of_party(_person(db, number)) if of_party else _person(db, number)
        for _ in range(len(bank.order)):
            ask = _more(db, bank=bank, person=person)
            quiz.mark(db, ask, "A", score=1, now=NOON)
            found.add(ask.question_id)
        return found

    assert alone not in asked(1, of_party=False)
    assert alone in asked(2, of_party=True)
