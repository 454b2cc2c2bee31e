"""What comes next: the day's question for all, and in a row what is due, then what is new to him, by trade and by gaps."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import Ask, Memory
from bot.services import spacing
from bot.services.people import PersonRow
from content import Content
from content.bank import Bank, Question

DUE = 200
"""So many points that are due are looked at for one that can be asked in other words."""
LAST = 20
"""Of so many last questions the mix of safety and Party is kept."""
OWN_TRADE, EVERYBODY, ANYBODY, OTHERS = 4.0, 2.0, 1.0, 0.1
GAP = 2.0
"""A topic of which he holds nothing weighs so much more again than one he holds."""
TOO_HARD = 0.02
HOLDS_FOR_2, HOLDS_FOR_3 = 4, 10
SHARE = 0.7
"""Questions of the next level come once he holds so many points of a topic, and so much of what he met of it."""
EASY, MIDDLING = 3, 8
"""A dare asks so many of the first level, then up to so many of the second."""
PARTY = "party"


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of him about one knowledge point."""

    point: str
    topic: str
    question_id: str
    reviewed_at: datetime
    missed_at: datetime | None
    won_at: datetime | None

    @property
    def mastered(self) -> bool:
        """Never missed, or known again on a later day."""
        return self.missed_at is None or self.won_at is not None

    @property
    def right_since(self) -> bool:
        """Missed, and known when it was asked last."""
        return self.missed_at is not None and self.reviewed_at > self.missed_at


@dataclass(frozen=True, slots=True)
class Past:
    """What he was asked, and when last: question id to his own number and the shift day."""

    numbers: Mapping[str, int]
    days: Mapping[str, date]
    points: Mapping[str, Point]
    """By their names."""


