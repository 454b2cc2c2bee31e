"""The stretch between the platform and the bot: sound, slow, breaking where it was ordered to, or not there at all."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.simulator.api.faults import SLEEP_LIMIT_SECONDS, WEBHOOK, Fault, Faults
from bot.simulator.push.attempt import Answer, LostError, exchange

HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Connection": "close"}
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one exchange: the whole answer, or None and the `problem`, a key of words.toml; and the fault met.

    A latency is met as one only where it took the answer's time.
    """

    answer: Answer | None
    problem: str = ""
    millis: int = 0
    fault: str = ""


class Network:
    """Carries one request at a time for each thread that asks."""

    def __init__(self, faults: Faults, timeout: float) -> None:
        self._faults, self._timeout = faults, timeout
        self.down = False
        """The bot's server is out of reach, whatever it does."""

    def carry(self, method: str, url: str, body: bytes, openid: str) -> Carried:
        """One exchange, whatever is in its way; never longer than the timeout, which is real time whatever clock rules."""
        begun = time.monotonic()
        fault = self._faults.take(WEBHOOK, openid)
        answer, problem = None, ""
        try:
            answer = self._through(method, url, body, fault, begun + self._timeout)
        except LostError as lost:
            problem = lost.reason
        met = fault.kind if fault else "latency" if problem == "timeout" and self._faults.slows(WEBHOOK) else ""
        return Carried(answer, problem, round((time.monotonic() - begun) * 1000), met)

    def _through(self, method: str, url: str, body: bytes, fault: Fault | None, deadline: float) -> Answer:
        if self.down:
            raise LostError("down")
        if fault is not None and fault.kind == "drop_before":
            raise LostError("refused")
        one_way = self._faults.delay(WEBHOOK) / 2  # a slow network is slow there and back
        _hold(one_way, deadline)
        answer = exchange(method, url, body, HEADERS, deadline - time.monotonic())
        if fault is not None:
            answer = _spoilt(answer, fault, deadline)
        _hold(one_way, deadline)
        return answer


def _spoilt(answer: Answer, fault: Fault, deadline: float) -> Answer:
    if fault.kind == "drop_after":
        raise LostError("broken")
    if fault.kind == "sleep":
        _hold(min(fault.seconds, SLEEP_LIMIT_SECONDS), deadline)
    if fault.kind == "status":
        return Answer(fault.status, "text/plain", b"server error")
    return Answer(200, "text/html", PAGE) if fault.kind == "html" else answer


def _hold(seconds: float, deadline: float) -> None:
    left = deadline - time.monotonic()
    if seconds > 0:
        time.sleep(max(0.0, min(seconds, left)))
    if seconds >= left:
        raise LostError("timeout")
