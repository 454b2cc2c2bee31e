"""Every message answered, by its key, with the answer it got."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class InboxMessage(Base):
    """One message of the platform, however often it was repeated. What the person wrote is not kept here."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(None, "received_at"),
        Index(None, "person_id", "received_at"),
        Index("ix_inbox_owed", "person_id", sqlite_where=text("gave_up"), postgresql_where=text("gave_up")),
    )

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(8))
    """'working' while a slow answer is being prepared, 'handed' once it went with a later reply, else 'done'."""
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    """Until when the worker of a slow answer is believed alive."""
    gave_up: Mapped[bool]
    """A repeat waited in vain: the answer is owed at the next contact."""
    person_id: Mapped[int | None] = mapped_column(RowId)
    reply_kind: Mapped[str] = mapped_column(String(8))
    reply: Mapped[str] = mapped_column(Text)
