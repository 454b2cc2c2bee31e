"""INSERT … ON CONFLICT for both databases, which spell it alike but keep it in two dialects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import Session


def insert_for(db: Session | Connection, table: Any) -> SqliteInsert:
    """An insert that knows ON CONFLICT. Ask it for RETURNING: PostgreSQL's rowcount is -1 (performance.md §3 trap 1)."""
    dialect = db.dialect if isinstance(db, Connection) else db.get_bind().dialect
    # The two classes are siblings with the same methods; one type serves both.
    return SqliteInsert(table) if dialect.name == "sqlite" else PostgresInsert(table)  # type: ignore[return-value]
