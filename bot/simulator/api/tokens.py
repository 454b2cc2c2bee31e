"""Access tokens: the classic and the stable family, which know nothing of each other (wechat_platform §4.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.api.errors import RefusedError
from bot.simulator.chance import Chance

LIFE_SECONDS = 7200
OVERLAP_SECONDS = 300
FORCED_A_DAY, FORCED_APART_SECONDS = 20, 30
CLASSIC_A_DAY, CLASSIC_A_DAY_ON_TEST = 2000, 200
BEIJING_SECONDS = 8 * 3600
KEPT = 1000


@dataclass(slots=True)
class Token:
    """One token ever given out; `killed` when another took its place and its grace is over at once."""

    value: str
    expires_at: float
    killed: bool = False


class Tokens:
    """Issues and checks. Times are of the simulator's clock; the days of its quotas are Beijing's."""

    def __init__(self, now: Callable[[], float], account_kind: str, chance: Chance) -> None:
        self._now, self._chance = now, chance
        self._classic_a_day = CLASSIC_A_DAY_ON_TEST if account_kind == "test" else CLASSIC_A_DAY
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """As if none had ever been issued; every token in anybody's hands is unknown from now on."""
        with self._lock:
            self._issued: dict[str, Token] = {}
            self._classic: Token | None = None
            self._stable: Token | None = None
            self._forced_at = float("-inf")
            self._used: dict[tuple[str, int], int] = {}

    def classic(self) -> tuple[str, int]:
        """A new token each time and its life in seconds; the former lives five minutes more at most."""
        with self._lock:
            self._count("classic", self._classic_a_day)
            self._retire(self._classic, OVERLAP_SECONDS)
            self._classic = self._issue()
            return self._classic.value, LIFE_SECONDS

    def stable(self, *, force: bool) -> tuple[str, int]:
        """The same token and its remaining seconds until less than five minutes are left.

        Raises RefusedError when forced within 30 seconds (45011) or more than 20 times a day (45009).
        """
        with self._lock:
            now = self._now()
            if force and self._stable is not None:
                if now - self._forced_at < FORCED_APART_SECONDS:
                    raise RefusedError(45011)
                self._count("forced", FORCED_A_DAY)
                self._forced_at = now
                self._stable.killed = True
                self._stable = None
            if self._stable is None or self._stable.expires_at - now < OVERLAP_SECONDS:
                self._retire(self._stable, OVERLAP_SECONDS)
                self._stable = self._issue()
            return self._stable.value, int(self._stable.expires_at - now)

    def check(self, value: str) -> None:
        """Raises RefusedError: 41001 missing, 40001 unknown or replaced, 42001 outlived."""
        if not value:
            raise RefusedError(41001)
        with self._lock:
            token = self._issued.get(value)
            if token is None or token.killed:
                raise RefusedError(40001)
            if self._now() >= token.expires_at:
                raise RefusedError(42001)

    def spoil(self) -> None:
        """Kills every living token, as when somebody else refreshes with the same secret."""
        with self._lock:
            for token in self._issued.values():
                token.killed = True
            self._classic = self._stable = None

    def clear_counts(self) -> None:
        """As clear_quota does."""
        with self._lock:
            self._used.clear()

    def _issue(self) -> Token:
        token = Token(f"90_{self._chance.letters(96)}", self._now() + LIFE_SECONDS)
        self._issued[token.value] = token
        while len(self._issued) > KEPT:
            del self._issued[next(iter(self._issued))]
        return token

    def _retire(self, token: Token | None, grace: float) -> None:
        if token is not None:
            token.expires_at = min(token.expires_at, self._now() + grace)

    def _count(self, what: str, limit: int) -> None:
        day = int((self._now() + BEIJING_SECONDS) // 86400)
        self._used[what, day] = self._used.get((what, day), 0) + 1
        if self._used[what, day] > limit:
            raise RefusedError(45009)
