"""What the reliability tests share: the door, and the counts they print at the end of a nightly run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog
from flask import Flask

from bot.db import Database
from tests.reliability.door import Door


@pytest.fixture(autouse=True)
def _errors_only() -> Iterator[None]:
    """A hundred thousand lines that something was refused help nobody to read a failure."""
    usual = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**usual)


@pytest.fixture
def door(app: Flask) -> Door:
    return Door(app)


@dataclass(frozen=True)
class Plan:
    """How much of it, and what came of it."""

    alike: Callable[[int], int]
    """How many of N: a twentieth, or all with --nightly."""
    share: Callable[[int], int]
    """The same, and on PostgreSQL a two-hundredth (decisions, Machine 10)."""
    nightly: bool
    note: Callable[..., None]
    """Notes figures of the test: shown with -s, kept in the report of --junitxml."""


@pytest.fixture
def plan(
    share: Callable[[int], int], request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Plan:
    def note(**figures: object) -> None:
        for name, value in figures.items():
            record_property(name, str(value))
        print(f"\n{request.node.name}: {figures}")

    nightly, on_postgresql = bool(request.config.getoption("--nightly")), "[postgresql" in request.node.name
    less = 10 if on_postgresql and not nightly else 1
    return Plan(share, lambda n: max(1, share(n) // less), nightly, note)


def waiters(database: Database) -> int:
    """How many wait right now for the write lock or for a row another one holds."""
    if database.sqlite:
        return len(database.gate._waiting)
    with database.read() as connection:
        blocked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(connection.exec_driver_sql(blocked).scalar_one())
