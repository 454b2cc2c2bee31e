"""定时: what the clock sends in a branch, switched and moved there; and what was missed, made up for or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.errors import Refusal
from bot.messages import Offered, offering
from bot.router import NotMine, Router, Turn
from bot.services import grants, schedule
from bot.services.schedule import Setting, asking
from content.jobs import OFFICES, JobWords
from handlers.jobs import wording

router = Router()

THEN = timedelta(minutes=10)  # the day is often followed by the hour
QUIET_FROM, QUIET_TO = 22 * 60, 7 * 60  # decisions.md, Time: where no shift is known nothing comes by night


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    ONE = "jobs.one"


@router.on("jobs.list")
@offering
def list_(turn: Turn) -> str:
    return _first(turn)


def _first(turn: Turn) -> str:
    found = _units(turn)
    if len(found) == 1:
        return wording.listed(turn, found[0][0])
    names = [turn.tap("jobs.unit", path.rpartition("/")[2], number=unit_id) for unit_id, path in found]
    return turn.say("jobs.units", units="\n".join(names), menu=turn.tap("general.menu"))


@router.on("jobs.unit")
@offering
def unit(turn: Turn) -> str:
    _units(turn)
    return wording.listed(turn, int(turn.args["number"]))


@router.on("jobs.show")
@offering
def show(turn: Turn) -> str:
    unit_id, job = _meant(turn)
    turn.goto(Step.ONE, unit=unit_id, job=job.id)
    return wording.shown(turn, unit_id, job)


@router.on("jobs.off")
@offering
def off(turn: Turn) -> str:
    unit_id, job = _meant(turn)
    return _set(turn, unit_id, job, replace(wording.setting_of(turn, unit_id, job), enabled=False))


@router.on("jobs.on")
@offering
def on(turn: Turn) -> str:
    unit_id, job = _meant(turn)
    return _set(turn, unit_id, job, replace(wording.setting_of(turn, unit_id, job), enabled=True))


@router.on("jobs.usual")
@offering
def usual(turn: Turn) -> str:
    unit_id, job = _meant(turn)
    return _set(turn, unit_id, job, replace(wording.setting_of(turn, unit_id, job), minute=None, weekday=None))


@router.on("jobs.at")
@offering
def at(turn: Turn) -> str:
    unit_id, job = _meant(turn)
    said = _moved(turn, unit_id, job, turn.args["choice"])
    if not said:
        turn.goto(Step.ONE, unit=unit_id, job=job.id)
    return said or wording.not_a_time(turn, unit_id, job)


@router.during(Step.ONE, resume="jobs.list")
@offering
def typed(turn: Turn) -> str:
    """Another time or day for the job he looks at."""
    assert turn.dialog is not None
    unit_id, job = int(turn.dialog.data["unit"]), turn.content.jobs.by_id.get(str(turn.dialog.data["job"]))
    said = _moved(turn, unit_id, job, turn.text) if job is not None else ""
    if said:
        return said
    raise NotMine(Offered(wording.not_a_time(turn, unit_id, job) if job is not None else _first(turn)))


@router.on("jobs.make_up")
def make_up(turn: Turn) -> str:
    return _said(turn, run=True)


@router.on("jobs.let_be")
def let_be(turn: Turn) -> str:
    return _said(turn, run=False)


def _said(turn: Turn, *, run: bool) -> str:
    minutes = turn.content.shifts.clock.minutes(turn.args["choice"])
    found = asking.find(
        turn.db,
        turn.content,
        turn.args["about"],
        month=int(turn.args["month"]),
        day=int(turn.args["date"]),
        minute=minutes[0] if minutes else -1,
    )
    if found is None:
        raise Refusal("jobs.settled")
    job, due = found
    asking.answer(turn.db, turn.person, job, due, run=run, now=turn.now)
    facts = {"job": turn.content.jobs.title(job), "when": asking.moment(turn.content, due)}
    key = "jobs.will_make_up" if run else "jobs.let_be"
    return turn.say(key, menu=turn.tap("general.menu"), **facts)


def _units(turn: Turn) -> list[tuple[int, str]]:
    """The units whose jobs he may set, if only some of them. Raises Refusal naming who may."""
    roles = {role for job in turn.content.jobs.of_branches for role in job.roles} or set(OFFICES)
    found = schedule.units_of(turn.db, turn.member.id, roles, now=turn.now) if turn.member is not None else []
    held = [each for each in found if grants.may(turn.db, turn.person, roles, each[0], now=turn.now)]
    if not held:
        raise wording.not_yours(turn)
    return held


def _meant(turn: Turn) -> tuple[int, JobWords]:
    """The unit and the job of a tap. Raises Refusal for whoever may not set that job there."""
    unit_id, job = int(turn.args["number"]), turn.content.jobs.find(turn.args["about"])
    if job is None or not job.of_branches:
        raise Refusal("jobs.nothing", menu=turn.tap("jobs.list", turn.say("jobs.label_list")))
    _may(turn, unit_id, job)
    return unit_id, job


def _may(turn: Turn, unit_id: int, job: JobWords) -> None:
    if not grants.may(turn.db, turn.person, job.roles, unit_id, now=turn.now):
        raise wording.not_yours(turn)


def _moved(turn: Turn, unit_id: int, job: JobWords, said: str) -> str:
    """The reply to a time or a day; empty when it is neither."""
    _may(turn, unit_id, job)
    setting = wording.setting_of(turn, unit_id, job)
    day, rest = wording.day_said(turn, said) if job.weekly else (None, said)
    if day is not None:
        setting = replace(setting, weekday=day)
        if not rest:
            return _set(turn, unit_id, job, replace(setting, enabled=True))
    minutes = turn.content.shifts.clock.minutes(rest)
    by_day = [minute for minute in minutes if QUIET_TO <= minute < QUIET_FROM]
    if minutes and not by_day:
        turn.goto(Step.ONE, unit=unit_id, job=job.id)
        return turn.say("jobs.night", how=wording.how(turn, job), taps=wording.taps(turn, unit_id, job, setting))
    return _set(turn, unit_id, job, replace(setting, enabled=True, minute=by_day[0])) if by_day else ""


def _set(turn: Turn, unit_id: int, job: JobWords, setting: Setting) -> str:
    schedule.change(turn.db, turn.person, unit_id, job, setting, now=turn.now)
    turn.goto(Step.ONE, within=THEN, unit=unit_id, job=job.id)
    return turn.say(
        "jobs.changed",
        title=job.title,
        unit=wording.name_of(turn, unit_id),
        state=wording.state(turn, job, setting),
        ways=wording.ways(turn, unit_id, job),
    )
