"""The one way our own code says no: a copy key and the values its sentence needs."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """A rule says no. `key` names a sentence in content/copy; the edge words it for whoever asked."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Busy(Exception):
    """The database could not be had in time; nothing was written, save when the connection broke while committing."""


class Collided(Busy):
    """Two transactions stood in each other's way and the database gave this one up: worth doing again at once.

    `rows`: the persons over whom; held from the beginning, lowest first, the next try gets through.
    """

    def __init__(self, why: str, rows: Sequence[int] = ()) -> None:
        super().__init__(why)
        self.rows = tuple(sorted(rows))
