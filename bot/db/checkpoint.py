"""SQLite's checkpoints, taken off the path of requests and kept from letting the log grow without bound."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.errors import Busy

if TYPE_CHECKING:
    from bot.db.engine import Database

EVERY_S = 0.2
WAL_BOUND_BYTES = 16 * 1024 * 1024
READERS_WAIT_S = 0.05  # TRUNCATE waits for every reader, and all writers wait for TRUNCATE

log = structlog.get_logger()


class Checkpointer:
    """Moves the write-ahead log into the file: PASSIVE while it is short, TRUNCATE behind the gate once it is long.

    PASSIVE alone starves under saturation (388 MB of log in 12 s, performance.md §3 trap 4).
    """

    def __init__(self, database: Database, file: Path) -> None:
        self._database = database
        self._wal = file.with_name(file.name + "-wal")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpointer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def step(self) -> int:
        """One checkpoint; the log's size in bytes before it."""
        size = self._wal.stat().st_size if self._wal.exists() else 0
        if size > WAL_BOUND_BYTES:
            with self._database.gate.held():
                self._database.pragma("wal_checkpoint(TRUNCATE)", wait_s=READERS_WAIT_S)
        elif size:
            self._database.pragma("wal_checkpoint(PASSIVE)")
        return size

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.step()
            except Busy:
                continue  # a long write holds the gate; the next step comes in a moment
            except Exception as problem:  # noqa: BLE001 - a thread of its own: this is its door
                log.error("checkpoint_failed", error=type(problem).__name__)
