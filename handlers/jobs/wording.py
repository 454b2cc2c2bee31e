"""The sentences of 定时: what is sent when, who set it, and the taps to change it."""

from __future__ import annotations

from sqlalchemy import select

from bot.errors import Refusal
from bot.models import Member, Unit
from bot.router import Turn
from bot.services import grants, schedule
from bot.services.schedule import Setting, asking
from content.folding import fold
from content.jobs import JobWords

DAYS = range(7)


def not_yours(turn: Turn) -> Refusal:
    member = turn.member
    found = grants.holders(turn.db, "secretary", member.unit_id, now=turn.now) if member is not None else []
    names = turn.say("jobs.between_names").join(name for _, name in found[:3])
    return Refusal(
        "jobs.not_yours",
        who=turn.say("jobs.secretary_is", names=names) if names else "",
        reminders=turn.tap("reminders.show"),
        human=turn.tap("letters.human"),
        menu=turn.tap("general.menu"),
    )


def listed(turn: Turn, unit_id: int) -> str:
    """Only what he may set there; the numbers of units are on the taps, so that an old tap means what it meant."""
    may = [
        job
        for job in turn.content.jobs.of_branches
        if grants.may(turn.db, turn.person, job.roles, unit_id, now=turn.now)
    ]
    menu = turn.tap("general.menu")
    if not may:
        if turn.content.jobs.of_branches:
            raise not_yours(turn)
        return turn.say("jobs.nothing", menu=menu)
    rows = []
    for job in may:
        setting = setting_of(turn, unit_id, job)
        when = turn.say("jobs.row_on", when=_when(turn, job, setting)) if setting.enabled else turn.say("jobs.row_off")
        tap = turn.tap("jobs.show", job.title, number=unit_id, about=fold(job.title))
        rows.append(turn.say("jobs.row", show=tap, state=when))
    return turn.say("jobs.list", unit=name_of(turn, unit_id), rows="\n".join(rows), ways=menu)


def shown(turn: Turn, unit_id: int, job: JobWords) -> str:
    setting = setting_of(turn, unit_id, job)
    return turn.say(
        "jobs.show",
        title=job.title,
        unit=name_of(turn, unit_id),
        says=job.says,
        state=state(turn, job, setting),
        who=_who(turn, unit_id, setting),
        taps=taps(turn, unit_id, job, setting),
        how=how(turn, job),
        ways=ways(turn, unit_id),
    )


def setting_of(turn: Turn, unit_id: int, job: JobWords) -> Setting:
    return schedule.settings_for(turn.db, [unit_id], job.id)[unit_id]


def state(turn: Turn, job: JobWords, setting: Setting) -> str:
    if not setting.enabled:
        return turn.say("jobs.state_off")
    return turn.say("jobs.state_on", when=_when(turn, job, setting))


def _when(turn: Turn, job: JobWords, setting: Setting) -> str:
    if setting.minute is None and setting.weekday is None:
        return job.usual
    day = "" if setting.weekday is None else turn.say(f"jobs.day_{setting.weekday}")
    return day + ("" if setting.minute is None else _shown(turn, setting.minute))


def _who(turn: Turn, unit_id: int, setting: Setting) -> str:
    if setting.changed_at is None or setting.unit_id is None:
        return turn.say("jobs.who_nobody")
    name = turn.db.execute(select(Member.name).where(Member.alias == setting.changed_by)).scalar()
    facts = {"name": name or turn.say("jobs.somebody"), "when": asking.moment(turn.content, setting.changed_at)}
    if setting.unit_id == unit_id:
        return turn.say("jobs.who", **facts)
    return turn.say("jobs.who_above", unit=name_of(turn, setting.unit_id), below=name_of(turn, unit_id), **facts)


def taps(turn: Turn, unit_id: int, job: JobWords, setting: Setting) -> str:
    facts = {"number": unit_id, "about": fold(job.title)}
    switch = ("jobs.off", "jobs.label_off") if setting.enabled else ("jobs.on", "jobs.label_on")
    lines = [[turn.tap(switch[0], turn.say(switch[1]), **facts)]]
    if setting.minute is not None or setting.weekday is not None:
        lines[0].append(turn.tap("jobs.usual", turn.say("jobs.label_usual"), **facts))
    minutes = [turn.content.shifts.clock.minutes(each)[:1] for each in job.times]
    lines.append([_time_tap(turn, facts, each[0]) for each in minutes if each])
    if job.weekly:
        lines.append([turn.tap("jobs.at", _day(turn, day), choice=_day(turn, day), **facts) for day in DAYS])
    return "\n".join(turn.say("jobs.between_taps").join(line) for line in lines if line)


def _time_tap(turn: Turn, facts: dict[str, object], minute: int) -> str:
    """Shown as a clock shows it, sent in words that survive the client."""
    said = turn.say("jobs.time_tapped", hour=minute // 60, minute=f"{minute % 60:02}")
    return turn.tap("jobs.at", _shown(turn, minute), choice=said, **facts)


def _shown(turn: Turn, minute: int) -> str:
    return turn.say("jobs.time", hour=minute // 60, minute=f"{minute % 60:02}")


def _day(turn: Turn, day: int) -> str:
    return turn.say(f"jobs.day_{day}")


def day_said(turn: Turn, said: str) -> tuple[int | None, str]:
    """The day of the week that a sentence begins with, None where it does with none; and what stands behind it."""
    plain = fold(said).replace(" ", "")
    for day in DAYS:
        for name in sorted(_names_of_day(turn, day), key=len, reverse=True):
            if plain.startswith(name):
                return day, plain.removeprefix(name)
    return None, said


def _names_of_day(turn: Turn, day: int) -> set[str]:
    """The proper name, and how it is shortened in speech: all that the copy says, divided by blanks."""
    return {fold(each) for each in turn.say(f"jobs.called_{day}").split()} | {fold(_day(turn, day))}


def how(turn: Turn, job: JobWords) -> str:
    return turn.say("jobs.how_weekly" if job.weekly else "jobs.how")


def not_a_time(turn: Turn, unit_id: int, job: JobWords) -> str:
    offered = taps(turn, unit_id, job, setting_of(turn, unit_id, job))
    return turn.say("jobs.not_a_time", how=how(turn, job), taps=offered)


def ways(turn: Turn, unit_id: int, job: JobWords | None = None) -> str:
    """To all jobs of the unit, and to the one just set."""
    all_ = turn.tap("jobs.unit", turn.say("jobs.label_list"), number=unit_id)
    found = [all_, turn.tap("general.menu")]
    if job is not None:
        found.insert(0, turn.tap("jobs.show", job.title, number=unit_id, about=fold(job.title)))
    return turn.say("jobs.between_taps").join(found)


def name_of(turn: Turn, unit_id: int) -> str:
    return turn.db.execute(select(Unit.name).where(Unit.id == unit_id)).scalar_one()
