"""APScheduler as a clock and nothing more: what makes a run happen once is its row in schedule_runs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_MISSED
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from bot.clock import BEIJING, MovedClock
from bot.db.upsert import insert_for
from bot.kit import Kit
from bot.models import ScheduleRun
from scheduler import JOBS
from scheduler.job import Job

CATCH_UP = timedelta(days=1)

log = structlog.get_logger()


class Runner:
    """Runs the jobs. Any number of runners may live at once; each due time is claimed by one of them."""

    def __init__(self, kit: Kit, jobs: Sequence[Job] = JOBS) -> None:
        self._kit = kit
        self._jobs = jobs
        self._stopping = threading.Event()
        self._looking = threading.Lock()
        self._done: dict[str, datetime] = {}
        # Memory store: jobs come from code. Late is better than never, twice is the claim's business.
        self._clock = BackgroundScheduler(
            timezone=BEIJING, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._clock.add_listener(lambda event: log.warning("job_missed", job=event.job_id), EVENT_JOB_MISSED)

    def start(self) -> None:
        """Catch up on what was due while nobody ran, then keep time in a thread of its own."""
        if isinstance(self._kit.clock, MovedClock):  # its hours are not those by which APScheduler wakes
            self._kit.clock.listen(self.look)
            self._clock.add_job(self.look, "interval", seconds=1, id="look")
        for each in self._jobs:
            self._clock.add_job(self._tick, each.trigger, args=[each], id=each.name)
            self._tick(each)
        self._clock.start()

    def look(self) -> None:
        """Run whatever has become due and was not run yet."""
        with self._looking:
            for each in self._jobs:
                self._tick(each)

    def stop(self) -> None:
        """Let the batch that runs come to its end, then stop."""
        self._stopping.set()
        self._clock.shutdown(wait=True)

    def run(self, job: Job, due: datetime) -> int | None:
        """Run a job for a due time; None when that due time was claimed before."""
        with self._kit.database.write() as connection:
            claim = insert_for(connection, ScheduleRun).values(
                job=job.name, due_at=due, ran_at=self._kit.clock(), count=0
            )
            if connection.execute(claim.on_conflict_do_nothing().returning(ScheduleRun.job)).first() is None:
                return None
            count = self._batch(connection, job, due)
        while job.in_batches and not self._stopping.is_set():
            with self._kit.database.write() as connection:
                done = self._batch(connection, job, due)
            count += done
            if not done:
                break
        log.info("job_ran", job=job.name, due=due.isoformat(), count=count)
        return count

    def _batch(self, connection: Connection, job: Job, due: datetime) -> int:
        """Run the job once on this transaction; how many things it did, added to the run's count."""
        db = Session(bind=connection)
        done = job.run(db, self._kit.clock())
        db.flush()
        ran = update(ScheduleRun).where(ScheduleRun.job == job.name, ScheduleRun.due_at == due)
        connection.execute(ran.values(count=ScheduleRun.count + done))
        return done

    def _tick(self, job: Job) -> None:
        now, done = self._kit.clock(), self._done.get(job.name)
        due = job.last_due(now, within=min(CATCH_UP, now - done) if done else CATCH_UP)
        try:
            if due is not None and due != done:
                self.run(job, due)
                self._done[job.name] = due
        except Exception as problem:  # a job's own door: the next due time must still come
            log.exception("job_failed", job=job.name, error=type(problem).__name__)
