"""没答上来的: what people asked and nothing here answers; each becomes a question, or is let be."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import offering, quoted
from bot.router import Turn
from bot.services.asking import asking
from bot.services.materials import authors
from handlers.materials import telling, writing
from handlers.materials.drafts import QUESTION
from handlers.materials.routes import router

A_PAGE = 5
MOST = 200


@router.on("materials.unanswered")
@offering
def unanswered(turn: Turn) -> str:
    if not authors.may_write(turn.db, turn.person, now=turn.now):
        return telling.not_author(turn)
    if not asking.may_settle(turn.db, turn.person, now=turn.now):
        raise Refusal("ask.may_not_settle")
    found = asking.waiting(turn.db, limit=MOST)
    if not found:
        return turn.say("materials.unanswered_none", desk=turn.tap("materials.desk"))
    pages = -(-len(found) // A_PAGE)
    page = min(max(int(turn.args.get("number", 1)), 1), pages)
    rows = [
        turn.say(
            "materials.unanswered_row",
            text=quoted(each.text),
            times=each.times,
            make=turn.tap("materials.answer", turn.say("materials.tap_make"), number=each.number),
            dismiss=turn.tap("materials.dismiss", turn.say("materials.tap_dismiss"), number=each.number),
        )
        for each in found[(page - 1) * A_PAGE : page * A_PAGE]
    ]
    if page < pages:
        left = turn.say("materials.next_page", left=len(found) - page * A_PAGE)
        rows.append(turn.tap("materials.unanswered", left, number=page + 1))
    return turn.say("materials.unanswered", count=len(found), rows="\n".join(rows), desk=turn.tap("materials.desk"))


@router.on("materials.answer")
def answer(turn: Turn) -> str:
    """A new question, with what was asked above it."""
    if not asking.may_settle(turn.db, turn.person, now=turn.now):
        raise Refusal("ask.may_not_settle")
    number = int(turn.args["number"])
    if asking.find(turn.db, number) is None:
        return _settled(turn)
    return writing.begin(turn, QUESTION, asked=number)


@router.on("materials.dismiss")
@offering
def dismiss(turn: Turn) -> str:
    if not authors.may_write(turn.db, turn.person, now=turn.now):
        return telling.not_author(turn)
    if not asking.settle(turn.db, turn.person, int(turn.args["number"]), asking.DISMISSED, now=turn.now):
        return _settled(turn)
    return turn.say("materials.dismissed", more=turn.tap("materials.unanswered"), desk=turn.tap("materials.desk"))


def _settled(turn: Turn) -> str:
    return turn.say("materials.settled", more=turn.tap("materials.unanswered"), desk=turn.tap("materials.desk"))
