"""Time comes in through one door: an injected clock of aware moments in the mine's zone, and the shift day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


@runtime_checkable
class MovedClock(Protocol):
    """A clock that somebody else sets: a rehearsal's. What is due by its time is done when it says it was moved."""

    def __call__(self) -> datetime: ...

    def listen(self, act: Callable[[], object], /) -> None:
        """`act()` after every move, in the order in which they were given."""


BEIJING = ZoneInfo("Asia/Shanghai")
EARLY_CUT_OVER = timedelta(hours=4)


def system_clock() -> datetime:
    """The moment it is, in Beijing time. The only place in the product that reads the machine's clock."""
    return datetime.now(BEIJING)  # noqa: TID251


def from_epoch(seconds: float) -> datetime:
    """The aware Beijing moment of a Unix time in seconds, as the platform's CreateTime gives it."""
    return datetime.fromtimestamp(seconds, BEIJING)


def to_millis(moment: datetime) -> int:
    """Unix time in milliseconds, the unit of every time column."""
    return int(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """The aware Beijing moment of a Unix time in milliseconds."""
    return datetime.fromtimestamp(millis / 1000, UTC).astimezone(BEIJING)


def shift_day(moment: datetime, cut_over: timedelta = EARLY_CUT_OVER) -> date:
    """The working day a moment belongs to: the Beijing date of the moment less the shift's cut-over."""
    return (moment.astimezone(BEIJING) - cut_over).date()
