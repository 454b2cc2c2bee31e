"""The Chinese of scenarios, read once from words.toml beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Words:
    """The file as it stands; `problems` by code, with places for values; `mine` are settings of a sample mine."""

    head: str
    recorded: str
    mine: dict[str, str]
    problems: dict[str, str]
    units: dict[str, str]

    def problem(self, code: str, /, **values: object) -> str:
        """One plain sentence of why it cannot go on."""
        return self.problems[code].format(**values)


@cache
def words() -> Words:
    """The one copy, read at first use."""
    return Words(**tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")))
