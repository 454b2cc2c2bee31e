"""休假、销假: days on which nothing is pushed to a person; whatever he asks for he has all the same."""

from __future__ import annotations

from bot.errors import Refusal
from bot.router import NotMine, Turn
from bot.services import shifts
from content.shifts import Period
from handlers.shifts import wording
from handlers.shifts.own import period
from handlers.shifts.routes import Step, router
from handlers.shifts.wording import today


@router.on("shifts.leave")
def leave(turn: Turn) -> str:
    """With days they are kept; the mere word asks for them."""
    said = turn.args.get("text", "")
    if not said:
        turn.goto(Step.LEAVE)
        over = shifts.leave.over(turn.person, today(turn))
        known = period(turn, turn.person.leave_from, turn.person.leave_until)
        return _ask(turn, turn.say("shifts.leave_which") if over else turn.say("shifts.leave_stands", period=known))
    found = turn.content.shifts.dates.period(said, today(turn))
    if found is None:
        turn.goto(Step.LEAVE)
        return _ask(turn, turn.say("shifts.not_days"))
    return _keep(turn, found)


@router.on("shifts.leave_now")
def leave_now(turn: Turn) -> str:
    return _keep(turn, Period(today(turn), None))


@router.during(Step.LEAVE, resume="shifts.leave")
def typed(turn: Turn) -> str:
    found = turn.content.shifts.dates.period(turn.text, today(turn))
    if found is None:
        raise NotMine(_ask(turn, turn.say("shifts.not_days")))
    return _keep(turn, found)


@router.on("shifts.back")
def back(turn: Turn) -> str:
    _left(turn)
    show = turn.tap("shifts.show")
    if shifts.leave.over(turn.person, today(turn)):
        return turn.say("shifts.not_away", ways=wording.joined(turn, (turn.tap("shifts.leave"), show)))
    shifts.leave.back(turn.db, turn.person)
    return turn.say("shifts.back", ways=wording.joined(turn, (turn.tap("quiz.daily"), show)))


def _keep(turn: Turn, found: Period) -> str:
    try:
        after = shifts.leave.take(turn.db, turn.person, found.first, found.last, today=today(turn))
    except Refusal as refusal:
        turn.goto(Step.LEAVE)
        return _ask(turn, turn.say(refusal.key))
    if found.last is None:
        turn.goto(Step.LEAVE)  # the day he comes back may still be told
    else:
        _left(turn)
    kept = turn.say("shifts.leave_kept", period=period(turn, after.leave_from, after.leave_until))
    until = turn.say("shifts.leave_open") if found.last is None else turn.say("shifts.leave_ends")
    ways = wording.joined(turn, (turn.tap("shifts.back"), turn.tap("shifts.show")))
    return turn.say("shifts.leave_told", kept=kept, until=until, ways=ways)


def _ask(turn: Turn, why: str) -> str:
    taps = [] if turn.person.leave_from is not None and shifts.leave.lasts(turn.person, turn.sent_at) else [
        turn.tap("shifts.leave_now", turn.say("shifts.label_leave_now"))
    ]  # fmt: skip
    if not shifts.leave.over(turn.person, today(turn)):
        taps.append(turn.tap("shifts.back"))
    return turn.say("shifts.leave_ask", why=why, ways=wording.joined(turn, (*taps, turn.tap("shifts.show"))))


def _left(turn: Turn) -> None:
    if turn.dialog is not None and turn.dialog.step == Step.LEAVE:
        turn.leave()
