"""What a secretary hears once a week without asking: how his branch studied, what slips, what was asked of people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from bot import putting
from bot.clock import BEIJING
from bot.models import Grant, Person
from bot.services import burden, grants, outbox, packs, schedule, shifts, units
from bot.services.packs import week as weeks
from scheduler.job import Work, job

KIND, KEEPER = "desk.weekly", "secretary"
WEEK = timedelta(days=7)
MONDAY, EARLIEST = 0, 8 * 60
POINTS = 3


@job(KIND, unit_scoped=True, hour="6-21", minute="*/30")
def weekly(work: Work) -> int:
    """Secretaries told of the week that ended, each once, in the hours he can be reached."""
    local = work.due.astimezone(BEIJING)
    kept = select(Grant.unit_id).where(Grant.role == KEEPER, Grant.confirmed_at <= work.now).distinct()
    wanted = schedule.settings_for(work.db, list(work.db.execute(kept).scalars()), KIND)
    monday, told = burden.week_of(local.date()), 0
    for unit, setting in sorted(wanted.items()):
        weekday = MONDAY if setting.weekday is None else setting.weekday
        minute = EARLIEST if setting.minute is None else setting.minute
        due = datetime.combine(monday + timedelta(days=weekday), time(), BEIJING) + timedelta(minutes=minute)
        if setting.enabled and due <= work.now < due + timedelta(days=1):
            for person, _ in grants.holders(work.db, KEEPER, unit, now=work.now, above=False):
                told += _told(work, person, unit, monday - WEEK, not_before=due)
    return told


def _told(work: Work, person_id: int, unit: int, week: date, *, not_before: datetime) -> bool:
    once = f"{KIND}:{unit}:{week}"
    if outbox.owed(work.db, person_id, once):
        return False
    person = work.db.execute(select(Person).where(Person.id == person_id)).scalar_one()
    opens = shifts.next_push(person, max(not_before, work.now), work.content.shifts)
    if opens is None:
        return False
    return outbox.queue(
        work.db,
        person_id,
        kind=KIND,
        text=_text(work, unit, week),
        now=work.now,
        urgency=outbox.SOON,
        not_before=opens,
        until=not_before + timedelta(days=6),
        once=once,
    )


def _text(work: Work, unit: int, week: date) -> str:
    say, people = work.content.say, packs.workers(work.db, unit)
    ids = [each.id for each in people]
    done = weeks.answered(work.db, ids, week=week)
    answered = say("desk.weekly_answered_few")
    if done.people >= packs.FEWEST:
        answered = say("desk.weekly_answered", people=done.people, answers=done.answers)
    slips = packs.forgotten(work.db, ids, now=work.now, limit=POINTS)
    points = say("desk.between_units").join(each.point for each in slips)
    asked = burden.of_unit(work.db, unit, week=week)
    load = say("desk.burden_few")
    if asked is not None:
        facts = {"average": f"{asked.average:.1f}", "most": asked.most, "total": work.content.burden.total}
        load = say("desk.weekly_burden", **facts)
    return say(
        "desk.weekly",
        unit=units.paths(work.db, [unit])[unit].rpartition("/")[2],
        answered=answered,
        forgotten=say("desk.weekly_forgotten", points=points) if slips else say("desk.weekly_forgotten_none"),
        burden=load,
        pack=putting.tapped(work.content, "desk.pack"),
        jobs=putting.tapped(work.content, "jobs.list"),
    )
