"""How often each interface may still be called, the monthly clearings, and the list of addresses that may call at all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.switches import Switches

BEIJING_SECONDS = 8 * 3600
CLEARINGS_A_MONTH = 10
TEST_SHARE = 10
STATUS_ONLY = 403


class Quotas:
    """Counts by endpoint and Beijing day. Times are of the simulator's clock; a test account has a tenth of all limits."""

    def __init__(self, now: Callable[[], float], account_kind: str, switches: Switches) -> None:
        self._now, self._switches = now, switches
        self._share = TEST_SHARE if account_kind == "test" else 1
        self._lock = threading.Lock()
        self.whitelist: tuple[str, ...] = ()
        self.forget()

    def forget(self) -> None:
        with self._lock:
            self._used: Counter[tuple[str, int]] = Counter()
            self._in_minute: Counter[tuple[str, int]] = Counter()
            self._limits: dict[str, int] = {}
            self._clearings: Counter[str] = Counter()
            self.whitelist = ()

    def day(self) -> int:
        """The number of the day whose quotas are being used."""
        return int((self._now() + BEIJING_SECONDS - 3600 * self._switches.on.reset_hour) // 86400)

    def limit(self, daily: int) -> int:
        return max(1, daily // self._share) if daily else 0

    def use(self, endpoint: str, daily: int, minutely: int = 0) -> None:
        """Count one call. Raises RefusedError: 45009 for the day's quota, 45011 for the minute's."""
        daily = self.limit(daily)
        with self._lock:
            today, minute = (endpoint, self.day()), (endpoint, int(self._now() // 60))
            if daily and self._used[today] >= daily:
                raise RefusedError(45009)
            if minutely and self._in_minute[minute] >= minutely:
                raise RefusedError(45011)
            self._used[today] += 1
            if minutely:
                self._in_minute = Counter({minute: self._in_minute[minute] + 1})

    def spent(self, endpoint: str, daily: int) -> dict[str, int]:
        """The answer of openapi/quota/get."""
        with self._lock:
            used, limit = self._used[endpoint, self.day()], self.limit(daily)
        return {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}

    def clear(self, month: str, endpoint: str = "") -> None:
        """Begin counting anew, for one endpoint or for all. Raises RefusedError(48006) the eleventh time in a month."""
        with self._lock:
            if self._clearings[month] >= CLEARINGS_A_MONTH:
                raise RefusedError(48006)
            self._clearings[month] += 1
            today = self.day()
            for key in [key for key in self._used if key[1] == today and endpoint in ("", key[0])]:
                del self._used[key]

    def exhaust(self, endpoint: str, daily: int) -> None:
        """As if all of today's calls had been made."""
        with self._lock:
            self._used[endpoint, self.day()] = self.limit(daily)

    def check_address(self, address: str) -> None:
        """Raises RefusedError for an address that is not on the list; an empty list lets everybody in."""
        if not self.whitelist or address in self.whitelist:
            return
        how = self._switches.on.whitelist_answer
        said = f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist"
        if how == "http_403":
            raise RefusedError(40164, said, status=STATUS_ONLY)
        raise RefusedError(int(how), said)

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            today = self.day()
            return {endpoint: used for (endpoint, day), used in self._used.items() if day == today}
