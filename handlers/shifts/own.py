"""班次: which shift a person works, told in a word; reminders and the daily question follow it."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import Refusal
from bot.router import NotMine, Turn
from bot.services import reminders, shifts
from bot.services.people import PersonRow
from content.folding import fold
from content.shifts import Rotation, Shift
from handlers.shifts import telling, wording
from handlers.shifts.crew import said_of_crew
from handlers.shifts.routes import Step, router
from handlers.shifts.telling import Reach, Told
from handlers.shifts.wording import today


@router.on("shifts.show")
def show(turn: Turn) -> str:
    """His page, or what he said of his shifts; what names a rotation is the crew's while its page waits for words."""
    turned = _typed_rotation(turn)
    if turned is not None and _of_crew(turn):
        return said_of_crew(turn)
    if turned is not None:
        return _rotate(turn, turned, shifts.monday(today(turn)))
    told = telling.understood(turn) if turn.args.get("shift") else None
    return _page(turn) if told is None else _keep(turn, told)


@router.during(Step.SAY, resume="shifts.show")
def typed(turn: Turn) -> str:
    told = telling.told(turn, turn.text)
    if told is None:
        raise NotMine(turn.say("shifts.not_a_shift", ways=_asked(turn)))
    return _keep(turn, told)


@router.on("shifts.week")
def week(turn: Turn) -> str:
    """Taps name a Monday; any other day was typed, and means from then on."""
    if _of_crew(turn):
        return said_of_crew(turn)
    found, day = wording.shift_named(turn, turn.args["choice"]), wording.named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _keep_week(turn, day, found) if day == shifts.monday(day) else _keep_on(turn, found, day)


@router.on("shifts.day")
def one_day(turn: Turn) -> str:
    if _of_crew(turn):
        return said_of_crew(turn)
    found, day = wording.shift_named(turn, turn.args["choice"]), wording.named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _keep_day(turn, day, found)


@router.on("shifts.rotate")
def rotate(turn: Turn) -> str:
    if _of_crew(turn):
        return said_of_crew(turn)
    found, day = turn.content.shifts.rotation(turn.args["choice"]), wording.named_day(turn)
    if found is None or day is None:
        return _not_so(turn, found)
    return _rotate(turn, found, shifts.monday(day))


@router.on("shifts.follow")
def follow(turn: Turn) -> str:
    """He takes his own word back, and works as his crew does or as the roster has it."""
    try:
        after = shifts.presets.follow(turn.db, turn.person, turn.content.shifts, now=turn.sent_at)
    except Refusal as refusal:
        return f"{turn.say(refusal.key)}\n{_asked(turn)}"
    kept = turn.say("shifts.kept_crew" if after.shift_from == shifts.CREW else "shifts.kept_roster")
    if after.rotation and after.rotation_from is None:
        kept = f"{kept}\n{_turning(turn, after)}"
        return f"{kept}\n{_asked(turn, after)}"
    return _kept(turn, after, kept)


def _typed_rotation(turn: Turn) -> Rotation | None:
    """A rotation's name; the mere word for rotating opens the page, unless the page has just asked."""
    named = not turn.args and (turn.step in (Step.SAY, Step.CREW) or len(fold(turn.text)) >= wording.SHORTEST_NAME)
    return turn.content.shifts.rotation(turn.text) if named else None


def _of_crew(turn: Turn) -> bool:
    """Typed while the page of a crew, or the question which one, waits for words: it is said of the crew."""
    typed = turn.incoming.kind != "event" and not turn.incoming.tap_id
    return typed and turn.step in (Step.CREW, Step.WHICH)


def _not_so(turn: Turn, found: Shift | Rotation | None) -> str:
    if found is None:
        return turn.say("shifts.not_a_shift", ways=_asked(turn))
    return turn.say("shifts.no_such_day", month=turn.args["month"], day=turn.args["date"], ways=_asked(turn))


def _keep(turn: Turn, told: Told) -> str:
    if told.reach == Reach.ON:
        return _keep_on(turn, told.works, told.day)
    if isinstance(told.works, Rotation):
        return _rotate(turn, told.works, told.day)
    keep = _keep_week if told.reach == Reach.WEEK else _keep_day
    return keep(turn, told.day, told.works)


def _keep_on(turn: Turn, works: Shift | Rotation, day: date) -> str:
    if day <= today(turn):
        week = shifts.monday(today(turn))
        return _rotate(turn, works, week) if isinstance(works, Rotation) else _keep_week(turn, week, works)
    if day > today(turn) + wording.FARTHEST:
        return turn.say("shifts.far", ways=_asked(turn))
    known = turn.content.shifts
    after = shifts.begin(turn.db, turn.person, works, day=day, today=today(turn), shifts=known)
    return _kept(turn, after, wording.begun(turn, works, after, day, "shifts.kept_on"))


def _keep_week(turn: Turn, week: date, shift: Shift) -> str:
    before = turn.person
    if shift.work is None:  # an old tap: rest is for the week we have
        week = max(week, shifts.monday(today(turn)))
    after = shifts.choose(turn.db, before, shift, week=week, today=today(turn))
    works = wording.at_work(turn, shift)
    if shift.id in before.rotation.split(","):
        return _kept(turn, after, wording.rotating(turn, after, "shifts.kept_rotation"))
    if shift.work is None:
        last = week + timedelta(days=6)
        return _kept(turn, after, turn.say("shifts.kept_rest", month=last.month, day=last.day, works=works))
    if week > today(turn):
        return _kept(turn, after, turn.say("shifts.kept_next", month=week.month, day=week.day, works=works))
    return _kept(turn, after, turn.say("shifts.kept_week", works=works))


