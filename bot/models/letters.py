"""What people write that is no command: kept, and with their consent passed on to a human being."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Letter(Base):
    """A story, a wish to speak to somebody, or trouble; its number is its id."""

    __tablename__ = "letters"
    __table_args__ = (Index(None, "person_id"), Index(None, "state", "unit_id"), Index(None, "opened_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    """'story' 'human' 'trouble'."""
    state: Mapped[str] = mapped_column(String(8))
    """'kept' until he agrees to pass it on, then 'sent', 'answered', 'closed'."""
    unit_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    """Whose queue it stands in."""
    opened_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class LetterLine(Base):
    """One thing written, by him or by whoever answers."""

    __tablename__ = "letter_lines"
    __table_args__ = (Index(None, "letter_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(RowId, ForeignKey("letters.id", ondelete="CASCADE"))
    from_staff: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
