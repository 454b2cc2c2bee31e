"""What the numbers depend on: the machine, its disk, and the versions of everything that is measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import statistics
import time
from pathlib import Path

MEASURED = ("Flask", "Werkzeug", "gunicorn", "wechatpy", "WeRoBot", "SQLAlchemy", "psycopg", "cryptography")
SYNCS = 50


def lines(folder: Path, postgres: str) -> list[str]:
    """A few lines for the top of a report; the databases are in `folder`, `postgres` is a version or why there is none."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in MEASURED)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return [
        f"{_processor()}, {os.cpu_count()} cores, load {load}; {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL: {postgres}",
        versions,
        f"databases in {folder} ({_file_system(folder)}), a sync to disk takes {_sync_ms(folder):.2f} ms",
    ]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _file_system(folder: Path) -> str:
    """The kind of file system: on one in memory a commit costs nothing and WeRoBot looks better than it is."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return "unknown file system"
    inside = [(len(where), kind) for where, kind in mounts if folder.is_relative_to(where)]
    return max(inside)[1] if inside else "unknown file system"


def _sync_ms(folder: Path) -> float:
    file, took = folder / "sync", []
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
    try:
        for _ in range(SYNCS):
            os.write(descriptor, b"x" * 4096)
            started = time.perf_counter()
            os.fsync(descriptor)
            took.append(time.perf_counter() - started)
    finally:
        os.close(descriptor)
        file.unlink()
    return 1000 * statistics.median(took)
