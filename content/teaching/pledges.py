"""承诺: examples by trade, and what the coach goes by when somebody drafts his own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem
from content.teaching import entry

PERIODS = ("day", "week", "month", "quarter", "year", "once")
_EXAMPLE = entry.Form(
    "example",
    {"id": (1, 32), "text": (8, 60), "category": (1, 8), "period": (1, 8), "measure": (4, 30), "witness": (2, 12)},
    {"trades": (1, 8)},
)
_RULE = entry.Form(
    "rule",
    {"id": (1, 32), "says": (4, 120)},
    {"any": (1, 400)},
    {"stops": bool},
    {"unless": list, "law": str, "article": str, "evidence": list},
)
_MARK = entry.Form("mark", {"id": (1, 32), "ask": (4, 60)}, {"any": (0, 400)}, {}, {"number": bool, "example": str})


@dataclass(frozen=True, slots=True)
class Example:
    """A promise of this trade that others can see kept."""

    id: str
    text: str
    category: str
    trades: tuple[str, ...]
    period: str
    measure: str
    witness: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that a promise should do without, and what is said to whoever uses them."""

    id: str
    any: tuple[str, ...]
    """One of these in the text calls the rule …"""
    unless: tuple[str, ...]
    """… but not when one of these stands there too."""
    says: str
    stops: bool
    """True: it cannot be promised so at all; False: advice that may be passed over."""
    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a promise checkable: found by one of the words, or by a number; asked for when it is missing."""

    id: str
    any: tuple[str, ...]
    number: bool
    ask: str
    example: str


@dataclass(frozen=True, slots=True)
class Coach:
    """`pledges/coach.toml`: rules in the order in which they are told, marks in the order asked."""

    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()


def examples(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[Example]:
    """Every example of `pledges/examples.toml`. Raises ContentProblem at the first out of form, or tells `amiss`."""
    path = folder / "pledges" / "examples.toml"
    return entry.read(path, _EXAMPLE, _example, amiss) if path.exists() else iter(())


def coach(folder: Path, amiss: entry.Amiss | None = None) -> Coach:
    """`pledges/coach.toml`: [[rule]] and [[mark]]; nothing where it is not there. Raises ContentProblem, or tells."""
    path = folder / "pledges" / "coach.toml"
    if not path.exists():
        return Coach()
    return Coach(tuple(entry.read(path, _RULE, _rule, amiss)), tuple(entry.read(path, _MARK, _mark, amiss)))


def _example(file: str, name: str, found: entry.Entry) -> Example:
    if found["period"] not in PERIODS:
        raise ContentProblem(file, name, "unknown_period", f"period {found['period']}")
    texts = (found["text"], found["category"], tuple(found["trades"]))
    return Example(name, *texts, found["period"], found["measure"], found["witness"])


def _rule(_: str, name: str, found: entry.Entry) -> Rule:
    unless = tuple(map(str, found.get("unless", ())))
    law, article = found.get("law", ""), found.get("article", "")
    return Rule(name, tuple(found["any"]), unless, found["says"], found["stops"], law, article)


def _mark(_: str, name: str, found: entry.Entry) -> Mark:
    return Mark(name, tuple(found["any"]), found.get("number", False), found["ask"], found.get("example", ""))
