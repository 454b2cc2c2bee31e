"""The custom menu: up to three buttons, each an action or up to five of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends an action as its key, or opens its sub-buttons."""

    name: str
    action: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """The buttons from left to right."""

    buttons: tuple[Button, ...]

    @classmethod
    def read(cls, path: Path) -> Menu:
        """`menu.toml`: [[button]] with `name` and either `action` or [[button.button]]."""
        entries = read_toml(path).get("button", [])
        if not 1 <= len(entries) <= 3:
            raise ContentProblem(path.name, "button", "menu_one_to_three", str(len(entries)))
        return cls(tuple(_button(path, entry, inner=False) for entry in entries))

    def actions(self) -> list[str]:
        """Every action on the menu."""
        return [b.action for top in self.buttons for b in (top, *top.buttons) if b.action]


def _button(path: Path, entry: dict[str, Any], *, inner: bool) -> Button:
    name, action, below = entry.get("name", ""), entry.get("action", ""), entry.get("button", [])
    limit = 60 if inner else 16  # bytes, as menu/create counts them
    if not 1 <= len(name.encode()) <= limit:
        raise ContentProblem(path.name, name, "menu_name_bytes", str(limit))
    if bool(action) == bool(below) or (inner and below) or len(below) > 5:
        raise ContentProblem(path.name, name, "menu_action_or_buttons")
    return Button(name, action, tuple(_button(path, each, inner=True) for each in below))
