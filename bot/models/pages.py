"""What did not fit into one reply, kept until it is asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Page(Base):
    """The rest of a long reply; its tap shows it as often as wanted."""

    __tablename__ = "pages"
    __table_args__ = (Index(None, "person_id"), Index(None, "kept_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    kept_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)
