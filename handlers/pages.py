"""接着看: the next page of a reply that was too long."""

from __future__ import annotations

from bot.messages import Offered
from bot.router import Router, Turn
from bot.services import pages

router = Router()


@router.on("pages.next")
def next_page(turn: Turn) -> str:
    text = pages.find(turn.db, turn.person.id, int(turn.args["number"]))
    return Offered(text) if text else turn.say("pages.gone", menu=turn.tap("general.menu"))
