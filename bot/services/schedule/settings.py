"""How each branch wants its jobs: off, or at another time; the nearest unit that said something is heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import JobSetting, Unit
from bot.services import audit, grants, units
from bot.services.people import PersonRow
from content.jobs import JobWords


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds in a unit; `minute` (after midnight) and `weekday` (0 for Monday) are None for the job's usual ones."""

    enabled: bool = True
    minute: int | None = None
    weekday: int | None = None
    unit_id: int | None = None
    """Which unit said so: the asked one or one above it; None where nobody did."""
    changed_by: str = ""
    """An alias."""
    changed_at: datetime | None = None


USUAL = Setting()


def settings_for(db: Session, unit_ids: Collection[int], job: str) -> Mapping[int, Setting]:
    """For each of these units what holds there of a job: its own setting, else the nearest one above it, else USUAL.

    Two statements however many units: a job asks once for all branches it looks at.
    """
    said = {row.unit_id: row for row in db.execute(select(table(JobSetting)).where(JobSetting.job == job))}
    if not said:
        return dict.fromkeys(unit_ids, USUAL)
    parents: dict[int, int | None] = dict(db.execute(select(Unit.id, Unit.parent_id)).all())
    return {unit_id: _setting(said, parents, unit_id) for unit_id in unit_ids}


def _setting(said: Mapping[int, Row[Any]], parents: Mapping[int, int | None], unit_id: int) -> Setting:
    each: int | None = unit_id
    while each is not None and each not in said:
        each = parents.get(each)
    if each is None:
        return USUAL
    row = said[each]
    return Setting(row.enabled, row.minute, row.weekday, row.unit_id, row.changed_by, row.changed_at)


def units_of(db: Session, member_id: int, roles: Collection[str], *, now: datetime) -> list[tuple[int, str]]:
    """Id and path of the units on which he holds one of the roles, as paths are ordered."""
    wanted = {unit_id for role, unit_id in grants.held(db, member_id, now=now) if role in roles}
    return sorted(units.paths(db, wanted).items(), key=lambda each: each[1]) if wanted else []


def change(
    db: Session,
    person: PersonRow,
    unit_id: int,
    job: JobWords,
    setting: Setting,
    *,
    now: datetime,
) -> None:
    """From now on the unit, and what is below it, has the job so; with who changed it, and written down as audit.

    Raises Refusal `jobs.not_yours_here` for whoever has no office there.
    """
    if person.active is None or not grants.may(db, person, job.roles, unit_id, now=now):
        raise Refusal("jobs.not_yours_here")
    by = person.active.alias
    wanted: dict[str, Any] = {"enabled": setting.enabled, "minute": setting.minute, "weekday": setting.weekday}
    values = {**wanted, "changed_by": by, "changed_at": now}
    new = insert_for(db, table(JobSetting)).values(unit_id=unit_id, job=job.id, **values)
    db.execute(new.on_conflict_do_update(index_elements=["unit_id", "job"], set_=values))
    audit.write(db, "jobs.changed", actor=by, unit_id=unit_id, at=now, job=job.id, **wanted)
