"""Into a room: by its code, late or again, to a team, to another, out; and who has no room is told how to get one."""

from __future__ import annotations

import re

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Turn
from bot.services import contests
from bot.services.contests import Room, Team, playing
from content.folding import fold
from handlers.contests import desk, setting, teams, wording
from handlers.contests.playing import entered, show
from handlers.contests.routes import RESUME, Step, router

_CODE = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


@router.on("contests.enter")
def enter(turn: Turn) -> str:
    """With a code, that room; alone, wherever he is in a contest, else a new one for whoever may host, else the code."""
    return _by_code(turn, turn.args["room"]) if "room" in turn.args else _place(turn)


@router.during(Step.CODE, resume=RESUME)
def code_typed(turn: Turn) -> str:
    code = _code(turn, turn.text)
    if code is None:
        raise NotMine(_ask_code(turn))
    return _by_code(turn, code)


@router.during(Step.JOIN, resume=RESUME, alone=True)
def team_typed(turn: Turn) -> str:
    room = contests.find(turn.db, wording.stood(turn, Step.JOIN))
    if room is None:
        turn.leave()
        return _place(turn)
    found = contests.teams(turn.db, room.id)
    said = fold(turn.text)
    for number, team in enumerate(found, 1):
        if said in (fold(team.name), str(number)):
            return _into(turn, room, team)
    if (code := _code(turn, turn.text)) is not None:
        return _by_code(turn, code)
    raise NotMine(teams.choice(turn, room, turn.say("contests.not_a_team")))


@router.on("contests.join")
def join(turn: Turn) -> str:
    room, number = wording.named(turn), int(turn.args["number"])
    found = contests.teams(turn.db, room.id)
    return _into(turn, room, found[number - 1]) if 1 <= number <= len(found) else teams.choice(turn, room)


@router.on("contests.teams")
def change(turn: Turn) -> str:
    """To choose another team, as long as he has not answered for one."""
    return teams.choice(turn, wording.named(turn))


@router.on("contests.leave")
def leave(turn: Turn) -> str:
    return teams.left(turn, wording.named(turn))


def _place(turn: Turn) -> str:
    now = turn.now
    stands = contests.find(turn.db, wording.stood(turn, Step.PLAY, Step.HOST))
    if stands is not None and stands.over(now):
        return wording.final(turn, stands)  # he was there when it ended, and has not heard how
    if (waits := wording.stood(turn, Step.JOIN)) and (room := contests.find(turn.db, waits)) and not room.over(now):
        return teams.choice(turn, room)
    hosted = contests.hosted(turn.db, turn.person.id, now=now)
    played = contests.played(turn.db, turn.person.id, now=now)
    plays = wording.stood(turn, Step.PLAY) in {room.id for room in played} or hosted is None
    if played and plays:
        return entered(turn, played[0])
    if hosted is not None:
        return desk.desk(turn, hosted)
    return setting.opened(turn) if setting.may(turn) else _ask_code(turn)


def _by_code(turn: Turn, code: str) -> str:
    room = contests.by_code(turn.db, code)
    if room is None:
        turn.goto(Step.CODE)
        raise Refusal("contests.no_room", code=code, quit=turn.tap("general.quit"))
    if room.over(turn.now):
        if room.host_id == turn.person.id or playing.has_played(turn.db, room, turn.person.id):
            return wording.final(turn, room)
        turn.goto(Step.CODE)
        raise Refusal("contests.room_over", code=code, quit=turn.tap("general.quit"))
    if room.host_id == turn.person.id:
        return desk.desk(turn, room)
    return entered(turn, room)


def _into(turn: Turn, room: Room, team: Team) -> str:
    """Into that team, or back into the one he has answered for, and at once to the question that is open."""
    if room.over(turn.now):
        return wording.ended(turn, room)
    chosen = playing.join(turn.db, room, turn.person.id, team.id, now=turn.now)
    seat = contests.seat(turn.db, room.id, turn.person.id)
    assert seat is not None
    key = "contests.joined" if chosen == team.id else "contests.stays"
    note = turn.say(key, title=quoted(room.title), team=quoted(seat.team))
    return show(turn, seat, "\n".join(filter(None, [note, teams.others(turn, room)])))


def _ask_code(turn: Turn) -> str:
    turn.goto(Step.CODE)
    return turn.say("contests.ask_code", quit=turn.tap("general.quit"), more=turn.tap("quiz.more"))


def _code(turn: Turn, text: str) -> str | None:
    """Four digits in what he wrote, in numerals of either kind."""
    found = _CODE.search(wording.digits(turn, text).replace(" ", ""))
    return None if found is None else found.group()
