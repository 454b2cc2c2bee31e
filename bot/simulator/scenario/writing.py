"""Writes a scenario file that a person can read and change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.simulator.scenario import moments
from bot.simulator.scenario.model import Moment, Scenario, Step
from bot.simulator.scenario.words import words

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(scenario: Scenario) -> str:
    """The file's text: what `reading.read` reads back. Only what a recording holds is written, no facts or groups."""
    return "\n".join(_lines(scenario)) + "\n"


def value(raw: Any) -> str:
    """A value as TOML, on one line. Raises TypeError for what no JSON holds."""
    match raw:
        case bool():
            return "true" if raw else "false"
        case int() | float():
            return repr(raw)
        case str():
            return json.dumps(raw, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(value(each) for each in raw)}]"
        case dict():
            inner = [f"{_key(name)} = {value(each)}" for name, each in raw.items() if each is not None]
            return f"{{ {', '.join(inner)} }}" if inner else "{}"
    raise TypeError(type(raw).__name__)


def table(name: str, rows: dict[str, Any]) -> str:
    """A `[name]` with its rows; those without a value are left out."""
    return "\n".join([f"[{name}]", *(f"{_key(key)} = {value(raw)}" for key, raw in rows.items() if raw is not None)])


def _lines(scenario: Scenario) -> Iterator[str]:
    yield from (f"# {line}" for line in words().head.strip().splitlines())
    yield ""
    for name in ("title", "about", "minutes"):
        yield f"{name} = {value(getattr(scenario, name))}"
    yield f"start = {value(moments.written(scenario.start))}"
    for name in ("seed", "account", "encryption"):
        yield f"{name} = {value(getattr(scenario, name))}"
    if scenario.mine:
        yield ""
        yield table("mine", scenario.mine)
    for phone in scenario.phones:
        yield ""
        yield table("[phone]", {"id": phone.id, "name": phone.name, "role": phone.role})
        yield from (f"{name} = true" for name in ("following", "refuses", "blocked") if getattr(phone, name))
        if phone.tags:
            yield f"tags = {value(phone.tags)}"
    for step in scenario.steps:
        yield ""
        yield _step(step)


def _step(step: Step) -> str:
    rows: dict[str, Any] = _when(step.moment)
    rows |= {"phone": step.phone or None, "do": step.do, "with": step.body or None, "says": step.says or None}
    return table("[step]", rows)


def _when(moment: Moment) -> dict[str, Any]:
    if moment.at is None:
        return {"after": int(moment.after) if moment.after == int(moment.after) else moment.after}
    return {"at": f"{moment.at // 60:02d}:{moment.at % 60:02d}", "day": moment.day}


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else value(name)
