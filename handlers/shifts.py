"""班次: which shift a person works, told in a word; reminders and the daily question follow it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from bot.clock import shift_day
from bot.router import NotMine, Router, Turn
from bot.services import reminders, shifts
from bot.services.people import PersonRow
from content.folding import fold
from content.shifts import Rotation, Shift

router = Router()

SHOWN_DAYS = 7
TODAY, TOMORROW, DAY_AFTER, NEXT_WEEK = "today", "tomorrow", "day_after", "next_week"
DAYS = {TODAY: 0, TOMORROW: 1, DAY_AFTER: 2}
WEEKS = {"": 0, "this_week": 0, "this_month": 0, NEXT_WEEK: 1}


SHORTEST_NAME = 3  # shorter is the mere word for rotating


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    SAY = "shifts.say"


@router.on("shifts.show")
def show(turn: Turn) -> str:
    said, when = turn.args.get("shift", ""), turn.args.get("when", "")
    turned = turn.content.shifts.rotation(said) or _typed_rotation(turn)
    if turned is not None:
        return _rotate(turn, turned, shifts.monday(_today(turn)))
    if said and (found := _shift(turn, said)) is not None:
        if when in DAYS:
            return _keep_day(turn, _today(turn) + timedelta(days=DAYS[when]), found)
        if when in WEEKS:
            return _keep_week(turn, shifts.monday(_today(turn)) + shifts.WEEK * WEEKS[when], found)
    return _page(turn)


@router.during(Step.SAY, resume="shifts.show")
def typed(turn: Turn) -> str:
    if (turned := _typed_rotation(turn)) is not None:
        return _rotate(turn, turned, shifts.monday(_today(turn)))
    said = turn.content.shifts.said(turn.text)
    if said is None:
        raise NotMine(turn.say("shifts.not_a_shift", ways=_asked(turn)))
    if said.day is not None:
        return _keep_day(turn, _today(turn) + timedelta(days=said.day), said.shift)
    return _keep_week(turn, shifts.monday(_today(turn)), said.shift)


@router.on("shifts.week")
def week(turn: Turn) -> str:
    found, day = _shift(turn, turn.args["choice"]), _named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _keep_week(turn, shifts.monday(day), found)


@router.on("shifts.day")
def one_day(turn: Turn) -> str:
    found, day = _shift(turn, turn.args["choice"]), _named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _keep_day(turn, day, found)


@router.on("shifts.rotate")
def rotate(turn: Turn) -> str:
    found, day = turn.content.shifts.rotation(turn.args["choice"]), _named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _rotate(turn, found, shifts.monday(day))


def _typed_rotation(turn: Turn) -> Rotation | None:
    """A rotation's name; the mere word for rotating opens the page, unless the page has just asked."""
    named = not turn.args and (turn.step == Step.SAY or len(fold(turn.text)) >= SHORTEST_NAME)
    return turn.content.shifts.rotation(turn.text) if named else None


def _shift(turn: Turn, said: str) -> Shift | None:
    """The shift meant; one this mine does not work by is what goes by its name here."""
    known = turn.content.shifts
    found = known.by_id.get(said)
    return found if found in known.used else known.find(said if found is None else found.name)


def _today(turn: Turn) -> date:
    """The day people mean by today and tomorrow: the date, until four in the morning still the one before.

    Not his shift day: to a night man it is tomorrow's night that comes tomorrow, though yesterday's is not over.
    """
    return shift_day(turn.sent_at)


def _named_day(turn: Turn) -> date | None:
    """The day a tap names, in the year that brings it nearest; None when there is none such."""
    month, number = int(turn.args["month"]), int(turn.args["date"])
    around = []
    for year in (_today(turn).year - 1, _today(turn).year, _today(turn).year + 1):
        try:
            around.append(date(year, month, number))
        except ValueError:
            continue
    return min(around, key=lambda day: abs(day - _today(turn)), default=None)


def _not_so(turn: Turn, found: Shift | Rotation | None) -> str:
    if found is None:
        return turn.say("shifts.not_a_shift", ways=_asked(turn))
    return turn.say("shifts.no_such_day", month=turn.args["month"], day=turn.args["date"], ways=_asked(turn))


def _keep_week(turn: Turn, week: date, shift: Shift) -> str:
    before = turn.person
    if shift.work is None:  # an old tap: rest is for the week we have
        week = max(week, shifts.monday(_today(turn)))
    after = shifts.choose(turn.db, before, shift, week=week, today=_today(turn))
    works = _works(turn, shift)
    if shift.id in before.rotation.split(","):
        return _kept(turn, after, _rotating(turn, after, "shifts.kept_rotation"))
    if shift.work is None:
        last = week + timedelta(days=6)
        return _kept(turn, after, turn.say("shifts.kept_rest", month=last.month, day=last.day, works=works))
    if week > _today(turn):
        return _kept(turn, after, turn.say("shifts.kept_next", month=week.month, day=week.day, works=works))
    return _kept(turn, after, turn.say("shifts.kept_week", works=works))


def _keep_day(turn: Turn, day: date, shift: Shift) -> str:
    known, before = turn.content.shifts, turn.person
    if day < _today(turn):
        return turn.say("shifts.past", month=day.month, day=day.day, ways=_asked(turn))
    after = shifts.except_on(turn.db, before, day, shift, today=_today(turn), shifts=known)
    key = "shifts.kept_usual" if shifts.usual(before, day, known) is shift else "shifts.kept_day"
    weekday = turn.say(f"shifts.weekday_{day.weekday()}")
    return _kept(turn, after, turn.say(key, month=day.month, day=day.day, weekday=weekday, works=_works(turn, shift)))


