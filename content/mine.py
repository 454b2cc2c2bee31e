"""How the mine calls things: kinds of units, roles, and what a roster's headings and cells may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml
from content.spelling import same

KINDS = ("mine", "general_branch", "branch", "group", "section", "crew", "department")
COLUMNS = (
    "staff_no", "name", "unit", "group", "section", "crew", "trade", "shift", "political", "position", "phone",
)  # fmt: skip
STATUSES = ("full", "probationary", "candidate", "activist", "league", "masses")


@dataclass(frozen=True, slots=True)
class Called:
    """A closed list of things, each with the names it goes by; the first is the proper one."""

    name_of: Mapping[str, str]
    by_name: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """The thing that goes by this name, in whatever width and case."""
        return self.by_name.get(same(text))


@dataclass(frozen=True, slots=True)
class MineWords:
    """Read once from mine.toml."""

    endings: tuple[tuple[str, str], ...]
    """Endings of unit names with the kind each tells, the longest first."""
    roles: Called
    columns: Called
    political: Called
    trades: Mapping[str, tuple[str, ...]]
    shift_names: tuple[str, ...]
    shift_endings: tuple[str, ...]
    remarks: tuple[str, ...]
    """How a line begins that names nobody: a total, a signature."""

    @classmethod
    def read(cls, path: Path) -> MineWords:
        """`mine.toml`. Raises ContentProblem."""
        table = read_toml(path)
        try:
            kinds = _lists(path, table, "unit_kinds", KINDS)
            endings = [(ending, kind) for kind, names in kinds.items() for ending in names]
            return cls(
                tuple(sorted(endings, key=lambda each: -len(each[0]))),
                _called(path, "roles", _lists(path, table, "roles"), ids=True),
                _called(path, "columns", _lists(path, table, "columns", COLUMNS)),
                _called(path, "political", _lists(path, table, "political", STATUSES)),
                {tag: tuple(words) for tag, words in _lists(path, table, "trades").items()},
                tuple(table["shift_words"]["names"]),
                tuple(table["shift_words"]["endings"]),
                tuple(table["remarks"]["begin"]),
            )
        except KeyError as missing:
            raise ContentProblem(path.name, str(missing), "missing_key") from None

    def kind_of(self, name: str, *, top: bool) -> str:
        """The kind a unit's name tells; a name that tells nothing is a mine at the top and a section below."""
        told = next((kind for ending, kind in self.endings if name.endswith(ending)), "")
        return told or ("mine" if top else "section")

    def trades_of(self, trade: str) -> tuple[str, ...]:
        """The questions' trades that a roster's own word is one of, in their order: by the name or by a word under it."""
        return tuple(
            tag
            for tag, words in self.trades.items()
            if trade and (trade == tag or any(word in trade for word in words))
        )

    def knows_shift(self, shift: str) -> bool:
        """True for what sounds like a shift."""
        return shift.endswith(self.shift_endings) or any(name in shift for name in self.shift_names)


def _lists(path: Path, table: Mapping[str, Any], section: str, keys: tuple[str, ...] = ()) -> dict[str, list[str]]:
    entries: dict[str, list[str]] = table[section]
    for key, names in entries.items():
        if not (isinstance(names, list) and names and all(isinstance(name, str) and name.strip() for name in names)):
            raise ContentProblem(path.name, f"{section}.{key}", "not_a_list_of_words")
        if keys and key not in keys:
            raise ContentProblem(path.name, f"{section}.{key}", "unknown_key")
    for key in keys:
        if key not in entries:
            raise ContentProblem(path.name, f"{section}.{key}", "missing_key")
    return entries


def _called(path: Path, section: str, entries: Mapping[str, list[str]], *, ids: bool = False) -> Called:
    by_name: dict[str, str] = {}
    for key, names in entries.items():
        for name in (*names, key) if ids else names:
            if by_name.setdefault(same(name), key) != key:
                raise ContentProblem(path.name, f"{section}.{key}", "said_for_two", name)
    return Called({key: names[0] for key, names in entries.items()}, by_name)
