"""Both databases, a still clock, and the cast; stories, rules and edges build on these."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from flask import Flask

import content
from bot.app import create_app
from bot.config import Database as DatabaseSettings
from bot.config import Settings
from bot.db import Database, migrate
from bot.kit import Kit
from bot.models import Base
from tests.cast import Chat, StillClock, account

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
CONTENT = content.load()
"""Read once in each worker; a test that wants to change a file reads a folder of its own."""
MEMORY = Path("/dev/shm")
ROOM_BYTES = 2**31


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="the full numbers of reliability.md instead of a twentieth")
    parser.addoption("--rewrite", action="store_true", help="write what is heard now into the transcripts")


def pytest_configure() -> None:
    """Put tests' files into memory where there is room: a database that waits for the disk proves no more.

    Bytecode is kept whatever the shell says: else each worker and each process a test starts compiles the whole house.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What was imported and read lives to the end: let the collector not walk through it over and over."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--nightly"):
        for item in items:
            if item.get_closest_marker("nightly"):
                item.add_marker(pytest.mark.skip(reason="run with --nightly"))


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """How many of N to run: a twentieth, or all with --nightly."""
    full = request.config.getoption("--nightly")
    return lambda n: n if full else max(1, n // 20)


def missing(what: str, mend: str) -> None:
    """Skip for want of a tool; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: {mend}")
    pytest.skip(f"{what} is missing: {mend}")


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This worker's one Chromium; a test opens a context of its own in it."""
    from tests.e2e.browsing import chromium  # noqa: PLC0415 - most workers never need one

    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: a fresh database in a millisecond."""
    file = tmp_path_factory.mktemp("template") / "bot.db"
    database = Database(DatabaseSettings(url=f"sqlite:///{file}"))
    migrate.upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_url(worker: str) -> Iterator[str]:
    """A database of this worker's own, migrated; emptied before each test that uses it."""
    name = f"branch_life_{worker}_{os.getpid()}"
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing("PostgreSQL", "start it, or set TEST_POSTGRES to postgresql://user@host:port/database")
    admin.execute(f'CREATE DATABASE "{name}"')
    admin.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')  # the machine is not going to lose power
    url = f"postgresql+psycopg://{POSTGRES.split('://', 1)[1].rsplit('/', 1)[0]}/{name}"
    database = Database(DatabaseSettings(url=url))
    migrate.upgrade(database)
    database.close()
    yield url
    admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


def empty(url: str) -> None:
    """Delete what a test has left, and count from one again; a TRUNCATE would make the files of every table anew."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]  # children first
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        found = {name for (name,) in connection.execute(filled)}
        for name in names:
            if name in found:
                connection.execute(f'DELETE FROM "{name}"')
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        shutil.copy(sqlite_template, tmp_path / "bot.db")
        return f"sqlite:///{tmp_path / 'bot.db'}"
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty, migrated SQLite file, for what does not depend on the database."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def make_kit(clock: StillClock) -> Iterator[Callable[..., Kit]]:
    """Kits on any database and mode, closed afterwards."""
    made: list[Kit] = []

    def make(url: str, encryption: str = "safe", *, threads: int = 16, **sections: dict[str, Any]) -> Kit:
        chosen = account(encryption) | {"database": {"url": url}, "server": {"threads": threads}} | sections
        settings = Settings(**chosen)
        made.append(Kit(settings, clock, CONTENT, Database(settings.database, threads=threads)))
        return made[-1]

    yield make
    for kit in made:
        kit.database.close()


@pytest.fixture
def kit(make_kit: Callable[..., Kit], database_url: str) -> Kit:
    return make_kit(database_url)


@pytest.fixture
def app(kit: Kit) -> Flask:
    return create_app(kit)


@pytest.fixture
def chat(app: Flask, kit: Kit, clock: StillClock) -> Chat:
    """One who does everything."""
    return Chat(app.test_client(), kit.settings, clock)


@pytest.fixture
def stranger(app: Flask, kit: Kit, clock: StillClock) -> Chat:
    """Somebody else, who must see nothing of the first."""
    return Chat(app.test_client(), kit.settings, clock, openid="oSTRANGER00000000000000000-_")
