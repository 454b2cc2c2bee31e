"""Where a writer stands: a field asked for, or the whole of it shown."""

from __future__ import annotations

from bot.router import Turn
from bot.services.materials import bodies
from handlers.materials import fields, wording
from handlers.materials.drafts import PASTE, PREVIEW, Writing, checked, frame, save
from handlers.materials.routes import Step


def put(turn: Turn, writing: Writing, note: str = "") -> str:
    """Stand where he is and say what is wanted."""
    writing.warned |= turn.hazard is not None and turn.step == Step.WRITING
    save(turn, writing)
    turn.goto(Step.WRITING, warned=writing.warned)
    return wording.asked(turn, writing, note)


def preview(turn: Turn, writing: Writing) -> str:
    """The whole of it; back to the first field in which something is wrong."""
    writing.at, writing.changing, writing.picked, writing.area = PREVIEW, False, [], ""
    if writing.kind == PASTE:
        return put(turn, writing)
    report = checked(turn, writing)
    if report.refused:
        problem = report.refused[0]
        found = bodies.faults(writing.kind, writing.body, frame(turn))
        wrong = {each.field.partition(".")[0] for each in found if each.field not in ("point", "level")}
        order = fields.changeable(writing)
        writing.at = next((each for each in order if each in wrong), order[0])
        writing.changing = True
        writing.picked = fields.picked(writing)
        return put(turn, writing, turn.say(problem.key, **problem.values))
    writing.body = dict(report.good[0].body)
    return put(turn, writing)