def _keep_day(turn: Turn, day: date, shift: Shift) -> str:
    known, before = turn.content.shifts, turn.person
    if day < today(turn):
        return turn.say("shifts.past", month=day.month, day=day.day, ways=_asked(turn))
    after = shifts.except_on(turn.db, before, day, shift, today=today(turn), shifts=known)
    key = "shifts.kept_usual" if shifts.usual(before, day, known) is shift else "shifts.kept_day"
    works = wording.at_work(turn, shift)
    day_is = wording.weekday(turn, day)
    return _kept(turn, after, turn.say(key, month=day.month, day=day.day, weekday=day_is, works=works))


def _rotate(turn: Turn, rotation: Rotation, week: date) -> str:
    known = turn.content.shifts
    sure = shifts.usual(turn.person, week, known).id in rotation.shifts
    after = shifts.rotate(turn.db, turn.person, rotation, week=week, shifts=known)
    kept = wording.rotating(turn, after, "shifts.kept_rotation")
    if not sure:
        kept = f"{kept}\n{wording.not_this_week(turn, after, rotation, _tapper(turn))}"
    return _kept(turn, after, kept)


def _kept(turn: Turn, after: PersonRow, kept: str) -> str:
    """What was kept, what follows it, and the days as they stand now."""
    if turn.dialog is not None and turn.dialog.step == Step.SAY:
        turn.leave()
    shift = shifts.on(after, today(turn), turn.content.shifts)
    remind = wording.hour(reminders.minute_on(after, shift))
    changes = turn.say("shifts.changes", cut_over=wording.hour(shift.cut_over), remind=remind)
    taps = [
        turn.tap("shifts.show", turn.say("shifts.label_change")),
        turn.tap("reminders.show", turn.say("shifts.label_reminders")),
    ]
    if after.shift_from != turn.person.shift_from == shifts.CREW:
        taps.append(turn.tap("shifts.follow"))
    days = wording.days(turn, after, after)
    return turn.say("shifts.kept", kept=kept, changes=changes, days=days, ways=wording.joined(turn, taps))


def _page(turn: Turn) -> str:
    """The days as they stand, whose word they are, and taps to change them."""
    turn.goto(Step.SAY)
    known, person = turn.content.shifts, turn.person
    shift = shifts.usual(person, today(turn), known)
    ways = "\n".join([*wording.ways(turn, person, _tapper(turn), key="shifts.ways_week"), _others(turn)])
    away = _away(turn)
    if not (shifts.known(person, today(turn), known) or away):
        turning = [_turning(turn, person)] if person.rotation and person.rotation_from is None else []
        return "\n".join([*turning, turn.say("shifts.unknown", ways=ways)])
    now = turn.say("shifts.now", works=wording.at_work(turn, shift)) if shift.id else turn.say("shifts.now_unknown")
    if person.rotation and person.rotation_from is not None:
        now = wording.rotating(turn, person, "shifts.now_rotating")
    now = "\n".join(filter(None, (away, now, _whose(turn))))
    return turn.say("shifts.page", now=now, days=wording.days(turn, person, person), ways=ways)


def _asked(turn: Turn, person: PersonRow | None = None) -> str:
    """The taps alone, and the step that waits for what he types."""
    turn.goto(Step.SAY)
    return "\n".join(wording.ways(turn, person or turn.person, _tapper(turn), key="shifts.ways_week"))


def _others(turn: Turn) -> str:
    """Leave, his crew's calendar where he has one of his own, and his people's where he leads any."""
    over = shifts.leave.over(turn.person, today(turn))
    taps = [turn.tap("shifts.leave" if over else "shifts.back")]
    member = turn.person.active
    if member is not None:
        if turn.person.shift_from == shifts.SELF and shifts.crews.told(turn.db, (member.crew_id, member.section_id)):
            taps.append(turn.tap("shifts.follow"))
        if shifts.crews.offered(turn.db, turn.person, now=turn.now):
            taps.append(turn.tap("shifts.crew"))
    return wording.joined(turn, taps)


def _away(turn: Turn) -> str:
    person = turn.person
    if shifts.leave.over(person, today(turn)):
        return ""
    return turn.say("shifts.away", period=period(turn, person.leave_from, person.leave_until))


def _whose(turn: Turn) -> str:
    """Who said so, where it was not he."""
    source = turn.person.shift_from
    if source == shifts.ROSTER:
        return turn.say("shifts.of_roster")
    if source != shifts.CREW:
        return ""
    name, role = shifts.crews.setter(turn.db, turn.person.active, now=turn.now) or ("", "")
    called = turn.content.mine.roles.name_of.get(role, "")
    return turn.say("shifts.of_crew_by", role=called, name=name) if name else turn.say("shifts.of_crew")


def _turning(turn: Turn, person: PersonRow) -> str:
    """He rotates by the roster, which does not say whose week it is."""
    known = turn.content.shifts.by_id
    names = [known[each].name for each in person.rotation.split(",") if each in known]
    return turn.say("shifts.turning", turns=turn.say("shifts.between_turns").join(names))


def period(turn: Turn, first: date | None, last: date | None) -> str:
    """Days of leave in words."""
    begins = first or today(turn)
    if last is None:
        return turn.say("shifts.period_open", month=begins.month, day=begins.day)
    if last == begins:
        return turn.say("shifts.period_day", month=begins.month, day=begins.day)
    return turn.say("shifts.period", month=begins.month, day=begins.day, last_month=last.month, last_day=last.day)


def _tapper(turn: Turn) -> wording.Tap:
    def tap(kind: str, day: date, name: str, label: str = "") -> str:
        return turn.tap(f"shifts.{kind}", label or name, month=day.month, date=day.day, choice=name)

    return tap
