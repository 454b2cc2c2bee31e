"""The exact log of calls of the interfaces, and how each is told on the wire."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CALLS_KEPT = 2000


class Calls:
    """Every call of an interface, counted exactly; of the oldest only the count is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._log: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self._counts: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._arrived: Counter[str] = Counter()
        self._moved = threading.Condition(self._lock)

    def add(self, call: dict[str, Any]) -> None:
        """`call` as it stands on the wire, with its number there as `id`."""
        with self._lock:
            self._counts[call["name"]] += 1
            self._log.append(call)

    @contextmanager
    def under_way(self, endpoint: str) -> Iterator[None]:
        """Around a call, from its arrival to its entry in the log."""
        with self._moved:
            self._arrived[endpoint] += 1
            self._under_way[endpoint] += 1
            self._moved.notify_all()
        try:
            yield
        finally:
            with self._moved:
                self._under_way[endpoint] -= 1
                self._moved.notify_all()

    def wait_for_arrivals(self, endpoint: str, count: int, seconds: float) -> bool:
        """True once so many calls of it have arrived, answered or not."""
        with self._moved:
            return self._moved.wait_for(lambda: self._arrived[endpoint] >= count, seconds)

    def wait_until_answered(self, seconds: float) -> bool:
        """True once no call is under way."""
        with self._moved:
            return self._moved.wait_for(lambda: not any(self._under_way.values()), seconds)

    def clear(self) -> None:
        with self._lock:
            self._log.clear()
            self._counts.clear()
            self._arrived.clear()

    def by_rid(self, rid: str) -> dict[str, Any] | None:
        """The call that was refused under this request id."""
        with self._lock:
            return next((call for call in self._log if rid and call["rid"] == rid), None)

    def as_json(self, endpoint: str = "") -> dict[str, Any]:
        """`counts` by endpoint, and the calls in order, of one endpoint or of all."""
        with self._lock:
            calls = [call | {"endpoint": call["name"]} for call in self._log if endpoint in ("", call["name"])]
            return {"counts": dict(self._counts), "calls": calls}
