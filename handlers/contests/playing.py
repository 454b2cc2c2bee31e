"""Playing: the open question, one answer to it, and what was right once the host has collected it.

Nobody can be pushed to: a player sees how it stands whenever he writes or taps, and answers by what he hears read aloud.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot import putting
from bot.messages import quoted
from bot.router import NotMine, Turn
from bot.services import contests
from bot.services.contests import Room, Seat
from bot.services.contests import playing as rules
from bot.services.quiz import answers
from content.folding import fold
from handlers.contests import teams, wording
from handlers.contests.routes import RESUME, Step, router

_CODE = re.compile(r"[0-9]{4}")
SKEW = timedelta(seconds=5)
"""So much the platform's clock, by which words are sent, may be behind ours; a tap names its question and needs no clock."""


@router.on("contests.look")
def look(turn: Turn) -> str:
    seat = wording.seat(turn)
    return show(turn, seat) if seat.plays else _not_in(turn, seat.room)


@router.on("contests.choose")
def choose(turn: Turn) -> str:
    """An option tapped, on this question or an older one."""
    seat, number = wording.seat(turn), int(turn.args["number"])
    if not seat.plays:
        return _not_in(turn, seat.room)
    if number != seat.room.place and not seat.room.over(turn.now):
        return show(turn, seat, turn.say("contests.stale_tap", said=number, place=seat.room.place))
    return _answer(turn, seat, turn.args["choice"])


@router.during(Step.PLAY, resume=RESUME, own_words=True, alone=True)
def typed(turn: Turn) -> str:
    room_id = wording.stood(turn, Step.PLAY)
    seat = contests.seat(turn.db, room_id, turn.person.id)
    if seat is None or not seat.plays:
        turn.leave()
        raise NotMine(turn.say("contests.not_in", enter=turn.tap("contests.enter"), menu=turn.tap("general.menu")))
    if turn.hazard is not None and turn.hazard.sure:
        return turn.say("contests.people_first", on=turn.tap("contests.enter"))
    if (move := _moves(turn, seat)) is not None:
        return move
    if seat.room.open and seat.answer is None and not seat.room.over(turn.now):
        return _answer(turn, seat, turn.text, spoken=True)
    if turn.action and turn.exact:
        raise NotMine(show(turn, seat))
    return show(turn, seat)


def entered(turn: Turn, room: Room) -> str:
    """Back in his place, which from now on the contest's word alone means; whoever has none is shown the teams."""
    seat = contests.seat(turn.db, room.id, turn.person.id)
    if seat is None or seat.team_id is None:
        return teams.choice(turn, room)
    rules.join(turn.db, room, turn.person.id, seat.team_id, now=turn.now)
    return show(turn, seat, teams.others(turn, room))


def show(turn: Turn, seat: Seat, note: str = "") -> str:
    """How it stands for him: not begun, the open question, his answer kept, what was right, or the result."""
    room = seat.room
    if room.over(turn.now):
        shown = wording.final(turn, room)
    elif room.place == 0:
        _stand(turn, room)
        shown = _waiting(turn, seat)
    elif not room.open:
        shown = _verdict(turn, seat)
    elif seat.answer is not None:
        _stand(turn, room)
        shown = _kept(turn, seat, "contests.again", seat.answer)
    else:
        before = _before(turn, room)
        _stand(turn, room, seen=room.place - 1, shown=room.place)
        found = wording.asked(turn, room, room.place)
        shown = "\n\n".join(filter(None, [before, wording.question(turn, seat, found)]))
    return f"{note}\n\n{shown}" if note else shown


def _moves(turn: Turn, seat: Seat) -> str | None:
    """What he says to look on, to change his team, to leave or to go to another room; None for anything else."""
    said = fold(turn.text)
    if said in wording.words(turn, "look"):
        return show(turn, seat)
    if said in wording.words(turn, "change"):
        return teams.choice(turn, seat.room)
    if said in wording.words(turn, "leave"):
        return teams.left(turn, seat.room)
    other = contests.by_code(turn.db, said) if _CODE.fullmatch(said) else None
    return entered(turn, other) if other is not None and not other.over(turn.now) else None


def _answer(turn: Turn, seat: Seat, said: str, *, spoken: bool = False) -> str:
    """Keep what he taps or types, where it is the question's; the first counts."""
    room = seat.room
    if room.over(turn.now) or not room.open or seat.answer is not None:
        late = room.open is False and seat.answer is None and not room.over(turn.now)
        return show(turn, seat, turn.say("contests.too_late", place=room.place) if late else "")
    assert room.opened_at is not None
    assert seat.team_id is not None
    if spoken and turn.sent_at < room.opened_at - SKEW:
        return show(turn, seat, turn.say("contests.too_early", place=room.place))
    found = wording.asked(turn, room, room.place)
    options = answers.options_shown(found, wording.shuffle(room, room.place))
    answer = answers.read(said, found, options, turn.content.answers)
    if answer is None:
        return _unsure(turn, seat, said, named=spoken and turn.exact and bool(turn.action))
    score = rules.answer(
        turn.db, turn.person, room, seat.team_id, answer, asked=found, content=turn.content, sent_at=turn.sent_at
    )
    if score is None:  # collected, or answered from another phone's copy, in this very moment
        after = contests.seat(turn.db, room.id, turn.person.id)
        assert after is not None
        late = after.answer is None
        return show(turn, after, turn.say("contests.too_late", place=room.place) if late else "")
    _stand(turn, room)
    return _kept(turn, seat, "contests.kept", answer)


