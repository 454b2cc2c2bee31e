"""What a template asks for and what its values may be (wechat_platform §4.3); the table is values.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.simulator.api.errors import RefusedError
from bot.simulator.switches import Positions

FILTERED = frozenset({"first", "remark"})
_SLOT = re.compile(r"([^\n{}]*)\{\{\s*(\w+)\.DATA\s*\}\}")
_COLON = re.compile(r"[:\uff1a]\s*$")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_BREAKS = re.compile(r"[\r\n\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter of a template and the words before it."""

    label: str
    key: str

    @property
    def rule(self) -> Rule | None:
        """None for a name of the account's own making, as test accounts have them."""
        return rules().get(self.key.rstrip("0123456789"))


@dataclass(frozen=True, slots=True)
class Rule:
    """`longest` in characters; the value must fit the whole of `shape`."""

    longest: int
    shape: re.Pattern[str]

    def fits(self, value: str) -> bool:
        return len(value) <= self.longest and self.shape.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; `colour` is empty where none is shown."""

    label: str
    value: str
    colour: str = ""


@cache
def rules() -> dict[str, Rule]:
    """The table, read at first use."""
    table = tomllib.loads((Path(__file__).parent / "values.toml").read_text("utf-8"))
    parts = table.pop("parts")
    return {name: Rule(row["longest"], _shape(row.get("shape", ".*"), parts)) for name, row in table.items()}


def slots(content: str) -> list[Slot]:
    """The parameters of a template's text in order, without the two that are filtered since 2023."""
    found = [Slot(_COLON.sub("", label).strip(), key) for label, key in _SLOT.findall(content)]
    return [slot for slot in found if slot.key not in FILTERED]


def lines(content: str, data: object, on: Positions) -> list[Line]:
    """The card's lines. Raises RefusedError(47003) naming the value that is missing or wrong.

    A parameter of a known kind must be there and fit; one of the account's own naming may stay empty. What the template
    does not ask for is passed over. With the switch template_values at "cut" a value is shortened where that helps.
    """
    if not isinstance(data, dict):
        raise RefusedError(
            47003, "argument invalid! data is empty" if data is None else "argument invalid! data invalid"
        )
    return [_line(slot, data.get(slot.key), on) for slot in slots(content)]


def _line(slot: Slot, given: object, on: Positions) -> Line:
    place = f"data.{slot.key}.value"
    value = given.get("value") if isinstance(given, dict) else given
    if value is None or value == "":
        if slot.rule is not None:
            raise RefusedError(47003, f"argument invalid! {place} is empty")
        return Line(slot.label, "")
    if not isinstance(given, dict) or not isinstance(value, str) or any("\ud800" <= s <= "\udfff" for s in value):
        raise RefusedError(47003, f"argument invalid! {place} invalid")
    if on.template_values == "cut":
        value = _BREAKS.sub(" ", value)[: slot.rule.longest if slot.rule else None]
    if _BREAKS.search(value) or (slot.rule is not None and not slot.rule.fits(value)):
        raise RefusedError(47003, f"argument invalid! {place} invalid")
    return Line(slot.label, value, colour(given.get("color"), on))


def colour(given: object, on: Positions) -> str:
    """`#RRGGBB` where the platform still shows colours (switch template_colour), else nothing."""
    shown = on.template_colour == "shown" and isinstance(given, str) and _COLOUR.fullmatch(given)
    return str(given) if shown else ""


def _shape(pattern: str, parts: dict[str, str]) -> re.Pattern[str]:
    for name, part in parts.items():
        pattern = pattern.replace(f"<{name}>", part)
    return re.compile(pattern)
