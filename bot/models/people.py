"""Whoever has ever written to the account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Person(Base):
    """A follower, known by openid alone until he joins by name."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    openid: Mapped[str] = mapped_column(String(64), unique=True)
    met_at: Mapped[datetime] = mapped_column(Moment)
    followed: Mapped[bool]
    follow_changed_at: Mapped[datetime] = mapped_column(Moment)
    """The platform's CreateTime of the last follow or unfollow: events may arrive out of order."""
    last_wrote_at: Mapped[datetime] = mapped_column(Moment)
    window_until: Mapped[datetime | None] = mapped_column(Moment)
    """End of the 48 hours in which customer-service messages are allowed."""
    window_left: Mapped[int]
    """How many of the window's five messages remain."""
    waiting: Mapped[int]
    """How many things wait to be handed over with the next reply."""
    noticed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When he was told what is kept of him."""
