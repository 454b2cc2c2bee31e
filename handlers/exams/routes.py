"""The one router of exams, and the steps a person may stand in there."""

from __future__ import annotations

from enum import StrEnum

from bot.router import Router

router = Router()


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    ANSWER = "exams.answer"
    WAIT = "exams.wait"
    SETTING = "exams.setting"
