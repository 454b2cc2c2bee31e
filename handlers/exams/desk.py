"""管考试: the exams of one's units, how each stands, who has not sat it, moving it and calling it off."""

from __future__ import annotations

from datetime import date, timedelta

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.messages import offering, quoted
from bot.router import Turn
from bot.services import exams, units
from bot.services.exams import ExamRow, planning, standing, telling
from bot.services.exams.standing import FEWEST_PEOPLE, Standing
from handlers.exams import drafts, setting, wording
from handlers.exams.routes import router

A_PAGE = 6
NAMES = 40
DAYS_MORE = 6


@router.on("exams.desk")
@offering
def desk(turn: Turn) -> str:
    """The newest exams of his units."""
    homes = planning.homes(turn.db, turn.person, now=turn.now)
    if not homes:
        return setting.not_staff(turn)
    below = {each for unit, _ in homes for each in units.below(turn.db, unit)}
    above = {each for unit, _ in homes for each in units.chain(turn.db, unit)}
    found = standing.exams_of(turn.db, below | above, limit=A_PAGE)
    create = turn.tap("exams.create")
    if not found:
        return turn.say("exams.desk_none", create=create)
    rows = [
        turn.say(
            "exams.desk_row",
            look=turn.tap("exams.look", quoted(each.title), number=each.id),
            state=state(turn, each),
        )
        for each in found
    ]
    return turn.say("exams.desk", rows="\n".join(rows), create=create)


@router.on("exams.look")
@offering
def look(turn: Turn) -> str:
    """One exam in numbers, and what may be done about it."""
    exam = kept(turn)
    found = standing.people(turn.db, exam, content=turn.content, now=turn.now)
    numbers = standing.totals(found)
    ways = []
    runs = exam.state in (exams.PLANNED, exams.OPEN)
    led = planning.may(turn.db, turn.person, exam.unit_id, together=exam.together, now=turn.now)
    if runs and led and exam.together:
        action = "exams.start" if exam.waits else "exams.collect"
        ways.append(_tap(turn, action, exam))
    if exam.state != exams.OFF:
        ways += [_tap(turn, "exams.absent", exam), _tap(turn, "exams.results", exam), _tap(turn, "exams.items", exam)]
    if runs and led:
        ways += [_tap(turn, "exams.move", exam)] * (not exam.together) + [_tap(turn, "exams.stop", exam)]
    if exam.state == exams.CLOSED:
        ways.append(_tap(turn, "exams.retakes", exam))
    return turn.say(
        "exams.look",
        title=quoted(exam.title),
        state=state(turn, exam),
        terms=wording.terms(turn.content, exam),
        concerned=numbers.concerned,
        joined=numbers.joined,
        running=numbers.running,
        sat=numbers.sat,
        result="".join(f"\n{line}" for line in [result(turn, found, running=runs and exam.together)] if line),
        ways="\n".join([*ways, turn.tap("exams.desk")]),
    )


@router.on("exams.absent")
@offering
def absent(turn: Turn) -> str:
    """Who has not sat it: by name where he may see names."""
    exam = kept(turn)
    found = standing.people(turn.db, exam, content=turn.content, now=turn.now)
    owing = [each for each in found if not each.sittings]
    seen = [each.who for each in standing.of_units(owing, planning.sees(turn.db, turn.person, now=turn.now))]
    names = [
        name if who.joined else turn.say("exams.name_unbound", name=name)
        for who, name in zip(seen, wording.names(turn, seen), strict=True)
    ]
    return turn.say(
        "exams.absent",
        title=quoted(exam.title),
        count=len(owing),
        names=listed(turn, names) if names else turn.say("exams.names_not_yours"),
        look=_tap(turn, "exams.look", exam),
    )


@router.on("exams.move")
@offering
def move(turn: Turn) -> str:
    return _days(turn)


def _days(turn: Turn) -> str:
    """Until when it may stay open, a tap a day."""
    exam = kept(turn, lead=True)
    first = max(turn.now, exam.opens_at).astimezone(BEIJING).date()
    days = [first + timedelta(days=number) for number in range(DAYS_MORE)]
    taps = [
        turn.tap(
            "exams.move_to",
            turn.say("exams.until_day", month=day.month, day=day.day),
            number=exam.id,
            month=day.month,
            date=day.day,
        )
        for day in days
    ]
    return turn.say("exams.move", title=quoted(exam.title), state=state(turn, exam), taps="\n".join(taps))


