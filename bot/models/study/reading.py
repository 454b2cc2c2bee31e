"""Which lesson, case or card each person was given and read, and what the system asks of each in a week."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Reading(Base):
    """One piece before one person."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("person_id", "kind", "key"), Index(None, "kind", "key"), Index(None, "given_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    """'lesson' 'case' 'card' 'track' 'festival' 'season' 'bulletin'."""
    key: Mapped[str] = mapped_column(String(32))
    day: Mapped[date] = mapped_column(Date)
    """The shift day it was given on."""
    given_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    """When he opened it, or said that he had."""
    choice: Mapped[str] = mapped_column(String(8))
    """What he would do, of a case; empty until he says."""


class Demand(Base):
    """How much was asked of one person in one week, by kind."""

    __tablename__ = "demands"
    __table_args__ = (UniqueConstraint("person_id", "week", "kind"), Index(None, "week"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    week: Mapped[date] = mapped_column(Date)
    """Its Monday, of his shift days."""
    kind: Mapped[str] = mapped_column(String(16))
    """'question' 'lesson' 'case' 'exam' 'pledge' 'notice' 'activity'."""
    count: Mapped[int]


class Overrun(Base):
    """Why more than the week's measure was asked of a unit's people: kept for whoever wonders."""

    __tablename__ = "overruns"
    __table_args__ = (Index(None, "unit_id", "week"), Index(None, "at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    week: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(16))
    more: Mapped[int]
    """How many more than the measure are allowed each person."""
    reason: Mapped[str] = mapped_column(String(255))
    by: Mapped[str] = mapped_column(String(16))
    """An alias."""
    at: Mapped[datetime] = mapped_column(Moment)
