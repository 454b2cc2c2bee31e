"""疑题: what lets a question rest, what wakes it, whose desk it lies on, and what is kept of who said so."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import Doubt, Person
from bot.services import doubts, grants, quiz, retention, units
from bot.services.doubts import offices
from bot.services.materials import archive
from bot.services.materials.frame import Frame
from bot.services.materials.shelf import Shelf
from bot.services.people import PersonRow
from bot.services.rights import erasing
from content.bank import Bank, Question
from tests.cast import NOON
from tests.rules.mine import BRANCH, CONTENT, MINE, WORDS, add_member, add_person, row_of, session
from tests.rules.test_materials import refusal

FRAME = Frame.of(CONTENT)
LATER = NOON + timedelta(seconds=10)
TODAY = quiz.question_of_the_day(CONTENT.bank, NOON.date())


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    """Both offices, a secretary, four workers and four who only follow."""
    with session(kit) as db:
        for number, (name, role, path) in enumerate(
            [
                ("SAFETY", "safety_office", f"{MINE}/安监处"), ("PARTY", "party_office", MINE),
                ("SECRETARY", "secretary", BRANCH), *((f"W{each}", "", BRANCH) for each in range(4)),
            ]
        ):  # fmt: skip
            member = add_member(db, str(100 + number), name, path)
            add_person(db, f"o{name}", member)
            if role:
                grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=NOON)
        for each in range(4):
            add_person(db, f"oG{each}")
        yield db


def who(db: Session, name: str) -> PersonRow:
    return row_of(db, f"o{name}")


def doubt(db: Session, name: str, question: Question = TODAY, **more: object) -> doubts.Raised:
    said = {"now": NOON, **more}
    return doubts.raise_doubt(db, who(db, name).id, question.id, question.hash, **said)  # type: ignore[arg-type]


def settle(db: Session, verdict: str, name: str = "SAFETY", question: Question = TODAY) -> list[int]:
    return sorted(doubts.settle(db, who(db, name), question.id, question.hash, verdict, now=NOON))


def is_asked(db: Session, question: Question, bank: Bank | None = None) -> bool:
    content = dataclasses.replace(CONTENT, bank=bank or CONTENT.bank)
    return question.id in Shelf().bank(db, content, who(db, "W0"), now=LATER).order


def with_another(**change: object) -> tuple[Bank, Question]:
    """The bank of the folder after an edit of the question of the day."""
    changed = dataclasses.replace(TODAY, **change)  # type: ignore[arg-type]
    return dataclasses.replace(CONTENT.bank, questions={**CONTENT.bank.questions, TODAY.id: changed}), changed


def test_a_question_three_people_doubt_rests_until_somebody_has_looked(db: Session) -> None:
    raised = [doubt(db, name) for name in ("W0", "W0", "W1", "W2")]
    assert [(each.new, each.kept, each.rests, each.just_now) for each in raised] == [
        (True, True, False, False), (False, True, False, False), (True, True, False, False), (True, True, True, True),
    ]  # fmt: skip
    bank = Shelf().bank(db, CONTENT, who(db, "W0"), now=LATER)
    assert TODAY.id not in bank.order
    assert bank.get(TODAY.id) == TODAY, "who has it open may still answer it"
    assert quiz.question_of_the_day(bank, NOON.date()).id != TODAY.id
    assert [(each.question_id, each.people, each.rests) for each in doubts.waiting(db)] == [(TODAY.id, 3, True)]
    assert not doubt(db, "W3").just_now
    may_not = lambda: doubts.settle(db, who(db, "W0"), TODAY.id, TODAY.hash, doubts.RIGHT, now=NOON)  # noqa: E731
    assert refusal(may_not) == "doubts.may_not_settle"
    assert settle(db, doubts.RIGHT) == sorted(who(db, f"W{each}").id for each in range(4))
    assert is_asked(db, TODAY)
    assert refusal(lambda: settle(db, doubts.RIGHT)) == "doubts.settled_already"


def test_what_was_found_wrong_rests_until_its_words_are_changed(db: Session) -> None:
    doubt(db, "W0", reason="unclear")
    settle(db, doubts.WRONG, "PARTY")
    assert doubts.waiting(db) == []
    assert not is_asked(db, TODAY)
    for change in ({"hash": "clearer-why"}, {"hash": "stem", "fingerprint": "stem"}):
        bank, mended = with_another(**change)
        assert is_asked(db, mended, bank)
        assert offices.stopped_of(db, who(db, "SAFETY"), bank, FRAME, now=NOON) == []
    bank, mended = with_another(hash="clearer-why")
    assert doubt(db, "W0", mended).new, "another wording is doubted anew"


def test_a_slip_of_the_thumb_can_be_taken_back_by_whoever_looks(db: Session) -> None:
    doubt(db, "W0")
    settle(db, doubts.WRONG)
    stopped = offices.stopped_of(db, who(db, "SAFETY"), CONTENT.bank, FRAME, now=NOON)
    assert [(each.question_id, each.people) for each in stopped] == [(TODAY.id, 1)]
    assert offices.stopped_of(db, who(db, "W0"), CONTENT.bank, FRAME, now=NOON) == []
    restore = lambda name: doubts.restore(db, who(db, name), TODAY.id, TODAY.hash, now=NOON)  # noqa: E731
    assert refusal(lambda: restore("W0")) == "doubts.may_not_settle"
    restore("SAFETY")
    assert is_asked(db, TODAY)
    assert refusal(lambda: restore("SAFETY")) == "doubts.settled_already"


def test_one_phone_that_erases_itself_and_comes_back_is_not_three_people(db: Session) -> None:
    for _ in range(3):
        doubt(db, "G0")
        erasing.forget_account(db, who(db, "G0").id, now=NOON, actor="operator")
        add_person(db, "oG0")
    assert doubts.waiting(db) == []
    doubt(db, "W0")
    assert not doubt(db, "W1").rests


def test_who_is_erased_leaves_what_was_decided(db: Session) -> None:
    doubt(db, "G0")
    settle(db, doubts.WRONG)
    erasing.forget_account(db, who(db, "G0").id, now=NOON, actor="operator")
    assert db.execute(select(Doubt.person_id)).scalars().all() == [None]
    assert not is_asked(db, TODAY)


def test_of_the_three_that_let_a_question_rest_two_are_of_the_mine(db: Session) -> None:
    assert not any(doubt(db, f"G{each}").rests for each in range(4))
    assert [each.people for each in doubts.waiting(db)] == [4], "guests reach the desk all the same"
    assert not doubt(db, "W0").rests
    assert doubt(db, "W1").just_now


def test_a_person_counts_with_five_doubts_a_day(db: Session) -> None:
    several = [CONTENT.bank.questions[name] for name in CONTENT.bank.order[:7]]
    said = [doubt(db, "W0", each) for each in several[:6]]
    assert [each.kept for each in said] == [True] * 5 + [False]
    assert len(doubts.waiting(db)) == 5
    assert doubt(db, "W0", several[0]).kept, "what he said before he may say again"
    assert doubt(db, "W0", several[6], now=NOON + timedelta(days=1, minutes=1)).kept


def test_of_two_who_say_it_at_once_one_is_the_third(kit: Kit) -> None:
    with session(kit) as db:
        phones = [add_person(db, f"oW{each}", add_member(db, str(each), f"W{each}")).id for each in range(3)]
        doubts.raise_doubt(db, phones[0], TODAY.id, TODAY.hash, now=NOON)
    said, began, done = [], threading.Event(), threading.Event()

    def later() -> None:
        began.wait()
        with session(kit) as db:
            said.append(doubts.raise_doubt(db, phones[2], TODAY.id, TODAY.hash, now=NOON))
            done.set()

    thread = threading.Thread(target=later)
    thread.start()
    with session(kit) as db:
        said.append(doubts.raise_doubt(db, phones[1], TODAY.id, TODAY.hash, now=NOON))
        began.set()
        done.wait(0.3)  # unless he waits for this one, he is done before it
    thread.join()
    with session(kit) as db:
        assert doubts.resting(db) == {(TODAY.id, TODAY.hash)}
    assert [each.just_now for each in said].count(True) == 1


def test_a_desk_shows_its_own_however_much_lies_on_others(db: Session) -> None:
    of_party = {name for name, question in CONTENT.bank.questions.items() if FRAME.topics[question.topic] == "party"}
    safety = [name for name in CONTENT.bank.order if name not in of_party][:60]
    party = CONTENT.bank.questions[min(of_party)]
    rows = [
        Doubt(
            question_id=name, hash=CONTENT.bank.questions[name].hash, person_id=who(db, phone).id, at=NOON, reason="", note="",
            rests_from=None, settled_at=None, verdict="",
        )
        for name in safety
        for phone in ("W0", "W1")
    ]  # fmt: skip
    db.add_all(rows)
    doubt(db, "W2", party)
    mine = lambda name: offices.mine(db, who(db, name), CONTENT.bank, FRAME, now=NOON)  # noqa: E731
    assert [each.question_id for each in mine("PARTY")] == [party.id]
    assert {each.question_id for each in mine("SAFETY")} == set(safety)
    assert mine("SECRETARY") == []


def test_doubts_are_kept_a_year_and_then_only_that_a_wording_was_wrong(db: Session) -> None:
    other = CONTENT.bank.questions[CONTENT.bank.order[0]]
    for name, question in (("W0", TODAY), ("W1", other)):
        doubt(db, name, question)
    settle(db, doubts.WRONG)
    settle(db, doubts.RIGHT, question=other)
    stays = {"last_wrote_at": NOON + timedelta(days=800), "noticed_at": NOON}
    db.execute(update(Person).values(**stays))
    kept = select(Doubt.question_id, Doubt.person_id).order_by(Doubt.id)
    retention.purge(db, now=NOON + timedelta(days=364))
    assert len(db.execute(kept).all()) == 2
    assert all(person is not None for _, person in db.execute(kept))
    retention.purge(db, now=NOON + timedelta(days=366))
    assert db.execute(kept).all() == [(TODAY.id, None)]
    assert not is_asked(db, TODAY)


def test_the_operator_reads_the_words_that_were_found_wrong_long_after(db: Session) -> None:
    archive.keep(db, [TODAY], now=NOON)
    doubt(db, "W0")
    settle(db, doubts.WRONG)
    found = offices.standing_still(db, doubts.stopped(db), CONTENT.bank, FRAME)
    assert [archive.seen(db, each.question_id, each.hash) for each in found] == [TODAY]
