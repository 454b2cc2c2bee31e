"""Who keeps time: one of any number of processes, by a lock that goes with its holder.

Nothing depends on it but work saved: what makes a run happen once is its row. So a leader that is not sure stands down.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.db import Database

SURE_S = 15.0  # a leader that did not look for that long (frozen, cut off) must look before it acts
SILENT_S = 20.0  # after which a leader that holds the lock but gives no sign of life is one no longer
_KEY = 7204116
_LOCK_AT = 1 << 20  # beyond what is written: Windows keeps others from reading what is locked

log = structlog.get_logger()


class Lock(Protocol):
    """Held by one process at a time; let go when the process ends, however it ends."""

    def beat(self) -> bool:
        """Take it or show that we still have it; True when it is ours now. Called about once a second."""

    def release(self) -> None:
        """Let it go."""


class Leadership:
    """Whether this process leads, as of its last look."""

    def __init__(self, lock: Lock, *, sure_s: float = SURE_S, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = lock
        self._sure_s = sure_s
        self._monotonic = monotonic
        self._sure_until = float("-inf")

    def beat(self) -> bool:
        """Look, and say whether we lead."""
        begun = self._monotonic()
        self._sure_until = begun + self._sure_s if self._lock.beat() else float("-inf")
        return self.leads

    @property
    def leads(self) -> bool:
        """True while we are sure of it: not after having been frozen or cut off."""
        return self._monotonic() < self._sure_until

    def release(self) -> None:
        """Lead no longer: another may at once."""
        self._sure_until = float("-inf")
        self._lock.release()


def leadership(database: Database, *, sure_s: float = SURE_S, silent_s: float = SILENT_S) -> Leadership:
    """By advisory lock on PostgreSQL, by a locked file beside an SQLite database.

    A leader is not sure of it any more (`sure_s`) well before it may be replaced (`silent_s`).
    """
    if not database.sqlite:
        return Leadership(AdvisoryLock(database, silent_s), sure_s=sure_s)
    file = database.file
    lock = FileLock(file.with_name(file.name + ".lead"), silent_s) if file is not None else Alone()
    return Leadership(lock, sure_s=sure_s)


class Alone:
    """A database in memory has no other process."""

    def beat(self) -> bool:
        return True

    def release(self) -> None:
        pass


class AdvisoryLock:
    """A session lock on a connection of its own; not through a pooler that shares sessions.

    The server ends a session that is silent for `silent_s`, so that neither a cut line nor a frozen process keeps the lock.
    """

    def __init__(self, database: Database, silent_s: float = SILENT_S) -> None:
        self._silent_ms = int(silent_s * 1000)
        self._engine = create_engine(
            database.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={
                "connect_timeout": 3,
                "keepalives": 1,
                "keepalives_idle": 5,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "tcp_user_timeout": 10_000,
                "options": "-c statement_timeout=5000 -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3"
                " -c tcp_keepalives_count=3",
            },
        )
        self._connection: Connection | None = None
        self._held = False

    def beat(self) -> bool:
        try:
            connection = self._connection
            if connection is None:
                connection = self._connection = self._engine.connect()
                if (connection.dialect.server_version_info or (0,)) >= (14,):
                    connection.execute(text(f"SET idle_session_timeout = {self._silent_ms}"))
            if self._held:
                connection.execute(text("SELECT 1"))
            else:
                taken = text("SELECT pg_try_advisory_lock(:key, hashtext(current_schema()))")
                self._held = bool(connection.execute(taken, {"key": _KEY}).scalar_one())
        except SQLAlchemyError as problem:
            log.warning("leader_lock_lost" if self._held else "leader_lock_wanting", error=type(problem).__name__)
            self.release()
        return self._held

    def release(self) -> None:
        connection, self._connection, self._held = self._connection, None, False
        if connection is not None:
            try:
                connection.close()
            except SQLAlchemyError as problem:
                log.warning("leader_lock_wanting", error=type(problem).__name__)


class FileLock:
    """A locked file in which its holder counts.

    Who sees the count stand still leads beside the holder, until that one, thawed, reads another's name and lets go.
    """

    def __init__(
        self, path: Path, silent_s: float = SILENT_S, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._silent_s = silent_s
        self._monotonic = monotonic
        self._file: int | None = None
        self._held = self._acting = False
        self._name = f"{os.getpid()}.{id(self):x}"
        self._beats = 0
        self._last: tuple[str, float] | None = None

    def beat(self) -> bool:
        try:
            return self._beat()
        except OSError as problem:
            log.warning("leader_lock_lost" if self._held else "leader_lock_wanting", error=type(problem).__name__)
            self.release()
            return False

    def _beat(self) -> bool:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        written = self._read()
        if self._held and written.partition(" ")[0] != self._name:
            self._unlock()  # another took us for dead while we were
        elif not self._held:
            self._held = _try_lock(self._file)
        if not self._held:
            self._acting = self._stands_still(written)
        if self._held or self._acting:
            self._beats += 1
            self._write(f"{self._name} {self._beats}")
        return self._held or self._acting

    def release(self) -> None:
        file, self._file = self._file, None
        self._held = self._acting = False
        self._last = None
        if file is not None:
            os.close(file)  # and with it the lock

    def _stands_still(self, written: str) -> bool:
        """The holder's last sign of life is too long ago, by our own clock; ours is none."""
        now = self._monotonic()
        if written.partition(" ")[0] == self._name:
            return self._acting
        if self._last is None or self._last[0] != written:
            self._last = (written, now)
        return now - self._last[1] >= self._silent_s

    def _unlock(self) -> None:
        assert self._file is not None
        os.close(self._file)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._held, self._last = False, None

    def _read(self) -> str:
        assert self._file is not None
        os.lseek(self._file, 0, os.SEEK_SET)
        return os.read(self._file, 64).decode("ascii", "replace").rstrip()

    def _write(self, words: str) -> None:
        assert self._file is not None
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, words.ljust(64).encode("ascii"))


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        os.lseek(file, _LOCK_AT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
