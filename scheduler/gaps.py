"""Which due times of each job are still to be decided: told by the rows at first, remembered from then on."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.services.schedule import asking, runs
from scheduler.job import A_MOMENT, Job
from scheduler.policy import FAR_BACK, NEWCOMER, ON_TIME, decide, look_back

PUT_BACK = timedelta(minutes=1)  # less is a clock that is being corrected, and repeats nothing worth a look

log = structlog.get_logger()


class Gaps:
    """Asked for one job by one thread at a time."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._until: dict[str, datetime] = {}
        self._owed: dict[str, list[datetime]] = {}

    def forget(self) -> None:
        """Others may have decided since."""
        self._until.clear()
        self._owed.clear()

    def put_back(self, now: datetime) -> bool:
        """True when the clock was put back behind what was decided: those due times come again, and may be owed still."""
        behind = [name for name, until in list(self._until.items()) if now < until - PUT_BACK]
        for name in behind:
            self._until[name] = now
        return bool(behind)

    def to_run(self, job: Job, now: datetime) -> list[datetime]:
        """Due times to be run now, in order; those that come too late have had their decision. Raises Busy."""
        owed = self._owed.setdefault(job.name, [])
        dues = self._undecided(job, now)
        decision = decide(dues, now, job.catch_up)
        if decision.missed:
            with self._kit.database.write() as connection:
                self._keep(Session(bind=connection), job, decision.skip, decision.ask, now)
        self._until[job.name] = max(now, self._until.get(job.name, now))
        owed += decision.run
        return list(owed)

    def ran(self, job: Job, due: datetime) -> None:
        """It was run, by us or by another."""
        if due in (owed := self._owed.get(job.name, [])):  # all may have been forgotten meanwhile
            owed.remove(due)

    def to_take_up(self, job: Job, now: datetime) -> list[datetime]:
        """Due times that somebody wants after all, and runs whose batches stopped half-way."""
        with self._kit.database.read() as connection:
            return runs.open_dues(Session(bind=connection), job.name, now=now, since=now - FAR_BACK)

    def _undecided(self, job: Job, now: datetime) -> list[datetime]:
        until = self._until.get(job.name)
        if until is not None:
            return list(job.dues(until, now))
        since = now - look_back(job, now)
        with self._kit.database.read() as connection:
            db = Session(bind=connection)
            decided = runs.decided(db, job.name, since=since, until=now)
            known = bool(decided) or runs.known(db, job.name, before=since)
        if not known:
            return self._met(job, now)
        begin, gone = (decided[0] - A_MOMENT if decided else since), set(decided)
        return [due for due in job.dues(begin, now) if due not in gone]

    def _met(self, job: Job, now: datetime) -> list[datetime]:
        """A new job, or a new mine: nothing was promised to anybody yet, and everything is from now on."""
        last = job.last_due(now, within=NEWCOMER)
        if last is not None and (job.catch_up == "once" or now - last <= ON_TIME):
            return [last]
        with self._kit.database.write() as connection:
            runs.settle(Session(bind=connection), job.name, [last or now], outcome=runs.NEW, now=now)
        return []

    def _keep(
        self, db: Session, job: Job, skip: tuple[datetime, ...], ask: tuple[datetime, ...], now: datetime
    ) -> None:
        skipped = runs.settle(db, job.name, skip, outcome=runs.SKIPPED, now=now)
        asked = runs.settle(db, job.name, ask, outcome=runs.ASKED, now=now)
        for due in asked:
            asking.ask(db, job.name, due, content=self._kit.content, now=now)
        if skipped or asked:  # else another runner decided, and has told of it
            runs.trouble(db, job.name, "missed", at=now)
            log.warning("job_missed", job=job.name, skipped=len(skipped), asked=len(asked))
