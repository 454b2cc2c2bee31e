"""The mine's own teaching material, its versions and reviews, and every question as it ever stood before people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Material(Base):
    """One piece the mine wrote itself, whatever its version."""

    __tablename__ = "materials"
    __table_args__ = (Index(None, "unit_id", "state"), Index(None, "state"), Index(None, "author"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Stable for ever, 'own-0001'; a question's id."""
    kind: Mapped[str] = mapped_column(String(16))
    """'question' 'lesson' 'case' 'card'."""
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    """Whose it is: seen by that unit and those below it."""
    state: Mapped[str] = mapped_column(String(16))
    """Of its newest version: 'draft' 'in_review' 'reviewed' 'live' 'retired'."""
    party: Mapped[bool]
    """Party text: three reviews."""
    live_version: Mapped[int | None]
    """The version people see, which a newer draft leaves alone."""
    author: Mapped[str] = mapped_column(String(16))
    """An alias; 'operator' for the command line."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class MaterialVersion(Base):
    """One wording of it, never changed afterwards."""

    __tablename__ = "material_versions"
    __table_args__ = (UniqueConstraint("material_id", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    material_id: Mapped[int] = mapped_column(RowId, ForeignKey("materials.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The entry as in content/, with `source` where no law is cited."""
    hash: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Moment)


class MaterialReview(Base):
    """What one reviewer said of one version."""

    __tablename__ = "material_reviews"
    __table_args__ = (Index(None, "version_id"), Index(None, "reviewer"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    version_id: Mapped[int] = mapped_column(RowId, ForeignKey("material_versions.id", ondelete="CASCADE"))
    stage: Mapped[int]
    """1 to 3."""
    reviewer: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(8))
    """'pass' 'back'."""
    note: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Moment)


class Unfinished(Base):
    """What somebody at the content desk is still writing: it waits though he does something else meanwhile."""

    __tablename__ = "unfinished"

    person_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class KnownName(Base):
    """A line of the mine's list of names and titles, against which Party text is read."""

    __tablename__ = "known_names"
    __table_args__ = (UniqueConstraint("name", "title"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(64))


class QuestionVersion(Base):
    """A question in one wording: what an answer was given to can always be shown again."""

    __tablename__ = "question_versions"
    __table_args__ = (UniqueConstraint("question_id", "hash"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    question_id: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(16))
    """As its asks carry it: one for all wordings that ask the same."""
    hash: Mapped[str] = mapped_column(String(16))
    """Of all that people read of it."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    """From when it could be asked."""


class ShelfState(Base):
    """One row that is stamped anew whenever what may be asked has changed."""

    __tablename__ = "shelf_state"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    revision: Mapped[str] = mapped_column(String(16))
    """Random, so that one taken back with its transaction is never met again."""
