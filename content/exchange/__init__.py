"""导入导出: the names that sheets, columns and lines of a pasted text go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.mine import Called
from content.problem import ContentProblem, read_toml
from content.spelling import same

KINDS = ("question", "lesson", "case", "card")
LEVELS = ("one", "two", "three")
_SECTIONS = ("sheets", *KINDS, "kinds", "card_kinds", "levels", "truth", "marks", "samples")


@dataclass(frozen=True, slots=True)
class ExchangeWords:
    """Read from exchange.toml when something is imported or exported; conversation never needs it."""

    sheets: Called
    columns: Mapping[str, Called]
    """By kind of material; in the order of the sheet."""
    kinds: Called
    card_kinds: Called
    levels: Called
    truth: Called
    marks: Called
    samples: Mapping[str, list[list[str]]]
    sample_mark: str
    """What a sample begins with."""

    def is_sample(self, text: str) -> bool:
        """True for a text that begins as the template's own samples do, its colon of whatever width."""
        return same(text).startswith(same(self.sample_mark))

    @classmethod
    def read(cls, path: Path) -> ExchangeWords:
        """`exchange.toml`. Raises ContentProblem."""
        table = read_toml(path)
        if missing := [section for section in _SECTIONS if section not in table]:
            raise ContentProblem(path.name, "-", "missing_key", ", ".join(missing))
        samples = table["samples"]
        return cls(
            _called(path, table, "sheets"),
            {kind: _called(path, table, kind) for kind in KINDS},
            _called(path, table, "kinds"),
            _called(path, table, "card_kinds"),
            _called(path, table, "levels"),
            _called(path, table, "truth"),
            _called(path, table, "marks"),
            {kind: samples[kind] for kind in KINDS},
            samples["mark"][0],
        )


def _called(path: Path, table: Mapping[str, Any], section: str) -> Called:
    by_name: dict[str, str] = {}
    for key, names in table[section].items():
        if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
            raise ContentProblem(path.name, f"{section}.{key}", "not_a_list_of_words")
        for name in names:
            if by_name.setdefault(same(name), key) != key:
                raise ContentProblem(path.name, f"{section}.{key}", "said_for_two", name)
    return Called({key: names[0] for key, names in table[section].items()}, by_name)
