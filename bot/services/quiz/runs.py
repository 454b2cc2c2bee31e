"""Rows of questions of one kind: begun by a word, left and taken up again, counted by what was answered in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import Ask, Run
from bot.services.quiz.asks import DARE


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row of questions, as it stands in the table."""

    id: int
    mode: str
    topic: str
    started_at: datetime
    ended_at: datetime | None
    answered: int
    right: int


_RUN = table(Run)
_NAMES = tuple(RunRow.__dataclass_fields__)
_COLUMNS = tuple(_RUN.c[name] for name in _NAMES)


def current(db: Session, person_id: int, mode: str, *, topic: str = "", since: datetime) -> RunRow | None:
    """The row of that kind he may go on with: begun since his shift day began. A dare stays open until it is lost."""
    rows = select(*_COLUMNS).where(_RUN.c.person_id == person_id, _RUN.c.mode == mode, _RUN.c.ended_at.is_(None))
    rows = rows.where(_RUN.c.topic == topic)
    if mode != DARE:
        rows = rows.where(_RUN.c.started_at >= since)
    return _first(db.execute(rows.order_by(_RUN.c.id.desc()).limit(1)).first())


def last(db: Session, person_id: int, *, since: datetime) -> RunRow | None:
    """The row in which he was asked last, while it goes on."""
    latest = select(Ask.run_id).where(Ask.person_id == person_id).order_by(Ask.number.desc()).limit(1)
    rows = select(*_COLUMNS).where(_RUN.c.id == latest.scalar_subquery(), _RUN.c.ended_at.is_(None))
    found = _first(db.execute(rows).first())
    return found if found is not None and (found.mode == DARE or found.started_at >= since) else None


def begin(db: Session, person_id: int, mode: str, *, topic: str = "", now: datetime) -> RunRow:
    """A new row of that kind."""
    values = {"person_id": person_id, "mode": mode, "topic": topic, "started_at": now, "answered": 0, "right": 0}
    return _row(db.execute(insert(_RUN).values(values).returning(*_COLUMNS)).one())


def count(db: Session, run_id: int, *, ended_at: datetime | None = None) -> RunRow:
    """Write down how many were answered in it so far, and how many rightly; with a moment, it is over."""
    answered = select(func.count()).select_from(Ask).where(Ask.run_id == run_id, Ask.score.is_not(None))
    right = answered.where(Ask.score == 1)
    values: dict[str, Any] = {"answered": answered.scalar_subquery(), "right": right.scalar_subquery()}
    if ended_at is not None:
        values["ended_at"] = ended_at
    return _row(db.execute(update(_RUN).where(_RUN.c.id == run_id).values(values).returning(*_COLUMNS)).one())


def best(db: Session, person_id: int, *, mode: str = DARE) -> int:
    """The most he ever had right in one row of that kind: his own best, shown to nobody else."""
    most = select(func.coalesce(func.max(_RUN.c.right), 0)).where(_RUN.c.person_id == person_id, _RUN.c.mode == mode)
    return int(db.execute(most).scalar_one())


def _first(row: Row[*tuple[Any, ...]] | None) -> RunRow | None:
    return None if row is None else _row(row)


def _row(row: Row[*tuple[Any, ...]]) -> RunRow:
    return RunRow(*tuple(row))
