"""The WeChat platform in a box: phones on a page, the webhook's other end, the API; it speaks only HTTP to the bot."""

from __future__ import annotations

import mimetypes
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, render_template

from bot.config import Settings
from bot.simulator import control, guard
from bot.simulator.account import Account
from bot.simulator.api.faults import Calls, Faults
from bot.simulator.api.platform import Platform
from bot.simulator.api.routes import blueprint as api_blueprint
from bot.simulator.api.tokens import Tokens
from bot.simulator.control.box import Box
from bot.simulator.phones.gestures import Gestures
from bot.simulator.phones.world import World
from bot.simulator.push.delivery import Delivery

__all__ = ["create"]

THREADS_LEFT_FOR_ANSWERS = 4
MOST_WAITERS = 8


def create(
    settings: Settings,
    *,
    store: Path | None = None,
    webhook: str | None = None,
    attempt_timeout: float = 5.0,
    now: Callable[[], float] = time.time,
) -> Flask:
    """The simulator as a Flask app, to be served alone or mounted below any path.

    `store` is the JSON file in which phones, chats and menu survive (None: in memory only), `attempt_timeout` the
    seconds the bot has for a whole answer, `now` the Unix time that stands in messages. Raises ValueError when the
    settings lack what the platform would need.
    """
    account = Account.of(settings)
    world = World(account, store, now)
    delivery = Delivery(account, world, webhook or settings.server.public_url + "/wechat", attempt_timeout)
    platform = Platform(account, world, Tokens(now, account.kind), Faults(), Calls())
    spare = min(MOST_WAITERS, max(0, settings.server.threads - THREADS_LEFT_FOR_ANSWERS))
    box = Box(world, platform, delivery, Gestures(account, world, delivery), threading.Semaphore(spare))

    mimetypes.add_type("text/javascript", ".js")  # some Windows registries say text/plain, which no browser would run
    app = Flask(__name__)
    guard.install(app)
    app.register_blueprint(api_blueprint(platform))
    app.register_blueprint(control.blueprint(box))

    @app.get("/")
    def index() -> str:
        return render_template("simulator.html", account=account, webhook=delivery.webhook)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return app.send_static_file("icon.svg")

    return app
