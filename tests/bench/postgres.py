"""A PostgreSQL database of our own, when there is a server to make one; dropped again whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

ADMIN = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def own_database() -> Iterator[tuple[str, str]]:
    """Its SQLAlchemy URL and the server's version; an empty URL and the reason where none is to be had."""
    name = f"branch_life_bench_{os.getpid()}"
    try:
        admin = psycopg.connect(ADMIN, autocommit=True, connect_timeout=3)
        admin.execute(f'CREATE DATABASE "{name}"')
    except psycopg.Error as problem:
        yield "", str(problem).splitlines()[0]
        return
    with admin:
        try:
            rest = ADMIN.split("://", 1)[1].rsplit("/", 1)[0]
            yield f"postgresql+psycopg://{rest}/{name}", admin.info.parameter_status("server_version") or "?"
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
