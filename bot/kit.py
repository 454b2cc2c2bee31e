"""What every entry point needs, built once in bot/app.py and passed down."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.services.materials.shelf import Shelf
from content import Content


@dataclass(frozen=True, slots=True)
class Kit:
    """Settings, time, words, the database, and what may be asked today."""

    settings: Settings
    clock: Clock
    content: Content
    database: Database
    shelf: Shelf = field(default_factory=Shelf)
