"""What is near its end and concerns the people of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Exam
from bot.services import units

SHOWN = 2


@dataclass(frozen=True, slots=True)
class OpenExam:
    """An exam that can be sat now."""

    title: str
    closes_at: datetime


def exams(db: Session, unit_id: int, *, now: datetime) -> list[OpenExam]:
    """Exams open now for the unit or for what stands above it, the first to close first."""
    whose = units.chain(db, unit_id)
    rows = select(Exam.title, Exam.closes_at).where(
        Exam.unit_id.in_(whose),
        Exam.state == "open",
        Exam.together.is_(False),
        Exam.opens_at <= now,
        Exam.closes_at > now,
    )
    return [OpenExam(*row) for row in db.execute(rows.order_by(Exam.closes_at).limit(SHOWN))]