@dataclass(frozen=True)
class Chooser:
    """Picks for one person at one moment; the same answer however often it is asked."""

    person: PersonRow
    content: Content
    bank: Bank
    day: date
    past: Past

    def daily(self) -> Question:
        """The question of the day, which comes by itself and is left out of rows."""
        return question_of_the_day(self.bank, self.day)

    def candidates(self, topics: Collection[str] = ()) -> list[Question]:
        """All he may be asked in a row, in an order of his own; of these topics alone where named."""
        order = list(self.bank.order if self.person.of_party else self.bank.for_all or self.bank.order)
        random.Random(self.person.id).shuffle(order)
        found = [self.bank.questions[name] for name in order]
        found = [each for each in found if not topics or each.topic in topics]
        today = self.daily().id if found else ""
        return [each for each in found if each.id != today] or found

    def due(self, rows: Iterable[spacing.MemoryRow], topics: Collection[str] = ()) -> Question | None:
        """A question on the first point that is due and can be asked: in other words where there are any."""
        by_point = _by_point(self.candidates(topics))
        for row in rows:
            asked = [each for each in by_point.get(row.point, ()) if not self._today(each)]
            if asked:
                return self._other_words(asked, row.question_id)
        return None

    def new(self, topics: Collection[str] = ()) -> Question | None:
        """One he never had, on a point he never met and not met today; by trade, by gaps, the level rising."""
        unasked = [each for each in self.candidates(topics) if each.id not in self.past.numbers]
        not_today = [each for each in unasked if each.point not in self._points_today()]
        return self.unmet(topics) or self._likeliest(not_today or unasked)

    def unmet(self, topics: Collection[str] = ()) -> Question | None:
        """The same, where there is a point he never met at all."""
        had, today = self.past.points, self._points_today()
        found = [each for each in self.candidates(topics) if each.id not in self.past.numbers]
        return self._likeliest(
            self._mixed([each for each in found if each.point not in had and each.point not in today])
        )

    def longest_ago(self, topics: Collection[str] = ()) -> Question | None:
        """The one he had longest ago, not today where that can be."""
        found = self.candidates(topics)
        rested = [each for each in found if not self._today(each)] or found
        return min(rested, key=lambda each: self.past.numbers.get(each.id, 0), default=None)

    def missed(self) -> list[Point]:
        """Points missed and not mastered yet that can still be asked, the one that waits longest first."""
        askable = _by_point(self.candidates())
        found = [each for each in self.past.points.values() if not each.mastered and each.point in askable]
        return sorted(found, key=lambda each: (each.reviewed_at, each.point))

    def mistake(self) -> Question | None:
        """One on a point he missed; what he knew again today waits for another day."""
        by_point = _by_point(self.candidates())
        waiting = [each for each in self.missed() if not (each.right_since and self._reviewed_today(each))]
        return self._other_words(by_point[waiting[0].point], waiting[0].question_id) if waiting else None

    def dared(self, run_id: int, place: int, had: Collection[str]) -> Question | None:
        """The `place`th of a dare, harder as it goes on; none twice in one."""
        level = 1 if place <= EASY else 2 if place <= MIDDLING else 3
        found = [each for each in self.candidates() if each.id not in had]
        random.Random(f"{self.person.id} {run_id}").shuffle(found)
        fitting = min((abs(each.level - level) for each in found), default=0)
        return self._likeliest([each for each in found if abs(each.level - level) == fitting], gaps=False)

    def _points_today(self) -> set[str]:
        return {self._point(name) for name, day in self.past.days.items() if day == self.day}

    def _likeliest(self, found: Sequence[Question], *, gaps: bool = True) -> Question | None:
        """Drawn by weight, the first of the order likelier; the same draw for the same person and order."""
        size = len(found)
        drawn = [((size - place - 0.5) / size) ** (1 / self._weight(each, gaps)) for place, each in enumerate(found)]
        return found[drawn.index(max(drawn))] if found else None

    def _weight(self, question: Question, gaps: bool) -> float:
        trades = set(question.trades)
        everybody = self.content.topics.trades_shown[0] if self.content.topics.trades_shown else ""
        weight = OWN_TRADE if trades & self._trades else EVERYBODY if everybody in trades else self._others
        if not gaps:
            return weight
        met, held = self._standing.get(question.topic, (0, 0))
        weight *= 1 + GAP * (1 - held / met if met else 0.5)
        return weight * (1.0 if question.level <= _level(met, held) else TOO_HARD)

    def _mixed(self, found: list[Question]) -> list[Question]:
        """Those of the side of which he had less than its share lately; for who is asked of the Party at all."""
        mix, area_of = self.content.teaching.calendar.mix, self.content.topics.area_of
        shares = {party: mix.get(PARTY if party else "safety", 1) for party in (True, False)}
        if not self.person.of_party or not all(shares.values()):
            return found
        had = sorted(self.past.numbers, key=lambda name: -self.past.numbers[name])[:LAST]
        asked = [area_of.get(q.topic) == PARTY for name in had if (q := self.bank.get(name)) is not None]
        party = asked.count(True) / shares[True] < asked.count(False) / shares[False]
        return [each for each in found if (area_of.get(each.topic) == PARTY) == party] or found

    def _other_words(self, found: Sequence[Question], last: str) -> Question:
        """Of one point: not the words of last time where there are others, and those he had longest ago."""
        return min(found, key=lambda each: (each.id == last, self.past.numbers.get(each.id, 0)))

    @cached_property
    def _trades(self) -> set[str]:
        member = self.person.active
        return set(self.content.mine.trades_of(member.trade)) if member is not None else set()

    @property
    def _others(self) -> float:
        return OTHERS if self._trades else ANYBODY

    @cached_property
    def _standing(self) -> dict[str, tuple[int, int]]:
        """Topic to how many of its points he met, and how many of those he has not lost."""
        found: dict[str, tuple[int, int]] = {}
        for each in self.past.points.values():
            met, held = found.get(each.topic, (0, 0))
            found[each.topic] = (met + 1, held + each.mastered)
        return found

    def _today(self, question: Question) -> bool:
        return self.past.days.get(question.id) == self.day

    def _reviewed_today(self, point: Point) -> bool:
        asked = self.past.days.get(point.question_id)
        return asked is not None and asked >= self.day

    def _point(self, question_id: str) -> str:
        question = self.bank.get(question_id)
        return question.point if question is not None else ""


def past(db: Session, person_id: int) -> Past:
    """What he was asked and what is kept of it. Two statements."""
    asked = select(Ask.question_id, func.max(Ask.number), func.max(Ask.day)).where(Ask.person_id == person_id)
    rows = db.execute(asked.group_by(Ask.question_id)).all()
    columns = (getattr(Memory, name) for name in Point.__dataclass_fields__)
    points = [Point(*row) for row in db.execute(select(*columns).where(Memory.person_id == person_id))]
    return Past(
        {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}, {each.point: each for each in points}
    )


def question_of_the_day(bank: Bank, day: date) -> Question:
    """The same question for everybody on a shift day, so that a crew can talk about it; all come round in turn."""
    order = bank.calendar or bank.for_all or bank.order
    size = len(order)
    if size == 0:
        raise Refusal("quiz.empty_bank")
    stride = max(1, round(size * 0.618))
    while math.gcd(stride, size) != 1:
        stride += 1
    place = day.toordinal() * stride
    awake = (name for step in range(size) if (name := order[(place + step) % size]) not in bank.resting)
    if (found := next(awake, None)) is None:
        raise Refusal("quiz.empty_bank")
    return bank.questions[found]


def _by_point(found: Iterable[Question]) -> dict[str, list[Question]]:
    by_point: dict[str, list[Question]] = {}
    for each in found:
        by_point.setdefault(each.point, []).append(each)
    return by_point


def _level(met: int, held: int) -> int:
    """Which level he is ready for in a topic."""
    if met == 0 or held / met < SHARE:
        return 1
    return 3 if held >= HOLDS_FOR_3 else 2 if held >= HOLDS_FOR_2 else 1
