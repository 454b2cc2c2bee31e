"""What follows a call later: the news of how it ended, and failures that somebody ordered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from bot.simulator.api.faults import FINISH, Fault
from bot.simulator.api.table import Platform
from bot.simulator.phones.world import Memory

NEWS_SECONDS = 2.0


def afterwards(platform: Platform, seconds: float, act: Callable[[], object]) -> None:
    """`act` in so many virtual seconds, unless all has been forgotten by a reset until then."""
    epoch = platform.world.epoch

    def due() -> None:
        if platform.world.epoch == epoch:
            act()

    platform.clock.later(seconds, due)


def tell_later(platform: Platform, seconds: float, openid: str, event: str, elements: list[tuple[str, Any]]) -> None:
    """The event goes to the webhook in so many virtual seconds; it is kept on the shelf until then (see `resume`)."""
    with platform.world.locked() as memory:
        number = str(memory.shelf.get("news_given", 0) + 1)
        memory.shelf["news_given"] = int(number)
        due = platform.clock.now() + seconds
        _untold(memory)[number] = {"due": due, "openid": openid, "event": event, "elements": elements}
        platform.world.touch()
    afterwards(platform, seconds, lambda: _tell(platform, number))


def resume(platform: Platform, earliest: float = 0.0) -> None:
    """Plan anew all news not told before a restart; none sooner than in `earliest` seconds."""
    with platform.world.locked() as memory:
        waiting = {number: float(each["due"]) for number, each in _untold(memory).items()}
    for number, due in waiting.items():
        afterwards(platform, max(earliest, due - platform.clock.now()), partial(_tell, platform, number))


def _tell(platform: Platform, number: str) -> None:
    with platform.world.locked() as memory:
        news = _untold(memory).pop(number, None)
        platform.world.touch()
    if news is not None:
        platform.send_event(news["openid"], news["event"], news["elements"])


def _untold(memory: Memory) -> dict[str, dict[str, Any]]:
    """By number, oldest first. Elements read back from the disk are lists of two where they were pairs."""
    found: dict[str, dict[str, Any]] = memory.shelf.setdefault("news", {})
    return found


def ordered_failure(platform: Platform, subject: str, openid: str = "") -> Fault | None:
    """The fault of kind errcode waiting at `<subject>/finish` (template, subscription, mass), one fewer of it left."""
    fault = platform.faults.take(subject + FINISH, openid)
    return fault if fault is not None and fault.kind == "errcode" else None
