"""The bot's time while the simulator is on: the simulator's own, so that one journey moves the platform and the bot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.clock import Clock, from_epoch, system_clock
from bot.config import Settings

if TYPE_CHECKING:  # a real account never loads the simulator
    from bot.simulator.clock import Clock as Mounted
    from bot.simulator.follower import Follower


class SimulatedClock:
    """A clock as everybody takes it, which can be listened to: of the simulator mounted in this process, or followed."""

    def __init__(self, *, mounted: Mounted | None = None, followed: Follower | None = None) -> None:
        source = mounted or followed
        assert source is not None
        self.mounted = mounted
        self._now: Callable[[], float] = source.now
        self._listen: Callable[[Callable[[], object]], None] = source.listen

    def __call__(self) -> datetime:
        return from_epoch(self._now())

    def listen(self, act: Callable[[], object], /) -> None:
        """`act()` is called whenever the time has been moved; the next move waits until it returns."""
        self._listen(act)


def clock_of_server(settings: Settings) -> Clock:
    """The clock of a process that serves: the machine's, unless the simulator is on."""
    if not settings.rehearsing:
        return system_clock
    if settings.simulator.url:
        return _following(settings.simulator.url)
    from bot.simulator.clock import Clock as Mounted  # noqa: PLC0415

    return SimulatedClock(mounted=Mounted())


def clock_of_scheduler(settings: Settings) -> Clock:
    """The clock of a process beside the web side: it follows the simulator wherever that is."""
    return _following(_address(settings)) if settings.rehearsing else system_clock


def clock_of_command(settings: Settings) -> Clock:
    """The clock of a command beside a running server: what it writes down must carry the server's time."""
    if not settings.rehearsing:
        return system_clock
    return _following(_address(settings), for_a_moment=True)


def _address(settings: Settings) -> str:
    return settings.simulator.url or f"{settings.server.public_url}/simulator"


def _following(address: str, *, for_a_moment: bool = False) -> SimulatedClock:
    from bot.simulator.follower import Follower  # noqa: PLC0415

    return SimulatedClock(followed=Follower(address, for_a_moment=for_a_moment))
