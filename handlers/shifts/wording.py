"""班次: how days, turns and taps are worded, for a person and for a crew alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Protocol

from bot.clock import shift_day
from bot.router import Turn
from bot.services import shifts
from bot.services.shifts.leave import Leaves
from content.shifts import Rotation, Shift

SHOWN_DAYS = 7
FARTHEST = timedelta(days=60)  # every day until then is written down for each man it holds for
SHORTEST_NAME = 3  # shorter is the mere word for rotating


class Tap(Protocol):
    """Writes the tap that sets a week, a day or a rotation from a day on: of a person, or of a crew."""

    def __call__(self, kind: str, day: date, name: str, label: str = "") -> str: ...


def today(turn: Turn) -> date:
    """The day people mean by today and tomorrow: the date, until four in the morning still the one before.

    Not his shift day: to a night man it is tomorrow's night that comes tomorrow, though yesterday's is not over.
    """
    return shift_day(turn.sent_at)


def named_day(turn: Turn) -> date | None:
    """The day a tap names, in the year that brings it nearest; None when there is none such."""
    month, number = int(turn.args["month"]), int(turn.args["date"])
    around = []
    for year in (today(turn).year - 1, today(turn).year, today(turn).year + 1):
        try:
            around.append(date(year, month, number))
        except ValueError:
            continue
    return min(around, key=lambda day: abs(day - today(turn)), default=None)


def shift_named(turn: Turn, said: str) -> Shift | None:
    """The shift meant; one this mine does not work by is what goes by its name here."""
    known = turn.content.shifts
    found = known.by_id.get(said)
    return found if found in known.used else known.find(said if found is None else found.name)


def ways(turn: Turn, works: shifts.Works, tap: Tap, *, key: str) -> list[str]:
    """Taps for this week, for tomorrow alone, and for a rotation that is not gone through yet; a line each."""
    known, week = turn.content.shifts, shifts.monday(today(turn))
    tomorrow, current = today(turn) + timedelta(days=1), shifts.usual(works, today(turn), known)
    settled = not any(works.shift_days.get((week + timedelta(days=n)).isoformat()) for n in range(7))
    others = [shift for shift in known.used if shift is not current or not settled]
    lines = [turn.say(key, taps=joined(turn, (tap("week", week, s.name) for s in others)))]
    if shifts.known(works, tomorrow, known):
        then = [shift for shift in known.used if shift is not shifts.on(works, tomorrow, known)]
        taps = joined(turn, (tap("day", tomorrow, shift.name) for shift in then))
        lines.append(turn.say("shifts.ways_tomorrow", taps=taps))
    for rotation in known.rotations:
        if sorted(rotation.shifts) != sorted(works.rotation.split(",")):
            label = turn.say("shifts.ways_rotation", name=rotation.name)
            lines.append(tap("rotate", week, rotation.name, label))
    return lines


def days(turn: Turn, works: shifts.Works, away: Leaves | None = None) -> str:
    """The next seven days, a line each."""
    known, lines = turn.content.shifts, []
    for number, (day, shift) in enumerate(shifts.upcoming(works, today(turn), SHOWN_DAYS, known)):
        on_leave = away is not None and shifts.leave.covers(away, day)
        line = turn.say(
            ("shifts.day_today", "shifts.day_tomorrow", "shifts.day")[min(number, 2)],
            month=day.month,
            day=day.day,
            weekday=weekday(turn, day),
            shift=turn.say("shifts.on_leave") if on_leave else shift.name or turn.say("shifts.nothing"),
        )
        differs = not on_leave and shifts.usual(works, day, known) is not shift
        lines.append(turn.say("shifts.day_differs", line=line) if differs else line)
    return "\n".join(lines)


def rotating(turn: Turn, works: shifts.Works, key: str) -> str:
    """What is gone through, from this week's shift on."""
    names = _turns(turn, works, shifts.monday(today(turn)))
    return turn.say(key, turns=turn.say("shifts.between_turns").join(names), shift=names[0])


def _turns(turn: Turn, works: shifts.Works, week: date) -> list[str]:
    turns = (
        shifts.usual(works, week + shifts.WEEK * n, turn.content.shifts) for n in range(len(works.rotation.split(",")))
    )
    return [shift.name or turn.say("shifts.nothing") for shift in turns]


def not_this_week(turn: Turn, works: shifts.Works, rotation: Rotation, tap: Callable[[str, date, str], str]) -> str:
    """Taps for whoever goes through the same turns and stands elsewhere in them."""
    known, monday = turn.content.shifts, shifts.monday(today(turn))
    current = shifts.usual(works, monday, known)
    others = [known.by_id[each] for each in rotation.shifts if each != current.id]
    taps = joined(turn, (tap("week", monday, each.name) for each in others))
    return turn.say("shifts.not_this_week", shift=current.name, taps=taps)


def begun(turn: Turn, works: Shift | Rotation, after: shifts.Works, day: date, key: str, **facts: str) -> str:
    """What holds from a day on; rest is over with its week."""
    facts = {**facts, "day": f"{day.day}", "month": f"{day.month}", "weekday": weekday(turn, day)}
    if isinstance(works, Rotation) or works.id in after.rotation.split(","):
        turns = turn.say("shifts.between_turns").join(_turns(turn, after, shifts.monday(day)))
        return turn.say(key, works=turn.say("shifts.turns_on", turns=turns), until="", **facts)
    sunday = shifts.monday(day) + timedelta(days=6)
    until = "" if works.work is not None else turn.say("shifts.until_sunday", month=sunday.month, day=sunday.day)
    return turn.say(key, works=at_work(turn, works), until=until, **facts)


def weekday(turn: Turn, day: date) -> str:
    return turn.say(f"shifts.weekday_{day.weekday()}")


def at_work(turn: Turn, shift: Shift) -> str:
    return turn.say("shifts.works" if shift.work is not None else "shifts.rests", shift=shift.name)


def joined(turn: Turn, taps: Iterable[str]) -> str:
    return turn.say("shifts.between_taps").join(taps)


def hour(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
