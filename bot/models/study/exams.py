"""Examinations, each sitting of each person, and the record of training that the law asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Exam(Base):
    """One examination: what it asks, of whom, and when."""

    __tablename__ = "exams"
    __table_args__ = (Index(None, "unit_id", "state"), Index(None, "state", "opens_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    """Whose it is; its people are those of the unit, narrowed by `audience`."""
    title: Mapped[str] = mapped_column(String(64))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How papers are drawn: parts of (topic, level, trade, kind, count); and `seed`."""
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Who sits it: trades, political status; empty for all of the unit."""
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    """Time for one sitting."""
    attempts: Mapped[int]
    """How many sittings each may have."""
    counts: Mapped[str] = mapped_column(String(8))
    """'best' or 'last' of several sittings."""
    pass_mark: Mapped[int]
    """Of a hundred."""
    together: Mapped[bool]
    """All begin when whoever leads it says so."""
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    """When that was said."""
    state: Mapped[str] = mapped_column(String(8))
    """'planned' 'open' 'closed' 'off'."""
    made_by: Mapped[str] = mapped_column(String(16))
    """An alias."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    key: Mapped[str | None] = mapped_column(String(48), unique=True)
    """Of one that a job made: made once."""


class Attempt(Base):
    """One sitting of one person."""

    __tablename__ = "exam_attempts"
    __table_args__ = (
        UniqueConstraint("exam_id", "person_id", "number"),
        Index(None, "person_id"),
        Index(None, "until"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    exam_id: Mapped[int] = mapped_column(RowId, ForeignKey("exams.id"))
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    paper: Mapped[list[Any]] = mapped_column(JSON)
    """The questions in order: id, hash, fingerprint, shuffle."""
    started_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    """When its time is up; what was answered by then counts."""
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    score: Mapped[float | None]
    """Of a hundred."""
    passed: Mapped[bool | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its answers went into the spacing rule; null until then."""


class ExamAnswer(Base):
    """What was answered in one place of a sitting; it may be changed until the sitting ends."""

    __tablename__ = "exam_answers"
    __table_args__ = (UniqueConstraint("attempt_id", "place"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(RowId, ForeignKey("exam_attempts.id", ondelete="CASCADE"))
    place: Mapped[int]
    """From 1."""
    question_id: Mapped[str] = mapped_column(String(32))
    answer: Mapped[str] = mapped_column(String(64))
    """As `asks.answer`: letters as shown."""
    picked: Mapped[str] = mapped_column(String(6))
    """Letters toggled and not handed in yet."""
    score: Mapped[float | None]
    """0 to 1; null until answered."""
    at: Mapped[datetime] = mapped_column(Moment)


class TrainingRecord(Base):
    """Time, content, who took part, and the result (Work Safety Law, article 28); it outlives the account."""

    __tablename__ = "training_records"
    __table_args__ = (Index(None, "alias"), Index(None, "unit_id", "held_at"), Index(None, "held_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    alias: Mapped[str] = mapped_column(String(16))
    """The roster's random id of who took part."""
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    exam_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("exams.id"))
    held_at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    content: Mapped[str] = mapped_column(String(255))
    """The title and the topics asked."""
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(64))
    """Why there is no score: absent, on leave; empty otherwise."""
