"""The bot's own process: started as an operator would, killed and ended by its id."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

START_SECONDS = 90.0
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.05
TOLD_AT_THE_END = 2000
MOST_STARTS = 1000
ROOT = Path(__file__).parents[3]


class BotError(Exception):
    """The bot did not start; the message is the end of its log."""


class Child:
    """`python -m bot --config FILE serve` in a process group of its own, its output in a file.

    What it leaves to chance the `seed` decides, anew at every start (None: nothing does). `followed` says whether it
    keeps the stage's time by now, `forget` that whoever did is dead.
    """

    def __init__(
        self,
        config: Path,
        address: str,
        log: Path,
        *,
        seed: int | None,
        followed: Callable[[], bool],
        forget: Callable[[], object],
    ) -> None:
        self._config, self._address, self._log = config, address, log
        self._followed, self._forget = followed, forget
        self._process: subprocess.Popen[bytes] | None = None
        self._seed, self._starts = seed, 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when it answers and keeps the stage's time. Raises BotError. Does nothing while it lives."""
        if self._process is not None:
            return
        self._starts += 1
        command = [sys.executable, "-m", "bot", "--config", str(self._config), "serve"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 our own program
                command,
                cwd=self._config.parent,
                env=environment() | self._seeded(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **apart(),
            )
        self._until_ready(self._process)

    def _seeded(self) -> dict[str, str]:
        if self._seed is None:
            return {}
        return {"BOT__SIMULATOR__SEED": str(self._seed * MOST_STARTS + self._starts)}

    def kill(self) -> None:
        """SIGKILL: nothing is put in order."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            self._buried()

    def stop(self) -> None:
        """As Ctrl-C would; killed when it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
            self._buried()
            return
        self.kill()

    def _buried(self) -> None:
        self._process = None
        self._forget()

    def _until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers() and self._followed():
                return
            pause.wait(LOOK_SECONDS)
        self.kill()
        raise BotError(self._log.read_text("utf-8", "replace")[-TOLD_AT_THE_END:])

    def _answers(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self._address}/readyz", timeout=5).status_code == 200
        return False


def environment() -> dict[str, str]:
    """Ours without what would override the settings of the file."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    paths = [str(ROOT), *([ours["PYTHONPATH"]] if ours.get("PYTHONPATH") else [])]
    return ours | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def apart() -> dict[str, Any]:
    """A process group of its own: Ctrl-C on a terminal is for us alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
