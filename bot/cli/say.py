"""Sentences for the operator, read only when one is wanted."""

from __future__ import annotations

from functools import cache

import content
from content.phrases import Copy


@cache
def _copy() -> Copy:
    return Copy.read(content.HERE / "copy")


def sentence(key: str, /, **values: object) -> str:
    """The operator's sentence of a key."""
    return _copy()(key, **values)
