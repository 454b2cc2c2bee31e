"""The question of the day, to each at his own hour inside his shift's window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.services import burden, outbox, people, quiz, schedule
from bot.services.outbox import Owed
from bot.services.quiz import pushed
from bot.services.study import reaching
from bot.services.study.reaching import Reached
from handlers.study import pushing
from scheduler.job import Work, job
from scheduler.riding import Riders

NAME = "quiz.daily"


@job(NAME, unit_scoped=True, in_batches=True, minute="*/10")
def daily(work: Work) -> int:
    """People to whom today's question is owed now.

    Where the platform lets us write to him at that moment, he is put the question itself, with a row and taps that name
    it, and it counts as an asking. Where it does not, a row would only litter his numbers with questions he never saw:
    he is owed one line that rides with his next reply while the day lasts, and is no burden, for he came by himself. Who
    did nothing here for a fortnight is owed nothing: `study.comeback` greets him when he is back. Guests have agreed to
    nothing and get nothing. Who asked for the question himself has it already, and what waits for him is withdrawn.
    """
    found = reaching.groups(work.db, now=work.now)
    wanted = schedule.settings_for(work.db, {each.unit_id for each in found}, NAME)
    due = reaching.timed(found, wanted, work.content.shifts, now=work.now)
    every = reaching.people(
        work.db,
        due,
        now=work.now,
        but=lambda day: (reaching.not_owed(reaching.question_as(day), reaching.study_as(day)), reaching.not_asked(day)),
    )
    for some in reaching.batches(every):
        if done := _owe(work, some):
            return done
    return 0


def _owe(work: Work, some: Sequence[Reached]) -> int:
    people.hold(work.db.connection(), sorted(each.id for each in some))
    riders = Riders(work, some)
    return sum(_owe_day(work, day, [each for each in some if each.timed.day == day], riders) for day in _days(some))


def _owe_day(work: Work, day: date, some: Sequence[Reached], riders: Riders) -> int:
    question = quiz.question_of_the_day(work.shelf.bank(work.db, work.content, None, now=work.now), day)
    open_to = {each.id: each for each in some if each.pushable}
    asks = pushed.drafted(work.db, sorted(open_to), question, day=day, now=work.now)
    units = {person: open_to[person].unit_id for person in asks}
    may = burden.take(work.db, units, "question", day=day, rules=work.content.burden) if units else frozenset()
    owed = [
        Owed(
            person,
            pushing.question(work.content, person, asks[person], question, riders.of(open_to[person])),
            pushed.owed_as(day),
            not_before=open_to[person].timed.at,
            until=open_to[person].timed.ends,
        )
        for person in sorted(may)
    ]
    rides = [
        Owed(
            each.id,
            pushing.invitation(work.content, day, riders.of(each)),
            pushed.owed_as(day),
            not_before=each.timed.at,
            until=each.timed.ends,
            urgency=outbox.WHENEVER,
        )
        for each in some
        if not each.pushable
    ]
    queued = outbox.queue_all(work.db, [*owed, *rides], kind=NAME, now=work.now)
    pushed.keep(work.db, [(person, asks[person]) for person in sorted(may & queued)])
    riders.given(queued)
    return len(queued)


def _days(some: Sequence[Reached]) -> list[date]:
    return sorted({each.timed.day for each in some})
