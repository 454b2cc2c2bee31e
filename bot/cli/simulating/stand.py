"""`simulator stand`: the simulator alone, for a bot that somebody runs himself."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from bot import config, simulator
from bot.cli.say import sentence
from bot.errors import Refusal
from bot.simulator.stage.serving import served

STORE = Path("var/phones.json")


@click.command("stand")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.pass_obj
def stand(path: Path | None, port: int) -> None:
    """Serve the simulator alone; account and webhook are those of the settings."""
    settings = config.load(path)
    if not settings.on_loopback:
        raise Refusal("config.simulator_in_public")
    try:
        app = simulator.create(settings, store=STORE)
    except ValueError as problem:
        raise Refusal("simulator.lacks", reason=problem) from None
    signal.signal(signal.SIGTERM, _leave)
    with served(app, port) as address:
        webhook = f"{settings.server.public_url}/wechat"
        click.echo(sentence("simulator.standing", url=f"{address}/", address=address, webhook=webhook))
        try:
            signal.pause() if hasattr(signal, "pause") else input()
        except (KeyboardInterrupt, EOFError):
            click.echo(sentence("operator.stopped"))


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
