"""The rows by which a due time is decided once, whoever decides it, and by which a run that stopped is taken up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import JobTrouble, ScheduleLeader, ScheduleRun

RAN, RUNNING, SKIPPED, ASKED, WANTED, FAILED = "ran", "running", "skipped", "asked", "wanted", "failed"
NEW = "new"
"""Due before anybody kept time for it: from then on its due times are promised."""
NOT_DONE = (NEW, SKIPPED, ASKED, WANTED, FAILED)
"""What whoever operates the bot may still have run."""
STALLED = timedelta(minutes=5)
"""A batch is a transaction, and none lasts that long."""
TAKEN_BACK = timedelta(minutes=5)
MOST_AT_ONCE = 200
_RUNS = table(ScheduleRun)


def claim(db: Session, job: str, due: datetime, *, outcome: str, now: datetime, over: Collection[str] = ()) -> bool:
    """Take a due time for ourselves; False when it was decided before, unless the decision was one of `over`.

    Decided is not: what was skipped or asked about by a clock that has been put back since, and a run in batches that gave no sign of
    life for STALLED.
    """
    row = {"job": job, "due_at": due, "ran_at": now, "count": 0, "outcome": outcome}
    again = or_(
        _RUNS.c.outcome.in_(list(over)),
        and_(_RUNS.c.outcome.in_((SKIPPED, ASKED)), _RUNS.c.ran_at > now + TAKEN_BACK),
        and_(_RUNS.c.outcome == RUNNING, _RUNS.c.ran_at < now - STALLED),
    )
    taken = (
        insert_for(db, _RUNS)
        .values(row)
        .on_conflict_do_update(index_elements=["job", "due_at"], set_={"ran_at": now, "outcome": outcome}, where=again)
    )
    return db.execute(taken.returning(_RUNS.c.job)).first() is not None


def keep_on(db: Session, job: str, due: datetime, *, seen: datetime, now: datetime) -> bool:
    """A sign of life of a run in batches, first thing in each; False when another has taken it over since `seen`."""
    ours = (_RUNS.c.job == job, _RUNS.c.due_at == due, _RUNS.c.outcome == RUNNING, _RUNS.c.ran_at == seen)
    return db.execute(update(_RUNS).where(*ours).values(ran_at=now).returning(_RUNS.c.job)).first() is not None


def count(db: Session, job: str, due: datetime, more: int, *, outcome: str) -> None:
    """What the run did, added to what it had done, and how it stands."""
    his = update(_RUNS).where(_RUNS.c.job == job, _RUNS.c.due_at == due)
    db.execute(his.values(count=_RUNS.c.count + more, outcome=outcome))


def settle(db: Session, job: str, dues: Sequence[datetime], *, outcome: str, now: datetime) -> list[datetime]:
    """Decide due times without running them; those that nobody had decided."""
    new: list[datetime] = []
    for start in range(0, len(dues), MOST_AT_ONCE):
        rows = [
            {"job": job, "due_at": due, "ran_at": now, "count": 0, "outcome": outcome}
            for due in dues[start : start + MOST_AT_ONCE]
        ]
        made = insert_for(db, _RUNS).values(rows).on_conflict_do_nothing().returning(_RUNS.c.due_at)
        new += db.execute(made).scalars()
    return sorted(new)


def fail(db: Session, job: str, due: datetime, *, now: datetime) -> None:
    """Nobody tries again."""
    row = {"job": job, "due_at": due, "ran_at": now, "count": 0, "outcome": FAILED}
    given_up = insert_for(db, _RUNS).values(row)
    db.execute(
        given_up.on_conflict_do_update(
            index_elements=["job", "due_at"], set_={"ran_at": now, "outcome": FAILED}, where=_RUNS.c.outcome != RAN
        )
    )


def answer(db: Session, job: str, due: datetime, *, run: bool) -> bool:
    """Somebody said what is to become of a due time he was asked about; False when it was settled meanwhile."""
    asked = (_RUNS.c.job == job, _RUNS.c.due_at == due, _RUNS.c.outcome == ASKED)
    said = update(_RUNS).where(*asked).values(outcome=WANTED if run else SKIPPED)
    return db.execute(said.returning(_RUNS.c.job)).first() is not None


def decided(db: Session, job: str, *, since: datetime, until: datetime) -> list[datetime]:
    """Due times of a job that were decided, in order, manual ones among them."""
    rows = select(_RUNS.c.due_at).where(_RUNS.c.job == job, _RUNS.c.due_at >= since, _RUNS.c.due_at <= until)
    return list(db.execute(rows.order_by(_RUNS.c.due_at)).scalars())


def known(db: Session, job: str, *, before: datetime) -> bool:
    """True when it was due before then."""
    older = select(_RUNS.c.job).where(_RUNS.c.job == job, _RUNS.c.due_at < before)
    return db.execute(older.limit(1)).first() is not None


def open_dues(db: Session, job: str, *, now: datetime, since: datetime) -> list[datetime]:
    """Due times to be taken up: wanted after all, or left in the midst of their batches."""
    rows = select(_RUNS.c.due_at).where(
        _RUNS.c.job == job,
        _RUNS.c.due_at >= since,
        or_(_RUNS.c.outcome == WANTED, and_(_RUNS.c.outcome == RUNNING, _RUNS.c.ran_at < now - STALLED)),
    )
    return list(db.execute(rows.order_by(_RUNS.c.due_at)).scalars())


def asked(db: Session, jobs: Collection[str]) -> list[tuple[str, datetime]]:
    """Jobs with the due times that somebody is to say something about, the latest first."""
    rows = select(_RUNS.c.job, _RUNS.c.due_at).where(_RUNS.c.job.in_(list(jobs)), _RUNS.c.outcome == ASKED)
    return [(job, due) for job, due in db.execute(rows.order_by(_RUNS.c.due_at.desc()))]


def trouble(db: Session, job: str, kind: str, *, error: str = "", at: datetime) -> None:
    """Keep that a due time was missed ('missed') or a run failed ('failed', with the name of the error's class)."""
    db.execute(insert(table(JobTrouble)).values(job=job, kind=kind, error=error[:64], at=at))


def lead(db: Session, name: str, *, now: datetime) -> None:
    """A sign of life of whoever keeps time."""
    new = insert_for(db, table(ScheduleLeader)).values(id=1, name=name[:64], since=now, seen_at=now)
    had = table(ScheduleLeader).c
    db.execute(new.on_conflict_do_update(index_elements=["id"], set_={"seen_at": now}, where=had.name == name[:64]))
    other = update(table(ScheduleLeader)).where(had.name != name[:64])
    db.execute(other.values(name=name[:64], since=now, seen_at=now))
