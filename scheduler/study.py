"""Cases, cards and words before festivals for whom no question comes that day; and three questions for whoever was away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from bot.clock import BEIJING
from bot.models import Member, Memory, OutboxItem, Person, Reading
from bot.services import burden, outbox, people, schedule, spacing, study
from bot.services.outbox import Owed
from bot.services.schedule import Setting
from bot.services.study import Piece, agenda, reaching, readings
from bot.services.study.reaching import Reached, Timed
from handlers.study import pushing
from scheduler import quiz as daily
from scheduler import riding
from scheduler.job import Work, job

AWAY, GONE = timedelta(days=14), timedelta(days=60)
"""Whoever wrote nothing for longer than the first was away; for longer than the second he is not called back any more."""
AGAIN = timedelta(days=30)
CALLED = "study.comeback"

Told = Callable[[Reached], str]


@job("study.festival", in_batches=True, minute="2-59/10")
def festival(work: Work) -> int:
    """Members of the Party and holders of an office reminded, some days before a festival, of what is not taken."""
    day = _today(work)
    if not agenda.festivals_on(work.content.teaching.calendar, day, work.content.holidays):
        return 0
    due = _due(work, "study.festival", lambda _, on: on == day)
    found = riding.festivals_of(work, riding.board(work, day), day) if due else []
    return _owe(work, "study.festival", found[0], due, only=riding.in_public_posts) if found else 0


@job(riding.CASE, unit_scoped=True, in_batches=True, minute="4-59/10")
def case(work: Work) -> int:
    """People to whom the week's case is told: those who get no question today, and have not decided it yet.

    For all others it is a line below their question: one push a day, and no asking more.
    """
    due = _due(work, riding.CASE, lambda setting, day: riding.is_case_day(work, setting, day))
    week = study.case_of_week(riding.board(work, _today(work)), work.content, _today(work)) if due else None
    if week is None:
        return 0
    his = (Reading.person_id == Person.id, Reading.kind == study.CASE, Reading.key == week.key)
    decided = exists().where(*his, Reading.choice != "")
    return _owe(work, riding.CASE, week, due, kind="case", but=lambda _: (not_(decided),))


@job(riding.LESSON, unit_scoped=True, in_batches=True, minute="6-59/10")
def lesson(work: Work) -> int:
    """People told of the day's card: those who get no question today, and have read no card yet."""
    calendar = work.content.teaching.calendar

    def offers(each: Reached) -> list[str]:
        return pushing.lesson_rider(work.content, agenda.offered(calendar, each.timed.day), of_party=each.of_party)

    def read(day: date) -> Sequence[ColumnElement[bool]]:
        his = (Reading.person_id == Person.id, Reading.day == day, Reading.kind != study.CASE)
        return (~exists().where(*his),)

    def told(each: Reached) -> str:
        return pushing.lesson(work.content, each.id, each.timed.day, offers(each))

    def meant(_: Work, some: Sequence[Reached]) -> frozenset[int]:
        return frozenset(each.id for each in some if offers(each))

    due = _due(work, riding.LESSON, lambda setting, day: setting.enabled and bool(agenda.offered(calendar, day)))
    return _owe(work, riding.LESSON, told, due, but=read, only=meant)


@job("study.season", in_batches=True, minute="8-59/10")
def season(work: Work) -> int:
    """People told, once a year, what is more dangerous in these months; on a weekday the calendar leaves free."""
    today = _today(work)
    if agenda.offered(work.content.teaching.calendar, today):
        return 0
    due = _due(work, "study.season", lambda _, day: day == today)
    piece = riding.season_of(work, riding.board(work, today), today) if due else None
    if piece is None:
        return 0
    given = exists().where(Reading.person_id == Person.id, Reading.kind == piece.kind, Reading.key == piece.key)
    return _owe(work, "study.season", piece, due, but=lambda _: (not_(given),))


