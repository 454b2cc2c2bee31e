"""Where a person stands in a sitting, and which sitting his words and taps mean."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import Refusal
from bot.router import Turn
from bot.services import exams
from bot.services.exams import AttemptRow, ExamRow
from handlers.exams.routes import Step

AFTER = timedelta(days=1)
"""His place is kept so long: beyond his time, so that what comes late finds it."""


def named(turn: Turn) -> tuple[ExamRow, AttemptRow]:
    """The sitting a tap names, or for words without a number the one that runs, else the last; refused unless it is his own."""
    if "sitting" in turn.args:
        attempt = exams.attempt(turn.db, int(turn.args["sitting"]), turn.person.id)
    else:
        his = exams.attempts_of(turn.db, turn.person.id)
        attempt = next((each for each in his if each.finished_at is None), his[0] if his else None)
    if attempt is None:
        raise Refusal("exams.no_sitting", sit=turn.tap("exams.sit"), menu=turn.tap("general.menu"))
    return exams.get(turn.db, attempt.exam_id), attempt


def stand(turn: Turn, attempt: AttemptRow, place: int, *, asked: bool = False) -> None:
    """Wait for an answer in this place; `asked`: he was asked whether to hand in as it is."""
    turn.goto(Step.ANSWER, within=AFTER, sitting=attempt.id, place=place, asked=asked)


def leave(turn: Turn, attempt: AttemptRow) -> None:
    """Wait for this sitting no longer; whoever stands in another stays there."""
    if turn.dialog is not None and turn.dialog.data.get("sitting") == attempt.id:
        turn.leave()
