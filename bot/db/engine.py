"""One engine for SQLite and PostgreSQL, with the transaction manners each of them needs."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.config import Database as Settings
from bot.db.checkpoint import Checkpointer
from bot.db.gate import WriteGate
from bot.errors import Busy, Collided

WAIT_S = 4.0
LITTLE_S = 0.1
# PostgreSQL: serialization, deadlock, lock and statement time-outs; connections lost; too many; shutting down.
COLLISIONS = ("40P01", "40001")  # deadlock, serialization
PASSING = {"40001", "40P01", "55P03", "57014", "08", "53300", "57P01", "57P02", "57P03"}
_READING = {"sqlite_begin": "BEGIN"}


class Database:
    """Write and read transactions. On SQLite every write begins IMMEDIATE behind the gate; reads are deferred."""

    def __init__(self, settings: Settings, *, threads: int = 16, wait_s: float = WAIT_S) -> None:
        self.url = make_url(settings.url)
        self._durable = settings.durable
        self._wait_s = wait_s
        self.gate = WriteGate(None, timeout_s=wait_s)
        self.file: Path | None = None
        if self.sqlite and self.url.database not in (None, "", ":memory:"):
            self.file = Path(str(self.url.database))
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.gate = WriteGate(self.file.with_name(self.file.name + ".lock"), timeout_s=wait_s)
        self.engine = self._engine(threads)
        self._reading = self.engine.execution_options(**_READING)
        self._checkpointer: Checkpointer | None = None
        self._closed = False
        if hasattr(os, "register_at_fork"):
            own = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _after_fork(own()))

    @property
    def sqlite(self) -> bool:
        """True on SQLite, False on PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits on leaving. Raises Busy when the database cannot be had in time."""
        with _or_busy():
            if not self.sqlite:
                with self.engine.begin() as connection:
                    yield connection
                return
            with (
                self.gate.held() as left_s,
                self.engine.connect() as connection,
                self._hurried(connection, left_s),
                connection.begin(),
            ):
                yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """A write transaction in which SQLite may rebuild a table without its children being deleted with the old one.

        Raises RuntimeError, and changes nothing, when a row would be left pointing nowhere.
        """
        if not self.sqlite:
            with self.write() as connection:
                yield connection
            return
        with _or_busy(), self.gate.held(), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")  # says nothing and does nothing inside a transaction
            try:
                with connection.begin():
                    yield connection
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise RuntimeError("a migration leaves rows that point nowhere")
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only looks and takes no write lock. Raises Busy as `write` does."""
        with _or_busy(), self._reading.connect() as connection:
            yield connection

    def pragma(self, statement: str, *, wait_s: float | None = None) -> list[Any]:
        """Run a PRAGMA outside any transaction (SQLite only), waiting for locks no longer than it may."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_busy_timeout(self._wait_s if wait_s is None else wait_s))
            found = list(cursor.execute(f"PRAGMA {statement}"))
            cursor.execute(_busy_timeout(self._wait_s))
            return found
        finally:
            connection.close()

    def start_background(self) -> None:
        """Take checkpoints beside the requests; for processes that serve."""
        if self.file is not None and self._checkpointer is None:
            self.engine.dispose()
            event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA wal_autocheckpoint=0"))
            self._checkpointer = Checkpointer(self, self.file)
            self._checkpointer.start()

    def close(self) -> None:
        """Stop what runs beside the requests and close every connection."""
        if self._checkpointer is not None:
            self._checkpointer.stop()
            self._checkpointer = None
        self._closed = True
        self.engine.dispose()
        self.gate.close()

    def after_fork(self) -> None:
        """In a child: connections, lock file and threads of the parent are not ours to use."""
        if self._closed:
            return
        self.engine.dispose(close=False)
        self.gate.after_fork()
        if self._checkpointer is not None and self.file is not None:
            self._checkpointer = Checkpointer(self, self.file)
            self._checkpointer.start()

    def answers(self) -> bool:
        """True when the database can be read from."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except (Busy, OperationalError):
            return False
        return True

    @contextmanager
    def _hurried(self, connection: Connection, left_s: float) -> Iterator[None]:
        """Who waited at the gate may not wait as long again for a lock that another program holds."""
        if left_s > self._wait_s - LITTLE_S:
            yield
            return
        raw: Any = connection.connection.driver_connection
        raw.execute(_busy_timeout(left_s))
        try:
            yield
        finally:
            raw.execute(_busy_timeout(self._wait_s))

    def _engine(self, threads: int) -> Engine:
        if not self.sqlite:
            wait_ms = int(self._wait_s * 1000)
            return create_engine(
                self.url,
                hide_parameters=True,  # what people wrote stands in no error text
                pool_size=threads + 2,
                max_overflow=4,
                pool_timeout=self._wait_s,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": 3,
                    "options": f"-c lock_timeout={wait_ms} -c statement_timeout={2 * wait_ms} -c timezone=UTC",
                },
            )
        engine = create_engine(
            self.url, hide_parameters=True, pool_size=threads + 2, max_overflow=4, pool_timeout=self._wait_s
        )
        event.listen(engine, "connect", self._on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine

    def _on_connect(self, raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # the driver's own BEGIN is deferred and late; ours is _on_begin
        cursor = raw.cursor()
        cursor.execute(_busy_timeout(self._wait_s))
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _after_fork(database: Database | None) -> None:
    if database is not None:
        database.after_fork()


def _busy_timeout(wait_s: float) -> str:
    return f"PRAGMA busy_timeout={int(wait_s * 1000)}"


def _on_begin(connection: Connection) -> None:
    """Fires on AUTOCOMMIT connections too (performance.md §3 trap 5), which must not take the write lock."""
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN IMMEDIATE"))


@contextmanager
def _or_busy() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as problem:
        if _is_busy(problem):
            original = getattr(problem, "orig", problem)
            kind = Collided if getattr(original, "sqlstate", None) in COLLISIONS else Busy
            raise kind(str(original).strip().partition("\n")[0]) from problem
        raise


def _is_busy(problem: Exception) -> bool:
    """Worth the person's second try: locked, timed out, or gone; not a statement of ours that is wrong."""
    if isinstance(problem, PoolTimeout | InterfaceError):
        return True
    original = getattr(problem, "orig", None)
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    state = getattr(original, "sqlstate", None)
    return state is None or state in PASSING or state[:2] in PASSING
