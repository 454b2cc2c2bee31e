"""The custom menus, one by default and one for each audience: up to three buttons, each an action or up to five."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml

VARIANTS = ("worker", "member", "secretary")
LONGEST_TAG = 30


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends an action as its key, or opens its sub-buttons."""

    name: str
    action: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """The buttons of one audience, and the tag by which the platform knows who belongs to it."""

    tag: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """The buttons from left to right."""

    buttons: tuple[Button, ...]
    """Of whoever belongs to no other audience: guests."""
    variants: Mapping[str, Variant] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Menu:
        """`menu.toml`: [[button]] with `name` and either `action` or [[button.button]]; [worker] … with `tag` and the same."""
        table = read_toml(path)
        if stray := sorted(set(table) - {"button", *VARIANTS}):
            raise ContentProblem(path.name, stray[0], "menu_unknown_audience", ", ".join(VARIANTS))
        variants = {name: _variant(path, name, table[name]) for name in VARIANTS if name in table}
        if len({variant.tag for variant in variants.values()}) < len(variants):
            raise ContentProblem(path.name, "tag", "menu_tag")
        return cls(_row(path, "button", table.get("button", [])), variants)

    def of(self, audience: str) -> tuple[Button, ...]:
        """What an audience sees."""
        variant = self.variants.get(audience)
        return self.buttons if variant is None else variant.buttons

    def actions(self) -> list[str]:
        """Every action on any of the menus."""
        rows = (self.buttons, *(variant.buttons for variant in self.variants.values()))
        return [b.action for row in rows for top in row for b in (top, *top.buttons) if b.action]


def _variant(path: Path, name: str, table: Any) -> Variant:
    tag = table.get("tag") if isinstance(table, dict) else None
    if not isinstance(tag, str) or not 1 <= len(tag.strip()) <= LONGEST_TAG:
        raise ContentProblem(path.name, name, "menu_tag")
    return Variant(tag, _row(path, f"{name}.button", table.get("button", [])))


def _row(path: Path, key: str, entries: list[dict[str, Any]]) -> tuple[Button, ...]:
    if not 1 <= len(entries) <= 3:
        raise ContentProblem(path.name, key, "menu_one_to_three", str(len(entries)))
    return tuple(_button(path, entry, inner=False) for entry in entries)


def _button(path: Path, entry: dict[str, Any], *, inner: bool) -> Button:
    name, action, below = entry.get("name", ""), entry.get("action", ""), entry.get("button", [])
    limit = 60 if inner else 16  # bytes, as menu/create counts them
    if not 1 <= len(name.encode()) <= limit:
        raise ContentProblem(path.name, name, "menu_name_bytes", str(limit))
    if bool(action) == bool(below) or (inner and below) or len(below) > 5:
        raise ContentProblem(path.name, name, "menu_action_or_buttons")
    return Button(name, action, tuple(_button(path, each, inner=True) for each in below))
