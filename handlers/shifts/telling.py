"""班次: what a short sentence tells of shifts, of a person's own and of a crew's alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.router import Turn
from bot.services import shifts
from content.folding import fold
from content.shifts import Rotation, Shift
from handlers.shifts.wording import shift_named, today

NEXT_WEEK = "next_week"
DAYS = {"today": 0, "tomorrow": 1, "day_after": 2}
WEEKS = {"": 0, "this_week": 0, "this_month": 0, NEXT_WEEK: 1}


class Reach(StrEnum):
    """How long what is told is to be so."""

    DAY = "day"
    WEEK = "week"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Told:
    """A shift or a rotation; the day alone, the Monday of the week, or the day from which on it is meant for."""

    works: Shift | Rotation
    day: date
    reach: Reach


def told(turn: Turn, text: str) -> Told | None:
    """What a short sentence names; None for anything else."""
    known, now = turn.content.shifts, today(turn)
    week = shifts.monday(now)
    if (turned := _rotation(turn, text)) is not None:
        return Told(turned, week, Reach.WEEK)
    if (said := known.said(text)) is not None:
        return Told(said.shift, *((week, Reach.WEEK) if said.day is None else _on(now, said.day)))
    plain = fold(text).replace(" ", "")
    if (begun := known.dates.onward(plain, now)) is not None:
        day, rest = begun
        works = _turned(turn, rest) or _bare(turn, rest)
        return None if works is None else Told(works, day, Reach.ON)
    if (rest := known.dates.coming(plain)) and (works := _turned(turn, rest) or _bare(turn, rest)) is not None:
        return Told(works, week + shifts.WEEK, Reach.WEEK)
    if (begun := known.dates.first_day(plain, now)) is not None and (found := _bare(turn, begun[1])) is not None:
        return Told(found, begun[0], Reach.DAY)
    return None


def understood(turn: Turn) -> Told | None:
    """What the whole turn tells: its text, or what was made out of a longer sentence."""
    named, when = turn.args.get("shift", ""), turn.args.get("when", "")
    found, week = told(turn, turn.text), shifts.monday(today(turn))
    if found is not None or not named:
        return found
    works = turn.content.shifts.rotation(named) or shift_named(turn, named)
    if works is None or when not in (*DAYS, *WEEKS):
        return None
    if isinstance(works, Rotation):
        return Told(works, week, Reach.WEEK)
    return Told(
        works, *(_on(today(turn), DAYS[when]) if when in DAYS else (week + shifts.WEEK * WEEKS[when], Reach.WEEK))
    )


def _rotation(turn: Turn, text: str) -> Rotation | None:
    """By its name, or as the page prints it."""
    known = turn.content.shifts
    printed = (each for each in known.rotations if _label(turn, each) == fold(text))
    return known.rotation(text) or next(printed, None)


def _label(turn: Turn, rotation: Rotation) -> str:
    return fold(turn.say("shifts.ways_rotation", name=rotation.name))


def _turned(turn: Turn, text: str) -> Rotation | None:
    """By its name behind a verb as well."""
    known = turn.content.shifts
    bare = (text.removeprefix(verb) for verb in ("", *known.around["verbs"]) if text.startswith(verb))
    return next((found for each in bare if (found := known.rotation(each)) is not None), None)


def _on(now: date, ahead: int) -> tuple[date, Reach]:
    return now + timedelta(days=ahead), Reach.DAY


def _bare(turn: Turn, text: str) -> Shift | None:
    """The shift of words that name no day of their own."""
    said = turn.content.shifts.said(text)
    return said.shift if said is not None and said.day is None else None
