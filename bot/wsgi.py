"""`gunicorn "bot.wsgi:app"` and `flask --app bot.wsgi run`: the web side alone, by config file or environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import config
from bot.app import build, create_app

if TYPE_CHECKING:
    from flask import Flask

    app: Flask


def __getattr__(name: str) -> Any:
    """Build the application when it is first asked for, so that importing this module touches nothing."""
    if name != "app":
        raise AttributeError(name)
    kit = build(config.load(config.find(None)))
    kit.database.start_background()
    globals()["app"] = create_app(kit)
    return globals()["app"]
