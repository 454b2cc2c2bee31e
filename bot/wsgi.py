"""`gunicorn "bot.wsgi:app"` and `flask --app bot.wsgi run`: the web side alone, by config file or environment.

What is due is run by `python -m bot schedule` beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import config
from bot.app import build, create_app, start_background
from bot.cli.db import stock
from bot.cli.say import sentence
from bot.db import migrate
from bot.errors import Refusal

if TYPE_CHECKING:
    from flask import Flask

    app: Flask


def __getattr__(name: str) -> Any:
    """Build the application when it is first asked for, so that importing this module touches nothing."""
    if name != "app":
        raise AttributeError(name)
    try:
        kit = build(config.load(config.find(None)))
        globals()["app"] = create_app(kit)
    except Refusal as refusal:
        raise SystemExit(sentence(refusal.key, **refusal.values)) from None
    if migrate.at_head(kit.database):
        stock(kit.database, kit.content.bank, now=kit.clock())
    start_background(kit)
    return globals()["app"]
