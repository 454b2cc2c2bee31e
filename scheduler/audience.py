"""Which menu each person sees, worked out anew: roles begin by the clock, and rosters change by hand."""

from __future__ import annotations

from bot.services import audience
from scheduler.job import Work, job


@job("audience.refresh", minute=25)
def refresh(work: Work) -> int:
    """People whose menu changed."""
    return audience.refresh_all(work.db, now=work.now)
