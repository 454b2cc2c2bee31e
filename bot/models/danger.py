"""When somebody was told what to do in danger, and who was paged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class DangerCall(Base):
    """One showing; what was written stands nowhere."""

    __tablename__ = "danger_calls"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    alias: Mapped[str] = mapped_column(String(16))
    """Whose words, as a random id."""
    unit_id: Mapped[int | None] = mapped_column(RowId)
    kind: Mapped[str] = mapped_column(String(16))
    sure: Mapped[bool]
    """False when both answers were given."""
    paged: Mapped[int]
    """How many on duty were paged."""
