"""The account's own templates of both families, and the public ones they are made from (library.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages.template_rules import Line
from bot.simulator.chance import Chance
from bot.simulator.phones.world import Memory

Family = Literal["templates", "subscriptions"]
ID_OCTETS, ID_LENGTH = 32, 43
MOST_TEMPLATES = 25


@cache
def library() -> dict[str, list[dict[str, Any]]]:
    """`categories`, `industries` and `templates` of library.toml."""
    return tomllib.loads((Path(__file__).parent / "library.toml").read_text("utf-8"))


def all_of(memory: Memory, family: Family) -> dict[str, dict[str, Any]]:
    """By template id, oldest first: `title`, `content`, `example`, and what only the family has."""
    found: dict[str, dict[str, Any]] = memory.shelf.setdefault(family, {})
    return found


def put(memory: Memory, family: Family, chance: Chance, template: dict[str, Any]) -> str:
    """A place on the shelf; the new template id. Raises RefusedError(45026) when it is full."""
    if len(all_of(memory, family)) >= MOST_TEMPLATES:
        raise RefusedError(45026)
    made = chance.letters(ID_OCTETS)
    all_of(memory, family)[made] = template
    return made


def find(memory: Memory, family: Family, template_id: object) -> dict[str, Any]:
    """Raises RefusedError: 40036 what cannot be an id, 40037 none of this family (nor does the other family help)."""
    if not isinstance(template_id, str) or len(template_id) != ID_LENGTH:
        raise RefusedError(40036)
    template = all_of(memory, family).get(template_id)
    if template is None:
        raise RefusedError(40037)
    return template


def title_of(memory: Memory, template_id: str) -> str:
    """Of either family; empty for an id that is nobody's."""
    found = all_of(memory, "subscriptions").get(template_id) or all_of(memory, "templates").get(template_id)
    return str(found["title"]) if found else ""


def content_of(keywords: list[tuple[int, dict[str, Any]]]) -> str:
    """The text of a template with these keywords, each with its number."""
    return "\n".join(f"{each['name']}:{{{{{each['rule']}{number}.DATA}}}}" for number, each in keywords)


def example_of(keywords: list[tuple[int, dict[str, Any]]]) -> str:
    return "\n".join(f"{each['name']}:{each['example']}" for _, each in keywords)


def card(title: str, lines: list[Line], url: str, appid: str, path: str) -> dict[str, Any]:
    """What stands on the phone; with both ways on, the mini-program is preferred."""
    told: dict[str, Any] = {"title": title, "lines": [[line.label, line.value] for line in lines]}
    if any(line.colour for line in lines):
        told["colours"] = [line.colour for line in lines]
    return told | {"url": url, "appid": appid, "path": path}
