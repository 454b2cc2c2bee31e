"""Access tokens: the classic and the stable family, which know nothing of each other (wechat_platform §4.1)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.api.errors import RefusedError
from bot.simulator.chance import Chance

LIFE_SECONDS = 7200
OVERLAP_SECONDS = 300
FORCED_A_DAY, FORCED_APART_SECONDS = 20, 30
KEPT = 1000
_SHAPE = re.compile(r"[0-9]{2,3}_[A-Za-z0-9_-]{20,508}")


@dataclass(slots=True)
class Token:
    """One token ever given out, and when its grace ends because another took its place."""

    value: str
    expires_at: float
    replaced_at: float = float("inf")


class Tokens:
    """Issues and checks. Times are of the simulator's clock."""

    def __init__(self, now: Callable[[], float], chance: Chance) -> None:
        self._now, self._chance = now, chance
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """As if none had ever been issued; every token in anybody's hands is unknown from now on."""
        with self._lock:
            self._issued: dict[str, Token] = {}
            self._classic: Token | None = None
            self._stable: Token | None = None
            self._forced_at = float("-inf")
            self._forced = (0, 0)

    def classic(self) -> tuple[str, int]:
        """A new token each time and its life in seconds; the former lives five minutes more at most."""
        with self._lock:
            self._retire(self._classic, OVERLAP_SECONDS)
            self._classic = self._issue()
            return self._classic.value, LIFE_SECONDS

    def stable(self, *, force: bool, day: int) -> tuple[str, int]:
        """The same token and its remaining seconds until less than five minutes are left.

        Raises RefusedError when forced within 30 seconds (45011) or more than 20 times a `day` (45009).
        """
        with self._lock:
            now = self._now()
            if force:
                self._count_forced(now, day)
                self._retire(self._stable, 0)
                self._stable = None
            if self._stable is None or self._stable.expires_at - now < OVERLAP_SECONDS:
                self._retire(self._stable, OVERLAP_SECONDS)
                self._stable = self._issue()
            return self._stable.value, int(self._stable.expires_at - now)

    def check(self, value: str) -> None:
        """Raises RefusedError: 41001 missing, 40014 no token at all, 40001 unknown or replaced, 42001 outlived."""
        if not value:
            raise RefusedError(41001)
        if not _SHAPE.fullmatch(value):
            raise RefusedError(40014)
        with self._lock:
            token, now = self._issued.get(value), self._now()
            if token is None or token.replaced_at <= now < token.expires_at:
                raise RefusedError(40001)
            if now >= token.expires_at:
                raise RefusedError(42001)

    def spoil(self) -> None:
        """Kills every living token, as when somebody else refreshes with the same secret."""
        with self._lock:
            for token in self._issued.values():
                self._retire(token, 0)
            self._classic = self._stable = None

    def clear_counts(self) -> None:
        """As clear_quota does."""
        with self._lock:
            self._forced = (0, 0)

    def _issue(self) -> Token:
        token = Token(f"90_{self._chance.letters(96)}", self._now() + LIFE_SECONDS)
        self._issued[token.value] = token
        while len(self._issued) > KEPT:
            del self._issued[next(iter(self._issued))]
        return token

    def _retire(self, token: Token | None, grace: float) -> None:
        if token is not None:
            token.replaced_at = min(token.replaced_at, self._now() + grace)

    def _count_forced(self, now: float, day: int) -> None:
        if now - self._forced_at < FORCED_APART_SECONDS:
            raise RefusedError(45011)
        last, times = self._forced
        times = times if last == day else 0
        if times >= FORCED_A_DAY:
            raise RefusedError(45009)
        self._forced, self._forced_at = (day, times + 1), now
