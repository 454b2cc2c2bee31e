"""What every part of the quiz does: find the question that is meant, put it, and tell what came of it before."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot import putting
from bot.errors import Refusal
from bot.putting import asked
from bot.router import Turn
from bot.services import doubts, quiz, shifts
from bot.services.quiz import AskRow
from handlers.quiz import wording

JUST_NOW = timedelta(minutes=10)


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    ANSWER = asked.STEP
    TOPIC = "quiz.topics"


def named(turn: Turn) -> AskRow:
    """The question a tap names by day and number, or typed words by number alone.

    Numbers begin anew once a guest was forgotten; the day keeps an old message from meaning a new question.
    """
    ask = numbered(turn, int(turn.args["number"]))
    if "month" in turn.args and (int(turn.args["month"]), int(turn.args["date"])) != (ask.day.month, ask.day.day):
        raise _no_such(turn, ask.number)
    return ask


def numbered(turn: Turn, number: int) -> AskRow:
    """The question of that number of his own. Refuses where there is none."""
    ask = quiz.find(turn.db, turn.person.id, number)
    if ask is None:
        raise _no_such(turn, number)
    return ask


def put(turn: Turn, ask: AskRow) -> str:
    """The question as it stands, waiting for his answer from now on."""
    shown = wording.question(turn, ask, ask.picked)
    turn.goto(Step.ANSWER, number=ask.number)
    return shown


def already(turn: Turn, ask: AskRow, key: str = "quiz.again") -> str:
    """What came of it then; a finger that tapped twice is told in a line."""
    if doubts.is_wrong(turn.db, ask.question_id, ask.hash):
        ways = {"more": wording.way_on(turn, ask), "menu": turn.tap("general.menu")}
        return turn.say("quiz.stopped", number=ask.number, **ways)
    question = wording.as_seen(turn, ask)
    assert ask.answered_at is not None
    mine = putting.picked(turn.content, question, ask.answer)
    if key == "quiz.again" and turn.sent_at - ask.answered_at < JUST_NOW:
        return turn.say("quiz.again_now", picked=mine, more=wording.way_on(turn, ask), menu=turn.tap("general.menu"))
    outcome = (
        turn.say("quiz.again_right", picked=mine)
        if ask.score == 1
        else turn.say("quiz.again_wrong", picked=mine, answer=putting.right(turn.content, question, ask.shuffle))
    )
    day = turn.say("quiz.day", month=ask.answered_at.month, day=ask.answered_at.day)
    return wording.explained(turn, ask, question, turn.say(key, number=ask.number, day=day, outcome=outcome))


def since(turn: Turn) -> datetime:
    """When his shift day began: rows of questions begun before are over."""
    return shifts.begins(turn.person, turn.today, turn.content.shifts)


def _no_such(turn: Turn, number: int) -> Refusal:
    return Refusal("quiz.no_such_number", number=number, daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
