"""大伙忘了啥: by trade and by crew, over five people at least, without a name."""

from __future__ import annotations

from bot.router import Turn
from bot.services import packs
from bot.services.packs import Group
from handlers.desk.routes import chosen, router

POINTS, GROUPS, TEN = 3, 6, 10


@router.on("desk.forgotten")
def forgotten(turn: Turn) -> str:
    return _shown(turn)


@router.on("desk.forgotten_of")
def forgotten_of(turn: Turn) -> str:
    return _shown(turn)


def _shown(turn: Turn) -> str:
    found = chosen(turn, "forgotten", "desk.forgotten_of")
    if isinstance(found, str):
        return found
    unit_id, unit = found
    people, words = packs.workers(turn.db, unit_id), turn.content.mine
    by_trade = packs.by_trade(turn.db, people, words.trades, words, now=turn.now, limit=POINTS)
    by_crew = packs.by_crew(turn.db, people, now=turn.now, limit=POINTS)
    groups = [*by_trade, *(each for each in by_crew if each.name != unit)]
    if not any(each.points for each in groups) and len(people) >= packs.FEWEST:
        whole = packs.group(turn.db, unit, [each.id for each in people], now=turn.now, limit=POINTS)
        groups = [whole] if whole.points else groups
    ways = turn.say("me.between").join((turn.tap("desk.pack"), turn.tap("desk.manage"), turn.tap("general.menu")))
    if not groups:
        return turn.say("desk.forgotten_few", unit=unit, ways=ways)
    told = "\n".join(_group(turn, each) for each in groups[:GROUPS])
    return turn.say("desk.forgotten", unit=unit, groups=told, ways=ways)


def _group(turn: Turn, group: Group) -> str:
    slips = [
        turn.say("desk.slip", point=each.point, slips=max(1, round(each.share * TEN)), days=max(1, round(each.days)))
        for each in group.points
    ]
    points = "\n".join(slips) or turn.say("desk.group_fine" if group.tells else "desk.group_few")
    return turn.say("desk.group", name=group.name, people=group.people, points=points)
