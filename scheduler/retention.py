"""Forgetting what has been kept long enough, a little every hour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import retention
from scheduler.job import job


@job("retention.purge", in_batches=True, minute=10)
def purge(db: Session, now: datetime) -> int:
    """Rows forgotten."""
    return retention.purge(db, now=now)
