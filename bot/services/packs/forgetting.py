"""遗忘图: which points a group is about to lose, counted over at least five people and never by name.

A point counts as slipping for a person when he last got it wrong, or when the spacing rule says that by now he knows it
with less than its likelihood: that is what its due moment means.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Integer, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import Memory
from bot.services import units
from bot.services.packs.people import Worker, grouped
from content.mine import MineWords

FEWEST = 5
DAY_MS = 86_400_000
LEAST_SHARE = 0.2
"""A point that fewer than one in five let slip is no news."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One point over a group: how many met it, the share that lets it slip, and after how many days on average."""

    point: str
    topic: str
    people: int
    share: float
    days: float


@dataclass(frozen=True, slots=True)
class Group:
    """A trade or a crew with what it forgets most, the worst first; nothing where fewer than five met any point."""

    name: str
    people: int
    points: tuple[Forgotten, ...]
    tells: bool
    """At least five of it met some point: only then does it say something that none is listed."""


def forgotten(db: Session, ids: Collection[int], *, now: datetime, limit: int) -> list[Forgotten]:
    """The points these people let slip most, of those that at least five of them met. One statement, summed by the database."""
    return _worst(_met(db, ids, now=now), limit)


def group(db: Session, name: str, ids: Collection[int], *, now: datetime, limit: int) -> Group:
    """These people as one group, by what `forgotten` says of them."""
    met = _met(db, ids, now=now)
    return Group(name, len(ids), tuple(_worst(met, limit)), bool(met))


def _worst(met: Sequence[Forgotten], limit: int) -> list[Forgotten]:
    slipping = (each for each in met if each.share >= LEAST_SHARE)
    return sorted(slipping, key=lambda each: (-each.share, -each.people, each.point))[:limit]


def _met(db: Session, ids: Collection[int], *, now: datetime) -> list[Forgotten]:
    """Every point that at least five of these people met, slipping or not."""
    if len(ids) < FEWEST:
        return []
    rows = table(Memory).c
    missed = and_(rows.missed_at.is_not(None), rows.won_at.is_(None))
    slips = func.sum(case((or_(missed, rows.due_at <= now), 1), else_=0).cast(Integer))
    lasts = func.avg(type_coerce(rows.due_at, BigInteger) - type_coerce(rows.reviewed_at, BigInteger))
    people = func.count()
    query = (
        select(rows.point, func.min(rows.topic), people, slips, lasts)
        .where(rows.person_id.in_(sorted(ids)))
        .group_by(rows.point)
        .having(people >= FEWEST)
    )
    return [
        Forgotten(point, topic, met, slipped / met, float(lasting) / DAY_MS)
        for point, topic, met, slipped, lasting in db.execute(query)
    ]


def by_trade(
    db: Session, people: Sequence[Worker], names: Collection[str], words: MineWords, *, now: datetime, limit: int
) -> list[Group]:
    """Each trade of these with five people or more, the largest first."""
    return _groups(db, grouped(people, names, words), now=now, limit=limit)


def by_crew(db: Session, people: Sequence[Worker], *, now: datetime, limit: int) -> list[Group]:
    """Each crew (or section, where a man has none) with five people or more, by its name, the largest first."""
    ids: dict[int, list[int]] = {}
    for each in people:
        if (unit := each.crew_id or each.section_id) is not None:
            ids.setdefault(unit, []).append(each.id)
    names = units.paths(db, [unit for unit, found in ids.items() if len(found) >= FEWEST])
    named = {names[unit].rpartition("/")[2]: found for unit, found in ids.items() if unit in names}
    return _groups(db, named, now=now, limit=limit)


def _groups(db: Session, ids: dict[str, list[int]], *, now: datetime, limit: int) -> list[Group]:
    large = sorted(
        (name for name, found in ids.items() if len(found) >= FEWEST), key=lambda name: (-len(ids[name]), name)
    )
    return [group(db, name, ids[name], now=now, limit=limit) for name in large]
