"""The rows of what a person holds: written after each answer, read for what should come next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.db.upsert import prepared, table
from bot.models import Memory
from bot.services.spacing import rule
from bot.services.spacing.rule import AGAIN, Held, Weight
from content.bank import Question

EARLY = timedelta(hours=12)
"""A point is due on a day, not at the minute it was last answered: one that falls due later today may be asked now."""
BACK = 3
"""How many points greet him who was away (issue of light burden: a wall of two hundred greets nobody)."""


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One point of one person."""

    point: str
    topic: str
    question_id: str
    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    reviewed_at: datetime
    reviews: int
    lapses: int
    missed_at: datetime | None
    won_at: datetime | None

    @property
    def held(self) -> Held:
        """As the rule reads it."""
        return Held(self.state, self.step, self.stability, self.difficulty, self.due_at, self.reviewed_at)

    def recall(self, now: datetime) -> float:
        """How likely he knows it now, 0 to 1."""
        return rule.recall(self.held, now)

    @property
    def mastered(self) -> bool:
        """Never missed, or known again on a later day than it was missed."""
        return self.missed_at is None or self.won_at is not None


_NAMES = tuple(MemoryRow.__dataclass_fields__)
_COLUMNS = tuple(getattr(Memory, name) for name in _NAMES)
# His own row of the point, and with it how the coming days are filled: one statement on the hot path, not two.
_NEAR = select(*_COLUMNS).where(
    Memory.person_id == bindparam("person"),
    or_(Memory.point == bindparam("point"), Memory.due_at.between(bindparam("now"), bindparam("ahead"))),
)
_KEPT = ("state", "step", "stability", "difficulty", "due_at", "reviewed_at", "reviews", "lapses", "missed_at")
_KEEP = prepared(
    lambda insert: (kept := insert(table(Memory))).on_conflict_do_update(
        index_elements=["person_id", "point"],
        set_={name: kept.excluded[name] for name in (*_KEPT, "won_at", "topic", "question_id")},
    )
)
_FIND = select(*_COLUMNS).where(Memory.person_id == bindparam("person"), Memory.point == bindparam("point"))


def find(db: Session, person_id: int, point: str) -> MemoryRow | None:
    """What is kept of one point; None when he never answered anything of it."""
    row = db.execute(_FIND, {"person": person_id, "point": point}).first()
    return None if row is None else _row(row)


def review(
    db: Session,
    person_id: int,
    question: Question,
    *,
    rating: int,
    now: datetime,
    weight: Weight = lambda _: 1.0,
    before: MemoryRow | None = None,
) -> MemoryRow:
    """Keep one answer: when its point comes back, on a day that can bear it. Two statements.

    `before` takes an answer back first: what stood until then is what the new rating is put on (a "guessed" said later).
    """
    ahead = now + timedelta(days=rule.COUNTED_DAYS + 1)
    near = [
        _row(row)
        for row in db.execute(_NEAR, {"person": person_id, "point": question.point, "now": now, "ahead": ahead})
    ]
    found = before or next((each for each in near if each.point == question.point), None)
    load: dict[date, int] = {}
    for each in near:
        if each.point != question.point:
            day = each.due_at.astimezone(BEIJING).date()
            load[day] = load.get(day, 0) + 1
    held = rule.reviewed(Held() if found is None else found.held, rating, now)
    assert held.due_at is not None
    due = rule.spread(
        held.due_at.astimezone(BEIJING), now, load=load, weight=weight, seed=f"{person_id} {question.point}"
    )
    row = after(found, question, held, rating=rating, due=due, now=now)
    values = {name: getattr(row, name) for name in _NAMES}
    db.execute(_KEEP[db.get_bind().dialect.name], {"person_id": person_id, **values})
    return row


def due(db: Session, person_id: int, *, now: datetime, limit: int, of: Iterable[str] | None = None) -> list[MemoryRow]:
    """Points that should come back by now, the least certain first, up to a limit; of these topics alone where named."""
    rows = select(*_COLUMNS).where(Memory.person_id == person_id, Memory.due_at <= now + EARLY)
    if of is not None:
        rows = rows.where(Memory.topic.in_(list(of)))
    found = [_row(row) for row in db.execute(rows)]
    return sorted(found, key=lambda each: (each.recall(now), each.due_at, each.point))[:limit]


def waiting(db: Session, person_id: int, *, now: datetime) -> int:
    """How many points should come back by now."""
    rows = select(func.count()).select_from(Memory).where(Memory.person_id == person_id, Memory.due_at <= now + EARLY)
    return db.execute(rows).scalar_one()


def comeback(db: Session, person_id: int, *, now: datetime) -> list[MemoryRow]:
    """Three points for whoever was away: one he most likely still knows, then two he is about to lose.

    Whoever begins with a success goes on (product.md, light burden); fewer when less than three are due.
    """
    found = sorted(due(db, person_id, now=now, limit=1000), key=lambda each: (-each.recall(now), each.point))
    if len(found) <= BACK:
        return found
    middle = len(found) // 2
    return [found[0], found[middle], found[min(middle + 1, len(found) - 1)]]


def after(
    found: MemoryRow | None, question: Question, held: Held, *, rating: int, due: datetime, now: datetime
) -> MemoryRow:
    """The row as it is kept. Won is what was missed before and is known now, on another day and not by a guess."""
    missed, won = (None, None) if found is None else (found.missed_at, found.won_at)
    if rating == AGAIN:
        missed, won = now, None
    elif rating > rule.HARD and missed is not None and won is None and _day(missed) != _day(now):
        won = now
    assert held.reviewed_at is not None
    return MemoryRow(
        point=question.point,
        topic=question.topic,
        question_id=question.id,
        state=held.state,
        step=held.step,
        stability=held.stability,
        difficulty=held.difficulty,
        due_at=due,
        reviewed_at=held.reviewed_at.astimezone(BEIJING),
        reviews=(0 if found is None else found.reviews) + 1,
        lapses=(0 if found is None else found.lapses) + (rating == AGAIN and found is not None),
        missed_at=missed,
        won_at=won,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def _row(row: Row[*tuple[Any, ...]] | Sequence[Any]) -> MemoryRow:
    return MemoryRow(*tuple(row))
