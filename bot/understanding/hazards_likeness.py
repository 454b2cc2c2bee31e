"""How much a sentence is like those that told of danger: weights of its character runs, learnt from sentences written down.

The shapes of content/hazards.toml know words; this knows the company words keep, and speaks where a word was new to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem

LONGEST_RUN = 3
WINDOW, STRIDE = 40, 20  # a long story is heard a piece at a time: it was learnt from short ones
_EDGES = "^", "$"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Weights by run of characters: of danger, and of each kind of it."""

    kinds: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    bias: tuple[float, ...]

    @classmethod
    def read(cls, path: Path) -> Likeness:
        """A line a run: the run, its weight, and its weights for the kinds named in the second line, parted by tabs."""
        lines = path.read_text("utf-8").splitlines()
        try:
            kinds = tuple(lines[1].split("\t")[2:])
            table = {run: tuple(map(float, rest)) for run, *rest in (line.split("\t") for line in lines[2:])}
            bias = table.pop("")
        except (IndexError, KeyError, ValueError) as problem:
            raise ContentProblem(path.name, "-", "not_weights", str(problem)) from None
        if odd := [run for run, row in table.items() if len(row) != len(kinds) + 1]:
            raise ContentProblem(path.name, odd[0], "not_weights")
        return cls(kinds, table, bias)

    def weigh(self, folded: str) -> tuple[float, str]:
        """The log odds that a folded text tells of danger, by its most dangerous piece, and the likeliest kind."""
        return max(self._piece(piece) for piece in _pieces(folded))

    def _piece(self, text: str) -> tuple[float, str]:
        sums = list(self.bias)
        for run in runs(text):
            if (row := self.weights.get(run)) is not None:
                for at, weight in enumerate(row):
                    sums[at] += weight
        best = max(range(1, len(sums)), key=sums.__getitem__)
        return sums[0], self.kinds[best - 1]


def runs(folded: str) -> set[str]:
    """All runs of one to three characters, the edges of the text being characters too."""
    text = f"{_EDGES[0]}{folded}{_EDGES[1]}"
    return {text[at : at + length] for length in range(1, LONGEST_RUN + 1) for at in range(len(text) - length + 1)}


def _pieces(folded: str) -> Iterator[str]:
    yield folded[:WINDOW]
    for start in range(STRIDE, len(folded) - STRIDE, STRIDE):
        yield folded[start : start + WINDOW]


__all__ = ["Likeness", "runs"]
