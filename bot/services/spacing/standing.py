"""Where a person stands, for his own eyes alone: compared with himself a month ago and with nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.models import Memory
from bot.services.spacing import memory
from bot.services.spacing.memory import MemoryRow

SURE = 0.7
"""A point is held when he most likely knows it today."""


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """One topic: how many of its points he met, and how many of these he holds."""

    topic: str
    met: int
    held: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Points met, held, won back this month (missed before, known again), still missed, and due by now."""

    met: int
    held: int
    won: int
    missed: int
    due: int
    topics: tuple[TopicStanding, ...]
    """The weakest first."""


def standing(db: Session, person_id: int, *, now: datetime) -> Standing:
    """Everything in one statement."""
    columns = tuple(getattr(Memory, name) for name in MemoryRow.__dataclass_fields__)
    rows = [MemoryRow(*row) for row in db.execute(select(*columns).where(Memory.person_id == person_id))]
    held = [each for each in rows if holds(each, now)]
    met_of: dict[str, int] = {}
    held_of: dict[str, int] = {}
    for each in rows:
        met_of[each.topic] = met_of.get(each.topic, 0) + 1
    for each in held:
        held_of[each.topic] = held_of.get(each.topic, 0) + 1
    topics = [TopicStanding(topic, met, held_of.get(topic, 0)) for topic, met in met_of.items()]
    month = now.astimezone(BEIJING).date().replace(day=1)
    return Standing(
        met=len(rows),
        held=len(held),
        won=sum(1 for each in rows if each.won_at is not None and each.won_at.astimezone(BEIJING).date() >= month),
        missed=sum(1 for each in rows if not each.mastered),
        due=sum(1 for each in rows if each.due_at <= now + memory.EARLY),
        topics=tuple(sorted(topics, key=lambda each: (each.held / each.met, -each.met, each.topic))),
    )


def holds(row: MemoryRow, now: datetime) -> bool:
    """Known when last asked, or again since, and not likely forgotten yet."""
    return row.mastered and row.recall(now) >= SURE
