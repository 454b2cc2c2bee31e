"""Faults on demand and the exact log of calls, for tests that must see the bot behave when the platform does not."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any, Literal

ANY = "*"
CALLS_KEPT = 2000
SLEEP_LIMIT_SECONDS = 60.0

Kind = Literal["errcode", "status", "html", "sleep", "drop_before", "drop_after"]


@dataclass(slots=True)
class Fault:
    """What the next `times` calls of `endpoint` (such as "cgi-bin/menu/create", or "*") meet.

    errcode: that refusal · status: that HTTP status · html: a web page with status 200 · sleep: `seconds`, then the
    true answer · drop_before / drop_after: the connection breaks before or after the call had its effect.
    """

    endpoint: str
    kind: Kind
    times: int = 1
    errcode: int = -1
    errmsg: str = ""
    status: int = 500
    seconds: float = 0.0


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def take(self, endpoint: str) -> Fault | None:
        """The fault this call meets, one fewer of it left."""
        with self._lock:
            for fault in self._waiting:
                if fault.endpoint in (ANY, endpoint):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]


class Calls:
    """Every call of an interface, counted exactly; of the oldest only the count is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._log: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self._counts: Counter[str] = Counter()
        self._number = 0

    def add(self, endpoint: str, call: dict[str, Any]) -> None:
        with self._lock:
            self._number += 1
            self._counts[endpoint] += 1
            self._log.append({"id": self._number, "endpoint": endpoint, **call})

    def clear(self) -> None:
        with self._lock:
            self._log.clear()
            self._counts.clear()

    def as_json(self, endpoint: str = "") -> dict[str, Any]:
        """`counts` by endpoint, and the calls in order, of one endpoint or of all."""
        with self._lock:
            calls = [call for call in self._log if endpoint in ("", call["endpoint"])]
            return {"counts": dict(self._counts), "calls": calls}
