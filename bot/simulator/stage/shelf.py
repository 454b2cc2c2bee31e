"""The shelf of scenarios that came along, and the stages on which a watcher has them played."""

from __future__ import annotations

import atexit
import contextlib
import queue
import re
import subprocess
import sys
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

FOLDER = Path(__file__).parents[1] / "scenarios"
MOST_STAGES = 2
OPENS_SECONDS = 60.0
ENDS_SECONDS = 50.0
ASKS_SECONDS = 2.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class FullError(Exception):
    """Two stages are played on already."""


class NoScenarioError(Exception):
    """There is none of that name."""


class NotOpenedError(Exception):
    """The stage's process ended, or said nothing for long."""


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

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def played(self) -> bool:
        with contextlib.suppress(requests.RequestException, ValueError):
            told = requests.get(f"{self.url}control/stage", timeout=ASKS_SECONDS).json()
            return (told.get("stage") or {}).get("state") in {"done", "failed"}
        return False

    def end(self) -> None:
        """Closing its input is what ends it; it has time to end its bot."""
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

        Raises NoScenarioError, FullError and NotOpenedError. A stage whose play is over makes room.
        """
        if name not in scenarios():
            raise NoScenarioError(name)
        with self._lock:
            if not self._running:
                atexit.register(self.end)
            for other, each in list(self._running.items()):
                if not each.alive or each.played():
                    each.end()
                    del self._running[other]
            if name not in self._running:
                if len(self._running) >= MOST_STAGES:
                    raise FullError
                self._running[name] = self._opened(name)
            return self._running[name].url

    def end(self) -> None:
        """Ends all stages."""
        with self._lock:
            for each in self._running.values():
                each.end()
            self._running.clear()


def _opened(name: str) -> Running:
    process = subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-m", "bot", "simulator", "play", name, "--speed", "real", "--keep", "--until-eof"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stdout is not None
    threading.Thread(target=_drain, args=(process.stdout, lines), name="stage", daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while line := lines.get(timeout=OPENS_SECONDS):
            if found := _ADDRESS.search(line):
                return Process(process, found[0])
    Process(process, "").end()
    raise NotOpenedError(name)


def _drain(pipe: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Reads to the end: a stage must never wait for somebody to listen. The last is an empty line."""
    for line in pipe:
        lines.put(line)
    lines.put("")
