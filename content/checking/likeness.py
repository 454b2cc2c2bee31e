"""Stems that ask nearly the same, found by the pairs of characters they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

ALIKE = 0.7
COMMON = 0.04
"""A pair of characters in more than this share of all stems says little, and is looked up for none."""
_WORD = re.compile(r"\W+")


def pairs(texts: Iterable[tuple[str, str]], least: float = ALIKE) -> Iterator[tuple[str, str, float]]:
    """Ids of texts at least this alike with their likeness (Jaccard's, over pairs of characters), the later id first."""
    held: list[tuple[str, frozenset[str]]] = []
    where: dict[str, list[int]] = {}
    given = [(name, _grams(text)) for name, text in texts]
    often = Counter(gram for _, grams in given for gram in grams)
    rare = {gram for gram, count in often.items() if count <= max(20, COMMON * len(given))}
    for name, grams in given:
        met = Counter(other for gram in grams & rare for other in where.get(gram, ()))
        enough = least * len(grams) - len(grams - rare)  # that many rare ones shared, or they cannot be so alike
        for other, shared in met.items():
            if shared >= enough:
                earlier = held[other][1]
                likeness = len(grams & earlier) / len(grams | earlier)
                if likeness >= least:
                    yield name, held[other][0], likeness
        for gram in grams & rare:
            where.setdefault(gram, []).append(len(held))
        held.append((name, grams))


def _grams(text: str) -> frozenset[str]:
    plain = _WORD.sub("", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
