"""负担: how often a person may be turned to in a week without having asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem, read_toml

KINDS = ("question", "lesson", "case", "exam", "pledge", "notice", "activity")
HIGHEST = 50


@dataclass(frozen=True, slots=True)
class BurdenRules:
    """`burden.toml`: times a week."""

    total: int
    kinds: Mapping[str, int]
    most_more: int
    """How many more one reason may allow."""
    shortest_reason: int
    """Characters."""

    @classmethod
    def read(cls, path: Path) -> BurdenRules:
        """Raises ContentProblem for what is missing, unknown or out of its limits."""
        table, file = read_toml(path), path.name
        kinds, more = table.get("kinds", {}), table.get("more", {})
        if unknown := sorted(set(kinds) - set(KINDS)):
            raise ContentProblem(file, f"kinds.{unknown[0]}", "unknown_key", " ".join(KINDS))
        if missing := [name for name in KINDS if name not in kinds]:
            raise ContentProblem(file, f"kinds.{missing[0]}", "missing_key", missing[0])
        numbers = {"total": table.get("total"), **{f"kinds.{name}": kinds[name] for name in KINDS}}
        numbers |= {f"more.{name}": more.get(name) for name in ("most", "reason")}
        for name, value in numbers.items():
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= HIGHEST:
                raise ContentProblem(file, name, "out_of_range", f"1-{HIGHEST}")
        return cls(table["total"], {name: kinds[name] for name in KINDS}, more["most"], more["reason"])
