"""应知应会 of one's trade, and what who holds an office studies in order, with how far he has come."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Router, Turn
from bot.services import study
from bot.services.study import Piece, choosing
from content.asking import squashed
from handlers.study import cards, wording
from handlers.study.desk import Desk

router = Router()


@router.on("study.duties")
def duties(turn: Turn) -> str:
    """The next card of his trade, or of the one he names; without either, the trades to choose from."""
    desk = Desk(turn)
    said = turn.args.get("about") or turn.args.get("text", "")
    every = desk.board.of_kind(study.CARD)
    found = [each for each in every if squashed(each.trades[0]) == squashed(said)] if said else []
    if not said:
        found = choosing.fitting(desk.reader, every)
    if not found:
        return _trades(turn, every, said)
    return _next(desk, found, found[0].trades[0] if said else "")


@router.on("study.track")
def track(turn: Turn) -> str:
    """The next card of his office, from the first on."""
    desk = Desk(turn)
    if not desk.reader.offices:
        raise Refusal("study.no_office", duties=turn.tap("study.duties"), learn=turn.tap("study.learn"))
    said = turn.args.get("about", "")
    wanted = [each for each in desk.reader.offices if squashed(wording.office(turn.content, each)) == said]
    office = (wanted or list(desk.reader.offices))[0]
    return _next(desk, desk.board.track(office), wording.office(turn.content, office))


def _next(desk: Desk, row: list[Piece], name: str) -> str:
    turn = desk.turn
    found = choosing.in_order(row, desk.past)
    if found is None:
        raise Refusal("study.nothing", daily=turn.tap("quiz.daily"), case=turn.tap("accidents.read"))
    read = sum(1 for each in row if (row_of := desk.past.get((each.kind, each.key))) and row_of.read_at)
    key = "study.progress_all" if found.why == "again" else "study.progress"
    above = turn.say(key, name=name or turn.say("study.your_trade"), read=read, of=len(row))
    return cards.shown(desk, found.piece, above=[above, *_offices(turn, desk, found.piece)])


def _offices(turn: Turn, desk: Desk, piece: Piece) -> list[str]:
    """For whoever holds an office: that there are cards for it as well."""
    others = [each for each in desk.reader.offices if each != piece.office]
    taps = []
    for each in others:
        row = desk.board.track(each)
        read = sum(1 for one in row if (one.kind, one.key) in desk.past)
        office = wording.office(turn.content, each)
        label = turn.say("study.tap_track", office=office, read=read, of=len(row))
        taps.append(turn.tap("study.track", label, about=office))
    return taps


def _trades(turn: Turn, every: list[Piece], said: str) -> str:
    counts: dict[str, int] = {}
    for each in every:
        counts[each.trades[0]] = counts.get(each.trades[0], 0) + 1
    taps = [
        turn.tap("study.duties", turn.say("study.tap_trade", trade=trade, count=count), about=trade)
        for trade, count in counts.items()
    ]
    unknown = turn.say("study.trade_unknown", said=quoted(said)) if said else turn.say("study.trade_unsaid")
    return turn.say("study.trades", unknown=unknown, taps="\n".join(taps))
