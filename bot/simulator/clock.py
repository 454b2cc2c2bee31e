"""The one virtual clock: it runs ahead of the machine's, stands still, or travels step by step while all others keep up."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

STEP_SECONDS = 600.0
FOLLOWER_SECONDS = 15.0
BARRIER_SECONDS = 60.0
LOOK_SECONDS = 0.5

Act = Callable[[], object]


class BackwardsError(Exception):
    """Time was asked to run backwards: MsgIds, windows and shift days could not bear it."""


class MovingError(Exception):
    """Somebody else is travelling just now."""


class Clock:
    """Unix seconds for the platform and, over HTTP or in the same process, for the bot.

    `source` gives the machine's seconds; the virtual time is so far `ahead` of it, or stands still. Acts written into
    the diary happen when their moment comes, in order, however the moment is reached.
    """

    def __init__(
        self, source: Callable[[], float] = time.time, *, ahead: float = 0.0, patience: float = FOLLOWER_SECONDS
    ) -> None:
        """`patience` is for how many of the machine's seconds a follower may be silent before he counts as gone."""
        self._source, self._ahead, self._patience = source, ahead, patience
        self._still_at: float | None = None
        self._halting = False
        self._resumes = False
        """On a journey: whether time will run again at its end."""
        self._version = 0
        self._changed = threading.Condition(threading.RLock())
        self._travel = threading.Lock()
        self._acting = threading.Lock()
        self._listeners: list[Act] = []
        self._diary: list[tuple[float, int, Act]] = []
        self._entries = itertools.count()
        self._keeper: threading.Thread | None = None
        self._followers: dict[str, tuple[int, float]] = {}

    # -- reading ------------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The virtual time."""
        still = self._still_at
        return still if still is not None else self._source() + self._ahead

    def as_json(self) -> dict[str, Any]:
        """`moving` while a journey is under way; `ahead` in seconds."""
        with self._changed:
            return {
                "now": self.now(),
                "running": self._still_at is None or self._resumes,
                "ahead": round(self.now() - self._source(), 3),
                "version": self._version,
                "moving": self._travel.locked(),
            }

    # -- keeping up ---------------------------------------------------------------------------------------------------

    def listen(self, act: Act) -> None:
        """`act()` is called after every step of a journey; the next step waits until it returns."""
        self._listeners.append(act)

    def news(self, follower: str, since: int, seconds: float) -> dict[str, Any]:
        """For a process that follows over HTTP: the clock once it has passed version `since`, or after `seconds`.

        Asking with a version says that everything due by then has been done.
        """
        with self._changed:
            self._followers[follower] = (since, time.monotonic())
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._version > since, seconds)
            return self.as_json()

    def settle(self) -> None:
        """While it stands: all who listen or follow do what is due now, as after a step of a journey. Raises MovingError."""
        if not self._travel.acquire(blocking=False):
            raise MovingError
        try:
            if self._still_at is not None:
                self._stand(self._still_at)
        finally:
            self._travel.release()

    def is_followed(self) -> bool:
        """Whether a process follows and has caught up."""
        with self._changed:
            return bool(self._followers) and all(seen >= self._version for seen, _ in self._followers.values())

    def forget_followers(self) -> None:
        """The processes that followed are dead: nobody waits for them."""
        with self._changed:
            self._followers.clear()
            self._changed.notify_all()

    # -- changing -----------------------------------------------------------------------------------------------------

    def later(self, seconds: float, act: Act) -> None:
        """Write `act` into the diary, due in so many virtual seconds."""
        with self._changed:
            heapq.heappush(self._diary, (self.now() + seconds, next(self._entries), act))
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep_diary, name="diary", daemon=True)
                self._keeper.start()
            self._changed.notify_all()

    def let_run(self, *, running: bool) -> None:
        """Stand still, or go on from there."""
        with self._changed:
            now = self.now()
            self._still_at = None if running else now
            self._ahead = now - self._source()
            self._announce()

    def keep_ahead(self, seconds: float) -> None:
        """Run so far ahead of the machine, however far it was before."""
        with self._changed:
            self._ahead, self._still_at = seconds, None
            self._announce()

    def restart_at(self, now: float, *, running: bool = True) -> None:
        """Begin anew at any moment, past ones too; what stood in the diary is forgotten."""
        with self._changed:
            self._diary.clear()
            self._ahead = now - self._source()
            self._still_at = None if running else now
            self._announce()

    def travel(self, target: float, *, step: float = STEP_SECONDS) -> None:
        """Go there in steps, none longer than `step` seconds, stopping at every entry of the diary.

        At each stop the diary's acts are done and all who listen or follow have caught up before time goes on. Raises
        BackwardsError and MovingError.
        """
        if not self._travel.acquire(blocking=False):
            raise MovingError
        try:
            with self._changed:
                now = self.now()
                if target < now:
                    raise BackwardsError
                self._resumes, self._still_at = self._still_at is None, now
            while now < target and not self._halting:
                now = min(target, now + step, max(self._next_due(), now))
                self._stand(now)
        finally:
            with self._changed:
                resumes, self._resumes, self._halting = self._resumes, False, False
            if resumes:
                self.let_run(running=True)
            self._travel.release()

    def halt(self) -> None:
        """A journey that is under way ends at its next stop; nothing happens when there is none."""
        with self._changed:
            self._halting = self._travel.locked()

    def _stand(self, now: float) -> None:
        with self._changed:
            self._still_at, self._ahead = now, now - self._source()
            self._announce()
        self._do_what_is_due()
        for listener in self._listeners:
            _attend(listener, "somebody who listens to the simulated clock failed")
        self.wait_for_followers()

    def wait_for_followers(self) -> None:
        """Returns when every process that follows has done what is due by now; whoever fell silent is forgotten."""
        deadline = time.monotonic() + max(BARRIER_SECONDS, self._patience)
        with self._changed:
            while self._behind():
                if time.monotonic() > deadline:
                    log.warning("the simulated clock went on without a process that did not keep up")
                    return
                self._changed.wait(LOOK_SECONDS)

    def _behind(self) -> bool:
        alive = time.monotonic() - self._patience
        for name in [name for name, (_, at) in self._followers.items() if at < alive]:
            log.warning("a process that kept the simulated time fell silent")
            del self._followers[name]
        return any(seen < self._version for seen, _ in self._followers.values())

    def _announce(self) -> None:
        self._version += 1
        self._changed.notify_all()

    # -- the diary ----------------------------------------------------------------------------------------------------

    def _next_due(self) -> float:
        with self._changed:
            return self._diary[0][0] if self._diary else float("inf")

    def _keep_diary(self) -> None:
        """A running clock reaches entries by itself; one that stands still reaches none."""
        while True:
            with self._changed:
                running = self._still_at is None
                wait = self._next_due() - self.now() if running and self._diary else None
                if wait is None or wait > 0:
                    self._changed.wait(min(wait, FOLLOWER_SECONDS) if wait is not None else None)
                    continue
            self._do_what_is_due()

    def _do_what_is_due(self) -> None:
        with self._acting:  # entries of one moment happen in order, whoever noticed that it has come
            while True:
                with self._changed:
                    if not self._diary or self._diary[0][0] > self.now():
                        return
                    _, _, act = heapq.heappop(self._diary)
                _attend(act, "an entry of the simulated clock's diary failed")


def _attend(act: Act, complaint: str) -> None:
    """One that fails must not stop time for all others."""
    try:
        act()
    except Exception:
        log.exception(complaint)