@job(CALLED, in_batches=True, hour=9, minute=5)
def comeback(work: Work) -> int:
    """People called back: away for a fortnight with points that want asking, none twice in a month.

    The platform lets nobody write to them by now: it waits for the day they look in again, and stands above that reply.
    """
    today = _today(work)
    fits = (
        Person.followed,
        or_(Person.paused_until.is_(None), Person.paused_until <= work.now),
        Person.last_wrote_at.between(work.now - GONE, work.now - AWAY),
        or_(Person.leave_from.is_(None), Person.leave_from > today, Person.leave_until < today),
        Member.left_at.is_(None),
        Member.frozen_at.is_(None),
    )
    called = exists().where(
        OutboxItem.person_id == Person.id, OutboxItem.kind == CALLED, OutboxItem.made_at > work.now - AGAIN
    )
    points = func.count(Memory.id)
    waits = and_(Memory.person_id == Person.id, Memory.due_at <= work.now + spacing.memory.EARLY)
    rows = (
        select(Person.id, Member.unit_id, points)
        .join_from(Person, Member, Person.member_id == Member.id)
        .join(Memory, waits)
        .where(*fits, ~called)
        .group_by(Person.id, Member.unit_id)
        .order_by(Person.id)
        .limit(reaching.BATCH)
    )
    found = {person: (unit, count) for person, unit, count in work.db.execute(rows)}
    people.hold(work.db.connection(), sorted(found))
    units: Mapping[int, int | None] = {person: unit for person, (unit, _) in found.items()}
    may = burden.take(work.db, units, "question", day=today, rules=work.content.burden) if found else frozenset()
    owed = [
        Owed(
            person,
            pushing.comeback(work.content, found[person][1]),
            f"{CALLED}:{today}",
            until=work.now + AGAIN,
            urgency=outbox.WHENEVER,
        )
        for person in sorted(may)
    ]
    return len(outbox.queue_all(work.db, owed, kind=CALLED, now=work.now))


def _due(work: Work, name: str, wanted: Callable[[Setting, date], bool]) -> list[Timed]:
    """The calendars whose moment it is, in branches whose setting means that day. Three statements."""
    found = reaching.groups(work.db, now=work.now)
    settings = schedule.settings_for(work.db, {each.unit_id for each in found}, name)
    due = reaching.timed(found, settings, work.content.shifts, now=work.now)
    return [each for each in due if wanted(settings[each.hours.unit_id], each.day)]


def _owe(
    work: Work,
    name: str,
    told: Piece | Told,
    due: Sequence[Timed],
    *,
    kind: str = "lesson",
    but: Callable[[date], Sequence[ColumnElement[bool]]] = lambda _: (),
    only: Callable[[Work, Sequence[Reached]], frozenset[int]] | None = None,
) -> int:
    """Owe a piece, or a text, as the day's one push to whom no question comes, and who may be asked once more this week.

    No question comes where the branch has it switched off, and to whoever had today's already. `only` narrows a batch.
    """
    if not due:
        return 0
    asks = schedule.settings_for(work.db, {each.hours.unit_id for each in due}, daily.NAME)
    silent = sorted(unit for unit, setting in asks.items() if not setting.enabled)

    def free(day: date) -> Sequence[ColumnElement[bool]]:
        owed = reaching.not_owed(reaching.question_as(day), reaching.study_as(day))
        return (owed, or_(not_(reaching.not_asked(day)), Member.unit_id.in_(silent)), *but(day))

    every = [each for each in reaching.people(work.db, due, now=work.now, but=free) if each.pushable]
    for some in reaching.batches(every):
        chosen = only(work, some) if only is not None else frozenset(each.id for each in some)
        if done := _owe_some(work, name, kind, told, [each for each in some if each.id in chosen]):
            return done
    return 0


def _owe_some(work: Work, name: str, kind: str, told: Piece | Told, some: Sequence[Reached]) -> int:
    people.hold(work.db.connection(), sorted(each.id for each in some))
    may: frozenset[int] = frozenset()
    for day in sorted({each.timed.day for each in some}):
        units: Mapping[int, int | None] = {each.id: each.unit_id for each in some if each.timed.day == day}
        may |= burden.take(work.db, units, kind, day=day, rules=work.content.burden)
    owed = [
        Owed(
            each.id,
            _text(work, told, each),
            reaching.study_as(each.timed.day),
            not_before=each.timed.at,
            until=each.timed.ends,
        )
        for each in some
        if each.id in may
    ]
    queued = outbox.queue_all(work.db, owed, kind=name, now=work.now)
    if isinstance(told, Piece):
        days = {each.id: each.timed.day for each in some}
        readings.given(work.db, dict.fromkeys(sorted(queued), told), days=days, now=work.now)
    return len(queued)


def _text(work: Work, told: Piece | Told, each: Reached) -> str:
    if isinstance(told, Piece):
        return pushing.piece(work.content, each.id, each.timed.day, told)
    return told(each)


def _today(work: Work) -> date:
    return work.now.astimezone(BEIJING).date()


__all__ = ["Timed", "case", "comeback", "festival", "lesson", "season"]
