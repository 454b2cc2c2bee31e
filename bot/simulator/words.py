"""The simulator's Chinese, read once from words.toml so that no code holds any."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Samples:
    """What a phone sends when nobody says exactly what."""

    place: str
    latitude: float
    longitude: float
    link_title: str
    link_description: str
    link_url: str


@dataclass(frozen=True, slots=True)
class Words:
    """The file as it stands; `phones` are the (name, role) a fresh simulator begins with."""

    fault_notice: str
    starred: str
    unnamed_account: str
    sticker: str
    new_phone: str
    phones: tuple[tuple[str, str], ...]
    samples: Samples
    reasons: dict[str, str]
    checks: dict[str, list[str]]

    def reason(self, code: str) -> str:
        """One plain sentence for a verdict's code; empty for a code that needs none."""
        return self.reasons.get(code, "")

    def checks_for(self, code: str) -> list[str]:
        """What a newcomer should look at after this verdict."""
        return self.checks.get(code, self.checks["other"])


@cache
def words() -> Words:
    """The one copy, read at first use."""
    raw = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    phones = tuple((phone["name"], phone["role"]) for phone in raw.pop("phones"))
    return Words(phones=phones, samples=Samples(**raw.pop("samples")), **raw)
