"""关注: the first minute, the way back, and the code of a branch."""

from __future__ import annotations

import re

from bot.errors import Refusal
from bot.models import Unit
from bot.router import Router, Turn
from bot.services import people, units
from bot.services.joining import binding
from handlers.joining import wording

router = Router()

_BY_NUMBER = re.compile(r"unit-([0-9]{1,9})")
_PAID = "last_trade_no_"  # what the platform says of who followed after paying (wechat_platform §2.2)


@router.on("general.welcome")
def welcome(turn: Turn) -> str:
    people.follow(turn.db, turn.person.id, followed=True, at=turn.sent_at)
    member = turn.person.member
    if member is not None:
        return _back(turn)
    unit = _scene(turn)
    shown = turn.say(
        "joining.welcome",
        mine=turn.mine.name or turn.say("general.mine_unnamed"),
        scene=turn.say("joining.scene_known", unit=unit.name) if unit is not None else "",
        daily=turn.tap("quiz.daily"),
        bind=turn.tap("joining.bind"),
        help=turn.tap("general.help"),
        notice=turn.say("general.notice"),
    )
    return shown if unit is not None else shown.replace("\n\n", "\n", 1)


@router.on("general.goodbye")
def goodbye(turn: Turn) -> None:
    """He cannot read any answer now; sending to him stops at once."""
    people.follow(turn.db, turn.person.id, followed=False, at=turn.sent_at)


@router.on("joining.scanned")
def scanned(turn: Turn) -> str:
    unit, person = _scene(turn), turn.person
    daily, menu = turn.tap("quiz.daily"), turn.tap("general.menu")
    if unit is None:
        way = turn.tap("joining.bind") if person.member is None else daily
        return turn.say("joining.scanned_unknown", way=way, menu=menu)
    if person.member is None:
        return turn.say("joining.scanned_guest", unit=unit.name, bind=turn.tap("joining.bind"), daily=daily)
    member = binding.member_of(person, turn.tap)
    if unit.id in (*units.chain(turn.db, member.unit_id), member.group_id, member.section_id, member.crew_id):
        return turn.say("joining.scanned_same", unit=unit.name, daily=daily, menu=menu)
    branch = turn.db.get_one(Unit, member.unit_id).name
    human = turn.tap("letters.human")
    return turn.say("joining.scanned_other", unit=unit.name, branch=branch, human=human, menu=menu)


def _back(turn: Turn) -> str:
    member = turn.person.member
    assert member is not None
    daily, human = turn.tap("quiz.daily"), turn.tap("letters.human")
    if member.left_at is not None:
        return turn.say("joining.welcome_gone", name=member.name, daily=daily, human=human)
    if member.frozen_at is not None:
        return wording.refused(turn, Refusal("joining.frozen"))
    places, mine = wording.places(turn, member), turn.tap("me.mine")
    return turn.say("joining.welcome_back", name=member.name, places=places, daily=daily, mine=mine)


def _scene(turn: Turn) -> Unit | None:
    """The unit whose code he scanned, kept with him; None for any other code."""
    scene = turn.args.get("scene", "")
    if not scene or scene.startswith(_PAID):
        return None
    numbered = _BY_NUMBER.fullmatch(scene)
    try:
        unit = turn.db.get(Unit, int(numbered.group(1))) if numbered else units.find(turn.db, scene)
    except Refusal:  # a name that several have
        return None
    if unit is not None:
        binding.came_by(turn.db, turn.person.id, unit.id)
    return unit
