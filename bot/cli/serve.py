"""`serve`: the web side under a production server; waitress where there is one process, gunicorn where several."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import waitress

from bot import config
from bot.app import build, create_app, refuse_to_serve, start_background
from bot.cli.db import stock
from bot.cli.pushing import pump_of
from bot.cli.say import sentence
from bot.config import Settings
from bot.db import migrate
from bot.errors import Refusal
from bot.kit import Kit
from bot.understanding.answering import library
from scheduler.runner import Runner

LARGEST_BODY_BYTES = 2 * 1024 * 1024


@click.command("serve")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; more than one needs gunicorn.")
@click.option("--threads", type=click.IntRange(2, 256), help="Threads of each process.")
@click.option("--all-in-one/--web-only", default=None, help="Also run the scheduler (the default).")
@click.pass_obj
def serve(path: Path | None, /, all_in_one: bool | None, **given: Any) -> None:
    """Serve the webhook in the foreground."""
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = config.load(path)
    settings = settings.model_copy(update={"server": settings.server.model_copy(update=chosen)})
    run(settings, path, all_in_one=all_in_one)


def run(
    settings: Settings,
    path: Path | None = None,
    *,
    all_in_one: bool | None = None,
    beside: Callable[[], None] | None = None,
) -> None:
    """Migrate, then serve until stopped, with `beside` in a thread once the port is ours.

    Raises Refusal when the port is taken or the settings do not allow serving.
    """
    kit = build(settings)
    refuse_to_serve(settings)  # before anything is started
    migrate.upgrade(kit.database)
    stock(kit.database, kit.content.bank, now=kit.clock())
    _refuse_taken_port(settings.server.host, settings.server.port)
    with_jobs = all_in_one is not False  # a second scheduler is harmless, a mine without one forgets to forget
    if settings.wechat.encryption == "plain":
        click.echo(sentence("operator.plain_mode"), err=True)
    if beside is not None:
        threading.Thread(target=beside, name="beside", daemon=True).start()
    else:
        click.echo(sentence("operator.serving", host=_bracketed(settings.server.host), port=settings.server.port))
    if settings.server.workers == 1:
        _waitress(kit, with_jobs=with_jobs)
    else:
        _gunicorn(kit, path, with_jobs=with_jobs)


def _waitress(kit: Kit, *, with_jobs: bool) -> None:
    server = kit.settings.server
    signal.signal(signal.SIGTERM, _leave)  # as Ctrl-C: what is being answered has five seconds more
    start_background(kit)
    beside = (Runner(kit), pump_of(kit)) if with_jobs else ()
    for each in beside:
        each.start()
    try:
        waitress.serve(
            create_app(kit),
            host=server.host,
            port=server.port,
            threads=server.threads,
            ident=None,
            clear_untrusted_proxy_headers=False,  # none is believed; the simulator refuses whoever has one
            max_request_body_size=LARGEST_BODY_BYTES,  # waitress takes the whole body in before we see its signature
        )
    finally:
        for each in beside:
            each.stop()
        kit.database.close()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _gunicorn(kit: Kit, path: Path | None, *, with_jobs: bool) -> None:
    if sys.platform == "win32":
        raise Refusal("operator.no_gunicorn")
    from bot.cli.gunicorn_server import Server  # noqa: PLC0415 - not to be had on Windows

    library(kit.content)  # made once and shared by all workers, so that the next one is up in a moment
    kit.database.close()  # no connection may cross the fork
    Server(kit.settings, path, with_jobs=with_jobs).run()


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Refusal("operator.port_taken", port=port, other=port + 1) from None
