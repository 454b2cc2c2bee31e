"""A way of saying something, as a secretary writes it: {one|of these}, [perhaps|this], and … for anything in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

GAP = "\u2026"
WIDEST_GAP = 24  # letters that may stand between two halves of one saying
_PIECE = re.compile(r"\{([^{}\[\]]*)\}|\[([^{}\[\]]*)\]|(\u2026)|([^{}\[\]\u2026]+)")


@dataclass(frozen=True, slots=True)
class Group:
    """One place of a saying: any of these may stand there."""

    any_of: frozenset[str]
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A saying made of places; None is a gap. Read by walking all places at once: linear, nothing is tried twice."""

    source: str
    groups: tuple[Group | None, ...]

    @classmethod
    def read(cls, source: str, spell: Callable[[str], str]) -> Pattern:
        """Raises ValueError for brackets that do not close. `spell` brings each piece into the spelling of what is read."""
        if "".join(found.group() for found in _PIECE.finditer(source)) != source:
            raise ValueError(source)
        groups: list[Group | None] = []
        for found in _PIECE.finditer(source):
            one_of, perhaps, gap, plain = found.groups()
            if gap:
                groups.append(None)
                continue
            written = (one_of if one_of is not None else perhaps if perhaps is not None else plain).split("|")
            choices = {spell(each) for each in written} | ({""} if perhaps is not None else set())
            groups.append(Group(frozenset(choices), tuple(sorted({len(each) for each in choices}))))
        return cls(source, tuple(groups))

    @property
    def starts_open(self) -> bool:
        """True where anything may be said before it."""
        return self.groups[0] is None or (len(self.groups) > 1 and self.groups[1] is None and "" in self._at(0))

    @property
    def ends_open(self) -> bool:
        """True where anything may be said after it."""
        return self.groups[-1] is None

    def firsts(self) -> frozenset[str]:
        """The letters it may begin with; empty when it may begin with any."""
        found: set[str] = set()
        for group in self.groups:
            if group is None:
                return frozenset()
            found |= {each[0] for each in group.any_of if each}
            if "" not in group.any_of:
                break
        return frozenset(found)

    def ends(self, text: str, start: int) -> set[int]:
        """Where a reading that begins at `start` may end. A gap at its end stops at once: what follows is free."""
        reached = {start}
        last = len(self.groups) - 1
        for number, group in enumerate(self.groups):
            if group is None:
                if number == last:
                    break
                widest = len(text) if number == 0 else min(len(text), max(reached) + WIDEST_GAP)
                reached = set(range(min(reached), widest + 1))
                continue
            reached = {
                place + length
                for place in reached
                for length in group.lengths
                if text[place : place + length] in group.any_of
            }
            if not reached:
                break
        return reached

    def _at(self, number: int) -> frozenset[str]:
        group = self.groups[number]
        return frozenset() if group is None else group.any_of


__all__ = ["GAP", "WIDEST_GAP", "Group", "Pattern"]
