"""Workers killed in the midst of their work (W-07): what was acknowledged is kept, and nothing is done twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.db import Database
from tests.cast import Request
from tests.reliability.conftest import Plan
from tests.reliability.crew import PLAY_S, Player, Tally, at_once, extra_effects, until
from tests.reliability.door import Answer
from tests.reliability.live import Line, Server, serving, settings_of

PEOPLE = 6
WORKERS = 2
PATIENCE_S = 60.0


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(settings_of(database_url).database)
    yield database
    database.close()


class Platform:
    """Delivers as the platform does: again when no answer came, and once more after one, which must be the same."""

    def __init__(self, port: int) -> None:
        self._line = Line(port)
        self.broken = 0

    def __call__(self, request: Request) -> Sequence[Answer]:
        return [self._until_answered(request), self._until_answered(request)]

    def _until_answered(self, request: Request) -> Answer:
        deadline, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while True:
            try:
                return self._line.post(request)
            except (OSError, HTTPException):
                assert time.monotonic() < deadline, "no worker answers any more"
                self.broken += 1
                self._line.close()
                pause.wait(0.05)

    def close(self) -> None:
        self._line.close()


def _kill(server: Server, kills: int, over: threading.Event) -> int:
    """Kills one worker after another, each time when both are there; how many."""
    chance, done = random.Random(7), 0
    while done < kills and not over.is_set():
        until(lambda: len(server.workers()) == WORKERS or over.is_set(), "both workers are there")
        over.wait(chance.uniform(0.3, 1.0))
        if workers := sorted(server.workers()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
                done += 1
    return done


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the workers are found through /proc")
@pytest.mark.timeout(1800)
def test_w07_killed_workers_lose_nothing_they_acknowledged_and_double_nothing(
    database: Database, database_url: str, tmp_path: Path, plan: Plan
) -> None:
    settings, kills = settings_of(database_url), 20 if plan.nightly else 4
    over = threading.Event()
    with serving(database_url, tmp_path, workers=WORKERS) as server, contextlib.ExitStack() as stack:
        platforms = [stack.enter_context(contextlib.closing(Platform(server.port))) for _ in range(PEOPLE)]
        crew = [Player(settings, system_clock, f"oKILL-{n}", platform) for n, platform in enumerate(platforms)]
        killed: list[int] = []
        killer = threading.Thread(target=lambda: killed.append(_kill(server, kills, over)))
        killer.start()

        def play(player: Player) -> None:
            while killer.is_alive():
                player.play(player.tally.messages + 10, within_s=PLAY_S)

        try:
            at_once(*(lambda player=player: play(player) for player in crew), within_s=PLAY_S)
        finally:
            over.set()
            killer.join()
    tally, extra = sum((player.tally for player in crew), Tally()), extra_effects(database, crew)
    plan.note(kills=killed[0], broken=sum(each.broken for each in platforms), tally=tally, extra_effects=extra)
    assert killed == [kills]
    assert (tally.wrong, extra) == (0, 0), (tally, extra)
