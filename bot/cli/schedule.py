"""`schedule`: scheduler and pump without the web side; several may be started, each thing is done by one of them."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import click

from bot import config
from bot.app import build
from bot.cli.pushing import pump_of
from bot.cli.say import sentence
from bot.db import migrate
from bot.simulated import clock_of_scheduler
from scheduler.runner import Runner


@click.command("schedule")
@click.option("--with-parent", type=int, hidden=True, help="End when this process is no longer the parent.")
@click.pass_obj
def schedule(path: Path | None, /, with_parent: int | None) -> None:
    """Run what is due, beside web processes that do not."""
    settings = config.load(path)
    kit = build(settings, clock=clock_of_scheduler(settings))
    migrate.upgrade(kit.database)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    if with_parent is None:
        click.echo(sentence("operator.scheduling"))
    beside = (Runner(kit), pump_of(kit))  # in this order: what a job queues is sent at the same moment
    try:
        for each in beside:
            each.start()
        while not stopping.wait(1) and (with_parent is None or os.getppid() == with_parent):
            pass
    finally:
        for each in beside:
            each.stop()
    kit.database.close()
