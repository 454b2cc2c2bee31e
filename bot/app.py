"""Builds the Kit and the Flask application; the only module that knows all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, redirect
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import content
from bot import health, logs, webhook
from bot.clock import Clock
from bot.config import Settings
from bot.conversation import Conversation
from bot.db import Database, chance
from bot.errors import Refusal
from bot.kit import Kit
from bot.router import Router
from bot.simulated import SimulatedClock, clock_of_server
from bot.understanding.answering import library
from handlers import ROUTERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build(settings: Settings, *, clock: Clock | None = None) -> Kit:
    """Content read, database opened, nothing started. Raises ContentProblem and Refusal."""
    if settings.simulator.enabled and not settings.rehearsing:
        raise Refusal("config.simulator_in_public")
    clock = clock or clock_of_server(settings)
    if settings.rehearsing and settings.simulator.seed and settings.server.workers == 1:
        chance.rehearse(settings.simulator.seed)
    logs.configure(settings)
    return Kit(settings, clock, content.load(), Database(settings.database, threads=settings.server.threads))


def create_app(kit: Kit, routers: Sequence[Router] = ROUTERS) -> Flask:
    """The web side of one account. Raises Refusal when the settings do not allow serving it."""
    refuse_to_serve(kit.settings)
    app = Flask("bot", static_folder=None)
    app.register_blueprint(webhook.blueprint(kit, Conversation(kit, routers)))
    app.register_blueprint(health.probes.blueprint(kit))
    app.register_blueprint(health.metrics.blueprint(kit))
    if kit.settings.simulator.enabled and not kit.settings.simulator.url:
        app.add_url_rule("/", view_func=lambda: redirect("/simulator/"))
        app.wsgi_app = _with_simulator(kit, app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app


def start_background(kit: Kit) -> None:
    """What a serving process does before it listens, and beside its requests.

    The index of answers is made first: whoever asks would wait for it inside his turn, and on SQLite all others with him.
    """
    library(kit.content)
    kit.database.start_background()


def _with_simulator(kit: Kit, inner: WSGIApplication) -> WSGIApplication:
    from bot import simulator  # noqa: PLC0415 - a real account never loads it

    store = kit.database.file.with_suffix(".phones.json") if kit.database.file else Path("var/phones.json")
    clock = kit.clock.mounted if isinstance(kit.clock, SimulatedClock) else None
    return DispatcherMiddleware(
        inner, {"/simulator": simulator.create(kit.settings, store=store, clock=clock).wsgi_app}
    )


def refuse_to_serve(settings: Settings) -> None:
    """Raises Refusal for settings under which nobody could be answered, or anybody could be impersonated."""
    account = settings.wechat
    if not account.token.get_secret_value():
        raise Refusal("config.missing", key="token", where="[wechat]")
    if account.encryption != "plain":
        if not account.encoding_aes_key.get_secret_value():
            raise Refusal("config.missing", key="encoding_aes_key", where="[wechat]")
        if not account.app_id:
            raise Refusal("config.missing", key="app_id", where="[wechat]")
    if settings.simulator.enabled and not settings.rehearsing:
        raise Refusal("config.simulator_in_public")
    if settings.simulator.enabled and not settings.simulator.url and settings.server.workers > 1:
        raise Refusal("config.simulator_needs_one_process")
