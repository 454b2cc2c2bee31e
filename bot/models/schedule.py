"""Which job has run for which due time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment


class ScheduleRun(Base):
    """The claim on one due time of one job; its key is what makes two schedulers harmless."""

    __tablename__ = "schedule_runs"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    ran_at: Mapped[datetime] = mapped_column(Moment)
    count: Mapped[int]
