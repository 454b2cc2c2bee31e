"""What people doubt in questions, what was decided about it, and what they asked in vain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Doubt(Base):
    """One person says that something is wrong with a question as he saw it. Once settled it outlives his account."""

    __tablename__ = "doubts"
    __table_args__ = (
        UniqueConstraint("person_id", "question_id", "hash"),
        Index(None, "question_id", "hash"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    question_id: Mapped[str] = mapped_column(String(32))
    hash: Mapped[str] = mapped_column(String(16))
    """Of the wording he doubts: another one is doubted anew."""
    person_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(32))
    """Short codes with a blank between, or empty."""
    note: Mapped[str] = mapped_column(String(200))
    """What he says about it in his own words, or empty."""
    rests_from: Mapped[datetime | None] = mapped_column(Moment)
    """Since when enough people doubt this wording: nobody is asked it until somebody has looked."""
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(String(8))
    """'right' (asked again), 'wrong' (this wording rests), 'mended' (another took its place), empty until then."""


class Unanswered(Base):
    """Something asked that nothing here answers; nobody's name stands with it."""

    __tablename__ = "unanswered"
    __table_args__ = (Index(None, "last_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    text: Mapped[str] = mapped_column(String(80), unique=True)
    """Folded."""
    times: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(String(16))
    """What the content desk did about it, empty until then."""
