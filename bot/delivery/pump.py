"""Pushes what cannot wait for a person's next message: danger at any hour, answers in the hours he can be reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import BEIJING, Clock, MovedClock
from bot.db import Database
from bot.delivery import claims
from bot.delivery.claims import Addressee, Owed
from bot.delivery.outcome import Outcome, Result, Sender
from bot.errors import Busy
from bot.services import outbox

WAKE_S = 2.0
A_MOMENT_S = 0.05  # the poke comes with the commit, not after it
IN_FLIGHT = 8  # decisions.md §5: all channels without a client id
MINUTE_S = 60.0
KEEP_TRIES = 3  # each waits its turn at the database for seconds
KEEN = timedelta(minutes=30)
QUIET_FROM, QUIET_TO = 22, 7
NOT_NOW = timedelta(minutes=5)

MayReach = Callable[[Addressee, datetime], bool]

log = structlog.get_logger()


def by_day(person: Addressee, now: datetime) -> bool:
    """Where no shift is known: not from ten at night to seven, unless he wrote within half an hour."""
    hour = now.astimezone(BEIJING).hour
    return timedelta() <= now - person.last_wrote_at <= KEEN or QUIET_TO <= hour < QUIET_FROM


class Pump:
    """A thread that sends, and one for chores beside it. Any number of pumps may live at once: each item is claimed by one of them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender | None,
        *,
        may_reach: MayReach = by_day,
        every_minute: Sequence[Callable[[], object]] = (),
        wake_s: float = WAKE_S,
    ) -> None:
        """With no sender nothing is pushed, and all that is owed waits for the next contact."""
        self._database = database
        self._clock = clock
        self._sender = sender
        self._may_reach = may_reach
        self._every_minute = every_minute
        self._wake_s = wake_s
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._resting_until: datetime | None = None
        self._learning = threading.Lock()
        self._round = threading.Lock()
        self._at_chores = threading.Lock()
        self._told: set[str] = set()

    def start(self) -> None:
        """Begin, and listen for urgent things queued in this process."""
        event.listen(self._database.engine, "commit", self._on_commit)
        if isinstance(self._clock, MovedClock):
            self._clock.listen(self._catch_up)
        self._threads = [threading.Thread(target=self._run, name="pump", daemon=True)]
        if self._every_minute:
            self._threads.append(threading.Thread(target=self._run_chores, name="pump-chores", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let what is being sent come to its end, then stop."""
        self._stopping.set()
        self._wake.set()
        if self._threads:
            for thread in self._threads:
                thread.join()
            event.remove(self._database.engine, "commit", self._on_commit)
            self._threads = []

    def poke(self) -> None:
        """Look now instead of when the next round is due."""
        self._wake.set()

    def once(self) -> int:
        """Send what may be sent now, a round at a time, danger first and looked for anew; how many were taken on."""
        with self._round:  # whoever asks meanwhile waits until what he asked for is done
            return self._all_rounds()

    def _all_rounds(self) -> int:
        taken = 0
        tried: set[tuple[int, int]] = set()
        with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="push") as pool:
            while not self._stopping.is_set() and (batch := self._next_round(tried)):
                tried |= {(each.id, each.tries) for each in batch}
                taken += sum(pool.map(self._push, batch))
        return taken

    def tidy(self) -> None:
        """Once a minute: what a dead pump left behind, and what came too late for anybody."""
        with self._database.write() as connection:
            lost = claims.give_up_lost(connection, now=self._clock())
        while not self._stopping.is_set():  # in small transactions: turns go in between
            with self._database.write() as connection:
                if not outbox.drop_expired(connection, now=self._clock()):
                    break
        if lost:
            log.warning("push_unknown", count=lost, reason="lease")

    def chores(self) -> None:
        """Whatever else was asked for every minute. It may take its time: danger does not wait for it."""
        with self._at_chores:
            for hook in self._every_minute:
                if self._stopping.is_set():
                    return
                self._guarded(hook)

    def _next_round(self, tried: set[tuple[int, int]]) -> list[Owed]:
        """As many as go out together: of danger alone while there is any, then of the rest; none when all is done."""
        now = self._clock()
        if self._sender is None or self._rests(now):
            return []
        with self._database.read() as connection:
            due = [each for each in claims.due(connection, now=now) if (each.id, each.tries) not in tried]
        if danger := [each for each in due if each.urgency >= outbox.DANGER]:
            return danger[:IN_FLIGHT]
        fit: list[Owed] = []
        later: list[Owed] = []
        for each in due:
            (fit if self._may_reach(each.to, now) else later).append(each)
        if later:
            with self._database.write() as connection:
                claims.put_off(connection, later, until=now + NOT_NOW)
        return fit[:IN_FLIGHT]

    def _rests(self, now: datetime) -> bool:
        return self._resting_until is not None and now < self._resting_until

    def _push(self, owed: Owed) -> bool:
        """Claim, send, keep. Whatever happens after the claim, the item is in one state that is true of it."""
        now = self._clock()
        if self._sender is None or self._rests(now):
            return False
        with self._database.write() as connection:
            claimed = claims.claim(connection, owed, now=now)
        if claimed is None:
            return False
        result = self._sender.send_text(claimed.to.openid, claimed.text)
        self._learn(result)
        self._keep(claimed, result)
        log.info("pushed", item=owed.id, urgency=owed.urgency, outcome=result.outcome.value, reason=result.reason)
        return True

    def _keep(self, owed: Owed, result: Result) -> None:
        """A database that is busy just now must not turn what is known into what is not."""
        for left in reversed(range(KEEP_TRIES)):
            try:
                with self._database.write() as connection:
                    claims.keep(connection, owed, result, now=self._clock())
                return
            except Busy:
                if not left:
                    raise

    def _learn(self, result: Result) -> None:
        """A resting channel is left alone; what somebody has to mend is told once, until something is sent again."""
        with self._learning:
            if result.outcome is Outcome.SENT:
                self._told.clear()
            if result.outcome is Outcome.WAIT:
                self._resting_until = self._clock() + result.rest
            news = result.tell_operator and result.reason not in self._told
            if news:
                self._told.add(result.reason)
        if news:
            log.error("push_needs_operator", reason=result.reason)

    def _run(self) -> None:
        tidied = float("-inf")
        while not self._stopping.is_set():
            if time.monotonic() - tidied >= MINUTE_S:
                tidied = time.monotonic()
                self._guarded(self.tidy)
            self._guarded(self.once)
            if self._wake.wait(self._wake_s):
                self._wake.clear()
                self._stopping.wait(A_MOMENT_S)

    def _catch_up(self) -> None:
        """The time was moved: a minute's work, whatever the hands of the machine's clock say."""
        if not self._stopping.is_set():
            for work in (self.tidy, self.once, self.chores):
                self._guarded(work)

    def _run_chores(self) -> None:
        while not self._stopping.is_set():
            self.chores()
            self._stopping.wait(MINUTE_S)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (Busy, SQLAlchemyError) as problem:
            log.warning("pump_busy", error=type(problem).__name__)
        except Exception as problem:  # a job's own door: the next round must still come
            log.exception("pump_failed", error=type(problem).__name__)

    def _on_commit(self, connection: object) -> None:
        if outbox.was_urgent(connection):
            self.poke()
