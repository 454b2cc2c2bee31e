"""A made-up miner whose memory is not the one our rule assumes: ACT-R activation with Pavlik and Anderson's decay.

Each meeting with a point leaves a trace that fades as a power of time, the faster the fresher the point still was when
it was met (Pavlik, Anderson: Practice and forgetting effects on vocabulary memory, Cognitive Science 29, 2005). So the
rule under test is not marked by its own formula.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

DAY_S = 86_400
OUTSIDE = 0.025
"""Forgetting outside a session runs at this share of its pace within one (their h)."""
SHORTEST_S = 60.0
WORTH = 0.217
"""How much faster a trace fades for every unit of strength at which it was laid (their c)."""


@dataclass(slots=True)
class Trace:
    """The meetings with one point: when, in days, and how fast each fades."""

    at: list[float] = field(default_factory=list)
    decay: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Miner:
    """One person: how he forgets, how attentive he is, which of the points he knows from his work."""

    chance: random.Random
    points: int
    fades: float
    threshold: float
    noise: float
    hard: list[float]
    traces: list[Trace]

    @classmethod
    def born(cls, seed: int, points: int) -> Miner:
        """A miner of his own, the same for every plan."""
        chance = random.Random(seed)
        known = chance.uniform(0.15, 0.5)
        traces = [Trace() for _ in range(points)]
        for trace in traces:
            if chance.random() < known:
                for _ in range(chance.randint(1, 4)):
                    _met(trace, -chance.uniform(5, 300), 0.18)
        return cls(
            chance=random.Random(seed + 1),
            points=points,
            fades=chance.uniform(0.14, 0.24),
            threshold=chance.uniform(-1.6, -1.3),
            noise=chance.uniform(0.25, 0.35),
            hard=[chance.gauss(0, 0.15) for _ in range(points)],
            traces=traces,
        )

    def recall(self, point: int, day: float) -> float:
        """How likely he truly knows it, without guessing."""
        strength = self._activation(point, day)
        return (
            0.0 if strength is None else 1 / (1 + math.exp((self.threshold + self.hard[point] - strength) / self.noise))
        )

    def answers(self, point: int, day: float, guess: float) -> tuple[bool, bool]:
        """Whether he is marked right, and whether he guessed; the explanation he reads then is a meeting in any case."""
        knows = self.chance.random() < self.recall(point, day)
        lucky = not knows and self.chance.random() < guess
        strength = self._activation(point, day)
        decay = WORTH * math.exp(strength) + self.fades if strength is not None else self.fades
        _met(self.traces[point], day, min(decay, 1.2))
        return knows or lucky, not knows

    def _activation(self, point: int, day: float) -> float | None:
        trace = self.traces[point]
        if not trace.at:
            return None
        total = sum(
            max((day - at) * DAY_S * OUTSIDE, SHORTEST_S) ** -decay
            for at, decay in zip(trace.at, trace.decay, strict=True)
        )
        return math.log(total)


def _met(trace: Trace, at: float, decay: float) -> None:
    trace.at.append(at)
    trace.decay.append(decay)
