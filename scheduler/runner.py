"""APScheduler as a clock and nothing more: what makes a run happen once is its row in schedule_runs."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import BEIJING, MovedClock
from bot.errors import Busy
from bot.kit import Kit
from bot.services.schedule import runs
from scheduler import JOBS
from scheduler.gaps import Gaps
from scheduler.job import Job, Work
from scheduler.leader import Leadership, leadership

BEAT_S = 1.0
LOOK_S = 15.0  # beside APScheduler, which sleeps through a clock that is put forward
ALIVE_S = 10.0
PAUSES_S = (60.0, 300.0)  # between tries of a run that fails; after the last it is given up

log = structlog.get_logger()


class Runner:
    """Runs the jobs while it leads. Any number may live at once; each due time is claimed by one of them."""

    def __init__(
        self,
        kit: Kit,
        jobs: Sequence[Job] = JOBS,
        *,
        leader: Leadership | None = None,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._kit = kit
        self._jobs = {each.name: each for each in jobs}
        self._pauses_s = pauses_s
        self._leader = leader or leadership(kit.database)
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._stopping = threading.Event()
        self._busy = {name: threading.Lock() for name in self._jobs}
        self._gaps = Gaps(kit)
        self._tries: dict[tuple[str, datetime], tuple[int, float]] = {}
        self._led = False
        self._looking = threading.Lock()
        self._watch: threading.Thread | None = None
        # Memory store: jobs come from code. Late is better than never, twice is the claim's business.
        self._clock = BackgroundScheduler(
            timezone=BEIJING, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._clock.add_listener(self._on_event, EVENT_JOB_MISSED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Catch up on what was due while nobody ran, if we lead, then keep time in threads of its own."""
        for each in self._jobs.values():
            self._clock.add_job(self._tick, each.trigger, args=[each], id=each.name)
        self.look()
        if isinstance(self._kit.clock, MovedClock):  # its hours are not those by which APScheduler wakes
            self._kit.clock.listen(self.look)
        self._clock.start()
        self._watch = threading.Thread(target=self._keep_watch, name="scheduler-watch", daemon=True)
        self._watch.start()

    def look(self) -> None:
        """Do whatever has become due and was not decided yet, if we lead; returns when it is done."""
        if not self._stopping.is_set() and self._lead():
            self._say_alive()
            self._gaps.put_back(self._kit.clock())
            for each in self._jobs.values():
                self._tick(each)

    def stop(self) -> None:
        """Let the batch that runs come to its end, then stop; another may lead at once."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.join()
            self._clock.shutdown(wait=True)
        self._leader.release()

    def run(self, job: Job, due: datetime, *, over: Sequence[str] = (), as_if: datetime | None = None) -> int | None:
        """Run a job for a due time; None when that was decided before, unless so as one of `over`.

        The job believes it is `as_if`, if that is given.
        """
        now = self._kit.clock()
        with self._kit.database.write() as connection:
            db = Session(bind=connection)
            first = runs.RUNNING if job.in_batches else runs.RAN
            if not runs.claim(db, job.name, due, outcome=first, now=now, over=over):
                return None
            done = count = self._batch(connection, job, due, as_if or now)
        while job.in_batches and done:
            seen, now = now, self._kit.clock()
            with self._kit.database.write() as connection:
                if not runs.keep_on(Session(bind=connection), job.name, due, seen=seen, now=now):
                    log.warning("job_taken_over", job=job.name, due=due.isoformat())
                    return count
                done = self._batch(connection, job, due, as_if or now)
            count += done
        log.info("job_ran", job=job.name, due=due.isoformat(), count=count)
        return count

    def _batch(self, connection: Connection, job: Job, due: datetime, now: datetime) -> int:
        """Run the job once on this transaction; how many things it did, 0 when it is not to be run again.

        Who stops in the midst of batches leaves the rest to whoever comes next.
        """
        kit, db = self._kit, Session(bind=connection)
        done = job.run(Work(db, now, due, kit.content, kit.shelf, kit.settings.mine))
        db.flush()
        more = job.in_batches and done
        leaves = runs.WANTED if self._stopping.is_set() else runs.RUNNING
        runs.count(db, job.name, due, done, outcome=leaves if more else runs.RAN)
        return 0 if more and leaves == runs.WANTED else done

    def _tick(self, job: Job) -> None:
        """Decide all that is due of one job and was not decided; never twice at the same time."""
        if self._stopping.is_set() or not self._leader.leads or not self._busy[job.name].acquire(blocking=False):
            return
        try:
            for due in self._gaps.to_run(job, self._kit.clock()):
                if not self._stopping.is_set() and self._settled(job, due):
                    self._gaps.ran(job, due)
            if (job.in_batches or job.catch_up == "ask") and not self._stopping.is_set():
                for due in self._gaps.to_take_up(job, self._kit.clock()):
                    self._settled(job, due, over=(runs.WANTED,))
        except (Busy, SQLAlchemyError) as problem:  # the next look finds it still undecided
            log.warning("job_waits", job=job.name, error=type(problem).__name__)
        finally:
            self._busy[job.name].release()

    def _settled(self, job: Job, due: datetime, *, over: Sequence[str] = ()) -> bool:
        """Run it, here or by another; False when it is to be tried again."""
        began = (job.name, due) in self._tries
        tries, not_before = self._tries.get((job.name, due), (0, 0.0))
        if time.monotonic() < not_before:
            return False
        try:
            self.run(job, due, over=(*over, runs.RUNNING) if began else over)
        except Busy as busy:
            log.warning("job_waits", job=job.name, error=str(busy))
            self._tries[job.name, due] = (tries, 0.0)
            return False
        except Exception as problem:  # a job's own door: the next due time must still come
            log.exception("job_failed", job=job.name, error=type(problem).__name__)
            last = tries == len(self._pauses_s)
            with self._kit.database.write() as connection:
                db, now = Session(bind=connection), self._kit.clock()
                runs.trouble(db, job.name, "failed", error=type(problem).__name__, at=now)
                if last:
                    runs.fail(db, job.name, due, now=now)
            if not last:
                self._tries[job.name, due] = (tries + 1, time.monotonic() + self._pauses_s[tries])
                return False
        self._tries.pop((job.name, due), None)
        return True

    def _lead(self) -> bool:
        """Whether we lead, as of now. A new leader knows nothing: the rows tell it what was decided."""
        with self._looking:
            leads = self._leader.beat()
            if leads and not self._led:
                self._gaps.forget()
                self._tries.clear()
                log.info("scheduler_leads", name=self._name)
            if self._led and not leads:
                log.warning("scheduler_stands_by", name=self._name)
            self._led = leads
        return leads

    def _keep_watch(self) -> None:
        """Beside APScheduler: who leads, that somebody does, and what a clock that was moved has made due."""
        often = isinstance(self._kit.clock, MovedClock)
        looked = said = time.monotonic()
        while not self._stopping.wait(BEAT_S):
            led, now = self._led, time.monotonic()
            if not self._lead():
                continue
            if now - said >= ALIVE_S or not led:
                said = now
                self._say_alive()
            back = self._gaps.put_back(self._kit.clock())
            if back:
                self._keep_time_anew()
            if often or back or not led or now - looked >= LOOK_S:
                looked = now
                for each in self._jobs.values():  # in APScheduler's threads: a long job must not stop the watch
                    if not self._busy[each.name].locked():
                        self._clock.add_job(self._tick, args=[each])

    def _keep_time_anew(self) -> None:
        """The clock was put back: APScheduler would sleep until it is again what it was."""
        log.warning("clock_put_back")
        for each in self._jobs.values():
            self._clock.reschedule_job(each.name, trigger=each.trigger)

    def _say_alive(self) -> None:
        try:
            with self._kit.database.write() as connection:
                runs.lead(Session(bind=connection), self._name, now=self._kit.clock())
        except (Busy, SQLAlchemyError) as problem:
            log.warning("leader_unseen", error=type(problem).__name__)

    def _on_event(self, event: JobEvent) -> None:
        """What APScheduler itself missed or could not do, for the metrics; the next look makes it good."""
        error = getattr(event, "exception", None)
        kind = "failed" if event.code == EVENT_JOB_ERROR else "missed"
        log.warning("job_missed", job=event.job_id, error=type(error).__name__ if error else "")
        if event.job_id not in self._jobs:
            return
        try:
            with self._kit.database.write() as connection:
                name = type(error).__name__ if error else ""
                runs.trouble(Session(bind=connection), event.job_id, kind, error=name, at=self._kit.clock())
        except (Busy, SQLAlchemyError) as problem:
            log.warning("trouble_unkept", error=type(problem).__name__)
