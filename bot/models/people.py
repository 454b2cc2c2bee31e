"""Whoever has ever written to the account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Person(Base):
    """A follower, known by openid alone until he joins by name."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "alias", unique=True), Index(None, "member_id", unique=True))

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
    alias: Mapped[str] = mapped_column(String(16))
    """A random id: all that audit and counts hold of him."""
    member_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("members.id", ondelete="SET NULL"))
    """Who he is on the roster, once he has joined; one phone a number, one number a phone."""
    bound_at: Mapped[datetime | None] = mapped_column(Moment)
    consented: Mapped[int] = mapped_column(server_default="0")
    """Version of the privacy notice he agreed to, 0 for none."""
    political_consent: Mapped[int] = mapped_column(server_default="0")
    """Version of the consent to use his political status, 0 for none."""
    bind_tries: Mapped[int] = mapped_column(server_default="0")
    """Failed tries to join in a row, and when the last was."""
    bind_tried_at: Mapped[datetime | None] = mapped_column(Moment)
    scene_unit_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    """The branch whose QR code brought him here."""
    roles_from: Mapped[datetime | None] = mapped_column(Moment)
    """Roles count from then on: a number taken over from another phone brings its powers only after a day."""
    shift: Mapped[str] = mapped_column(String(16), server_default="")
    """The shift he said he works, by its id in content/shifts.toml; empty when he never said."""
    rotation: Mapped[str] = mapped_column(String(80), server_default="")
    """Ids of the shifts he goes through, a week each, joined by commas; empty when he does not rotate."""
    rotation_from: Mapped[date | None] = mapped_column(Date)
    """The Monday on which the first of the rotation was worked."""
    shift_days: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    """Exceptions: ISO day to shift id."""
    shift_from: Mapped[str] = mapped_column(String(8), server_default="")
    """Who said so: 'self', 'crew' (its leader, for all), 'roster'; what he said himself is not overruled."""
    leave_from: Mapped[date | None] = mapped_column(Date)
    """The first and the last day of his leave: nothing is sent to him meanwhile."""
    leave_until: Mapped[date | None] = mapped_column(Date)
    remind_at: Mapped[int | None]
    """Minutes after midnight at which he wants to be reminded; null for his shift's usual hour."""
    paused_until: Mapped[datetime | None] = mapped_column(Moment)
    """No reminders until then."""
    with_human_until: Mapped[datetime | None] = mapped_column(Moment)
    """He is talking to a person: the bot keeps quiet and passes on what he writes."""
    tag: Mapped[str] = mapped_column(String(16), server_default="")
    """Which menu he should see, and (tagged) which the platform has been told of."""
    tagged: Mapped[str] = mapped_column(String(16), server_default="")


class Consent(Base):
    """What he agreed to or took back, and when: the proof."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    """'privacy' 'political'; later 'wall', 'photo'."""
    version: Mapped[int]
    """Of the notice he was shown; 0 for taken back."""
    at: Mapped[datetime] = mapped_column(Moment)
