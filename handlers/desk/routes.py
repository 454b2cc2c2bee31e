"""The router of the desk, and which units somebody may look at."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import Refusal
from bot.router import Router, Turn
from bot.services import grants, units

router = Router()

READERS = ("secretary", "committee", "group_leader", "section_head", "crew_leader", "safety_office", "party_office")
"""Who may see what people forget and what is asked of them: totals, never names (decisions, Who sees what)."""


def places(turn: Turn, roles: Collection[str] = READERS) -> list[tuple[int, str]]:
    """Id and name of the units on which he holds one of these roles that count, as their paths are ordered."""
    member = turn.member
    if member is None:
        return []
    held = {unit_id for role, unit_id in grants.held(turn.db, member.id, now=turn.now) if role in roles}
    if not held or not any(grants.may(turn.db, turn.person, roles, each, now=turn.now) for each in held):
        return []
    found = sorted(units.paths(turn.db, held).items(), key=lambda each: each[1])
    return [(unit_id, path.rpartition("/")[2]) for unit_id, path in found]


def chosen(turn: Turn, about: str, action: str) -> tuple[int, str] | str:
    """The one unit he means: by the tap, or because he has no other; a question which one, where he has several.

    Raises Refusal for whoever has none, or names one that is not his.
    """
    found = places(turn)
    name = turn.say(f"desk.about_{about}")
    if not found:
        raise Refusal(
            "desk.not_yours",
            about=name,
            human=turn.tap("letters.human"),
            progress=turn.tap("quiz.progress"),
            menu=turn.tap("general.menu"),
        )
    if "number" in turn.args:
        wanted = int(turn.args["number"])
        own = [
            each
            for each in found
            if wanted == each[0] or grants.may(turn.db, turn.person, READERS, wanted, now=turn.now)
        ]
        if own:
            paths = units.paths(turn.db, [wanted])
            return wanted, paths[wanted].rpartition("/")[2]
    if len(found) == 1:
        return found[0]
    taps = "\n".join(turn.tap(action, unit, number=unit_id) for unit_id, unit in found)
    return turn.say("desk.which", about=name, units=taps, menu=turn.tap("general.menu"))
