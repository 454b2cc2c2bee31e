"""记举手: mates without a phone, counted by the host for a team: so many raised a hand, so many of them rightly."""

from __future__ import annotations

import re

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import contests
from bot.services.contests import Room, Team, hosting
from content.folding import fold
from handlers.contests import desk, wording
from handlers.contests.routes import router

_NUMBER = re.compile(r"[0-9]{1,4}")
RAISED_AND_RIGHT = 2


@router.on("contests.hands")
def hands(turn: Turn) -> str:
    """The word with a team and numbers, or alone, or a tap that names the room."""
    room = desk.own(turn) if "sitting" in turn.args else contests.hosted(turn.db, turn.person.id, now=turn.now)
    if room is None:
        raise Refusal("contests.hosts_none", enter=turn.tap("contests.enter"), menu=turn.tap("general.menu"))
    return take(turn, room, turn.args.get("text", ""))


@router.on("contests.hands_of")
def hands_of(turn: Turn) -> str:
    """A team tapped, its numbers to come."""
    room, number = desk.own(turn), int(turn.args["number"])
    teams = contests.teams(turn.db, room.id)
    return take(turn, room, "", teams[number - 1].id if 0 < number <= len(teams) else 0)


def told(turn: Turn, said: str, chosen: int) -> bool:
    """The words tell of hands: they begin with the word for it, name two numbers, or one where a team was tapped before."""
    if said.startswith(fold(turn.content.words.first_word["contests.hands"])):
        return True
    return len(_numbers(turn, said)) >= (1 if chosen else RAISED_AND_RIGHT)


def take(turn: Turn, room: Room, said: str, chosen: int = 0) -> str:
    """Take down how many raised a hand and how many rightly, or ask for what is missing of it."""
    if room.over(turn.now) or room.place == 0:
        return desk.desk(turn, room)
    teams = contests.teams(turn.db, room.id)
    team, numbers = _read(turn, said, teams)
    team = team or next((each for each in teams if each.id == chosen), None)
    if team is None:
        return _which(turn, room, teams)
    desk.stand(turn, room, team.id)
    if len(numbers) != RAISED_AND_RIGHT:
        return turn.say("contests.ask_hands", team=quoted(team.name), place=room.place)
    raised, right = numbers
    try:
        hosting.hands(turn.db, room, team.id, raised=raised, right=right)
    except Refusal as refusal:
        return turn.say(refusal.key, **refusal.values)
    desk.stand(turn, room)
    return turn.say(
        "contests.hands_kept",
        team=quoted(team.name),
        place=room.place,
        raised=raised,
        right=right,
        more=desk.tap(turn, room, "contests.hands", "contests.tap_hands_more"),
        back=desk.tap(turn, room, "contests.desk", "contests.tap_back"),
    )


def _which(turn: Turn, room: Room, teams: list[Team]) -> str:
    desk.stand(turn, room)
    lines = [
        wording.tap(turn, room, "contests.hands_of", quoted(each.name), number=number)
        for number, each in enumerate(teams, 1)
    ]
    return turn.say("contests.ask_hands_team", teams="\n".join(lines), example=quoted(teams[0].name))


def _read(turn: Turn, said: str, teams: list[Team]) -> tuple[Team | None, list[int]]:
    """The team a text names, the longest name first, or by its place before two numbers; and the numbers beside it."""
    rest = fold(said)
    for team in sorted(teams, key=lambda each: -len(each.name)):
        if (name := fold(team.name)) and name in rest:
            return team, _numbers(turn, rest.replace(name, " ", 1))
    numbers = _numbers(turn, rest)
    if len(numbers) == RAISED_AND_RIGHT + 1 and 1 <= numbers[0] <= len(teams):
        return teams[numbers[0] - 1], numbers[1:]
    return None, numbers


def _numbers(turn: Turn, text: str) -> list[int]:
    return [int(each) for each in _NUMBER.findall(wording.digits(turn, text))]
