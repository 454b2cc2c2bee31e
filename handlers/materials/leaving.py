"""Out of what he is writing: for a while with everything kept, or back to the piece he meant to change."""

from __future__ import annotations

from bot.messages import Offered
from bot.router import Turn
from bot.services.materials import desk, unfinished
from handlers.materials.drafts import Writing


def paused(turn: Turn) -> str:
    """Out of it, with everything kept."""
    turn.pause()
    return turn.say("materials.paused", go_on=turn.tap("materials.go_on"), desk=turn.tap("materials.desk"))


def back_to_it(turn: Turn, writing: Writing) -> str:
    """From the first look at a piece that is to be changed back to that piece; what he changed already waits."""
    number = int(writing.key.rpartition("-")[2])
    found = desk.find(turn.db, writing.key)
    show = turn.tap("materials.show", turn.say("materials.tap_as_it_is"), number=number)
    if found is None or found.body != writing.body:
        told = paused(turn)
        return Offered(f"{show}\n{told}" if found is not None else told)
    unfinished.drop(turn.db, turn.person.id)
    turn.leave()
    ways = {"show": show, "mine": turn.tap("materials.mine"), "desk": turn.tap("materials.desk")}
    return Offered(turn.say("materials.left_as_it_is", **ways))
