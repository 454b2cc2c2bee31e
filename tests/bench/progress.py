"""A moving line on a terminal, none in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def steps(name: str, items: Sequence[T], called: Callable[[T], str]) -> Iterator[T]:
    """The items, saying which is at work."""
    for at, item in enumerate(items, start=1):
        _show(f"{name}: {called(item)} ({at} of {len(items)})")
        yield item
    _show("")


def _show(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:70}\r" if not text else f"\r{text:70}", end="", file=sys.stderr, flush=True)
