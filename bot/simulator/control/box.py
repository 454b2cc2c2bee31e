"""What the control interface reaches into, in one piece."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.simulator.api.table import Platform
from bot.simulator.phones.gestures import Gestures
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import World
from bot.simulator.push.delivery import Delivery
from bot.simulator.scenario.show import Show

LONGEST_WAIT_SECONDS = 10.0


class NobodyError(Exception):
    """There is no phone of that id."""


@dataclass(frozen=True, slots=True)
class Box:
    """Everything the control interface reaches into."""

    world: World
    platform: Platform
    delivery: Delivery
    gestures: Gestures
    waiters: threading.Semaphore
    show: Show = field(default_factory=Show)
    """What is played here, if anything is."""

    def phone(self, phone_id: str) -> Phone:
        """Raises NobodyError, which the interface answers with 404."""
        try:
            return self.world.phone(phone_id)
        except KeyError:
            raise NobodyError(phone_id) from None

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[float]:
        """How long a request may wait: what it asks for up to ten seconds, or not at all while too many wait already.

        A server has few threads, and the bot may share them: a waiting page must never keep a message from its answer.
        """
        free = self.waiters.acquire(blocking=False)
        try:
            yield max(0.0, min(seconds, LONGEST_WAIT_SECONDS)) if free else 0.0
        finally:
            if free:
                self.waiters.release()
