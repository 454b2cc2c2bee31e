"""What follows a call later: the news of how it ended, and failures that somebody ordered."""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.api.faults import FINISH, Fault
from bot.simulator.api.table import Platform

NEWS_SECONDS = 2.0


def afterwards(platform: Platform, seconds: float, act: Callable[[], object]) -> None:
    """`act` in so many virtual seconds, unless all has been forgotten by a reset until then."""
    epoch = platform.world.epoch

    def due() -> None:
        if platform.world.epoch == epoch:
            act()

    platform.clock.later(seconds, due)


def ordered_failure(platform: Platform, subject: str, openid: str = "") -> Fault | None:
    """The fault of kind errcode waiting at `<subject>/finish` (template, subscription, mass), one fewer of it left."""
    fault = platform.faults.take(subject + FINISH, openid)
    return fault if fault is not None and fault.kind == "errcode" else None
