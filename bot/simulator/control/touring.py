"""The guided tours, as they stand in tours.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.simulator.control.box import Box

FILE = Path(__file__).parents[1] / "tours.toml"


@cache
def tours() -> list[dict[str, Any]]:
    """Every tour: id, title, about, minutes, over, the role of each phone by its part, and the steps.

    A step names its phone, what it `says` line by line, the gesture to `do` with its fields, and the `wait` that ticks it
    off: one of `says` (any of these words come), `following`, `menu` (these words stand in it), on its phone or another.
    A step with `when` is left out unless the last bubble from the account holds those words.
    """
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["tour"]
    return found


def register(routes: Blueprint, _box: Box) -> None:
    """Adds GET `tours`."""

    @routes.get("/tours")
    def all_tours() -> Response:
        return jsonify(tours=tours())
