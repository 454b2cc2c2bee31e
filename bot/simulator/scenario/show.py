"""How far a play is, for the page of the stage, and the hand that pauses or ends it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

LOOK_SECONDS = 0.5  # a wait without an end would not hear Ctrl-C everywhere

Facts = Sequence[tuple[str, str]]


class StoppedError(Exception):
    """Somebody ended the play."""


class Show:
    """Nothing is on until `begin`. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._title = ""
        self._on = False
        self._step = self._steps = 0
        self._says = self._phone = ""
        self._state = "playing"
        self._facts: Facts = ()
        self._stopping = False

    @property
    def on(self) -> bool:
        """True on a stage, also when the play is over."""
        return self._on

    def begin(self, title: str, steps: int) -> None:
        with self._changed:
            self._title, self._steps, self._on = title, steps, True
            self._step, self._says, self._phone, self._state, self._facts = 0, "", "", "playing", ()

    def tell(self, step: int, says: str, phone: str) -> None:
        """The step that begins, and the phone in hand; without a caption or a phone the former ones stay."""
        with self._changed:
            self._step = step
            self._phone = phone or self._phone
            self._says = says or self._says

    def note(self, facts: Facts) -> None:
        with self._changed:
            self._facts = tuple(facts)

    def end(self, *, failure: str = "") -> None:
        """It is over; a failure is the last thing said."""
        with self._changed:
            self._state = "failed" if failure else "done"
            self._says = failure or self._says
            self._changed.notify_all()

    def do(self, what: str) -> bool:
        """pause, go or stop; False for anything else."""
        with self._changed:
            if what == "stop":
                self._stopping = True
            elif what in {"pause", "go"}:
                wanted = "paused" if what == "pause" else "playing"
                self._state = wanted if self._state in {"playing", "paused"} else self._state
            else:
                return False
            self._changed.notify_all()
            return True

    def gate(self, seconds: float = 0.0) -> None:
        """Let the watcher follow for so long, then wait while it is paused. Raises StoppedError."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)
            while not self._changed.wait_for(lambda: self._stopping or self._state != "paused", LOOK_SECONDS):
                pass
            if self._stopping:
                raise StoppedError

    def wait_for_stop(self) -> None:
        """Returns when somebody ends it, however long that takes."""
        with self._changed:
            while not self._changed.wait_for(lambda: self._stopping, LOOK_SECONDS):
                pass

    def as_json(self) -> dict[str, Any] | None:
        """As `GET stage` gives it; None where no play is on."""
        with self._changed:
            if not self._on:
                return None
            return {
                "title": self._title,
                "step": self._step,
                "steps": self._steps,
                "says": self._says,
                "phone": self._phone,
                "state": self._state,
                "facts": [list(fact) for fact in self._facts],
            }
