"""Faults on demand, for the webhook and for every interface, on one person or on all; and how slow the network is."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bot.simulator.chance import Chance

ANY = "*"
WEBHOOK = "webhook"
FINISH = "/finish"
"""How the endpoint of a job's outcome ends: `template/finish`, `subscription/finish`, `mass/finish`."""
SLEEP_LIMIT_SECONDS = 60.0

Kind = Literal["errcode", "status", "html", "sleep", "drop_before", "drop_after"]
Spread = Literal["fixed", "uniform", "lognormal"]


@dataclass(slots=True)
class Fault:
    """What the next `times` calls of `endpoint` (such as "cgi-bin/menu/create", "webhook", or "*" for all interfaces) meet.

    errcode: that refusal · status: that HTTP status · html: a web page with status 200 · sleep: `seconds`, then the
    true answer · drop_before / drop_after: the connection breaks before or after the call had its effect. With a
    `person` (an OpenID) only calls that concern him count, with `every` only each so many-eth.
    """

    endpoint: str
    kind: Kind
    times: int = 1
    errcode: int = -1
    errmsg: str = ""
    status: int = 500
    seconds: float = 0.0
    person: str = ""
    every: int = 1
    seen: int = 0

    def meets(self, endpoint: str, person: str) -> bool:
        """Whether this call is one it waits for; calls passed over are counted."""
        if self.endpoint != endpoint and (self.endpoint != ANY or endpoint == WEBHOOK or endpoint.endswith(FINISH)):
            return False
        if self.person not in ("", person):
            return False
        self.seen += 1
        return self.seen % self.every == 0


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds added to an exchange: `a` always, between `a` and `b`, or lognormal with median `a` and spread `b`."""

    kind: Spread
    a: float
    b: float = 0.0

    def draw(self, chance: Chance) -> float:
        if self.kind == "uniform":
            return chance.between(self.a, self.b)
        return chance.lognormal(self.a, self.b) if self.kind == "lognormal" else self.a


class Faults:
    """The faults still to come, oldest first, and the standing latencies."""

    def __init__(self, chance: Chance) -> None:
        self._lock = threading.Lock()
        self._chance = chance
        self._waiting: list[Fault] = []
        self._latency: dict[str, Latency] = {}

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def take(self, endpoint: str, person: str = "") -> Fault | None:
        """The fault this call meets, one fewer of it left."""
        with self._lock:
            for fault in self._waiting:
                if fault.meets(endpoint, person):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def slow(self, endpoint: str, latency: Latency) -> None:
        """Every exchange of this endpoint ("webhook", an interface, or "*" for all interfaces) takes so much longer."""
        with self._lock:
            self._latency[endpoint] = latency

    def delay(self, endpoint: str) -> float:
        """Seconds this exchange is to be held up, at most a minute."""
        with self._lock:
            latency = self._latency.get(endpoint) or (self._latency.get(ANY) if endpoint != WEBHOOK else None)
        return min(SLEEP_LIMIT_SECONDS, max(0.0, latency.draw(self._chance))) if latency else 0.0

    def slows(self, endpoint: str) -> bool:
        """Whether a latency stands on the very endpoint."""
        with self._lock:
            return endpoint in self._latency

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def clear_latency(self) -> None:
        with self._lock:
            self._latency.clear()

    def ordered(self) -> tuple[list[Fault], dict[str, dict[str, Any]]]:
        """The faults still to come as they are now, and the standing latencies by endpoint."""
        with self._lock:
            waiting = [replace(fault) for fault in self._waiting]
            return waiting, {endpoint: asdict(latency) for endpoint, latency in self._latency.items()}

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            return {
                "faults": [asdict(fault) for fault in self._waiting],
                "latency": {endpoint: asdict(latency) for endpoint, latency in self._latency.items()},
            }
