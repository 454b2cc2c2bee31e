"""What is told of oneself and asks nothing: it is nobody's to read on a list."""

from __future__ import annotations

from functools import lru_cache

import content
from content.asking import Asking
from content.telling import Telling


def is_told(text: str) -> bool:
    """True for a story in the first person; a question about oneself is none."""
    return _telling().is_story(text)


def is_call(text: str) -> bool:
    """True for words of somebody who calls for help now, wherever he is writing."""
    return _telling().is_call(text)


def is_asked(text: str) -> bool:
    """True for words that are put as a question, with or without its mark."""
    return _telling().asks_something(text)


def is_confided(text: str) -> str:
    """'leaders' or 'private' for what stands on nobody's list, though a rule may answer it; empty for the rest."""
    return _asking().is_confided(text)


@lru_cache(maxsize=1)
def _asking() -> Asking:
    return Asking.read(content.HERE / "asking.toml")


@lru_cache(maxsize=1)
def _telling() -> Telling:
    return Telling.read()
