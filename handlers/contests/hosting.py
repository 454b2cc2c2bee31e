"""Leading a room: the next question, collecting it, taking over, the end; by taps, or by the words a host would say."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import Refusal
from bot.router import NotMine, Turn
from bot.services import contests
from bot.services.contests import Room, hosting
from content.folding import fold
from handlers.contests import desk, hands, wording
from handlers.contests.routes import RESUME, Step, router


@router.on("contests.desk")
def show_desk(turn: Turn) -> str:
    return desk.desk(turn, desk.own(turn))


@router.on("contests.ask")
def ask(turn: Turn) -> str:
    return _ask(turn, desk.own(turn), int(turn.args["number"]))


@router.on("contests.collect")
def collect(turn: Turn) -> str:
    return _collect(turn, desk.own(turn), int(turn.args["number"]))


@router.on("contests.counts")
def counts(turn: Turn) -> str:
    return desk.counts(turn, desk.own(turn))


@router.on("contests.end")
def end(turn: Turn) -> str:
    return _end(turn, desk.own(turn), sure=False)


@router.on("contests.end_now")
def end_now(turn: Turn) -> str:
    return _end(turn, desk.own(turn), sure=True)


@router.on("contests.take_over")
def take_over(turn: Turn) -> str:
    try:
        taken = hosting.take_over(turn.db, turn.person, wording.named(turn), now=turn.now)
    except Refusal as refusal:
        return wording.with_ways(turn, turn.say(refusal.key))
    return f"{turn.say('contests.taken_over')}\n\n{desk.desk(turn, taken)}"


@router.during(Step.HOST, resume=RESUME, own_words=True, alone=True)
def typed(turn: Turn) -> str:
    """The words of his controls, or hands; whatever else he says shows him how it stands."""
    room = contests.find(turn.db, wording.stood(turn, Step.HOST))
    if room is None or room.host_id != turn.person.id:
        turn.leave()
        raise NotMine(turn.say("contests.hosts_none", enter=turn.tap("contests.enter"), menu=turn.tap("general.menu")))
    if turn.hazard is not None and turn.hazard.sure:
        return turn.say("contests.people_first", on=turn.tap("contests.enter"))
    said = fold(turn.text)
    for name, act in CONTROLS.items():
        if said in wording.words(turn, name):
            return act(turn, room)
    chosen = int(turn.dialog.data.get("team", 0)) if turn.dialog is not None else 0
    named = bool(turn.action) and turn.exact and turn.action != "contests.hands"
    if not named and hands.told(turn, said, chosen):
        return hands.take(turn, room, turn.text, chosen)
    shown = desk.desk(turn, room)
    if named:
        raise NotMine(shown)
    return shown


def _next(turn: Turn, room: Room) -> str:
    """The next question; one that is open is collected first, or nobody would hear why."""
    return _collect(turn, room, room.place) if room.open else _ask(turn, room, room.place + 1)


def _ask(turn: Turn, room: Room, place: int) -> str:
    """Open that question; a tap on one asked before, or while one is open, shows how it stands."""
    if place > len(room.questions):
        return _end(turn, room, sure=True)
    if not room.over(turn.now):
        hosting.ask(turn.db, room, place, now=turn.now)
    return desk.desk(turn, desk.again(turn, room))


def _collect(turn: Turn, room: Room, place: int) -> str:
    if not room.over(turn.now):
        hosting.collect(turn.db, room, place)
    return desk.desk(turn, desk.again(turn, room))


def _end(turn: Turn, room: Room, *, sure: bool) -> str:
    """The result; asked first where questions are left."""
    left = len(room.questions) - room.place + int(room.open)
    if left and not sure and not room.over(turn.now):
        desk.stand(turn, room)
        yes = desk.tap(turn, room, "contests.end_now", "contests.tap_end_now")
        back = desk.tap(turn, room, "contests.desk", "contests.tap_go_on")
        return turn.say("contests.sure", left=left, yes=yes, back=back)
    return desk.result(turn, hosting.end(turn.db, room, now=turn.now))


CONTROLS: dict[str, Callable[[Turn, Room], str]] = {
    "next": _next,
    "collect": lambda turn, room: _collect(turn, room, room.place),
    "counts": desk.counts,
    "end": lambda turn, room: _end(turn, room, sure=False),
    "end_now": lambda turn, room: _end(turn, room, sure=True),
}
"""What a host says, by the name of its words in the copy."""
