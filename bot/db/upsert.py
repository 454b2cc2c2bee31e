"""INSERT … ON CONFLICT for both databases, which spell it alike but keep it in two dialects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import Session

from bot.models import Base


def table(model: type[Base]) -> Table:
    """The plain table of a model: statements on it skip the unit of work, which the hot path has no use for."""
    return cast("Table", model.__table__)


def prepared(build: Callable[[Callable[[Any], SqliteInsert]], Executable]) -> Mapping[str, Executable]:
    """A statement put together once for each database, by dialect name: on the hot path that costs more than running it."""
    postgres = cast("Callable[[Any], SqliteInsert]", PostgresInsert)
    return {"sqlite": build(SqliteInsert), "postgresql": build(postgres)}


def insert_for(db: Session | Connection, table: Any) -> SqliteInsert:
    """An insert that knows ON CONFLICT. Ask it for RETURNING: PostgreSQL's rowcount is -1 (performance.md §3 trap 1)."""
    dialect = db.dialect if isinstance(db, Connection) else db.get_bind().dialect
    # The two classes are siblings with the same methods; one type serves both.
    return SqliteInsert(table) if dialect.name == "sqlite" else PostgresInsert(table)  # type: ignore[return-value]
