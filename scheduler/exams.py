"""Exams by the clock: the month's is laid out, who owes one hears of it, time that is up is up, and what closed is written down."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from bot import putting
from bot.clock import BEIJING, shift_day
from bot.errors import Refusal
from bot.models import Exam, Unit
from bot.services import audit, burden, exams, grants, outbox, schedule
from bot.services.exams import closing, planning, sitters, sitting, telling
from bot.services.exams.planning import Plan
from bot.services.exams.rows import AttemptRow, ExamRow
from bot.services.exams.sitters import Sitter
from bot.services.schedule import Setting
from handlers.exams import wording
from scheduler.job import Work, job

AHEAD = timedelta(days=3)
"""So long before it opens the month's exam is laid out: whoever keeps the branch can still change it."""
BATCH = 200
PAPERS = 20
"""So many sittings in a transaction: each lets the spacing rule know of every question."""
USUAL_MINUTE = 9 * 60
"""Nothing of a branch's is laid out or reminded of earlier in the day, unless it says so."""


@job("exams.monthly", unit_scoped=True, hour="6-21", minute=5)
def monthly(work: Work) -> int:
    """Exams laid out: one for each branch that somebody keeps, once a month."""
    today = work.due.astimezone(BEIJING).date()
    exam_day = work.content.teaching.calendar.month.get("exam_day")
    if exam_day is None or not today <= today.replace(day=exam_day) <= today + AHEAD:
        return 0
    day = today.replace(day=exam_day)
    branches: dict[int, str] = dict(work.db.execute(select(Unit.id, Unit.name).where(Unit.kind == "branch")).all())
    wanted = schedule.settings_for(work.db, list(branches), "exams.monthly")
    return sum(_laid_out(work, unit, day) for unit in sorted(branches) if _now(work, wanted[unit]))


@job("exams.open", in_batches=True, minute="*/10")
def open_(work: Work) -> int:
    """People told that there is one to sit."""
    told = 0
    for exam in telling.opened(work.db, now=work.now):
        if not exam.together and told < BATCH:
            told += _owed(work, exam, "open", limit=BATCH - told)
    return told


@job("exams.remind", unit_scoped=True, in_batches=True, minute="*/20")
def remind(work: Work) -> int:
    """People told in the last day that they have not sat one."""
    told = 0
    for exam in telling.opened(work.db, now=work.now):
        if telling.ending(exam, now=work.now) and told < BATCH:
            told += _owed(work, exam, "remind", limit=BATCH - told)
    return told


@job("exams.close", in_batches=True, minute="*/5")
def close(work: Work) -> int:
    """Sittings whose time was up, taken in and marked; of those marked before, the spacing rule told; then exams closed."""
    done = 0
    for exam, attempt in closing.overdue(work.db, now=work.now, limit=PAPERS):
        ends = attempt.ends(exam)
        assert ends is not None
        after = sitting.finish(work.db, attempt, exam, at=ends)
        outbox.queue(
            work.db,
            after.person_id,
            kind="exams.slip",
            text=_slip(work, exam, after),
            now=work.now,
            urgency=outbox.SOON,
            once=f"exams.slip:{after.id}",
        )
        done += 1
    for attempt in closing.unreviewed(work.db, limit=PAPERS):
        exam = exams.get(work.db, attempt.exam_id)
        bank = work.shelf.of_unit(work.db, work.content, exam.unit_id, now=work.now)
        done += sitting.review(work.db, attempt, bank=bank, now=work.now)
    for exam in [] if done else closing.closable(work.db, content=work.content, now=work.now):
        closing.close(work.db, exam, content=work.content, now=work.now)
        done += 1
    return done