def _rotate(turn: Turn, rotation: Rotation, week: date) -> str:
    known, monday = turn.content.shifts, shifts.monday(_today(turn))
    sure = shifts.usual(turn.person, week, known).id in rotation.shifts
    after = shifts.rotate(turn.db, turn.person, rotation, week=week, shifts=known)
    current = shifts.usual(after, monday, known)
    kept = _rotating(turn, after, "shifts.kept_rotation")
    if not sure:
        others = [known.by_id[each] for each in rotation.shifts if each != current.id]
        taps = _joined(turn, (_tap(turn, "shifts.week", monday, each.name) for each in others))
        kept = f"{kept}\n{turn.say('shifts.not_this_week', shift=current.name, taps=taps)}"
    return _kept(turn, after, kept)


def _kept(turn: Turn, after: PersonRow, kept: str) -> str:
    """What was kept, what follows it, and the days as they stand now."""
    if turn.dialog is not None and turn.dialog.step == Step.SAY:
        turn.leave()
    shift = shifts.on(after, _today(turn), turn.content.shifts)
    changes = turn.say(
        "shifts.changes", cut_over=_hour(shift.cut_over), remind=_hour(reminders.minute_on(after, shift))
    )
    ways = (
        turn.tap("shifts.show", turn.say("shifts.label_change")),
        turn.tap("reminders.show", turn.say("shifts.label_reminders")),
    )
    return turn.say("shifts.kept", kept=kept, changes=changes, days=_days(turn, after), ways=_joined(turn, ways))


def _page(turn: Turn) -> str:
    """The days as they stand, and taps to change them."""
    turn.goto(Step.SAY)
    known, person = turn.content.shifts, turn.person
    shift = shifts.usual(person, _today(turn), known)
    if not shifts.known(person, _today(turn), known):
        return turn.say("shifts.unknown", ways=_ways(turn, shift))
    now = turn.say("shifts.now", works=_works(turn, shift)) if shift.id else turn.say("shifts.now_unknown")
    if person.rotation:
        now = _rotating(turn, person, "shifts.now_rotating")
    return turn.say("shifts.page", now=now, days=_days(turn, person), ways=_ways(turn, shift))


def _asked(turn: Turn) -> str:
    """The taps alone, and the step that waits for what he types."""
    turn.goto(Step.SAY)
    return _ways(turn, shifts.usual(turn.person, _today(turn), turn.content.shifts))


def _ways(turn: Turn, current: Shift) -> str:
    """Taps for this week, for tomorrow alone, and for a rotation he does not go through yet."""
    known, person, week = turn.content.shifts, turn.person, shifts.monday(_today(turn))
    tomorrow = _today(turn) + timedelta(days=1)
    settled = not any(person.shift_days.get((week + timedelta(days=n)).isoformat()) for n in range(7))
    others = [shift for shift in known.used if shift is not current or not settled]
    lines = [
        turn.say("shifts.ways_week", taps=_joined(turn, (_tap(turn, "shifts.week", week, s.name) for s in others)))
    ]
    if shifts.known(person, tomorrow, known):
        then = [shift for shift in known.used if shift is not shifts.on(person, tomorrow, known)]
        taps = _joined(turn, (_tap(turn, "shifts.day", tomorrow, shift.name) for shift in then))
        lines.append(turn.say("shifts.ways_tomorrow", taps=taps))
    for rotation in known.rotations:
        if sorted(rotation.shifts) != sorted(person.rotation.split(",")):
            label = turn.say("shifts.ways_rotation", name=rotation.name)
            lines.append(_tap(turn, "shifts.rotate", week, rotation.name, label))
    return "\n".join(lines)


def _days(turn: Turn, person: PersonRow) -> str:
    """The next seven days, a line each."""
    known, lines = turn.content.shifts, []
    for number, (day, shift) in enumerate(shifts.upcoming(person, _today(turn), SHOWN_DAYS, known)):
        line = turn.say(
            ("shifts.day_today", "shifts.day_tomorrow", "shifts.day")[min(number, 2)],
            month=day.month,
            day=day.day,
            weekday=turn.say(f"shifts.weekday_{day.weekday()}"),
            shift=shift.name or turn.say("shifts.nothing"),
        )
        lines.append(line if shifts.usual(person, day, known) is shift else turn.say("shifts.day_differs", line=line))
    return "\n".join(lines)


def _rotating(turn: Turn, person: PersonRow, key: str) -> str:
    """What he goes through, from this week's shift on."""
    known, week = turn.content.shifts, shifts.monday(_today(turn))
    turns = [shifts.usual(person, week + shifts.WEEK * n, known) for n in range(len(person.rotation.split(",")))]
    names = [shift.name or turn.say("shifts.nothing") for shift in turns]
    return turn.say(key, turns=turn.say("shifts.between_turns").join(names), shift=names[0])


def _works(turn: Turn, shift: Shift) -> str:
    return turn.say("shifts.works" if shift.work is not None else "shifts.rests", shift=shift.name)


def _tap(turn: Turn, action: str, day: date, name: str, label: str = "") -> str:
    return turn.tap(action, label or name, month=day.month, date=day.day, choice=name)


def _joined(turn: Turn, taps: Iterable[str]) -> str:
    return turn.say("shifts.between_taps").join(taps)


def _hour(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
