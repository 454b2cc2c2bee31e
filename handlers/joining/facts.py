"""绑定: the number and the name in a message, and those he gave a moment ago."""

from __future__ import annotations

from datetime import timedelta

from bot.router import Turn
from bot.services.joining import said
from bot.services.joining.said import Said
from handlers.joining import wording
from handlers.joining.wording import Step

REMEMBERED = timedelta(hours=12)
"""What he said of himself is still his after the step has run out."""


def told_of(turn: Turn) -> Said:
    """What the message tells of him, by our own reading and by that of whoever understood it."""
    told = said.read(turn.text, wording.around(turn))
    name = turn.args.get("name", "")
    names = told.names if name in told.names or not name or told.unclear else (name, *told.names)
    names = said.plausible(names, turn.say("joining.never_names").split())
    return Said(told.staff_no or turn.args.get("staff_no", ""), names, unclear=told.unclear)


def told_when_asked(turn: Turn) -> Said:
    """The same, where he was asked: then a name may stand alone, unless the words mean something else."""
    told = told_of(turn)
    if told.staff_no or turn.args.get("name") or told.unclear:
        return told
    elsewhere = (turn.action and turn.action != "joining.bind") or turn.hazard is not None
    believed = not elsewhere and said.believable(told.names, turn.say("joining.never_names").split())
    return told if believed else Said()


def goto(turn: Turn, step: Step, told: Said) -> None:
    turn.goto(step, staff_no=told.staff_no, names=list(told.names))


def standing(turn: Turn, *steps: Step) -> bool:
    """True while he stands in one of these steps, or did not long ago: a tap of weeks ago means nothing any more."""
    dialog = turn.dialog
    return dialog is not None and dialog.step in steps and dialog.expires_at >= turn.now - REMEMBERED


def kept(turn: Turn) -> Said:
    """What he said of himself before, in this conversation."""
    dialog = turn.dialog
    if dialog is None or not standing(turn, Step.CONSENT, Step.WHO):
        return Said()
    return Said(dialog.data["staff_no"], tuple(dialog.data["names"]))


def merged(told: Said, before: Said) -> Said:
    return Said(told.staff_no or before.staff_no, told.names or before.names, unclear=told.unclear)
