"""The command line: a file per family of verbs; a refusal is one line on standard error and exit status 1."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

import content
from bot import __version__, config
from bot.cli.db import db_group
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.grants import grant, list_, revoke
from bot.cli.materials import content_group
from bot.cli.menu import menu_group
from bot.cli.person import person_group
from bot.cli.roster import roster_group
from bot.cli.say import sentence
from bot.cli.schedule import job_group, schedule
from bot.cli.serve import serve
from bot.cli.simulating import simulator_group
from bot.cli.understand import understand
from bot.errors import Busy, Refusal
from content.problem import ContentProblem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="branch-life")
@click.option(
    "--config", "named", type=click.Path(path_type=Path), help="Settings file; else $BOT_CONFIG, else config.toml."
)
@click.pass_context
def cli(context: click.Context, named: Path | None) -> None:
    """The branch-life chatbot."""
    context.obj = config.find(named)


for verb in (
    demo,
    serve,
    schedule,
    job_group,
    db_group,
    doctor,
    content_group,
    menu_group,
    understand,
    roster_group,
    grant,
    revoke,
    list_,
    person_group,
    simulator_group,
):
    cli.add_command(verb)


def main() -> None:
    """Run a verb. Exit 0 done, 1 refused with a reason, 2 wrong usage; never a traceback for a user's mistake."""
    os.umask(0o077)  # databases and settings hold secrets and people; nobody else on the machine reads them
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot show a character must not stop the work
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="python -m bot")
    except Refusal as refusal:
        click.echo(sentence(refusal.key, **refusal.values), err=True)
        sys.exit(1)
    except ContentProblem as problem:
        click.echo(content.worded(problem), err=True)
        sys.exit(1)
    except Busy as busy:
        click.echo(sentence("operator.busy", reason=busy), err=True)
        sys.exit(1)
    except DatabaseError as problem:
        click.echo(sentence("operator.database_said", reason=str(problem.orig).strip().partition("\n")[0]), err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(sentence("operator.system_said", reason=problem), err=True)
        sys.exit(1)


__all__ = ["cli", "main"]
