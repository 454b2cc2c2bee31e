"""How well each person holds each knowledge point, as the spacing rule keeps it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Memory(Base):
    """One knowledge point of one person: several questions may share it, and come back in other words."""

    __tablename__ = "memories"
    __table_args__ = (UniqueConstraint("person_id", "point"), Index(None, "person_id", "due_at"), Index(None, "point"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    point: Mapped[str] = mapped_column(String(64))
    """As the bank names it."""
    topic: Mapped[str] = mapped_column(String(32))
    question_id: Mapped[str] = mapped_column(String(32))
    """By which it was asked last."""
    state: Mapped[int]
    """1 learning, 2 review, 3 relearning: as FSRS counts."""
    step: Mapped[int | None]
    stability: Mapped[float | None]
    """Days after which nine of ten still know it."""
    difficulty: Mapped[float | None]
    """1 to 10."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    reviewed_at: Mapped[datetime] = mapped_column(Moment)
    reviews: Mapped[int]
    lapses: Mapped[int]
    missed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When he last did not know it."""
    won_at: Mapped[datetime | None] = mapped_column(Moment)
    """When he knew it again after that, on another day; null until then."""
