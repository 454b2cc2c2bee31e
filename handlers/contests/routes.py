"""The one router of contests, and the steps a person may stand in there; each is come back to by the contest's own word."""

from __future__ import annotations

from enum import StrEnum

from bot.router import Router

router = Router()
RESUME = "contests.enter"


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    CODE = "contests.code"
    JOIN = "contests.join_in"
    PLAY = "contests.play"
    HOST = "contests.host"
    SETTING = "contests.setting"
