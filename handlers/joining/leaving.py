"""解绑: what goes and what stays, a tap to confirm, and a guest again."""

from __future__ import annotations

from bot.router import NotMine, Router, Turn
from bot.services.joining import binding
from handlers.joining import wording
from handlers.joining.wording import Step

router = Router()


@router.on("joining.unbind")
def unbind(turn: Turn) -> str:
    return _ask(turn)


def _ask(turn: Turn) -> str:
    """Shows what goes and what stays; nothing is done before it is confirmed."""
    member = turn.person.member
    if member is None:
        return _guest(turn)
    turn.goto(Step.LEAVING)
    return turn.say("joining.unbind_ask", name=member.name, tail=wording.tail(member.staff_no), **_ways(turn))


@router.during(Step.LEAVING, resume="joining.unbind")
def neither(turn: Turn) -> str:
    raise NotMine(turn.say("joining.not_unbound", **_ways(turn)))


@router.on("joining.unbind_now")
def unbind_now(turn: Turn) -> str:
    member = turn.person.member
    if member is None:
        return _guest(turn)
    if turn.step != Step.LEAVING:
        return turn.say("joining.unbind_ask_first", ask=_ask(turn))
    binding.unbind(turn.db, turn.person, now=turn.now)
    turn.leave()
    return turn.say("joining.unbound", name=member.name, daily=turn.tap("quiz.daily"), bind=turn.tap("joining.bind"))


@router.on("joining.keep")
def keep(turn: Turn) -> str:
    """Neither changed, nor frozen, nor unbound: all stays as it was."""
    wording.left(turn)
    return turn.say("joining.kept", daily=turn.tap("quiz.daily"), menu=turn.tap("general.menu"))


def _guest(turn: Turn) -> str:
    return turn.say("joining.unbind_guest", daily=turn.tap("quiz.daily"), bind=turn.tap("joining.bind"))


def _ways(turn: Turn) -> dict[str, str]:
    keep = turn.tap("joining.keep", turn.say("joining.label_keep"))
    return {"confirm": turn.tap("joining.unbind_now"), "keep": keep}
