"""What an import makes of a file: drafts with the place each came from, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.materials.bodies import Fault


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place; `key` is the sentence that says so and what to write instead."""

    sheet: str
    """Empty where there is only one."""
    line: int
    column: str
    """The heading as the file writes it, or what the field is called; empty for the whole."""
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    nth: int = 0
    """Which piece of the file, from 1, where lines tell nothing."""
    number: str = ""
    """What the piece is numbered where it stands; empty where a row or a title says enough."""
    title: str = ""
    """With the number: how the piece begins."""


@dataclass(slots=True)
class Draft:
    """One piece as the file has it."""

    kind: str
    body: dict[str, Any]
    line: int
    sheet: str = ""
    number: str = ""
    """What it is called where it comes from: a serial number, a title, an id of ours."""
    faults: list[Fault] = field(default_factory=list)
    """What could not be read."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What its fields are called where it stands."""
    notes: list[Fault] = field(default_factory=list)
    """What was read but cannot be held as it was."""
    nth: int = 0
    """As in Problem."""
    title: str = ""
    """As in Problem; only where pieces are known by their own numbers."""
    guessed: frozenset[str] = frozenset()
    """Fields taken from what the file says for a purpose of its own: they give way to what is wished."""
    unsaid: frozenset[str] = frozenset()
    """Fields the file says nothing of, which were filled in."""
    may_wait: bool = False
    """It comes from a format without explanations: what is only not written yet is mended before it is handed in."""

    @property
    def id(self) -> str:
        """Of the own piece this is a new version of; empty for a new one."""
        return self.number if re.fullmatch(r"own-\d{4,}", self.number) else ""

    def problem(self, fault: Fault) -> Problem:
        """A fault of it, at its place."""
        whole = fault.field.partition(".")[0]
        column = self.columns.get(fault.field) or self.columns.get(whole, "")
        number = self.number if self.title else ""
        return Problem(self.sheet, self.line, column, fault.key, fault.values, self.nth, number, self.title)


@dataclass(slots=True)
class Read:
    """All that was found in a file."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    """What is no draft at all."""
    skipped: list[int] = field(default_factory=list)
    """Lines of samples."""
    unknown: list[str] = field(default_factory=list)
    """Headings nobody knows."""