def _unsure(turn: Turn, seat: Seat, said: str, *, named: bool) -> str:
    """Two options may be meant, or none: asked back; what names something else by its own word is that."""
    room = seat.room
    found, shuffle = wording.asked(turn, room, room.place), wording.shuffle(room, room.place)
    if found.kind == "single":
        meant = answers.meanings(said, answers.options_shown(found, shuffle), turn.content.answers)
        if len(meant) > 1:
            choose_tap = wording.chooser(turn, room)
            taps = [putting.option(turn.content, found, shuffle, letter, choose_tap) for letter in meant]
            return turn.say("quiz.which", said=quoted(said), options="\n".join(taps))
    if not named and _noted(turn, room, "shown") < room.place:
        return show(turn, seat)  # any word of his brings the question, where he has not seen it
    reply = turn.say(
        "contests.not_an_answer",
        place=room.place,
        hint=putting.hint(turn.content, found),
        look=wording.look(turn, room, turn.say("contests.tap_question", place=room.place)),
        quit=turn.tap("general.quit", turn.say("contests.tap_quit")),
        danger=turn.danger_line(),
    )
    if named:
        raise NotMine(reply, asks=True)
    return reply


def _waiting(turn: Turn, seat: Seat) -> str:
    room = seat.room
    return turn.say(
        "contests.wait",
        title=quoted(room.title),
        team=quoted(seat.team),
        look=wording.look(turn, room, turn.say("contests.tap_question", place=1)),
        change=wording.tap(turn, room, "contests.teams", turn.say("contests.tap_change")),
        leave=wording.tap(turn, room, "contests.leave", turn.say("contests.tap_leave")),
    )


def _kept(turn: Turn, seat: Seat, key: str, answer: str) -> str:
    room = seat.room
    return turn.say(
        key,
        place=room.place,
        answer=putting.short(turn.content, wording.asked(turn, room, room.place), answer),
        look=wording.look(turn, room, turn.say("contests.tap_verdict", place=room.place)),
    )


def _verdict(turn: Turn, seat: Seat) -> str:
    """What was right, why, and where it stands, his own answer beside it; who has seen that waits for what comes."""
    room = seat.room
    on = turn.say("contests.tap_result") if room.last else turn.say("contests.tap_question", place=room.place + 1)
    if _noted(turn, room, "seen") >= room.place:
        _stand(turn, room)
        key = "contests.wait_result" if room.last else "contests.wait_next"
        return turn.say(key, place=room.place + 1, look=wording.look(turn, room, on))
    _stand(turn, room, seen=room.place, shown=room.place)
    found, shuffle = wording.asked(turn, room, room.place), wording.shuffle(room, room.place)
    if seat.answer is None:
        verdict = turn.say("contests.missed", answer=putting.right(turn.content, found, shuffle))
    else:
        verdict = putting.verdict(turn.content, found, shuffle, seat.answer, seat.score or 0)
    head = turn.say("contests.closed", place=room.place, verdict=verdict)
    return putting.explained(turn.content, found, head, [wording.look(turn, room, on)])


def _before(turn: Turn, room: Room) -> str:
    """What came of the question before, in a line, for who has not seen it."""
    place = room.place - 1
    if place < 1 or _noted(turn, room, "seen") >= place:
        return ""
    given = rules.given(turn.db, room, place, turn.person.id)
    if given is not None and given[1] == 1:
        return turn.say("contests.before_right", place=place)
    found = wording.asked(turn, room, place)
    right = putting.right(turn.content, found, wording.shuffle(room, place))
    return turn.say("contests.before_wrong", place=place, answer=right, law=found.law, article=found.article)


def _noted(turn: Turn, room: Room, what: str) -> int:
    """The last question of this room that he was shown ("shown"), or was shown the right answer of ("seen")."""
    return int(turn.dialog.data.get(what, 0)) if turn.dialog and wording.stood(turn, Step.PLAY) == room.id else 0


def _stand(turn: Turn, room: Room, *, seen: int | None = None, shown: int | None = None) -> None:
    """Wait for his words in this room; nothing is written where he stands there already and has seen nothing new."""
    before = {what: _noted(turn, room, what) for what in ("seen", "shown")}
    after = {
        "seen": before["seen"] if seen is None else seen,
        "shown": before["shown"] if shown is None else shown,
    }
    if turn.step == Step.PLAY and wording.stood(turn, Step.PLAY) == room.id and before == after:
        return
    turn.goto(Step.PLAY, within=contests.LASTS, room=room.id, **after)


def _not_in(turn: Turn, room: Room) -> str:
    """A tap on a room he does not play in (any more)."""
    if room.over(turn.now):
        return wording.ended(turn, room)
    back = wording.tap(turn, room, "contests.teams", turn.say("contests.tap_back_in", code=room.code))
    return turn.say("contests.not_in", enter=back, menu=turn.tap("general.menu"))
