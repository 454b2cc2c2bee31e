"""Where each person is in a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Dialog(Base):
    """The step a person stands in; what he did lives in other tables, so losing this row loses nothing."""

    __tablename__ = "dialogs"

    person_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Ids only; keys are strings, as JSON hands them back."""
    expires_at: Mapped[datetime] = mapped_column(Moment)
