"""Which menu each person sees, worked out anew: roles begin by the clock, and rosters change by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import audience
from scheduler.job import job


@job("audience.refresh", minute=25)
def refresh(db: Session, now: datetime) -> int:
    """People whose menu changed."""
    return audience.refresh_all(db, now=now)
