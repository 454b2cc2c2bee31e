"""One writer at a time on SQLite: waiters are woken in turn instead of sleeping in the busy handler.

SQLite's own handler sleeps 1 to 100 ms and wakes at random, which ruins the slowest answers (performance.md §2).
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Busy

try:
    import fcntl
except ImportError:  # Windows: one process only, the threads' queue is all there is to guard
    fcntl = None  # type: ignore[assignment]

_FIRST_NAP_S = 0.0002
_LONGEST_NAP_S = 0.005


class WriteGate:
    """Held for the length of one write transaction. Threads queue in order; processes share a lock file."""

    def __init__(self, lock_file: Path | None, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False
        self._path = lock_file
        self._file = self._opened()

    @contextmanager
    def held(self) -> Iterator[float]:
        """Yields how many seconds of the timeout are left. Raises Busy when the gate could not be had in time."""
        deadline = time.monotonic() + self._timeout_s
        self._enter(deadline)
        try:
            self._lock_file(deadline)
            try:
                yield max(0.0, deadline - time.monotonic())
            finally:
                self._unlock_file()
        finally:
            self._leave()

    def after_fork(self) -> None:
        """A child shares its parent's open file, and with it the parent's lock: it needs its own."""
        self._guard, self._waiting, self._taken = threading.Lock(), deque(), False
        self.close()
        self._file = self._opened()

    def _opened(self) -> int | None:
        if self._path is None or fcntl is None:
            return None
        return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)

    def close(self) -> None:
        """Give the lock file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _enter(self, deadline: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise Busy
        # handed over in the very moment the wait ran out: the gate is ours

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _lock_file(self, deadline: float) -> None:
        if self._file is None:
            return
        nap = _FIRST_NAP_S
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() + nap > deadline:
                    raise Busy from None
                time.sleep(nap)
                nap = min(nap * 2, _LONGEST_NAP_S)

    def _unlock_file(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
