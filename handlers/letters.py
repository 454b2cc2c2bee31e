"""来信: what people tell that is no command, kept, and with their consent passed on to a human being."""

from __future__ import annotations

from bot.router import Router, Turn

router = Router()


@router.on("letters.story")
def story(turn: Turn) -> str:
    return turn.say(
        "general.not_understood",
        daily=turn.tap("quiz.daily"),
        help=turn.tap("general.help"),
        danger=turn.danger_line(),
    )


@router.on("letters.pass_on")
def pass_on(_turn: Turn) -> None:
    return None
