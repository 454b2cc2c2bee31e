"""What the senses of a text's words speak for when put together, in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from content.spoken import Senses, Sign

HEARD_FIRST, HEARD_LAST = 110, 90  # of a long story, what is searched: people ask at its ends
REMEMBERED = 64  # texts whose reading is kept: each is asked about several times while a message is read
SIGN, SENSE = 3.0, 2.2  # what a sign is worth, and each sense in it


class Signs:
    """What the senses of a text's words speak for when put together. One walk over a bounded text."""

    def __init__(self, senses: Senses) -> None:
        self._words = senses.words
        self._very = senses.very
        self._longest = longest((*senses.words, *senses.very))
        self.of = lru_cache(maxsize=REMEMBERED)(self._of)
        self._asked, self._nothing, self._always = senses.asked, senses.nothing, senses.always
        self._by_sense: dict[str, list[Sign]] = defaultdict(list)
        for sign in senses.signs:
            for sense in sign.needs[0]:
                self._by_sense[sense].append(sign)

    def _of(self, text: str, *, asked: bool = False) -> Mapping[str, float]:
        """Actions signs speak for, with how loudly."""
        places = self._places(
            text[:HEARD_FIRST] if len(text) <= HEARD_FIRST else f"{text[:HEARD_FIRST]} {text[-HEARD_LAST:]}"
        )
        if asked:
            places[self._asked] = [(-1, 0)]
        found: dict[str, float] = {}
        for sense in places:
            for sign in self._by_sense.get(sense, ()):
                if (worth := _signed(sign, places)) > found.get(sign.action, 0.0):
                    found[sign.action] = worth
        return found

    def _places(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Sense → where its words stand. A word inside a longer one does not count, unless a sign names it itself."""
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        reached = hidden = 0
        for start in range(len(text)):
            for end in range(min(len(text), start + self._longest.get(text[start], 0)), start, -1):
                piece = text[start:end]
                if named := self._very.get(piece):
                    places[named].append((start, end))
                senses = self._words.get(piece)
                if senses is None or end <= hidden:
                    continue
                for sense in senses if end > reached else senses & self._always:
                    places[sense].append((start, end))
                reached = max(reached, end)
                if self._nothing in senses:
                    hidden = end
        return dict(places)


def ends(text: str) -> str:
    """The two ends of a long text, a short one whole."""
    return text if len(text) <= HEARD_FIRST + HEARD_LAST else f"{text[:HEARD_FIRST]} {text[-HEARD_LAST:]}"


def longest(words: Iterable[str]) -> dict[str, int]:
    """First letter → how long the longest word is that begins with it."""
    found: dict[str, int] = {}
    for word in words:
        found[word[0]] = max(found.get(word[0], 0), len(word))
    return found


def _signed(sign: Sign, places: Mapping[str, list[tuple[int, int]]]) -> float:
    if any(sense in places for sense in sign.never):
        return 0.0
    letters, stands = 0, set()
    for need in sign.needs:
        here = [place for sense in need for place in places.get(sense, ())]
        if not here:
            return 0.0
        letters += max(end - start for start, end in here)
        stands.update(here)
    if len(stands) < len(sign.needs):  # one word cannot stand for two
        return 0.0
    if sign.weight:
        return sign.weight + 0.05 * min(letters, 10)
    return SIGN + SENSE * len(sign.needs) + 0.25 * min(letters, 10)


__all__ = ["REMEMBERED", "Signs", "ends", "longest"]
