"""`db upgrade`, `db check`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.say import sentence
from bot.db import Database, migrate
from bot.errors import Refusal
from bot.services import quiz
from bot.services.materials import archive
from bot.simulated import clock_of_command
from content.bank import Bank

DEMO = Path("var/demo.toml")
"""Where the demo's settings are."""


def stock(database: Database, bank: Bank, *, now: datetime) -> int:
    """Keep every question of the folder as it stands, so that answers to it can be shown when it has changed."""
    with database.write() as connection, Session(bind=connection) as db:
        return archive.keep(db, bank.questions.values(), now=now)


def refuse_old_tables(database: Database, path: Path | None) -> None:
    """Raises Refusal while the tables are old: which settings are in use, and how the demo's are named where there is one."""
    if migrate.at_head(database):
        return
    other = DEMO.is_file() and (path is None or path.resolve() != DEMO.resolve())
    raise Refusal(
        "operator.not_at_head",
        config=path or sentence("operator.no_config"),
        url=database.url.render_as_string(hide_password=True),
        demo=sentence("operator.demos_config", file=DEMO.as_posix()) if other else "",
    )


@click.group("db")
def db_group() -> None:
    """Create and check the tables."""


@db_group.command("upgrade")
@click.pass_obj
def upgrade(path: Path | None) -> None:
    """Migrate to head."""
    settings = config.load(path)
    database = Database(settings.database)
    try:
        migrate.upgrade(database)
        stock(database, content.load().bank, now=clock_of_command(settings)())
    finally:
        database.close()
    click.echo(sentence("operator.upgraded", url=database.url.render_as_string(hide_password=True)))


@db_group.command("check")
@click.pass_obj
def check(path: Path | None) -> None:
    """Report whether tables, data and content agree."""
    database = Database(config.load(path).database)
    try:
        refuse_old_tables(database, path)
        if found := migrate.differences(database):
            raise Refusal("operator.drift", first=found[0], count=len(found))
        if database.sqlite and (said := database.pragma("integrity_check")[0][0]) != "ok":
            raise Refusal("operator.damaged", said=said)
        with database.read() as connection:
            withdrawn = quiz.asked_but_gone(Session(bind=connection), content.load().bank)
    finally:
        database.close()
    if withdrawn:
        click.echo(sentence("operator.db_withdrawn", count=len(withdrawn), names=" ".join(withdrawn[:5])))
    click.echo(sentence("operator.db_good"))
