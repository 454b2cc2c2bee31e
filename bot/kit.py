"""What every entry point needs, built once in bot/app.py and passed down."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from content import Content


@dataclass(frozen=True, slots=True)
class Kit:
    """Settings, time, words and the database."""

    settings: Settings
    clock: Clock
    content: Content
    database: Database
