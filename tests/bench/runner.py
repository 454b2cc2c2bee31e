"""One run: fill the databases, start every server, load them in turn for some rounds, and print what came of it."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import client, facts, micro, postgres, report, servers, traffic, variants
from tests.bench.client import Outcome
from tests.bench.rows import Plan
from tests.bench.traffic import Request
from tests.bench.variants import Place, Places, Variant


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    seconds: float
    warm_s: float
    people: int
    each: int
    budget_s: float
    """No further round is begun that would end later than this."""

    @property
    def at_once(self) -> int:
        """Taps made ready for one measurement; a quicker server runs out and is measured over what it did."""
        return int(self.people * self.each / (self.rounds + self.warm_s / self.seconds))


QUICK = Size(rounds=2, seconds=1.5, warm_s=0.4, people=2000, each=6, budget_s=90)
FULL = Size(rounds=4, seconds=4.0, warm_s=1.0, people=10_000, each=6, budget_s=1800)
EXAMPLES = 3


def run(size: Size, only: list[str], folder: Path) -> int:
    """Print a report; 1 when a reply was wrong or an answer was not kept."""
    started = time.monotonic()
    with postgres.own_database() as (postgres_url, version):
        _print(facts.lines(folder, version))
        if not only or "micro" in only:
            _print(["", "in process, microseconds", *micro.lines(_made(folder / "micro"))])
        chosen = variants.chosen([word for word in only if word != "micro"], size.quick, bool(postgres_url)) 
        if not chosen:
            return 0
        with ExitStack() as stack:
            rounds = Rounds(size, folder, chosen, postgres_url, stack)
            rounds.run(started + size.budget_s)
            _print(["", *report.table(rounds.results), "", *report.goals(rounds.results)])
            wrong = rounds.wrong()
    checked = sum(outcome.checked for outcomes in rounds.results.values() for outcome in outcomes)
    _print(["", f"{checked} replies opened and read, {len(wrong)} found wrong; {time.monotonic() - started:.0f} s", *wrong])
    return 1 if wrong else 0
