"""The form of an entry: what it must hold and how long its texts may be, so that a mistake is told with its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from content.problem import ContentProblem, read_tables

T = TypeVar("T")
Entry = dict[str, Any]
FOLDERS = ("questions", "lessons", "cases", "cards", "tracks", "pledges")
Limits = Mapping[str, tuple[int, int]]
GROUNDED: Limits = {"law": (2, 40), "article": (2, 20)}
"""Where a piece has it from; the facts themselves stand under `evidence`."""
FACTS, FACT = (1, 4), (2, 20)


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of entry: the [[table]] it stands in and what belongs into it."""

    table: str
    texts: Limits
    """Needed texts with their least and most characters."""
    lists: Limits = field(default_factory=dict)
    """Needed lists of texts with the least and most of them."""
    others: Mapping[str, type] = field(default_factory=dict)
    """What else is needed."""
    more: Mapping[str, type] = field(default_factory=dict)
    """What may be there."""
    broken: frozenset[str] = frozenset()
    """Texts that may have several lines."""

    def hold(self, file: str, name: str, entry: Mapping[str, Any]) -> None:
        """Raises ContentProblem at the first thing that is out of form."""
        if not isinstance(entry, dict):
            raise ContentProblem(file, name, "not_a_list", f"[[{self.table}]]")
        needed = {**dict.fromkeys(self.texts, str), **dict.fromkeys(self.lists, list), **self.others}
        if missing := sorted(needed.keys() - entry.keys()):
            raise ContentProblem(file, name, "missing_key", ", ".join(missing))
        known = {**needed, **self.more}
        if unknown := sorted(entry.keys() - known.keys()):
            raise ContentProblem(file, name, "unknown_key", ", ".join(unknown))
        if odd := [key for key in entry if not _is(entry[key], known[key])]:
            raise ContentProblem(file, name, "wrong_type", ", ".join(odd))
        if odd := [key for key in self.lists if not all(isinstance(each, str) for each in entry[key])]:
            raise ContentProblem(file, name, "wrong_type", ", ".join(odd))
        for key, (least, most) in {**self.texts, **self.lists}.items():
            if not least <= len(entry[key]) <= most:
                raise ContentProblem(file, name, "length", f"{key} {len(entry[key])} ({least}-{most})")
        for key, value in entry.items():
            hold_plain(file, name, key, value, lines=key in self.broken)


Amiss = list[ContentProblem]
"""Gathers what is amiss where everything wrong is wanted at once."""


def read(path: Path, form: Form, make: Callable[[str, str, Entry], T], amiss: Amiss | None = None) -> Iterator[T]:
    """What is made of the entries of a file, given its name, the entry's id and the entry.

    Raises ContentProblem at the first that is out of form; with `amiss` that is put there and left out.
    """
    file = named(path)
    try:
        tables = read_tables(path, form.table)
    except ContentProblem as problem:
        tell(amiss, replace(problem, file=file))
        return
    for number, entry in enumerate(tables, 1):
        try:
            name = name_of(entry, number, form.table)
            form.hold(file, name, entry)
            made = make(file, name, entry)
        except ContentProblem as problem:
            tell(amiss, problem)
        else:
            yield made


def tell(amiss: Amiss | None, problem: ContentProblem) -> None:
    """Gathered, or raised where nobody gathers."""
    if amiss is None:
        raise problem
    amiss.append(problem)


def named(path: Path) -> str:
    """A file as problems name it: with its folder, unless it lies in the content folder itself."""
    return f"{path.parent.name}/{path.name}" if path.parent.name in FOLDERS else path.name


def name_of(entry: Mapping[str, Any], number: int, table: str) -> str:
    """The id of an entry, or its place where it has none."""
    named = entry.get("id") if isinstance(entry, dict) else None
    return named if isinstance(named, str) and named else f"#{number} {table}"


def hold_plain(file: str, name: str, key: str, value: object, *, lines: bool = False) -> None:
    """Raises ContentProblem where a text holds what the phone takes for a link, or a line break out of place."""
    if isinstance(value, list):
        for each in value:
            hold_plain(file, name, key, each, lines=lines)
    elif isinstance(value, dict):
        for inner, each in value.items():
            hold_plain(file, name, inner, each, lines=lines)
    elif isinstance(value, str) and set(value) & (set("<>") if lines else set("<>\n")):
        raise ContentProblem(file, name, "markup", f"{key} {value[:20]}")


def facts(file: str, name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The evidence of an entry. Raises ContentProblem for a fact that is too short or too long to be one."""
    held = tuple(entry["evidence"])
    if not FACTS[0] <= len(held) <= FACTS[1]:
        raise ContentProblem(file, name, "evidence_count", "evidence")
    for fact in held:
        if not FACT[0] <= len(re.sub(r"\s", "", fact)) <= FACT[1]:
            raise ContentProblem(file, name, "evidence_length", f"evidence {fact}")
    return held


def _is(value: object, wanted: type) -> bool:
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
