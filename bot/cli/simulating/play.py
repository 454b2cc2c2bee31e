"""`simulator play`: a scenario on a stage of its own, told as it goes, and its facts at the end."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from bot.cli.say import sentence
from bot.cli.simulating.furnishing import a_database, furnish
from bot.errors import Refusal
from bot.simulator.scenario import moments
from bot.simulator.scenario.exchanges import Exchange, difference
from bot.simulator.scenario.model import Scenario, ScenarioError
from bot.simulator.scenario.player import Manner, Played
from bot.simulator.scenario.reading import read
from bot.simulator.scenario.show import StoppedError
from bot.simulator.scenario.words import words
from bot.simulator.stage.child import BotError
from bot.simulator.stage.shelf import scenarios
from bot.simulator.stage.stage import House, stage

FOR_THE_EYE_SECONDS = 1.2


@click.command("play")
@click.argument("what", metavar="NAME|FILE")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the stage's page; 0 is any free one.")
@click.option("--twice", is_flag=True, help="Play it again from the beginning and compare every exchange.")
@click.option("--keep", is_flag=True, help="Leave the stage standing at the end.")
@click.option("--speed", type=click.Choice(["real", "fast"]), default="fast", show_default=True)
@click.option(
    "--database", default="", help="A PostgreSQL server's URL instead of SQLite; a new database is made there."
)
@click.option("--until-eof", is_flag=True, hidden=True, help="End when standard input does.")
def play(what: str, *, port: int, twice: bool, keep: bool, speed: str, database: str, until_eof: bool) -> None:
    """Play a scenario of the shelf, or of a file."""
    scenario = _found(what)
    signal.signal(signal.SIGTERM, _leave)
    if until_eof:
        threading.Thread(target=_leave_at_the_end, name="input", daemon=True).start()
    manner = Manner(FOR_THE_EYE_SECONDS if speed == "real" else 0.0, _caption)
    try:
        first = _once(scenario, port, manner, database, keep=keep and not twice)
        if twice:
            _compare(first.exchanges, _once(scenario, port, manner, database, keep=keep).exchanges)
    except (StoppedError, KeyboardInterrupt):
        click.echo(sentence("simulator.stopped"))
    except BotError as problem:
        raise Refusal("simulator.no_bot", log=problem) from None


def _once(scenario: Scenario, port: int, manner: Manner, database: str, *, keep: bool) -> Played:
    """Played and told. Raises Refusal when it did not go as the file says, and StoppedError."""
    with ExitStack() as stack:
        house = House(furnish, stack.enter_context(a_database(database)))
        there, player = stack.enter_context(stage(scenario, house, port=port, manner=manner, opened=_opened))
        played = player.play()
        for name, value in played.facts:
            click.echo(sentence("simulator.fact", name=name, value=value))
        if keep:
            click.echo(sentence("simulator.kept"))
            there.box.show.wait_for_stop()
        if played.failure:
            raise Refusal("simulator.failed", reason=played.failure)
        click.echo(sentence("simulator.played", count=len(played.exchanges)))
    return played


def _found(what: str) -> Scenario:
    try:
        named = what.replace("-", "_")
        if named in scenarios():
            return scenarios()[named]
        if not Path(what).is_file():
            names = " ".join(name.replace("_", "-") for name in scenarios())
            raise Refusal("simulator.no_scenario", what=what, names=names)
        return read(Path(what).read_text("utf-8"))
    except ScenarioError as problem:
        raise Refusal("simulator.bad_file", reason=words().problem(problem.code, where=problem.where)) from None
    except UnicodeDecodeError:
        raise Refusal("simulator.bad_file", reason=what) from None


def _compare(first: list[Exchange], second: list[Exchange]) -> None:
    found = difference(first, second)
    if found is not None:
        number, one, other = found
        raise Refusal("simulator.differs", number=number, one=one, other=other)
    click.echo(sentence("simulator.identical", count=len(first)))


def _opened(address: str) -> None:
    click.echo(sentence("simulator.opened", url=f"{address}/"))
    sys.stdout.flush()


def _caption(now: float, says: str) -> None:
    for line in says.splitlines():
        click.echo(sentence("simulator.caption", time=moments.shown(now), says=line))
    sys.stdout.flush()


def _leave_at_the_end() -> None:
    """Whoever opened the stage has gone: as if Ctrl-C had been pressed, whatever is being done."""
    # Not through the buffer: whoever ends while its lock is held here is aborted by the interpreter.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    _thread.interrupt_main(signal.SIGTERM)  # not SIGINT: whoever was started in the background ignores that


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
