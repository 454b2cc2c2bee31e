"""What the reliability tests share: the door, and the counts they print at the end of a nightly run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from bot.db import Database
from tests.reliability.door import Door


@pytest.fixture
def door(app: Flask) -> Door:
    return Door(app)


@pytest.fixture
def figure(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Notes a figure of the test: printed with -s, kept in the report of --junitxml."""

    def note(**figures: object) -> None:
        for name, value in figures.items():
            record_property(name, str(value))
        print(f"\n{request.node.name}: {figures}")

    return note


def waiters(database: Database) -> int:
    """How many wait right now for the write lock or for a row another one holds."""
    if database.sqlite:
        return len(database.gate._waiting)
    with database.read() as connection:
        blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return int(connection.exec_driver_sql(blocked).scalar_one())
