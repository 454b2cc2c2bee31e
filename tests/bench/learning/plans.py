"""Which point comes next: by our rule, after a fixed number of days, or by chance."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.clock import BEIJING
from bot.services import spacing
from bot.services.spacing import rule
from bot.services.spacing.memory import EARLY, MemoryRow, after
from bot.services.spacing.rule import Held
from content.bank import Question

START = datetime(2026, 1, 5, 18, tzinfo=BEIJING)


def at(day: int) -> datetime:
    """The moment of a day on which people practise."""
    return START + timedelta(days=day)


class Plan(Protocol):
    """What is asked next on a day, and what is learned from the answer."""

    def next(self, day: int, asked: set[int]) -> int: ...
    def told(self, point: int, day: int, *, right: bool, guessed: bool) -> None: ...
    def due(self, day: int) -> int: ...


class Ours:
    """`bot/services/spacing` as it stands, without a database: due first, the least certain before others, then new."""

    def __init__(self, questions: list[Question], seed: int, easy: Callable[[date], float]) -> None:
        self.questions, self.easy, self.seed = questions, easy, seed
        self.rows: dict[int, MemoryRow] = {}
        self.fresh = list(range(len(questions)))
        random.Random(seed).shuffle(self.fresh)
        self.loss: list[tuple[float, bool]] = []

    def next(self, day: int, asked: set[int]) -> int:
        now = at(day)
        waiting = [
            (row.recall(now), place)
            for place, row in self.rows.items()
            if row.due_at <= now + EARLY and place not in asked
        ]
        if self.fresh and (not waiting or spacing.turn_for_new(len(asked))):
            return self.fresh.pop()
        if waiting:
            return min(waiting)[1]
        return min((row.recall(now), place) for place, row in self.rows.items() if place not in asked)[1]

    def told(self, point: int, day: int, *, right: bool, guessed: bool) -> None:
        now, found, question = at(day), self.rows.get(point), self.questions[point]
        if found is not None:
            self.loss.append((found.recall(now), right))
        said = spacing.rating(float(right), guessed=guessed and right, took=timedelta(seconds=9), kind=question.kind)
        held = rule.reviewed(Held() if found is None else found.held, said, now)
        assert held.due_at is not None
        load: dict[date, int] = {}
        for place, row in self.rows.items():
            if place != point:
                load[row.due_at.date()] = load.get(row.due_at.date(), 0) + 1
        due = rule.spread(
            held.due_at.astimezone(BEIJING), now, load=load, weight=self.easy, seed=f"{self.seed} {question.point}"
        )
        self.rows[point] = after(found, question, held, rating=said, due=due, now=now)

    def due(self, day: int) -> int:
        return sum(1 for row in self.rows.values() if row.due_at <= at(day) + EARLY)


class Fixed:
    """Every point again after so many days, the longest overdue first; new ones when none is due."""

    def __init__(self, questions: list[Question], seed: int, days: int) -> None:
        self.days, self.last = days, dict[int, int]()
        self.fresh = list(range(len(questions)))
        random.Random(seed).shuffle(self.fresh)

    def next(self, day: int, asked: set[int]) -> int:
        waiting = [(last, point) for point, last in self.last.items() if day - last >= self.days and point not in asked]
        if waiting:
            return min(waiting)[1]
        if self.fresh:
            return self.fresh.pop()
        return min((last, point) for point, last in self.last.items() if point not in asked)[1]

    def told(self, point: int, day: int, *, right: bool, guessed: bool) -> None:  # noqa: ARG002 - it learns nothing
        self.last[point] = day

    def due(self, day: int) -> int:
        return sum(1 for last in self.last.values() if day - last >= self.days)


class Chance:
    """Any point, as a quiz without memory asks."""

    def __init__(self, questions: list[Question], seed: int) -> None:
        self.size, self.chance = len(questions), random.Random(seed)

    def next(self, day: int, asked: set[int]) -> int:  # noqa: ARG002
        return self.chance.choice([point for point in range(self.size) if point not in asked])

    def told(self, point: int, day: int, *, right: bool, guessed: bool) -> None: ...

    def due(self, day: int) -> int:  # noqa: ARG002
        return 0
