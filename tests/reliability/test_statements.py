"""How many statements a message costs (decisions, Machine 3): BEGIN and COMMIT not counted, PostgreSQL's row lock extra."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.app import create_app
from bot.kit import Kit
from content.bank import Bank
from tests.cast import Chat, StillClock
from tests.reliability.conftest import Plan

BANK = Bank.read(Path(__file__).parent.parent / "bank")
KINDS = {"单选": "single", "多选": "multiple", "判断": "judge", "填空": "fill"}
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")
HELP, ANSWER, REPEAT, SILENT = 4, 8, 2, 0
SPACING = 2
"""What marking an answer costs more: when its point comes back is read and written."""
DARE = 1
"""What the answer that ends a dare costs more: the best he ever had."""


@pytest.fixture
def kit(make_kit: Callable[..., Kit], database_url: str) -> Kit:
    """With a bank of one question of each kind."""
    usual = make_kit(database_url)
    return dataclasses.replace(usual, content=dataclasses.replace(usual.content, bank=BANK))


@pytest.fixture
def chat(kit: Kit, clock: StillClock) -> Chat:
    """A person already known."""
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    chat.follow()
    return chat


@contextmanager
def counted(kit: Kit) -> Iterator[list[str]]:
    """The statements executed meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(NOT_COUNTED):
            seen.append(" ".join(statement.split()))

    event.listen(kit.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(kit.database.engine, "before_cursor_execute", note)


def allowed(kit: Kit, number: int) -> int:
    return number if kit.database.sqlite else number + 1


def within(kit: Kit, number: int, seen: list[str]) -> None:
    listed = "\n".join(seen)
    assert len(seen) <= allowed(kit, number), f"{len(seen)} statements, {allowed(kit, number)} allowed:\n{listed}"


def _asked(chat: Chat, kind: str) -> None:
    """Goes through the bank until a question of the kind is on the screen."""
    for word in ["每日一题", *["再来一题"] * len(BANK.order)]:
        shown = chat.type(word)
        if (found := re.search(r"（(..)）", shown)) and KINDS[found[1]] == kind:
            return
        chat.type({"single": "A", "multiple": "AB", "judge": "对", "fill": "1"}[KINDS[found[1]]])  # type: ignore[index]
    raise AssertionError(f"no question of the kind {kind}")


def test_help_for_a_person_already_known(kit: Kit, chat: Chat, plan: Plan) -> None:
    with counted(kit) as seen:
        chat.type("帮助")
    plan.note(statements=len(seen), allowed=allowed(kit, HELP))
    within(kit, HELP, seen)


@pytest.mark.parametrize(
    "answer",
    [
        ("single", "tap", "B"),
        ("single", "type", "b"),
        ("multiple", "tap", "A"),
        ("multiple", "tap", "选好了"),
        ("multiple", "type", "选好了"),
        ("multiple", "type", "A"),
        ("multiple", "type", "AC"),
        ("judge", "tap", "对"),
        ("judge", "type", "错"),
        ("fill", "type", "24小时"),
        ("fill", "type", "7"),
    ],
    ids=" ".join,
)
def test_an_answer_to_a_question(kit: Kit, chat: Chat, plan: Plan, answer: tuple[str, str, str]) -> None:
    kind, gesture, said = answer
    _asked(chat, kind)
    if said == "选好了":
        chat.tap("A")
    with counted(kit) as seen:
        reply = getattr(chat, gesture)(said)
    assert "为什么" in reply or "✔" in reply
    marked = ANSWER + SPACING if "为什么" in reply else ANSWER
    plan.note(statements=len(seen), allowed=allowed(kit, marked))
    within(kit, marked, seen)


def _answer(shown: str, *, right: bool) -> str:
    """A right or a wrong answer to the question of the bank that is on the screen."""
    question = next(each for each in BANK.questions.values() if each.stem in shown)
    if question.kind == "fill":
        return question.accepted[0] if right else "77"
    if question.kind == "judge":
        return "对" if (question.right == "T") == right else "错"
    keyed = {question.options["ABCDEF".index(letter)] for letter in question.right}
    letters = re.findall(r"([A-F])\. ([^<]+)<", shown)
    fitting = [letter for letter, text in letters if (text in keyed) == right]
    return "".join(fitting if right else fitting[: len(keyed)])


@pytest.mark.parametrize("before", [0, 2], ids=["at once", "after two"])
def test_the_answer_that_ends_a_dare(kit: Kit, chat: Chat, plan: Plan, before: int) -> None:
    shown = chat.type("挑战")
    for _ in range(before):
        chat.type(_answer(shown, right=True))
        shown = chat.type("继续")
    with counted(kit) as seen:
        reply = chat.type(_answer(shown, right=False))
    assert f"连对{before}道" in reply
    assert "为什么" in reply
    plan.note(statements=len(seen), allowed=allowed(kit, ANSWER + SPACING + DARE))
    within(kit, ANSWER + SPACING + DARE, seen)


@pytest.mark.parametrize("said", ["帮助", "再来一题", "听不懂的话"])
def test_a_repeat_of_a_message(kit: Kit, chat: Chat, plan: Plan, said: str) -> None:
    first = chat.type(said)
    with counted(kit) as seen:
        assert chat.again() == first
    plan.note(statements=len(seen), allowed=REPEAT)
    assert len(seen) <= REPEAT, seen


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "something_new"])
def test_an_event_that_wants_no_answer(kit: Kit, chat: Chat, name: str) -> None:
    with counted(kit) as seen:
        assert chat.send(MsgType="event", Event=name, EventKey="x") == ""
    assert len(seen) == SILENT, seen


def test_counting_counts(kit: Kit, chat: Chat) -> None:
    with counted(kit) as seen:
        chat.type("帮助")
    assert [statement.split()[0] for statement in seen if not statement.endswith("FOR UPDATE")] == [
        "INSERT",
        "SELECT",
        "UPDATE",
        "UPDATE",
    ]
