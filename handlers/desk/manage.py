"""管理: everything somebody with an office can do here, by the offices he holds."""

from __future__ import annotations

from bot.router import Turn
from bot.services import shifts
from bot.services.exams import planning
from bot.services.materials import rights
from content.jobs import OFFICES
from handlers.desk.routes import READERS, places, router

ENTRIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("pack", "desk.pack", READERS),
    ("forgotten", "desk.forgotten", READERS),
    ("exams", "exams.create", planning.LEADERS),
    ("materials", "materials.desk", tuple(rights.AUTHORS)),
    ("letters", "letters.queue", ("secretary", "committee", "party_office")),
    ("shifts", "shifts.crew", tuple(shifts.crews.MAY)),
    ("jobs", "jobs.list", OFFICES),
    ("burden", "desk.burden", READERS),
)
"""What it is, the action, and whose it is; in the order of a morning."""


@router.on("desk.manage")
def manage(turn: Turn) -> str:
    every = tuple({role for _, _, roles in ENTRIES for role in roles})
    found = places(turn, every)
    if not found:
        return turn.say(
            "desk.not_staff",
            human=turn.tap("letters.human"),
            daily=turn.tap("quiz.daily"),
            learn=turn.tap("study.learn"),
            menu=turn.tap("general.menu"),
        )
    rows = [
        turn.say("desk.row", tap=turn.tap(action), what=turn.say(f"desk.what_{name}"))
        for name, action, roles in ENTRIES
        if places(turn, roles)
    ]
    units = turn.say("desk.between_units").join(name for _, name in found)
    return turn.say("desk.manage", units=units, rows="\n".join(rows), menu=turn.tap("general.menu"))
