"""The one router of shifts, and the steps in which somebody may stand here."""

from __future__ import annotations

from enum import StrEnum

from bot.router import Router

router = Router()


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    SAY = "shifts.say"
    LEAVE = "shifts.leave_days"
    WHICH = "shifts.which_crew"
    CREW = "shifts.crew_says"
