"""Forgetting what has been kept long enough, a little every hour."""

from __future__ import annotations

from bot.services import retention
from scheduler.job import Work, job


@job("retention.purge", in_batches=True, minute=10)
def purge(work: Work) -> int:
    """Rows forgotten."""
    return retention.purge(work.db, now=work.now)
