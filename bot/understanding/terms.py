"""A question or a piece cut into what can be compared: pairs of letters, numbers, and the sounds of pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.understanding.sounds import syllables
from content.asking import Asking
from content.folding import fold

LONGEST, SLIP = 80, 4
"""Letters of a question that are read (what comes after them is story), and of a word that may be mistyped."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_RUN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[a-z]+|[\u4e00-\u9fff\u3400-\u4dbf]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is looked up: runs of letters, and words that stand for themselves (numbers, signs)."""

    runs: tuple[str, ...]
    signs: tuple[str, ...]
    kind: str = ""
    """What kind of answer it wants: a length, a time, a person."""
    things: frozenset[str] = frozenset()
    """What it asks about that nothing else can stand for."""

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index is asked for."""
        return tuple(dict.fromkeys([*(p for run in self.runs for p in _pairs(run)), *self.signs]))


class Slips:
    """Words of the pit that were typed as others that sound alike."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._heard: dict[tuple[str, ...], str] = {}
        for word in asking.meant:
            if 1 < len(word) <= SLIP and len(sound := syllables(word)) == len(word):
                self._heard.setdefault(sound, word)

    def mended(self, text: str, counts: Mapping[str, int]) -> str:
        """The text with words nobody knows (none of `counts`) put right where a word of the pit sounds like them."""
        return _HAN.sub(lambda found: self._run(found.group(), counts), fold(text[: 4 * LONGEST]))

    def _run(self, run: str, counts: Mapping[str, int]) -> str:
        spoken = syllables(run)
        if len(spoken) != len(run):
            return run
        said, at = [], 0
        while at < len(run):
            found = self._asking.same.match(run, at) or self._asking.empty.match(run, at)
            word, length = found.group() if found else run[at], len(found.group()) if found else 1
            for long in () if found else range(SLIP, 1, -1):
                if long == 2 and not self._asking.weak.isdisjoint(run[at : at + long]):
                    continue  # two small words side by side sound like many a word
                strange = any(not counts.get(pair) for pair in _pairs(run[at : at + long]))
                if at + long <= len(run) and strange and (meant := self._heard.get(spoken[at : at + long])):
                    word, length = meant, long
                    break
            said.append(word)
            at += length
        return "".join(said)


def asked(text: str, asking: Asking) -> Asked:
    """The matter of a question."""
    matter = asking.matter(text[: 4 * LONGEST])[:LONGEST]
    runs, signs = _split(matter)
    return Asked(tuple(runs), tuple(signs), asking.kind_asked(text[:LONGEST]), asking.things_in(matter))


def terms(worded: str) -> list[str]:
    """Pairs of letters, letters, numbers and signs of a piece, which comes in the words of the rules."""
    runs, signs = _split(worded)
    return [*(part for run in runs for part in (*_pairs(run), *(run if len(run) > 1 else ()))), *signs]


def sounds(worded: str) -> list[str]:
    """Its pairs by their sound, without tones."""
    runs, _ = _split(worded)
    return [sound for run in runs for sound in pair_sounds(run)]


def pair_sounds(run: str) -> list[str]:
    """The sound of each pair of a run, in order."""
    spoken = syllables(run)
    return [left + right for left, right in pairwise(spoken)] if len(spoken) == len(run) else []


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


def _split(text: str) -> tuple[list[str], list[str]]:
    runs: list[str] = []
    signs: list[str] = []
    for found in _RUN.findall(text):
        if found[0].isdigit():
            signs.append(found.rstrip("0").rstrip(".") if "." in found else found)
        elif found.isascii():
            signs.append(found)
        else:
            runs.append(found)
    return runs, signs


__all__ = ["LONGEST", "Asked", "Slips", "asked", "pair_sounds", "sounds", "terms"]
