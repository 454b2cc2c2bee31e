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
ON_TEST = {"cgi-bin/user/get": 100}
"""Where a test account has another share than the tenth (wechat_platform §4.13)."""
STATUS_ONLY = 403


class Quotas:
    """Counts by endpoint of one Beijing day. Times are of the simulator's clock; a test account has a tenth of all limits."""

    def __init__(self, now: Callable[[], float], account_kind: Callable[[], str], switches: Switches) -> None:
        self._now, self._switches = now, switches
        self._account_kind = account_kind
        self._lock = threading.Lock()
        self.whitelist: tuple[str, ...] = ()
        self.forget()

    def forget(self) -> None:
        with self._lock:
            self._today = self.day()
            self._used: Counter[str] = Counter()
            self._in_minute: dict[str, tuple[int, int]] = {}
            self._clearings: Counter[str] = Counter()
            self.whitelist = ()

    def day(self) -> int:
        """The number of the day whose quotas are being used."""
        return int((self._now() + BEIJING_SECONDS - 3600 * self._switches.on.reset_hour) // 86400)

    def limit(self, endpoint: str, daily: int) -> int:
        """What this account may call in a day, of what a certified one may; 0 is without end."""
        if not daily or not self._on_test():
            return daily
        return ON_TEST.get(endpoint, max(1, daily // TEST_SHARE))

    def use(self, endpoint: str, daily: int, minutely: int = 0) -> None:
        """Count one call. Raises RefusedError: 45009 for the day's quota, 45011 for the minute's."""
        limit, minute = self.limit(endpoint, daily), int(self._now() // 60)
        with self._lock:
            self._turn_the_page()
            last, calls = self._in_minute.get(endpoint, (minute, 0))
            if limit and self._used[endpoint] >= limit:
                raise RefusedError(45009)
            if minutely and last == minute and calls >= minutely:
                raise RefusedError(45011)
            self._used[endpoint] += 1
            if minutely:
                self._in_minute[endpoint] = (minute, calls + 1 if last == minute else 1)

    def spent(self, endpoint: str, daily: int) -> dict[str, int]:
        """The answer of openapi/quota/get."""
        limit = self.limit(endpoint, daily)
        with self._lock:
            self._turn_the_page()
            used = self._used[endpoint]
        return {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}

    def clear(self, month: str, endpoint: str = "") -> None:
        """Begin counting anew, for one endpoint or for all. Raises RefusedError(48006) the eleventh time in a month."""
        with self._lock:
            if self._clearings[month] >= CLEARINGS_A_MONTH:
                raise RefusedError(48006)
            self._clearings = Counter({month: self._clearings[month] + 1})
            for key in [key for key in self._used if endpoint in ("", key)]:
                del self._used[key]

    def exhaust(self, endpoint: str, daily: int) -> None:
        """As if all of today's calls had been made."""
        with self._lock:
            self._turn_the_page()
            self._used[endpoint] = self.limit(endpoint, daily)

    def check_address(self, address: str) -> None:
        """Raises RefusedError for an address that is not on the list; an empty list, or a test account, lets all in."""
        if not self.whitelist or address in self.whitelist or self._on_test():
            return
        how = self._switches.on.whitelist_answer
        said = f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist"
        if how == "http_403":
            raise RefusedError(40164, said, status=STATUS_ONLY)
        raise RefusedError(int(how), said)

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            self._turn_the_page()
            return dict(self._used)

    def _on_test(self) -> bool:
        return self._account_kind() == "test"

    def _turn_the_page(self) -> None:
        if self._today != self.day():
            self._today = self.day()
            self._used.clear()
