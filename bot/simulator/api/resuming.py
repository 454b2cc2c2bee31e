"""What was under way when the simulator ended is planned anew: the shelf survives a restart, the clock's diary does not."""

from __future__ import annotations

from bot.simulator.api.messages import agents, finishing, mass_jobs
from bot.simulator.api.table import Platform

SUBJECTS = (finishing, mass_jobs, agents)
"""Templates, subscription notices and publishing leave their news to `finishing`."""


def resume(platform: Platform, earliest: float = 0.0) -> None:
    """Once, when the platform is assembled. What is overdue is done in `earliest` virtual seconds, all else when it is due.

    A bot that starts together with the simulator does not listen at once, hence the seconds.
    """
    for subject in SUBJECTS:
        subject.resume(platform, earliest)
