"""`simulator`: WeChat in a box without the demo: plays, a simulator for somebody's own bot, and a crowd."""

from __future__ import annotations

from importlib import import_module

import click

VERBS = ("play", "stand", "crowd")
"""Each in a module of its name, which is read when it is asked for: a real account never loads the simulator."""


class AtNeed(click.Group):
    """Finds its verbs when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 as click calls it
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 as click calls it
        if cmd_name not in VERBS:
            return None
        found: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return found


@click.group("simulator", cls=AtNeed)
def simulator_group() -> None:
    """WeChat in a box."""
