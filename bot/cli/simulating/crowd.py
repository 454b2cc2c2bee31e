"""`simulator crowd`: thousands of simulated followers live a few days, in a process that holds nothing but the simulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from bot import config

DRIVER = "bot.simulator.crowd"
ROOT = Path(__file__).parents[3]


@click.command(
    "crowd",
    context_settings={"ignore_unknown_options": True},
    add_help_option=False,
    short_help="Let simulated followers study, leave, return and all answer at once.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def crowd(path: Path | None, options: tuple[str, ...]) -> None:
    """Hand over to the driver, which reads the options: `--help` lists them.

    This process has loaded the whole bot by now, which is more than ten thousand followers weigh: where the system can
    do it, the driver takes its place.
    """
    if any(option.startswith("--webhook") for option in options):
        config.load(path)  # refused here in words, the driver has none for it
    named = ["--config", str(path)] if path is not None else []
    command = [sys.executable, "-m", DRIVER, *named, *options]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    sys.stdout.flush()
    if sys.platform == "win32":
        sys.exit(subprocess.call(command, env=environment))  # noqa: S603 our own program
    os.execve(sys.executable, command, environment)  # noqa: S606 our own program
