"""工资、考勤、置顶: what people ask of us that is kept elsewhere, and how to find us again."""

from __future__ import annotations

from bot.router import Router, Turn

router = Router()


@router.on("general.elsewhere")
def elsewhere(turn: Turn) -> str:
    return turn.say("elsewhere.asked", say=turn.tap("reports.say"), human=turn.tap("letters.human"))


@router.on("general.pin")
def pin(turn: Turn) -> str:
    return turn.say("elsewhere.pin", daily=turn.tap("quiz.daily"), help=turn.tap("general.help"))


@router.on("general.phones")
def phones(turn: Turn) -> str:
    """Answered at any time, also while he is talking to a person."""
    return turn.say(
        "elsewhere.phones", danger=turn.danger_line(), aid=turn.mine.aid_line, human=turn.tap("letters.human")
    )
