"""What we owe people and nobody asked for: pushed where the platform lets us, else handed over at the next contact."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId

_WAITING = text("state = 'waiting'")


class OutboxItem(Base):
    """One thing for one person."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "person_id"),
        Index("ix_outbox_due", "urgency", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "made_at"),
        Index("uq_outbox_person_id_once", "person_id", "once", unique=True),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    about_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    """Of whom it tells: forgotten with him."""
    kind: Mapped[str] = mapped_column(String(32))
    """`feature.thing`."""
    urgency: Mapped[int]
    """2 danger, pushed at any hour; 1 soon; 0 with the next reply."""
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(8))
    """'waiting' 'sending' 'sent' 'handed' (with a reply) 'unknown' 'dropped'."""
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    try_after: Mapped[datetime | None] = mapped_column(Moment)
    """Not to be pushed before this moment; riding with a reply is always allowed."""
    until: Mapped[datetime | None] = mapped_column(Moment)
    """Worth nothing from then on: dropped if it still waits."""
    once: Mapped[str | None] = mapped_column(String(64))
    """Owed to him once under this name, whatever becomes of it; null for no such promise."""
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(32))
    """Why the last push did not work, as the error table names it."""
