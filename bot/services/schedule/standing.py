"""How the jobs stand: what ran last and how it went, who leads, what waits; read by people, probes and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.models import JobTrouble, OutboxItem, ScheduleLeader, ScheduleRun
from bot.services.schedule import runs

UNSEEN = timedelta(seconds=60)
"""Contract §2: another takes over within that."""
STUCK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last due time of a job that has a decision, and the decision."""

    due_at: datetime
    ran_at: datetime
    count: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Leader:
    """Who keeps time: machine and process, since when, and how long ago he was seen doing so."""

    name: str
    since: datetime
    age: timedelta


def last_runs(db: Session) -> Mapping[str, LastRun]:
    """By job."""
    latest = select(ScheduleRun.job, func.max(ScheduleRun.due_at).label("due")).group_by(ScheduleRun.job).subquery()
    rows = select(ScheduleRun.job, ScheduleRun.due_at, ScheduleRun.ran_at, ScheduleRun.count, ScheduleRun.outcome).join(
        latest, and_(latest.c.job == ScheduleRun.job, latest.c.due == ScheduleRun.due_at)
    )
    return {row[0]: LastRun(*row[1:]) for row in db.execute(rows)}


def outcomes(db: Session) -> Mapping[tuple[str, str], int]:
    """How many due times of each job (first) had which outcome (second), as long as they are kept."""
    rows = select(ScheduleRun.job, ScheduleRun.outcome, func.count()).group_by(ScheduleRun.job, ScheduleRun.outcome)
    return {(job, outcome): count for job, outcome, count in db.execute(rows)}


def troubles(db: Session, *, since: datetime | None = None) -> Mapping[tuple[str, str], int]:
    """How often each job (first) was missed or failed (second)."""
    rows = select(JobTrouble.job, JobTrouble.kind, func.count()).group_by(JobTrouble.job, JobTrouble.kind)
    if since is not None:
        rows = rows.where(JobTrouble.at >= since)
    return {(job, kind): count for job, kind, count in db.execute(rows)}


def leader(db: Session, *, now: datetime) -> Leader | None:
    """Who was last seen leading; None where there never was anybody. A clock that was put back makes it old too."""
    row = db.execute(select(ScheduleLeader.name, ScheduleLeader.since, ScheduleLeader.seen_at)).first()
    return None if row is None else Leader(row.name, row.since, abs(now - row.seen_at))


def stuck(db: Session, *, now: datetime) -> int:
    """Items claimed by a pump that is gone and has no successor: a living one gives them up within a minute."""
    late = (OutboxItem.state == "sending", OutboxItem.lease_until < now - STUCK)
    return db.execute(select(func.count()).select_from(OutboxItem).where(*late)).scalar_one()


def waiting(db: Session) -> int:
    """How many missed due times somebody is still to say something about."""
    asked = select(func.count()).select_from(ScheduleRun).where(ScheduleRun.outcome == runs.ASKED)
    return db.execute(asked).scalar_one()
