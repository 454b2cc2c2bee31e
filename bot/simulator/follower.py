"""The other end of the virtual clock: a process that keeps the simulator's time, asked for over HTTP."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

log = logging.getLogger(__name__)

WAIT_SECONDS = 9.0
PATIENCE_SECONDS = 10.0  # a refusal comes at once; whoever is only slow is waited for
BREATH_SECONDS = 0.2
BEAT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The simulator's time when the machine's monotonic clock showed `at`; a clock that stands still stays there."""

    now: float
    at: float
    running: bool

    def shown(self) -> float:
        return self.now + (time.monotonic() - self.at if self.running else 0.0)


class Follower:
    """The clock of the simulator at `address`; the machine's own until that can be reached.

    Everything that listens has been done for a moment before the simulator hears that this process has caught up.
    """

    def __init__(self, address: str, *, for_a_moment: bool = False) -> None:
        """`for_a_moment`: a command that will be gone soon asks once, and no journey waits for it."""
        self._for_a_moment = for_a_moment
        self._address = address.rstrip("/") + "/control/clock"
        self._listeners: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._reading: Reading | None = None
        self._process = 0
        self._closed = threading.Event()
        self._name = ""

    def now(self) -> float:
        """Unix seconds. The first call of a process asks once and begins to follow."""
        if self._process != os.getpid():
            self._begin()
        reading = self._reading
        return reading.shown() if reading else time.time()

    def listen(self, act: Callable[[], object]) -> None:
        self._listeners.append(act)

    def close(self) -> None:
        """Follow no longer; the time is the last one heard, running on."""
        self._closed.set()

    def _begin(self) -> None:
        with self._lock:
            if self._process == os.getpid():
                return
            self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
            try:
                self._take(self._ask({}, PATIENCE_SECONDS))
            except requests.RequestException:
                log.warning("the simulator's clock cannot be reached yet")
            if not self._for_a_moment:
                threading.Thread(target=self._follow, name="follower", daemon=True).start()
            self._process = os.getpid()  # not before: other threads would go by the machine's time meanwhile

    def _follow(self) -> None:
        seen = -1
        while not self._closed.is_set():
            try:
                told = self._ask({"follower": self._name, "since": seen, "wait": WAIT_SECONDS}, 2 * WAIT_SECONDS)
            except (requests.RequestException, ValueError):
                self._closed.wait(BREATH_SECONDS)
                continue
            self._take(told)
            if told["version"] != seen:
                seen = told["version"]
                self._catch_up()
            elif not told["moving"]:
                self._closed.wait(BREATH_SECONDS)  # answered early: too many wait there already

    def _catch_up(self) -> None:
        done = threading.Event()
        if self._listeners:
            threading.Thread(target=self._beat, args=[done], name="heartbeat", daemon=True).start()
        for act in self._listeners:
            try:
                act()
            except Exception:
                log.exception("what was due at the simulator's new time failed")
        done.set()

    def _beat(self, done: threading.Event) -> None:
        """Who works long on what is due must not be taken for dead."""
        while not done.wait(BEAT_SECONDS):
            with contextlib.suppress(requests.RequestException):
                self._ask({"follower": self._name, "since": -1, "wait": 0}, PATIENCE_SECONDS)

    def _take(self, told: dict[str, Any]) -> None:
        self._reading = Reading(float(told["now"]), time.monotonic(), bool(told["running"]))

    def _ask(self, query: dict[str, Any], seconds: float) -> dict[str, Any]:
        answer = requests.get(self._address, params=query, timeout=seconds)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told
