"""The database: engine, the write gate, checkpoints and migrations."""

from bot.db.engine import Database

__all__ = ["Database"]
