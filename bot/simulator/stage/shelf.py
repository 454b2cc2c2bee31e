"""The shelf of scenarios that came along, and the stages on which a watcher has them played."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import logging
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Protocol

import requests

from bot.simulator.scenario.model import Scenario
from bot.simulator.scenario.reading import read
from bot.simulator.stage.child import environment

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "scenarios"
MOST_STAGES = 2
OPENS_SECONDS = 60.0
ENDS_SECONDS = 50.0
ASKS_SECONDS = 2.0
TOLD_AT_THE_END = 2000
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class FullError(Exception):
    """Two stages are played on already."""


class NoScenarioError(Exception):
    """There is none of that name."""


class OpeningError(Exception):
    """Somebody else is having this very stage opened."""


class NotOpenedError(Exception):
    """The stage's process ended, or said nothing for long; the message is the last it said, for a person."""


@cache
def scenarios() -> dict[str, Scenario]:
    """Those that came along, by the name of their files. Raises ScenarioError."""
    return {file.stem: read(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))}


class Running(Protocol):
    """A stage that was opened."""

    @property
    def url(self) -> str: ...
    @property
    def alive(self) -> bool: ...

    def played(self) -> bool:
        """Whether its play is over; a stage that does not say is not."""

    def end(self) -> None:
        """Returns when it is gone."""


@dataclass(frozen=True, slots=True)
class Process:
    """One that is a process of ours."""

    process: subprocess.Popen[str]
    url: str
    log: IO[bytes]
    """What it says on its standard error."""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def played(self) -> bool:
        with contextlib.suppress(requests.RequestException, ValueError):
            told = requests.get(f"{self.url}control/stage", timeout=ASKS_SECONDS).json()
            return (told.get("stage") or {}).get("state") in {"done", "failed"}
        return False

    def last_words(self) -> str:
        """The end of its log."""
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - TOLD_AT_THE_END))
        return self.log.read().decode("utf-8", "replace").strip()

    def end(self) -> None:
        """Closing its input is what ends it; it has time to end its bot."""
        self.stop()
        if self.process.returncode:
            log.warning("a stage ended badly: %s", self.last_words())
        self.log.close()

    def stop(self) -> None:
        """As `end`, its log still open."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        for harder in (self.process.terminate, self.process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(ENDS_SECONDS)
                return
            harder()
        self.process.wait()


class Shelf:
    """Opens stages, which end with this process."""

    def __init__(self, opened: Callable[[str], Running] | None = None) -> None:
        self._opened = opened or _opened
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._opening: set[str] = set()
        self._ends_with_us = False

    def as_json(self) -> list[dict[str, Any]]:
        """Every scenario, and where it can be watched just now."""
        urls = {name: each.url for name, each in dict(self._running).items() if each.alive}
        return [
            {
                "name": name,
                "title": scenario.title,
                "about": scenario.about,
                "minutes": scenario.minutes,
                "running": urls.get(name),
            }
            for name, scenario in scenarios().items()
        ]

    def play(self, name: str) -> str:
        """The address of its stage: the one where it is played now, else a new one.

        Raises NoScenarioError, FullError, OpeningError and NotOpenedError. A stage whose play is over makes room. Whoever
        has one opened waits for it, nobody else does.
        """
        if name not in scenarios():
            raise NoScenarioError(name)
        return self._play(name, name)

    def play_file(self, text: str) -> str:
        """As `play`, of somebody's own file. Raises ScenarioError as well."""
        read(text)
        name = "own-" + hashlib.sha256(text.encode()).hexdigest()[:12]
        with tempfile.TemporaryDirectory(prefix="scenario-") as folder:  # read before its stage opens
            file = Path(folder) / f"{name}.toml"
            file.write_text(text, "utf-8")
            return self._play(name, str(file))

    def _play(self, name: str, what: str) -> str:
        over = self._clear_away()
        try:
            url = self._reserve(name)
        finally:
            for each in over:
                each.end()
        return url or self._open(name, what)

    def end(self) -> None:
        """Ends all stages."""
        with self._lock:
            running = list(self._running.values())
            self._running.clear()
        for each in running:
            each.end()

    def _clear_away(self) -> list[Running]:
        """Takes off the shelf what has been played, for the caller to end: asking and ending both take their time."""
        over = [(name, each) for name, each in list(self._running.items()) if not each.alive or each.played()]
        with self._lock:
            still = [(name, each) for name, each in over if self._running.get(name) is each]
            for name, _ in still:
                del self._running[name]
        return [each for _, each in still]

    def _reserve(self, name: str) -> str:
        """The address where it is played already; else its place is kept, and there is none."""
        with self._lock:
            if name in self._running:
                return self._running[name].url
            if name in self._opening:
                raise OpeningError(name)
            if len(self._running) + len(self._opening) >= MOST_STAGES:
                raise FullError
            if not self._ends_with_us:
                atexit.register(self.end)
                self._ends_with_us = True
            self._opening.add(name)
            return ""

    def _open(self, name: str, what: str) -> str:
        try:
            opened = self._opened(what)
            with self._lock:
                self._running[name] = opened
        finally:
            with self._lock:
                self._opening.discard(name)
        return opened.url


def _opened(what: str) -> Running:
    """A stage for a scenario of the shelf or a file."""
    said = tempfile.TemporaryFile()  # noqa: SIM115 open as long as the stage is
    process = subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-m", "bot", "simulator", "play", what, "--speed", "real", "--keep", "--until-eof"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
        encoding="utf-8",
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stdout is not None
    threading.Thread(target=_drain, args=(process.stdout, lines), name="stage", daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while line := lines.get(timeout=OPENS_SECONDS):
            if found := _ADDRESS.search(line):
                return Process(process, found[0], said)
    failed = Process(process, "", said)
    failed.stop()
    why = failed.last_words()
    said.close()
    log.warning("the stage of %s did not open: %s", what, why)
    raise NotOpenedError(why)


def _drain(pipe: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Reads to the end: a stage must never wait for somebody to listen. The last is an empty line."""
    with pipe:
        for line in pipe:
            lines.put(line)
    lines.put("")
