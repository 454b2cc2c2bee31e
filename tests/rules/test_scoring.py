"""Marks for questions with several right options: the cases of Moodle's multichoice tests, as facts.

Ported, from `question/type/multichoice/tests` and the two question types built on it (`oumultiresponse`, `multichoiceset`):
grading of a question with several right options, of one with a single right option, of what was answered with nothing, the
clipping at nothing and all, weights kept to seven places, all or nothing, shuffled options, and a summary of what was picked.

Not ported, for want of what they test: the saving and editing forms, backup, restore, upgrades and privacy of Moodle's tables;
its renderer, file areas, languages and mobile definition; "clear my choice" (a tap drops an option here, with its own story);
penalties for several tries at one question (an answer counts once); the mark of a random guess (that is item statistics);
negative marks for a whole question, which Moodle gives for a single choice alone and we for none; feedback of each option
(the explanation here is one for all).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.app import create_app
from bot.kit import Kit
from bot.models import Ask
from bot.services.quiz import answers, scoring
from content.bank import LETTERS, Bank
from tests.cast import Chat, StillClock
from tests.conftest import CONTENT

BANK = Bank.read(Path(__file__).parent.parent / "bank")
SINGLE, MULTIPLE, JUDGE, HOURS, *_ = BANK.questions.values()
WORDS = CONTENT.answers

TWO_OF_FOUR = {"A": 0.5, "B": -1.0, "C": 0.5, "D": -1.0}
"""The question of Moodle's own tests: One and Three are odd; each wrong pick costs everything."""
UNPUNISHED = {"A": 0.5, "B": 0.0, "C": 0.5, "D": 0.0}
"""The question of its editing tests: wrong picks cost nothing."""
THIRDS = {"A": 0.3333333, "B": 0.3333333, "C": 0.3333333, "D": -0.3333333}
MAMMALS = {"A": 0.25, "B": -0.25, "C": -0.25, "D": 0.25, "E": 0.25, "F": -0.25, "G": 0.25}
"""The question in the description of oumultiresponse: every wrong pick costs as much as a right one gains."""
ONE_OF_FOUR = {"A": 1.0, "B": 0.0, "C": 0.0, "D": 0.0}
PARTLY = {"A": 1.0, "B": 0.1, "C": -1.0}
"""Of its walk-through test: one of the options is partly right."""


@pytest.mark.parametrize(
    ("weighed", "picked", "mark"),
    [
        (TWO_OF_FOUR, "AC", 1),
        (TWO_OF_FOUR, "A", 0.5),
        (TWO_OF_FOUR, "C", 0.5),
        (TWO_OF_FOUR, "ABC", 0),
        (TWO_OF_FOUR, "B", 0),
        (TWO_OF_FOUR, "AB", 0),
        (TWO_OF_FOUR, "ABCD", 0),
        (TWO_OF_FOUR, "", 0),
        (UNPUNISHED, "AC", 1),
        (UNPUNISHED, "AB", 0.5),
        (UNPUNISHED, "ABCD", 1),
        (UNPUNISHED, "BD", 0),
        (THIRDS, "ABC", 1),
        (THIRDS, "AB", 0.6666666),
        (THIRDS, "ABD", 0.3333333),
        (THIRDS, "ABCD", 0.6666666),
        (MAMMALS, "ADEG", 1),
        (MAMMALS, "D", 0.25),
        (MAMMALS, "ADEGF", 0.75),
        (MAMMALS, "ADEBC", 0.25),
        (MAMMALS, "BCF", 0),
        (ONE_OF_FOUR, "A", 1),
        (ONE_OF_FOUR, "B", 0),
        (PARTLY, "A", 1),
        (PARTLY, "B", 0.1),
        (PARTLY, "C", 0),
        (PARTLY, "AB", 1),
        (TWO_OF_FOUR, "AZ", 0.5),
    ],
)
def test_weights_are_added_and_kept_between_nothing_and_all(
    weighed: Mapping[str, float], picked: str, mark: float
) -> None:
    assert scoring.by_weights(picked, weighed) == pytest.approx(mark, abs=1e-9)


@pytest.mark.parametrize(
    ("weighed", "picked", "mark"),
    [
        (TWO_OF_FOUR, "AC", 1),
        (TWO_OF_FOUR, "CA", 1),
        (TWO_OF_FOUR, "A", 0),
        (TWO_OF_FOUR, "ABC", 0),
        (TWO_OF_FOUR, "", 0),
        (UNPUNISHED, "ABCD", 0),
        (THIRDS, "ABC", 1),
        (THIRDS, "AB", 0),
        (MAMMALS, "ADEG", 1),
        (MAMMALS, "ADE", 0),
        (ONE_OF_FOUR, "A", 1),
    ],
)
def test_all_or_nothing_is_for_the_keyed_set_alone(weighed: Mapping[str, float], picked: str, mark: float) -> None:
    assert scoring.all_or_nothing(picked, weighed) == mark


