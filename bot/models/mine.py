"""The mine: its units, its people as the roster names them, and what each may do where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Unit(Base):
    """A node of the tree: mine → general branch → branch → group; mine → section → crew; mine → department."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """'mine' 'general_branch' 'branch' 'group' 'section' 'crew' 'department'."""
    name: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(255), unique=True)
    """Names from the mine down, joined by '/'."""


class CrewShift(Base):
    """What a crew works, set by its leader for all who did not say otherwise themselves."""

    __tablename__ = "crew_shifts"

    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"), primary_key=True, autoincrement=False)
    shift: Mapped[str] = mapped_column(String(16))
    rotation: Mapped[str] = mapped_column(String(80))
    rotation_from: Mapped[date | None] = mapped_column(Date)
    shift_days: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As of a person."""
    set_by: Mapped[str] = mapped_column(String(16))
    """An alias."""
    set_at: Mapped[datetime] = mapped_column(Moment)


class Member(Base):
    """One line of the roster: a person of the mine, whether or not he has joined here."""

    __tablename__ = "members"
    __table_args__ = (Index(None, "name"), Index(None, "unit_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    alias: Mapped[str] = mapped_column(String(16), unique=True)
    """A random id: all that audit and ledgers hold of him."""
    staff_no: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    """His branch, or whatever the roster's unit column names."""
    group_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    section_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    crew_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    trade: Mapped[str] = mapped_column(String(32))
    shift: Mapped[str] = mapped_column(String(32))
    """As the roster writes it; what he says himself stands with his person."""
    political: Mapped[str] = mapped_column(String(16))
    """'full' 'probationary' 'candidate' 'activist' 'league' 'masses', empty when the roster is silent."""
    position: Mapped[str] = mapped_column(String(64))
    """The post as a word; it grants nothing."""
    phone: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    frozen_at: Mapped[datetime | None] = mapped_column(Moment)
    """Somebody said that another uses this number: nothing personal works until the office has looked."""
    tries: Mapped[int]
    """Wrong names given for this number in a row, and when the last was."""
    tried_at: Mapped[datetime | None] = mapped_column(Moment)


class Grant(Base):
    """A role on a unit. It may be given before its holder has joined."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("member_id", "role", "unit_id"), Index(None, "role", "unit_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    member_id: Mapped[int] = mapped_column(RowId, ForeignKey("members.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    granted_by: Mapped[str] = mapped_column(String(16))
    """The granter's alias; 'operator' for the command line."""
    granted_at: Mapped[datetime] = mapped_column(Moment)
    code_hash: Mapped[str] = mapped_column(String(64))
    """Of the one-time code that confirms it; empty when none is wanted."""
    code_until: Mapped[datetime | None] = mapped_column(Moment)
    code_tries: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    """From when it counts."""
