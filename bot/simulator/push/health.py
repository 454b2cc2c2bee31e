"""MarkFail: a bot that keeps failing is left alone for a minute, and what is sent to it meanwhile never arrives (§1.5)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.simulator.switches import Switches

SUSPENDED_SECONDS = 60.0


class Health:
    """Counts failures in a row, of whole pushes and not of attempts. Times are of the virtual clock."""

    def __init__(self, now: Callable[[], float], switches: Switches) -> None:
        self._now, self._switches = now, switches
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """As if nothing had failed."""
        with self._lock:
            self._failures, self._until = 0, float("-inf")

    def worked(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The last attempt of a push brought nothing good. What still fails while the bot is left alone does not count."""
        limit = self._switches.on.mark_fail_after
        with self._lock:
            if self._now() < self._until:
                return
            self._failures += 1
            if limit and self._failures >= limit:
                self._failures, self._until = 0, self._now() + SUSPENDED_SECONDS

    def suspended_until(self) -> float | None:
        """None while the platform pushes."""
        with self._lock:
            return self._until if self._now() < self._until else None
