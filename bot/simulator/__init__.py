"""The WeChat platform in a box: phones on a page, the webhook's other end, the API; it speaks only HTTP to the bot."""

from __future__ import annotations

import mimetypes
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask, Response, render_template, request

from bot.config import Settings
from bot.simulator import control, guard
from bot.simulator.account import Account
from bot.simulator.api import resuming
from bot.simulator.api.calls import Calls
from bot.simulator.api.faults import Faults
from bot.simulator.api.messages import sessions
from bot.simulator.api.quotas import Quotas
from bot.simulator.api.routes import blueprint as api_blueprint
from bot.simulator.api.table import Platform
from bot.simulator.api.tokens import Tokens
from bot.simulator.api.web.pages import blueprint as web_blueprint
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.control.box import Box
from bot.simulator.phones.gestures import Gestures
from bot.simulator.phones.world import CHAT_KEPT, World
from bot.simulator.push.delivery import Delivery
from bot.simulator.words import words

__all__ = ["assemble", "create", "serve"]

THREADS_LEFT_FOR_ANSWERS = 4
MOST_WAITERS = 8
SETTLE_SECONDS = 60.0
BOT_STARTS_SECONDS = 5.0


def create(
    settings: Settings,
    *,
    store: Path | None = None,
    webhook: str | None = None,
    attempt_timeout: float = 5.0,
    now: Callable[[], float] = time.time,
    clock: Clock | None = None,
    seed: int | None = None,
) -> Flask:
    """The simulator as a Flask app, to be served alone or mounted below any path.

    `store` is the JSON file in which phones, chats and menu survive (None: in memory only), `attempt_timeout` the
    seconds the bot has for a whole answer, `clock` the virtual clock, made over `now` where none is given, and `seed`
    makes everything left to chance repeatable. Raises ValueError when the settings lack what the platform would need.
    """
    box = assemble(
        settings,
        store=store,
        webhook=webhook or settings.server.public_url + "/wechat",
        attempt_timeout=attempt_timeout,
        clock=clock or Clock(now),
        chance=Chance(seed),
    )
    return serve(box)


def assemble(
    settings: Settings,
    *,
    webhook: str,
    clock: Clock,
    chance: Chance,
    store: Path | None = None,
    attempt_timeout: float = 5.0,
    chat_kept: int = CHAT_KEPT,
) -> Box:
    """The platform and its phones without a web server in front: what a crowd or a drill drives in its own process."""
    account = Account.of(settings)
    world = World(account, store, clock, chance, chat_kept=chat_kept)
    faults = Faults(chance)
    delivery = Delivery(world, webhook, attempt_timeout, faults)
    gestures = Gestures(world, delivery)
    platform = Platform(
        world,
        Tokens(world.now, chance),
        Quotas(world.now, lambda: world.account.kind, world.switches),
        faults,
        Calls(),
        gestures.event,
        lambda: request.host_url.rstrip("/") + request.script_root,
    )
    resuming.resume(platform, earliest=BOT_STARTS_SECONDS)
    delivery.to_agents = partial(sessions.wait, platform)
    spare = min(MOST_WAITERS, max(0, settings.server.threads - THREADS_LEFT_FOR_ANSWERS))
    clock.listen(lambda: world.wait_until_idle(SETTLE_SECONDS, saving=False))
    return Box(world, platform, delivery, gestures, threading.Semaphore(spare))


def serve(box: Box) -> Flask:
    """The page, the control interface and the platform's own interfaces over HTTP."""
    mimetypes.add_type("text/javascript", ".js")  # some Windows registries say text/plain, which no browser would run
    app = Flask(__name__)
    guard.install(app)
    app.register_blueprint(api_blueprint(box.platform))
    app.register_blueprint(web_blueprint(box.platform, box.delivery.webhook))
    app.register_blueprint(control.blueprint(box))

    @app.get("/")
    def index() -> str:
        account, webhook = box.platform.account, box.delivery.webhook
        return render_template("simulator.html", account=account, webhook=webhook, reasons=words().reasons)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return app.send_static_file("icon.svg")

    return app
