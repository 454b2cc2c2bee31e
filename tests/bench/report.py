"""The table and the goals, as ratios between neighbours of one round; a ratio survives a slow minute, a rate does not."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.client import Outcome

Results = Mapping[str, Sequence[Outcome]]
"""By variant, an outcome for each round; every variant has as many."""

BESIDE = {"echo": "echo", "floor": "quiz floor", "werobot": "quiz werobot"}


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of performance.md §7: one variant's rate over another's."""

    name: str
    ours: str
    theirs: str
    must: float
    moonshot: float


GOALS = (
    Goal("G1", "quiz ours", "quiz werobot", 1.3, 1.7),
    Goal("G1 sync", "quiz ours sync", "quiz werobot", 1.3, 1.7),
    Goal("G3", "quiz ours", "quiz floor", 0.75, 1.0),
    Goal("G3 sync", "quiz ours sync", "quiz floor sync", 0.75, 1.0),
    Goal("G4", "quiz ours", "hello", 0.33, 0.45),
    Goal("G4 sync", "quiz ours sync", "hello sync", 0.33, 0.45),
    Goal("G5", "quiz ours durable", "quiz werobot", 0.9, 1.0),
    Goal("G6", "echo ours", "echo werobot", 1.0, 1.2),
    Goal("G11", "quiz ours postgresql", "quiz ours", 0.5, 0.65),
)


def ratio(results: Results, ours: str, theirs: str) -> float | None:
    """The median of the ratios of each round; None when one of the two was not measured."""
    pairs = list(zip(results.get(ours, ()), results.get(theirs, ()), strict=False))
    ratios = [mine.rate / other.rate for mine, other in pairs if other.rate]
    return statistics.median(ratios) if ratios else None


def cpu_ratio(results: Results, ours: str, theirs: str) -> float | None:
    """The same by processor time for each reply, which a busy neighbour disturbs less."""
    pairs = list(zip(results.get(ours, ()), results.get(theirs, ()), strict=False))
    ratios = [other.cpu_us / mine.cpu_us for mine, other in pairs if mine.cpu_us and other.cpu_us]
    return statistics.median(ratios) if ratios else None


def table(results: Results) -> Iterator[str]:
    """A line for each variant: rate, latency, and its ratio to echo, floor and werobot."""
    beside = "".join(f"{f'/ {name}':>11}" for name in BESIDE)
    yield f"{'variant':22}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'cpu us':>9}{beside}"
    for name, outcomes in results.items():
        figures = [
            statistics.median(figure(outcome) for outcome in outcomes)
            for figure in (
                lambda o: o.rate,
                lambda o: o.quantile_ms(0.5),
                lambda o: o.quantile_ms(0.99),
                lambda o: o.cpu_us,
            )
        ]
        ratios = "".join(f"{_figure(ratio(results, name, other)):>11}" for other in BESIDE.values())
        yield f"{name:22}{figures[0]:8.0f}{figures[1]:9.1f}{figures[2]:9.1f}{figures[3]:9.0f}{ratios}"


def goals(results: Results) -> Iterator[str]:
    """A line for each goal whose two sides were measured, and how to read them."""
    for goal in GOALS:
        measured = ratio(results, goal.ours, goal.theirs)
        if measured is not None:
            verdict = "moonshot" if measured >= goal.moonshot else "met" if measured >= goal.must else "NOT met"
            what = f"{goal.ours} / {goal.theirs}"
            bounds = f"must {goal.must:.2f}  moonshot {goal.moonshot:.2f}"
            by_cpu = _figure(cpu_ratio(results, goal.ours, goal.theirs))
            yield f"{goal.name:8} {what:38} ratio {measured:5.2f} (by cpu {by_cpu})   {bounds}   {verdict}"
    yield "A ratio is a median over rounds. By cpu: of processor time for each reply; a busy disk or neighbour bends it less."


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
