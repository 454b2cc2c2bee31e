"""Entries as they stand in the files, for checks that go beyond what the readers keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_tables
from content.teaching.entry import name_of

TABLES = {
    "questions": "question",
    "lessons": "lesson",
    "cases": "case",
    "cards": "card",
    "tracks": "card",
    "pledges": "example",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry: the folder it stands in tells its kind."""

    kind: str
    file: str
    id: str
    entry: Mapping[str, Any]


def pieces(folder: Path) -> list[Raw]:
    """Everything with an id; what cannot be read is told by its reader."""
    return [raw for kind in TABLES for path in sorted((folder / kind).glob("*.toml")) for raw in _of(kind, path)]


def festivals(folder: Path) -> list[Raw]:
    """The reminders of the calendar, by their names."""
    path = folder / "calendar.toml"
    return list(_tables("festivals", path.name, path, "festival")) if path.exists() else []


def _of(kind: str, path: Path) -> Iterator[Raw]:
    return _tables(kind, f"{kind}/{path.name}", path, TABLES[kind])


def _tables(kind: str, file: str, path: Path, table: str) -> Iterator[Raw]:
    with suppress(ContentProblem):
        for number, entry in enumerate(read_tables(path, table), 1):
            if isinstance(entry, dict):
                name = str(entry.get("name")) if table == "festival" else name_of(entry, number, table)
                yield Raw(kind, file, name, entry)
