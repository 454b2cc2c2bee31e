"""Migrations: up to head, and whether the tables are what the models say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.db.engine import Database
from bot.models import Base

HERE = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate in one transaction; several processes starting together do it once."""
    with database.rebuilding() as connection:
        if not database.sqlite:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7204115)")
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Go back to a revision; for tests and for whoever knows what is lost."""
    with database.rebuilding() as connection:
        command.downgrade(_config(connection), revision)


def at_head(database: Database) -> bool:
    """True when every migration has been applied."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head()


def differences(database: Database) -> list[str]:
    """What the tables have that the models do not say, or the other way round; empty when they agree."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


@cache
def _head() -> str | None:
    return ScriptDirectory(str(HERE)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
