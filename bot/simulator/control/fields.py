"""Reads a control request's JSON body field by field, so that a misspelt request fails by name and not by surprise."""

from __future__ import annotations

import math
from typing import Any

from flask import request


class BadFieldError(Exception):
    """The body lacks `field`, holds it in the wrong shape, or has one nobody reads."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Fields:
    """The JSON object of the current request; each reader raises BadFieldError. Call `done` after the last."""

    def __init__(self) -> None:
        body = request.get_json(silent=True) if request.content_length else {}
        if not isinstance(body, dict):
            raise BadFieldError("(body)")
        self._body: dict[str, Any] = body
        self._read: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        value = self.optional_text(name)
        if value is None and default is None:
            raise BadFieldError(name)
        return value if value is not None else str(default)

    def optional_text(self, name: str) -> str | None:
        value = self._take(name)
        if value is not None and not isinstance(value, str):
            raise BadFieldError(name)
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if not isinstance(value, bool | None):
            raise BadFieldError(name)
        return bool(value)

    def optional_flag(self, name: str) -> bool | None:
        return self.flag(name) if name in self._body else None

    def whole(self, name: str, default: int | None = None) -> int | None:
        value = self._take(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadFieldError(name)
        return value

    def number(self, name: str, default: float) -> float:
        """Finite: JSON as Python reads it has NaN and Infinity too."""
        value = self._take(name)
        if value is None:
            return default
        try:
            if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
                return float(value)
        except OverflowError:  # a whole number too great for a float
            pass
        raise BadFieldError(name)

    def number_within(self, name: str, default: float, least: float, most: float) -> float:
        value = self.number(name, default)
        if not least <= value <= most:
            raise BadFieldError(name)
        return value

    def whole_within(self, name: str, default: int, least: int, most: int) -> int:
        value = self.whole(name, default)
        if value is None or not least <= value <= most:
            raise BadFieldError(name)
        return value

    def elements(self, name: str) -> list[tuple[str, Any]]:
        """A list of [name, value] pairs; a value is text, a whole number, or again such a list."""
        return _elements(name, self._take(name))

    def texts(self, name: str) -> list[str]:
        value = self._take(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise BadFieldError(name)
        return value

    def wholes(self, name: str) -> list[int]:
        value = self._take(name)
        if not isinstance(value, list) or not all(
            isinstance(each, int) and not isinstance(each, bool) for each in value
        ):
            raise BadFieldError(name)
        return value

    def table(self, name: str) -> dict[str, Any]:
        value = self._take(name)
        if not isinstance(value, dict):
            raise BadFieldError(name)
        return value

    def has(self, name: str) -> bool:
        return name in self._body

    def done(self) -> None:
        """Raises BadFieldError for a field that nobody asked for."""
        for name in self._body:
            if name not in self._read:
                raise BadFieldError(name)

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self._body.get(name)


def _elements(field: str, pairs: Any) -> list[tuple[str, Any]]:
    if not isinstance(pairs, list):
        raise BadFieldError(field)
    found: list[tuple[str, Any]] = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or not pair[0].isidentifier():
            raise BadFieldError(field)
        name, value = pair
        if isinstance(value, list):
            value = _elements(field, value)
        elif not isinstance(value, str | int) or isinstance(value, bool):
            raise BadFieldError(field)
        found.append((name, value))
    return found
