"""The platform's access token, shared by every process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment


class Token(Base):
    """One row per app id: the value, and the lease of whoever is fetching the next."""

    __tablename__ = "tokens"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(512))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    fetched_at: Mapped[datetime] = mapped_column(Moment)
    forced_at: Mapped[datetime] = mapped_column(Moment)
    """When the last forced refresh was asked for: at most one in 30 s, 20 a day."""
    fetching_until: Mapped[datetime] = mapped_column(Moment)