@router.on("exams.move_to")
@offering
def move_to(turn: Turn) -> str:
    exam = kept(turn, lead=True)
    day = _day(turn, int(turn.args["month"]), int(turn.args["date"]))
    if day is None:
        return _days(turn)
    found = exams.sitters.concerned(turn.db, exam.unit_id, exam.audience, words=turn.content.mine, now=turn.now)
    closes = planning.closing(day, found, turn.content.shifts)
    after = planning.move(turn.db, exam, closes, by=_alias(turn), now=turn.now)
    return turn.say(
        "exams.moved", title=quoted(exam.title), state=state(turn, after), look=_tap(turn, "exams.look", exam)
    )


@router.on("exams.stop")
@offering
def stop(turn: Turn) -> str:
    """Asks first: it cannot be taken back."""
    exam = kept(turn, lead=True)
    return turn.say(
        "exams.stop",
        title=quoted(exam.title),
        begun=standing.sittings_of(turn.db, exam.id),
        yes=_tap(turn, "exams.stop_now", exam),
        no=_tap(turn, "exams.look", exam),
    )


@router.on("exams.stop_now")
@offering
def stop_now(turn: Turn) -> str:
    exam = kept(turn, lead=True)
    after = planning.stop(turn.db, exam, by=_alias(turn), now=turn.now)
    found = exams.sitters.concerned(turn.db, exam.unit_id, exam.audience, words=turn.content.mine, now=turn.now)
    for each in found:
        if each.person_id is not None:
            telling.withdraw(turn.db, after, each.person_id)
    return turn.say("exams.stopped", title=quoted(exam.title), desk=turn.tap("exams.desk"))


def kept(turn: Turn, *, lead: bool = False) -> ExamRow:
    """The exam a tap names, if it is one that he may look after; to change it he has to keep its very unit.

    One of a unit above his own he may look at: his own people sit it.
    """
    exam = exams.find(turn.db, int(turn.args["number"]))
    if exam is None:
        raise Refusal("exams.no_such", sit=turn.tap("exams.sit"))
    allowed = planning.may(turn.db, turn.person, exam.unit_id, together=exam.together, now=turn.now)
    if not allowed and not lead:
        seen = planning.sees(turn.db, turn.person, now=turn.now)
        allowed = bool(seen & set(units.below(turn.db, exam.unit_id)))
    if not allowed:
        raise Refusal("exams.not_staff", sit=turn.tap("exams.sit"), more=turn.tap("quiz.more"))
    return exam


def state(turn: Turn, exam: ExamRow) -> str:
    """Where it stands, with its next moment."""
    key = "waits" if exam.state == exams.OPEN and exam.waits else exam.state
    if key == exams.OPEN and exam.together:
        key = "runs"
    return turn.say(
        f"exams.state_{key}", opens=wording.moment(turn, exam.opens_at), closes=wording.moment(turn, exam.closes_at)
    )


def result(turn: Turn, found: list[Standing], *, running: bool) -> str:
    """Totals, for five people at least; while all sit together no marks are told."""
    numbers = standing.totals(found)
    if running or numbers.average is None:
        return ""
    if numbers.sat < FEWEST_PEOPLE:
        return turn.say("exams.too_few_people", least=FEWEST_PEOPLE)
    return turn.say("exams.totals", passed=numbers.passed, sat=numbers.sat, average=round(numbers.average))


def listed(turn: Turn, names: list[str]) -> str:
    """Names in a row, not more than a message bears."""
    said = turn.say("exams.between").join(names[:NAMES])
    return said if len(names) <= NAMES else turn.say("exams.and_more", names=said, count=len(names) - NAMES)


def _tap(turn: Turn, action: str, exam: ExamRow) -> str:
    return turn.tap(action, turn.say(f"exams.tap_{action.partition('.')[2]}"), number=exam.id)


def _day(turn: Turn, month: int, number: int) -> date | None:
    first = drafts.today(turn)
    for year in (first.year, first.year + 1):
        try:
            day = date(year, month, number)
        except ValueError:
            return None
        if day >= first:
            return day
    return None


def _alias(turn: Turn) -> str:
    assert turn.member is not None
    return turn.member.alias


__all__ = ["desk", "kept", "listed", "look", "result", "state"]
