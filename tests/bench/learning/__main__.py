"""`python3 run.py bench --learning`: prints what each plan leaves in three hundred heads; deterministic."""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date

import content
from content.bank import Bank, Question
from tests.bench.learning.miner import Miner
from tests.bench.learning.plans import Chance, Fixed, Ours, Plan, at

DAYS, PEOPLE, POINTS, A_DAY = 120, 300, 150, 5
COMES = 0.7
"""How likely he practises on a day of work; on rest days half as often; every fifth miner is on leave for a fortnight."""
GUESS = {"single": 0.25, "judge": 0.5, "multiple": 0.1, "fill": 0.02}
LATER = 30
PLANS: dict[str, Callable[[list[Question], int, Callable[[date], float]], Plan]] = {
    "ours": Ours,
    "every 7 days": lambda questions, seed, _: Fixed(questions, seed, 7),
    "every 30 days": lambda questions, seed, _: Fixed(questions, seed, 30),
    "by chance": lambda questions, seed, _: Chance(questions, seed),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one miner was left with under one plan."""

    recall: float
    """Of all points, on the last day, without guessing."""
    missed_kept: float
    """Of those he missed at their first asking, a month after it or at the end: how likely he knows them."""
    answers: int
    most_due: int
    due_after_leave: int
    loss: float
    base: float
    """Log loss of our forecasts, and of one that always says the average."""


def lived(given: tuple[str, int, int, int]) -> Outcome:
    """One miner's 120 days under one plan."""
    plan_name, number, days, points = given
    questions = _questions(content.load().bank, points)
    miner, calendar = Miner.born(number * 7919, points), random.Random(number)
    leave_from = calendar.randint(20, 90) if number % 5 == 0 else 10_000
    rest = {day for day in range(days) if (day + number) % 7 == 0}
    away = range(leave_from, leave_from + 14)

    def easy(day: date) -> float:
        place = (day - at(0).date()).days
        return 0.0 if place in away else 0.5 if place in rest else 1.0

    plan = PLANS[plan_name](questions, number, easy)
    first_missed: dict[int, int] = {}
    kept: list[float] = []
    met: set[int] = set()
    answers = most = after_leave = 0
    for day in range(days):
        for point, then in list(first_missed.items()):
            if day - then == LATER:
                kept.append(miner.recall(point, day))
        most = max(most, plan.due(day))
        if day == leave_from + 14:
            after_leave = plan.due(day)
        if day in away or calendar.random() > COMES * (0.5 if day in rest else 1):
            continue
        asked: set[int] = set()
        for _ in range(A_DAY):
            point = plan.next(day, asked)
            asked.add(point)
            right, guessed = miner.answers(point, day, GUESS[questions[point].kind])
            if point not in met and not right:
                first_missed[point] = day
            met.add(point)
            says_so = guessed and right and miner.chance.random() < 0.3  # few admit it
            plan.told(point, day, right=right, guessed=says_so)
            answers += 1
    kept += [miner.recall(point, days) for point, then in first_missed.items() if days - then < LATER]
    loss, base = _losses(plan.loss if isinstance(plan, Ours) else [])
    everything = statistics.fmean(miner.recall(point, days) for point in range(points))
    return Outcome(everything, statistics.fmean(kept or [0]), answers, most, after_leave, loss, base)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.learning", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--points", type=int, default=POINTS)
    given = parser.parse_args()
    print(f"{given.people} miners, {given.days} days, {given.points} points, {A_DAY} questions on a day they come")
    print(
        f"{'plan':14} {'known at the end':>17} {'missed, known 30 days on':>25} {'answers':>8} {'most due':>9} {'after leave':>12}"
    )
    with ProcessPoolExecutor() as pool:
        for name in PLANS:
            jobs = [(name, number, given.days, given.points) for number in range(given.people)]
            out = list(pool.map(lived, jobs, chunksize=10))
            recall, kept = ([getattr(each, field) for each in out] for field in ("recall", "missed_kept"))
            on_leave = [each.due_after_leave for number, each in enumerate(out) if number % 5 == 0]
            print(
                f"{name:14} {_share(recall):>17} {_share(kept):>25} {statistics.fmean(each.answers for each in out):8.0f}"
                f" {max(each.most_due for each in out):9} {statistics.fmean(on_leave):12.1f}"
            )
            if name == "ours":
                losses = [statistics.fmean(getattr(each, field) for each in out) for field in ("loss", "base")]
                print(
                    f"{'':14} log loss of its forecasts {losses[0]:.4f}, of always saying the average {losses[1]:.4f}"
                )


def _share(values: list[float]) -> str:
    """Mean with the 95 % interval of the mean."""
    half = 1.96 * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{statistics.fmean(values):.1%} ± {half:.1%}"


def _losses(forecasts: list[tuple[float, bool]]) -> tuple[float, float]:
    if not forecasts:
        return 0.0, 0.0
    average = statistics.fmean(right for _, right in forecasts)
    return _log_loss(forecasts), _log_loss([(average, right) for _, right in forecasts])


def _log_loss(forecasts: list[tuple[float, bool]]) -> float:
    low = 1e-4
    return -statistics.fmean(math.log(min(max(p if right else 1 - p, low), 1 - low)) for p, right in forecasts)


def _questions(bank: Bank, points: int) -> list[Question]:
    """One question for each of so many points."""
    by_point = {bank.questions[name].point: bank.questions[name] for name in bank.order}
    return list(by_point.values())[:points]


if __name__ == "__main__":
    main()
