"""The teams of a room to choose from, and leaving the room."""

from __future__ import annotations

from bot.messages import quoted
from bot.router import Turn
from bot.services import contests
from bot.services.contests import Room, playing
from handlers.contests import desk, wording
from handlers.contests.routes import Step


def choice(turn: Turn, room: Room, note: str = "") -> str:
    """The teams to choose from, his own crew's first."""
    if room.over(turn.now):
        return wording.ended(turn, room)
    found = contests.teams(turn.db, room.id)
    own = playing.suggested(found, turn.member)
    ordered = sorted(enumerate(found, 1), key=lambda each: each[1] != own)
    lines = [
        wording.tap(
            turn,
            room,
            "contests.join",
            turn.say("contests.join_own" if team == own else "contests.join_team", team=quoted(team.name)),
            number=number,
        )
        for number, team in ordered
    ]
    turn.goto(Step.JOIN, within=contests.LASTS, room=room.id)
    progress = turn.say(
        "contests.running" if room.place else "contests.not_begun", place=room.place, count=len(room.questions)
    )
    lines += [tap for tap in [desk.offer_take_over(turn, room)] if tap]
    shown = turn.say(
        "contests.join", title=quoted(room.title), code=room.code, progress=progress, teams="\n".join(lines)
    )
    return f"{note}\n\n{shown}" if note else shown


def left(turn: Turn, room: Room) -> str:
    """He plays there no longer; how to come back, and where he still is."""
    playing.leave(turn.db, room, turn.person.id)
    wording.leave(turn, room)
    elsewhere = contests.played(turn.db, turn.person.id, now=turn.now)
    lines = [] if room.over(turn.now) else [turn.say("contests.come_again", code=room.code)]
    lines += [turn.say("contests.still_in", title=quoted(each.title), code=each.code) for each in elsewhere[:1]]
    return wording.with_ways(turn, "\n".join([turn.say("contests.left"), *lines]))


def others(turn: Turn, room: Room) -> str:
    """Who plays in two rooms at once is told, and may leave the other."""
    return "\n".join(
        turn.say(
            "contests.also_in",
            code=other.code,
            leave=wording.tap(turn, other, "contests.leave", turn.say("contests.tap_leave_other", code=other.code)),
        )
        for other in contests.played(turn.db, turn.person.id, now=turn.now)
        if other.id != room.id
    )
