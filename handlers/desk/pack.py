"""班前会材料: the sheet for the shift that begins next, to be read aloud."""

from __future__ import annotations

from datetime import datetime

from bot.clock import BEIJING
from bot.router import Turn
from bot.services import packs
from bot.services.packs import LONGEST, Pack, coming
from content import Content
from handlers.desk.routes import chosen, router

TEN = 10


@router.on("desk.pack")
def pack(turn: Turn) -> str:
    return _shown(turn)


@router.on("desk.pack_of")
def pack_of(turn: Turn) -> str:
    return _shown(turn)


def _shown(turn: Turn) -> str:
    found = chosen(turn, "pack", "desk.pack_of")
    if isinstance(found, str):
        return found
    unit_id, name = found
    people = packs.workers(turn.db, unit_id)
    made = packs.pack(turn.db, people, turn.bank, turn.content, now=turn.now)
    exams = [(each.title, each.closes_at) for each in coming.exams(turn.db, unit_id, now=turn.now)]
    sources = dict.fromkeys(turn.say("desk.source", law=each.law, article=each.article) for each in made.points)
    ways = turn.tap("desk.forgotten"), turn.tap("desk.manage"), turn.tap("general.menu")
    return turn.say(
        "desk.pack",
        sheet=sheet(turn.content, made, name, exams),
        sources=turn.say("desk.sources", sources=turn.say("desk.between_sources").join(sources)) if sources else "",
        about=_about(turn, made),
        ways=turn.say("me.between").join(ways),
    )


def sheet(content: Content, made: Pack, unit: str, exams: list[tuple[str, datetime]]) -> str:
    """What is read aloud, at most 420 characters: what does not fit goes, the last first."""
    say, day = content.say, {"month": made.day.month, "day": made.day.day, "unit": unit}
    title = (
        say("desk.title_shift", shift=made.shift.name, **day) if made.shift is not None else say("desk.title", **day)
    )
    forgotten = any(each.share is not None for each in made.points)
    lead = say("desk.lead_forgotten" if forgotten else "desk.lead_season")
    lines = [
        say(
            "desk.point" if each.share is None else "desk.point_forgotten",
            number=number,
            point=each.point,
            says=each.says,
            of=TEN,
            slips=max(1, round((each.share or 0) * TEN)),
        )
        for number, each in enumerate(made.points, 1)
    ]
    points = [lead, *lines] if lines else []
    season = ""
    if made.season is not None:
        season = say("desk.season", title=made.season.title, says=made.season.text.partition("\n")[0])
    ends = [(name, closes.astimezone(BEIJING)) for name, closes in exams]
    tests = [say("desk.coming", title=name, month=end.month, day=end.day) for name, end in ends]
    for shown, kept in ((season, tests), (season, tests[:1]), (season, []), ("", [])):
        said = "\n".join(filter(None, [title, *points, shown, *kept]))
        if len(said) <= LONGEST:
            return said
    return "\n".join([title, *points[:-1]])


def _about(turn: Turn, made: Pack) -> str:
    if not made.people:
        return turn.say("desk.pack_nobody")
    if made.shift is not None:
        return turn.say("desk.pack_of_shift", people=made.people)
    return turn.say("desk.pack_of_all", people=made.people, shifts=turn.tap("shifts.crew"))
