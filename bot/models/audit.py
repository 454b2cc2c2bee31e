"""What was done with rights and records, by whom, to whom: random ids only, so that erasing a person leaves it whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class AuditLine(Base):
    """One act."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(16))
    """An alias; 'operator' for the command line."""
    act: Mapped[str] = mapped_column(String(48))
    """`feature.thing`, as everywhere."""
    subject: Mapped[str] = mapped_column(String(16))
    """An alias, or empty."""
    unit_id: Mapped[int | None] = mapped_column(RowId)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Facts without names: roles, counts, kinds."""