def _laid_out(work: Work, unit: int, day: date) -> int:
    """1 when the branch's exam of the month was made now. Without anybody who keeps the branch there is none."""
    key = f"exams.monthly:{unit}:{day:%Y-%m}"
    keepers = grants.holders(work.db, "secretary", unit, now=work.now, above=False)
    if not keepers or work.db.execute(select(Exam.id).where(Exam.key == key)).first() is not None:
        return 0
    found = sitters.concerned(work.db, unit, {}, words=work.content.mine, now=work.now)
    if not any(each.joined for each in found):
        return 0
    usual, month = work.content.exams.usual, work.content.teaching.calendar.month
    count = month.get("exam_questions", usual.questions)
    plan = Plan(
        unit_id=unit,
        title=work.content.say("exams.title_monthly", month=day.month),
        parts=planning.parts_for("monthly", count, content=work.content),
        opens_at=planning.opening(day, work.now),
        closes_at=planning.closing(day + timedelta(days=usual.days - 1), found, work.content.shifts),
        minutes=usual.minutes,
        attempts=usual.attempts,
        counts=usual.counts,
        pass_mark=month.get("exam_pass", usual.pass_mark),
    )
    bank = work.shelf.of_unit(work.db, work.content, unit, now=work.now)
    try:
        exam = planning.create(
            work.db, plan, by=audit.BY_ITSELF, bank=bank, content=work.content, now=work.now, key=key
        )
    except Refusal as refusal:  # the bank may be short of questions: whoever keeps the branch hears of it, once
        text = work.content.say(refusal.key, **refusal.values)
        return sum(_keeper_told(work, person, key, text) for person, _ in keepers)
    if exam is None:
        return 0
    text = work.content.say(
        "exams.told_planned",
        title=exam.title,
        opens=wording.at_words(work.content, exam.opens_at, now=work.now, dated=True),
        terms=wording.terms(work.content, exam),
        look=putting.tapped(work.content, "exams.look", work.content.say("exams.tap_look"), number=exam.id),
    )
    for person, _ in keepers:
        _keeper_told(work, person, key, text)
    return 1


def _owed(work: Work, exam: ExamRow, told: str, *, limit: int) -> int:
    """How many of those it concerns were told now; the one place where exams ask anything of people.

    Who has been asked enough this week is not told: the exam is his by the word all the same.
    """
    found = telling.untold(work.db, exam, told, words=work.content.mine, now=work.now)
    if told == "remind":
        wanted = schedule.settings_for(work.db, {each.unit_id for each in found}, "exams.remind")
        found = [each for each in found if _now(work, wanted[each.unit_id]) and not _paused(work, each)]
    day, rules = shift_day(work.now), work.content.burden
    room = burden.may_ask(
        work.db, {each.person_id: each.unit_id for each in found if each.person_id}, "exam", day=day, rules=rules
    )
    chosen = [each for each in found if each.person_id in room][:limit]
    for each in chosen:
        until = wording.at_words(
            work.content, sitters.last_call(exam, each, work.content.shifts), now=work.now, dated=True
        )
        label = work.content.say("exams.tap_begin", minutes=exam.minutes)
        begin = putting.tapped(work.content, "exams.begin", label, number=exam.id, sitting=1)
        text = work.content.say(
            f"exams.told_{told}",
            title=exam.title,
            terms=wording.terms(work.content, exam),
            until=until,
            begin=begin,
        )
        telling.tell(work.db, exam, each, told, text, now=work.now)
    burden.note(work.db, [each.person_id for each in chosen if each.person_id], "exam", day=day)
    return len(chosen)


def _now(work: Work, setting: Setting) -> bool:
    """The branch wants it, and its hour has come today."""
    local = work.now.astimezone(BEIJING)
    from_ = USUAL_MINUTE if setting.minute is None else setting.minute
    return setting.enabled and local.hour * 60 + local.minute >= from_


def _paused(work: Work, who: Sitter) -> bool:
    return who.paused_until is not None and who.paused_until > work.now


def _slip(work: Work, exam: ExamRow, attempt: AttemptRow) -> str:
    """That his paper was taken in for him, and what came of it."""
    label = work.content.say("exams.tap_slip")
    return work.content.say(
        "exams.slip_told",
        title=exam.title,
        score=wording.marks(attempt.score),
        passed=work.content.say("exams.passed" if attempt.passed else "exams.failed"),
        slip=putting.tapped(work.content, "exams.slip", label, sitting=attempt.id),
    )


def _keeper_told(work: Work, person_id: int, key: str, text: str) -> bool:
    return outbox.queue(
        work.db, person_id, kind="exams.planned", text=text, now=work.now, urgency=outbox.SOON, once=key
    )
