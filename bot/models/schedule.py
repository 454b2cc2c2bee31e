"""Which job has run for which due time, what went wrong, and how each branch wants its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class ScheduleRun(Base):
    """The claim on one due time of one job; its key is what makes two schedulers harmless."""

    __tablename__ = "schedule_runs"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(Moment)
    count: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(8), server_default="ran")
    """'ran' 'running' (in batches; `ran_at` is its last sign of life) 'skipped' (too late) 'asked' (somebody is to say)
    'wanted' (he said yes) 'failed' 'new' (due before anybody kept time)."""


class ScheduleLeader(Base):
    """Whoever keeps time now: one row, for probes; who leads is settled by a lock, not by this."""

    __tablename__ = "schedule_leader"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    """1."""
    name: Mapped[str] = mapped_column(String(64))
    """Machine and process."""
    since: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class JobSetting(Base):
    """How a unit wants one of its jobs: switched off, or at another time."""

    __tablename__ = "job_settings"
    __table_args__ = (UniqueConstraint("unit_id", "job"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(RowId, ForeignKey("units.id"))
    job: Mapped[str] = mapped_column(String(64))
    enabled: Mapped[bool]
    minute: Mapped[int | None]
    """Minutes after midnight; null for the usual time."""
    weekday: Mapped[int | None]
    """0 for Monday; null for the usual day."""
    changed_by: Mapped[str] = mapped_column(String(16))
    """An alias."""
    changed_at: Mapped[datetime] = mapped_column(Moment)


class JobTrouble(Base):
    """A due time that was missed or a run that failed: what metrics count."""

    __tablename__ = "job_troubles"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    job: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    """'missed' 'failed'."""
    error: Mapped[str] = mapped_column(String(64))
    """The name of the error's class; empty for a missed one."""
    at: Mapped[datetime] = mapped_column(Moment)
