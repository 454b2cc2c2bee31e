"""Migrations make exactly the tables the models describe, on both databases, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import inspect

from bot.db import migrate
from bot.kit import Kit
from bot.models import Base


def test_the_tables_are_what_the_models_say(kit: Kit) -> None:
    assert migrate.differences(kit.database) == []
    assert migrate.at_head(kit.database)


def test_every_migration_can_be_taken_back_and_done_again(make_kit: Callable[..., Kit], database_url: str) -> None:
    database = make_kit(database_url).database
    migrate.downgrade(database, "base")
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(database)
    assert migrate.differences(database) == []


def test_a_second_upgrade_changes_nothing(kit: Kit) -> None:
    migrate.upgrade(kit.database)
    assert migrate.at_head(kit.database)


def test_every_constraint_has_a_name_that_migrations_can_say() -> None:
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
