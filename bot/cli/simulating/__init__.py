"""`simulator`: WeChat in a box without the demo: plays, and a simulator for somebody's own bot."""

from __future__ import annotations

import click

from bot.cli.simulating.crowd import crowd
from bot.cli.simulating.play import play
from bot.cli.simulating.stand import stand


@click.group("simulator")
def simulator_group() -> None:
    """WeChat in a box."""


simulator_group.add_command(play)
simulator_group.add_command(stand)
simulator_group.add_command(crowd)
