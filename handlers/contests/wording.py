"""How a contest's question, its result and its taps are put: every tap names the very room, and the question where it is about one."""

from __future__ import annotations

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import contests
from bot.services.contests import Room, Seat
from bot.services.exams import sitting
from bot.services.packs import FEWEST
from bot.services.quiz import answers
from content.bank import LETTERS, Question
from content.folding import fold
from handlers.contests.routes import Step


def tap(turn: Turn, room: Room, action: str, label: str, **facts: object) -> str:
    """A tap that names this very room, now and in a year."""
    return turn.tap(action, label, sitting=room.id, **facts)


def look(turn: Turn, room: Room, label: str) -> str:
    """The tap a player goes on with: whatever there is to see by then."""
    return tap(turn, room, "contests.look", label)


def named(turn: Turn) -> Room:
    """The room a tap names. Refuses contests.no_such."""
    room = contests.find(turn.db, int(turn.args["sitting"]))
    if room is None:
        raise _no_such(turn)
    return room


def seat(turn: Turn) -> Seat:
    """The room a tap names with his own place in it, in one look. Refuses contests.no_such."""
    found = contests.seat(turn.db, int(turn.args["sitting"]), turn.person.id)
    if found is None:
        raise _no_such(turn)
    return found


def asked(turn: Turn, room: Room, place: int) -> Question:
    """The question of a place, in the words it was laid out in."""
    unit = room.unit_id
    bank = turn.bank if unit is None else turn.shelf.of_unit(turn.db, turn.content, unit, now=turn.now)
    return sitting.question(turn.db, room.questions[place - 1], bank)


def shuffle(room: Room, place: int) -> str:
    """The order of its options, the same for all."""
    return room.questions[place - 1].shuffle


def question(turn: Turn, seat: Seat, found: Question) -> str:
    """The open question as a player sees it."""
    room = seat.room
    return putting.question(
        turn.content,
        found,
        shuffle(room, room.place),
        title=turn.say(
            "contests.title",
            place=room.place,
            count=len(room.questions),
            kind=putting.kind(turn.content, found),
            team=quoted(seat.team),
        ),
        choose=chooser(turn, room),
        below=[turn.tap("general.quit", turn.say("contests.tap_quit"))],
    )


def chooser(turn: Turn, room: Room) -> putting.Choose:
    """Makes the taps that answer the question the room stands at."""
    return lambda choice, label: tap(turn, room, "contests.choose", label, number=room.place, choice=choice)


def aloud(turn: Turn, room: Room, found: Question) -> str:
    """The question as the host reads it out, nothing to tap in it."""
    shown = answers.options_shown(found, shuffle(room, room.place))
    options = [
        turn.say("quiz.option", letter=letter, text=text)
        for letter, text in zip(LETTERS[: len(shown)], shown, strict=True)
    ]
    if found.kind == "judge":
        options = [turn.say("contests.aloud_judge")]
    return "\n".join([found.stem, *options])


def result(turn: Turn, room: Room) -> str:
    """How the teams stand, and by what rule; nobody's name."""
    found = contests.results.standing(turn.db, room)
    ranks = [each.rank for each in found]
    lines = []
    for each in found:
        name = quoted(each.team.name)
        if each.share is None:
            lines.append(turn.say("contests.line_took_part" if each.people else "contests.line_nobody", team=name))
            continue
        shared = ranks.count(each.rank) > 1
        key = "contests.line_shared" if shared else "contests.line"
        lines.append(turn.say(key, rank=each.rank, team=name, share=each.share))
    return turn.say("contests.result", title=quoted(room.title), lines="\n".join(lines), least=FEWEST)


def final(turn: Turn, room: Room) -> str:
    """The result for whoever played, and what else there is to do; he waits there no longer."""
    leave(turn, room)
    ways = "\n".join([turn.tap("quiz.daily"), turn.tap("general.menu")])
    return f"{result(turn, room)}\n\n{ways}"


def ended(turn: Turn, room: Room) -> str:
    """Of a room that is over: its result for whoever was in it; for others, that it is over."""
    if room.host_id == turn.person.id or contests.playing.has_played(turn.db, room, turn.person.id):
        return final(turn, room)
    return with_ways(turn, turn.say("contests.over"))


def words(turn: Turn, name: str) -> set[str]:
    """What may be typed for something inside a room."""
    return set(map(fold, turn.say(f"contests.words_{name}").split()))


def digits(turn: Turn, text: str) -> str:
    """The text folded, each numeral as a digit."""
    numerals = turn.say("contests.numerals")
    return fold(text).translate(str.maketrans(numerals, "0123456789"))


def stood(turn: Turn, *steps: Step) -> int:
    """The room he stands or stood in last in one of these steps; 0 for none."""
    dialog = turn.dialog
    return int(dialog.data.get("room", 0)) if dialog is not None and dialog.step in steps else 0


def with_ways(turn: Turn, why: str) -> str:
    """A refusal, and where to go from it."""
    return turn.say("contests.with_ways", why=why, enter=turn.tap("contests.enter"), menu=turn.tap("general.menu"))


def leave(turn: Turn, room: Room) -> None:
    """Wait for this room no longer; whoever stands in another stays there."""
    if turn.dialog is not None and turn.dialog.data.get("room") == room.id:
        turn.leave()


def _no_such(turn: Turn) -> Refusal:
    return Refusal("contests.no_such", enter=turn.tap("contests.enter"), menu=turn.tap("general.menu"))
