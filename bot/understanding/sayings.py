"""Whole phrases read in linear time: what acts, what only offers, what merely hints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.signs import REMEMBERED, Signs, ends, longest
from content.pattern import Pattern
from content.spoken import Saying
from content.words import Words

LONGEST_PHRASE = 64  # plain letters
LONGEST_KNOWN = 12
ASKED_FOR = 2.5
OUTDONE = 1.5
LOUD, LOUDER = 7.4, 1.5  # what signs must be worth, and by how much more, to gainsay one part of a text
SECOND = 7.0  # what signs must be worth to speak for what one clause of a text names
AUDIBLE = 5.0  # what gainsays words that are said about everything: out, back, help
MOST_CHOICES = 12  # of a saying whose sound is learned as well


@dataclass(frozen=True, slots=True)
class Meant:
    """A phrase found in a text."""

    action: str
    covered: int
    """Letters of the text it accounts for."""
    tail: str = ""
    """What was said after it, where it leaves room for that."""
    asks: bool = False
    """True when it stood inside a question."""
    glued: bool = False
    """True for the action's own word with its text glued to it."""


class Phrases:
    """The sayings of all actions, compiled. Matching walks a bounded text once per candidate."""

    def __init__(self, words: Words) -> None:
        sayings, speech = words.sayings, words.sayings.speech
        self._speech = speech
        self._writes = words.writes
        self.signs = Signs(sayings.senses)
        self._main = frozenset(speech.plain(name) for name in words.name_of.values())
        plain = {speech.plain(word): action for word, action in words.by_word.items()}
        self.spoken: frozenset[str] = frozenset(s.action for s in (*sayings.says, *sayings.hints))
        """Actions that have sayings; the others are there to be tapped, and only their very words name them."""
        self.words: Mapping[str, str] = {
            w: a for w, a in plain.items() if w and a in self.spoken and a not in words.outside
        }
        self.names: Mapping[str, str] = {
            w: a for w, a in {**plain, **sayings.names}.items() if w and a in self.spoken and a not in words.writes
        }
        self.known = dict(sayings.names) | self.words
        self._longest_known = longest(self.known)
        self.offered: Mapping[str, str] = {
            each: saying.action for saying in sayings.offers for each in _spelled_out(saying.pattern)
        }
        self._says, self._offers = _Index(sayings.says), _Index(sayings.offers)
        self._hints: dict[str, list[_Hint]] = defaultdict(list)
        for hint in map(_Hint.of, sayings.hints):
            for first in hint.parts[0]:
                self._hints[first].append(hint)
        self._longest_first = longest(self._hints)
        self.acting = lru_cache(maxsize=REMEMBERED)(self._acting)
        self.offering = lru_cache(maxsize=REMEMBERED)(self._offering)

    def _acting(self, text: str) -> Meant | None:
        """The action a whole plain text names: its word or a phrase of it, fillers around it set aside."""
        if not text or len(text) > LONGEST_PHRASE:
            return None
        orders = set(self._speech.ends(text))
        for i, j in self._speech.cores(text, asking=True):
            asks = j not in orders
            if (action := self.words.get(text[i:j])) and not (asks and action in self._writes):
                return Meant(action, j - i, asks=asks)
        if saying := self._whole(self._says, text):
            return saying
        for i, j in self._speech.cores(text, frames=True, asking=True):
            if action := self.names.get(text[i:j]):
                return None if self._outdone(action, text) else Meant(action, j - i)
        return None

    def _offering(self, text: str) -> Meant | None:
        """The action a whole plain text may mean without being an order."""
        return self._whole(self._offers, text) if 0 < len(text) <= LONGEST_PHRASE else None

    def hints(self, text: str) -> dict[str, float]:
        """Actions hinted at anywhere, with how many letters speak for each."""
        text = ends(text)
        found: dict[str, float] = {}
        for start in range(len(text)):
            reach = min(LONGEST_KNOWN, self._longest_known.get(text[start], 0))
            for end in range(start + 2, min(len(text), start + reach) + 1):
                if action := self.known.get(text[start:end]):
                    asked = self._asked_for(text, start)
                    found[action] = max(found.get(action, 0.0), end - start + asked)
        for hint in self._begun(text):
            if (worth := hint.worth(text)) > found.get(hint.action, 0.0):
                found[hint.action] = worth
        return found

    def _begun(self, text: str) -> Iterable[_Hint]:
        """The hints whose first word stands in the text."""
        reach = self._longest_first
        pieces = {text[i : i + n] for i, first in enumerate(text) for n in range(1, reach.get(first, 0) + 1)}
        return {id(hint): hint for piece in pieces for hint in self._hints.get(piece, ())}.values()

    def _whole(self, index: _Index, text: str) -> Meant | None:
        starts = self._speech.starts(text)
        plain_ends = dict.fromkeys(self._speech.ends(text), False)
        ends = dict.fromkeys(self._speech.ends(text, self._speech.questions), True) | plain_ends
        best: Meant | None = None
        for start in starts:
            for saying in index.at(text, start):
                pattern = saying.pattern
                reached = pattern.ends(text, 0 if pattern.starts_open else start)
                if pattern.ends_open:
                    tails = [end for end in reached if end < len(text)]
                    if tails and (best is None or best.covered < max(tails) - start):
                        best = self._opened(saying.action, text, start, max(tails))
                    continue
                for end in reached & ends.keys():
                    asks = ends[end]
                    if asks and saying.action in self._writes:
                        continue
                    if best is None or best.tail or end - start > best.covered:
                        best = Meant(saying.action, end - start, asks=asks)
        return best

    def _opened(self, action: str, text: str, start: int, end: int) -> Meant:
        """A saying with something after it, which begins behind the word itself."""
        said = [n for n in range(1, LONGEST_KNOWN) if self.words.get(text[start : start + n]) == action]
        behind = start + max(said) if said and start + max(said) <= end else end
        glued = start == 0 and any(text[:n] in self._main for n in said)
        return Meant(action, end - start, text[behind:], glued=glued)

    def _outdone(self, action: str, text: str) -> bool:
        """True when a page is named, but more of the text speaks for something else."""
        if self.gainsaid(action, text):
            return True
        hints = self.hints(text)
        return any(worth > hints.get(action, 0.0) + OUTDONE for other, worth in hints.items() if other != action)

    def gainsaid(self, action: str, text: str, signs: Mapping[str, float] | None = None) -> bool:
        """True when the senses of the text, `signs` where they are known, speak loudly for something else."""
        signs = self.signs.of(text) if signs is None else signs
        least = max(AUDIBLE if action.startswith("general.") else LOUD, signs.get(action, 0.0) + LOUDER)
        return any(worth >= least for other, worth in signs.items() if other != action)

    def seconded(self, action: str, text: str) -> bool:
        """True when the senses of the whole text speak for the action too."""
        return self.signs.of(text).get(action, 0.0) >= SECOND

    def _asked_for(self, text: str, start: int) -> float:
        """More for what follows close upon a request."""
        near = any(text[start - length : start] in self._speech.requests for length in (1, 2, 3) if length <= start)
        return ASKED_FOR if near and start else 0.0


