"""A run from its first line to its last: the facts, the parts in process, the table, the goals, what was wrong."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from tests.bench import facts, micro, postgres, report, variants
from tests.bench.rounds import Rounds, Size
from tests.bench.servers import NotServing

QUICK = Size(rounds=2, seconds=1.5, warm_s=0.5, people=2000, each=6, budget_s=90)
FULL = Size(rounds=4, seconds=4.0, warm_s=1.0, people=10_000, each=6, budget_s=1800)


def run(size: Size, only: list[str], folder: Path) -> int:
    """Print a report; 1 when a server did not serve, a reply was wrong or an answer was not kept."""
    started = time.monotonic()
    with postgres.own_database() as (postgres_url, version):
        _print(facts.lines(folder, version))
        if not only or "micro" in only:
            _print(["", "the parts in process, median of batches and the best", *micro.lines(_made(folder / "micro"))])
        words = [word for word in only if word != "micro"]
        if only and not words:
            return 0
        chosen = variants.chosen(words, quick=size is QUICK, postgres=bool(postgres_url))
        try:
            with ExitStack() as stack:
                rounds = Rounds(size, chosen, folder, postgres_url, stack)
                rounds.run(started + size.budget_s)
            wrong = rounds.wrong()
        except NotServing as problem:
            _print([f"a server did not come up: {problem}"])
            return 1
    outcomes = [outcome for each in rounds.results.values() for outcome in each]
    done = min(map(len, rounds.results.values()), default=0)
    checked, seconds = sum(outcome.checked for outcome in outcomes), time.monotonic() - started
    _print(["", f"over HTTP, {done} rounds of {size.seconds} s, 16 connections, AES", *report.table(rounds.results)])
    _print(["", *report.goals(rounds.results), ""])
    _print([f"{checked} replies opened and read, {len(wrong)} servers found wrong; {seconds:.0f} s in all", *wrong])
    return 1 if wrong else 0


def profile(folder: Path) -> int:
    """Print where the time of a turn goes."""
    _print(micro.profiled(folder))
    return 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)
