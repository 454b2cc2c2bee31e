"""考试: what an exam is like unless somebody says otherwise, and what may be chosen instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml

MEASURES = ("questions", "minutes", "pass_mark", "attempts", "days")
COUNTS = ("best", "last")


@dataclass(frozen=True, slots=True)
class Usual:
    """The measures of an exam; `minutes` is for one sitting, `pass_mark` of a hundred, `days` how long it stays open."""

    questions: int
    minutes: int
    pass_mark: int
    attempts: int
    counts: str
    days: int


@dataclass(frozen=True, slots=True)
class ExamRules:
    """`exams.toml`."""

    usual: Usual
    together: Usual
    """Of one that all sit together at the pre-shift meeting."""
    choices: Mapping[str, tuple[int, ...]]
    """What is offered to tap, by measure."""
    limits: Mapping[str, tuple[int, int]]
    """The least and the most that may be typed, by measure."""

    @classmethod
    def read(cls, path: Path) -> ExamRules:
        """Raises ContentProblem for what is missing or out of its limits."""
        table = read_toml(path)
        limits: dict[str, tuple[int, int]] = {}
        choices: dict[str, tuple[int, ...]] = {}
        for name in MEASURES:
            least, most = _numbers(path.name, table, "limits", name, 2)
            limits[name] = (least, most)
            choices[name] = _numbers(path.name, table, "choices", name)
        for name, offered in choices.items():
            if any(not limits[name][0] <= each <= limits[name][1] for each in offered):
                raise ContentProblem(path.name, f"choices.{name}", "out_of_range", str(limits[name]))
        usual, together = (_usual(path.name, table, each, limits) for each in ("usual", "together"))
        return cls(usual, together, choices, limits)


def _usual(file: str, table: Mapping[str, Any], section: str, limits: Mapping[str, tuple[int, int]]) -> Usual:
    found = table.get(section, {})
    if not isinstance(found, dict):
        raise ContentProblem(file, section, "wrong_type", section)
    measures: dict[str, int] = {}
    for name in MEASURES:
        value, (least, most) = found.get(name), limits[name]
        if not isinstance(value, int) or not least <= value <= most:
            raise ContentProblem(file, f"{section}.{name}", "out_of_range", f"{least}-{most}")
        measures[name] = value
    if found.get("counts") not in COUNTS:
        raise ContentProblem(file, f"{section}.counts", "unknown_key", " ".join(COUNTS))
    return Usual(counts=found["counts"], **measures)


def _numbers(file: str, table: Mapping[str, Any], section: str, name: str, count: int = 0) -> tuple[int, ...]:
    found = table.get(section, {}).get(name)
    if not (isinstance(found, list) and found and all(isinstance(each, int) for each in found)):
        raise ContentProblem(file, f"{section}.{name}", "missing_key", name)
    if count and len(found) != count:
        raise ContentProblem(file, f"{section}.{name}", "wrong_type", name)
    return tuple(found)