class _Index:
    """Sayings by the letter they may begin with."""

    def __init__(self, sayings: Iterable[Saying]) -> None:
        self._by_first: dict[str, list[Saying]] = defaultdict(list)
        self._anywhere: list[Saying] = []
        for saying in sayings:
            firsts = saying.pattern.firsts()
            for first in firsts:
                self._by_first[first].append(saying)
            if not firsts:
                self._anywhere.append(saying)

    def at(self, text: str, start: int) -> list[Saying]:
        known = self._by_first.get(text[start], []) if start < len(text) else []
        return known + self._anywhere if start == 0 else known


@dataclass(frozen=True, slots=True)
class _Hint:
    """Words that speak for an action wherever they stand, in their order."""

    action: str
    parts: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, saying: Saying) -> _Hint:
        return cls(saying.action, tuple(_joined(saying.pattern)))

    def worth(self, text: str) -> float:
        """Letters found, and more for words that belong together; 0.0 when any is missing."""
        place, letters = 0, 0
        for part in self.parts:
            places = [(at, -len(each)) for each in part if (at := text.find(each, place)) >= 0]
            if not places:
                return 0.0
            at, minus = min(places)
            place, letters = at - minus, letters - minus
        return letters + 1.2 * (len(self.parts) - 1)


def _spelled_out(pattern: Pattern) -> frozenset[str]:
    """All a short saying may be; nothing for one with gaps or many choices."""
    parts = _joined(pattern) if None not in pattern.groups else []
    return parts[0] if parts and len(parts[0]) <= MOST_CHOICES else frozenset()


def _joined(pattern: Pattern) -> list[frozenset[str]]:
    """The choices between two gaps, each spelled out."""
    parts: list[frozenset[str]] = []
    current: list[str] = [""]
    for group in (*pattern.groups, None):
        if group is not None:
            current = [before + each for before in current for each in sorted(group.any_of)]
        elif current != [""]:
            parts.append(frozenset(each for each in current if each))
            current = [""]
    return parts


__all__ = ["LONGEST_PHRASE", "Meant", "Phrases"]