@pytest.mark.parametrize(
    ("right", "every", "weighed"),
    [
        ("AC", "ABCD", {"A": 1 / 2, "B": -1 / 2, "C": 1 / 2, "D": -1 / 2}),
        ("ABC", "ABCD", {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3, "D": -1}),
        ("AB", "AB", {"A": 1 / 2, "B": 1 / 2}),
        ("AB", "ABCDE", {"A": 1 / 2, "B": 1 / 2, "C": -1 / 3, "D": -1 / 3, "E": -1 / 3}),
    ],
)
def test_our_options_weigh_alike_on_either_side(right: str, every: str, weighed: dict[str, float]) -> None:
    assert scoring.weights(right, every) == pytest.approx(weighed)


@pytest.mark.parametrize(
    ("answer", "partial", "exact"),
    [("AC", 1, 1), ("A", 0.5, 0), ("AB", 0, 0), ("ABC", 0.5, 0), ("", 0, 0), ("BD", 0, 0)],
)
def test_a_switch_decides_whether_a_part_counts(answer: str, partial: float, exact: float) -> None:
    assert scoring.score(answer, MULTIPLE, "ABCD", WORDS, partial=True) == partial
    assert scoring.score(answer, MULTIPLE, "ABCD", WORDS, partial=False) == exact


@pytest.mark.parametrize(("partial", "mark"), [(True, 0.5), (False, 0.0)])
def test_the_setting_reaches_whoever_answers(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock, *, partial: bool, mark: float
) -> None:
    kit = make_kit(sqlite_url, quiz={"partial_credit": partial})
    kit = dataclasses.replace(
        kit, content=dataclasses.replace(kit.content, bank=Bank({MULTIPLE.id: MULTIPLE}, (MULTIPLE.id,)))
    )
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    chat.type("每日一题")
    keyed = next(label for label in chat.links if "馒头" in label)
    chat.tap(keyed)
    assert "差一点" in chat.tap("选好了")
    with kit.database.read() as connection:
        assert connection.execute(select(Ask.score)).scalar_one() == mark


@pytest.mark.parametrize("partial", [True, False])
def test_everything_else_is_right_or_wrong(*, partial: bool) -> None:
    marks = [
        ("A", SINGLE, 1.0),
        ("B", SINGLE, 0.0),
        ("T", JUDGE, 1.0),
        ("F", JUDGE, 0.0),
        ("24", HOURS, 1.0),
        ("", SINGLE, 0.0),
    ]
    for answer, question, mark in marks:
        assert scoring.score(answer, question, "ABCD"[: len(question.options)], WORDS, partial=partial) == mark


@st.composite
def _picked(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """A key, all options, an order to show them in, and letters picked as shown."""
    every = LETTERS[: draw(st.integers(2, len(LETTERS)))]
    right = "".join(sorted(draw(st.sets(st.sampled_from(every), min_size=2))))
    shuffle = "".join(draw(st.permutations(every)))
    return right, every, shuffle, "".join(sorted(draw(st.sets(st.sampled_from(every)))))


@given(_picked())
def test_the_order_shown_changes_no_mark(case: tuple[str, str, str, str]) -> None:
    right, every, shuffle, picked = case
    question = dataclasses.replace(MULTIPLE, options=tuple(every), right=right)
    shown = scoring.score(picked, question, shuffle, WORDS, partial=True)
    meant = {shuffle[LETTERS.index(letter)] for letter in picked}
    assert shown == scoring.score("".join(sorted(meant)), question, every, WORDS, partial=True)
    assert 0 <= shown <= 1
    assert (shown == 1) == (meant == set(right)) == bool(scoring.score(picked, question, shuffle, WORDS, partial=False))


@given(_picked())
def test_picking_everything_gains_nothing_unless_all_is_right(case: tuple[str, str, str, str]) -> None:
    right, every, _, _ = case
    assert scoring.by_weights(every, scoring.weights(right, every)) == float(set(right) == set(every))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.dates())
def test_options_are_shuffled_for_each_person_and_stay_as_they_were_on_a_retry(one: int, two: int, day: object) -> None:
    seed = f"{one} {SINGLE.id} {day}"
    assert answers.shuffled(SINGLE, seed) == answers.shuffled(SINGLE, seed)
    assert sorted(answers.shuffled(SINGLE, seed)) == list("ABCD")
    keyed = answers.shown(SINGLE.right, answers.shuffled(SINGLE, f"{two} {day}"))
    assert scoring.score(keyed, SINGLE, answers.shuffled(SINGLE, f"{two} {day}"), WORDS, partial=True) == 1


def test_people_do_not_all_see_the_right_option_in_the_same_place() -> None:
    places = {answers.shown(SINGLE.right, answers.shuffled(SINGLE, f"{person} {SINGLE.id}")) for person in range(100)}
    assert places == set("ABCD")
