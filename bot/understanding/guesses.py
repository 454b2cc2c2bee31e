"""What he may have wanted, where nothing names it: every sign weighed, the likeliest three offered."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from bot.understanding.sayings import LONGEST_PHRASE, Phrases
from bot.understanding.shapes import Reader
from bot.understanding.sounds import LONGEST_SLIP, Sounds
from content.words import Words

MOST = 3
LEAST = 1.9  # below this nothing is near: small talk
WHOLE, CLAUSE, QUESTION, ALIKE = 8.0, 3.5, 3.6, 3.4
PERSON = 4.5
GENERAL = 0.8  # of the weight of words that are said about everything: out, back, help
LONGEST_ALIKE = 40
_BREAK = re.compile(r"[^\w]+")
_DIGITS = re.compile(r"[0-9a-z]{3,}")


class Guesses:
    """Ranks actions for free text. Built once; every step is bounded, whatever the text."""

    def __init__(self, words: Words, phrases: Phrases, reader: Reader) -> None:
        self._words = words
        self._phrases = phrases
        self._reader = reader
        self._speech = words.sayings.speech
        self._offered = phrases.spoken & frozenset(words.name_of)
        # The word itself before its synonyms, both before what pages are called: so homophones are ranked.
        canonical: dict[str, str] = {}
        for action, name in words.name_of.items():
            if action not in self._offered:
                continue
            canonical.setdefault(self._speech.plain(name), action)
        listed = {
            w: a
            for w, a in {**canonical, **phrases.names, **phrases.offered, **phrases.words}.items()
            if a not in words.outside
        }
        self._sounds = Sounds(listed, frozenset(canonical), self._speech.voices)
        self._weights = self._weigh(words)

    def of(self, folded: str, plain: str, clauses: list[str]) -> tuple[str, ...]:
        """At most three actions, the likeliest first; none where nothing is near."""
        asked = self._reader.asks(plain)
        signs = self._phrases.signs.of(plain, asked=asked)
        worth = {action: loud * (GENERAL if action.startswith("general.") else 1) for action, loud in signs.items()}
        if offer := self._phrases.offering(plain):
            _raise(worth, offer.action, WHOLE + offer.covered)
        if (meant := self._phrases.acting(plain)) and not self._phrases.gainsaid(meant.action, plain, signs):
            _raise(worth, meant.action, WHOLE + meant.covered)
        near = 4 if len(plain) <= LONGEST_PHRASE else 2  # of a long story, its two ends
        for clause in (*clauses[:near], *clauses[near:][-near:]) if len(clauses) > 1 else ():
            for found, bonus in ((self._phrases.acting(clause), CLAUSE), (self._phrases.offering(clause), CLAUSE - 2)):
                if found:
                    general = GENERAL if found.action.startswith("general.") else 1
                    _raise(worth, found.action, (bonus + min(found.covered, 8)) * general)
        for action, letters in self._phrases.hints(plain).items():
            _raise(worth, action, letters * (GENERAL if action.startswith("general.") else 1))
        self._sounding(folded, plain, clauses, worth)
        person = self._reader.person(folded, sure=True)
        if person and len(person) == len(("staff_no", "name")):
            _raise(worth, "joining.bind", PERSON)
        if asked:
            _raise(worth, "ask.ask", QUESTION)
        for action, alike in self._alike(plain).items():
            _raise(worth, action, alike)
        best = sorted(worth, key=lambda action: (-worth[action], self._words.actions.index(action)))
        return tuple(action for action in best if worth[action] >= LEAST and action in self._offered)[:MOST]

    def _sounding(self, folded: str, plain: str, clauses: list[str], worth: dict[str, float]) -> None:
        for place, text in enumerate((plain, *clauses[:2])):
            if len(text) > 2 * LONGEST_SLIP and not text.isascii():
                continue
            for i, j in list(self._speech.cores(text))[:4]:
                for action, likely in self._sounds.meant(text[i:j]).items():
                    lost = (len(text) - (j - i)) * 0.3 + place * 0.1
                    _raise(worth, action, likely + min(j - i, 8) * 0.5 - lost)
        head = _DIGITS.split(_BREAK.split(folded)[0])[0]
        argued = len(self._speech.plain(head)) < len(plain)
        if argued and 2 <= len(head) <= 6:
            for action, likely in self._sounds.meant(self._speech.plain(head)).items():
                if action in self._words.takes:
                    _raise(worth, action, likely + 1)
        for action, (length, likely) in self._sounds.heads(plain[:8]).items():
            _raise(worth, action, likely - 4.5 + length)

    def _weigh(self, words: Words) -> dict[str, dict[str, float]]:
        """Pairs of letters → action → weight: rare pairs speak louder."""
        pairs: dict[str, set[str]] = defaultdict(set)
        for word, action in self._phrases.known.items():
            pairs[action] |= _pairs(word)
        for saying in (*words.sayings.says, *words.sayings.offers):
            for group in saying.pattern.groups:
                for each in group.any_of if group is not None else ():
                    pairs[saying.action] |= _pairs(each)
            for one, next_ in zip(saying.pattern.groups, saying.pattern.groups[1:], strict=False):
                if one is not None and next_ is not None:
                    pairs[saying.action] |= {a[-1] + b[0] for a in one.any_of for b in next_.any_of if a and b}
        held = Counter(pair for found in pairs.values() for pair in found)
        weights: dict[str, dict[str, float]] = defaultdict(dict)
        for action in words.actions:
            for pair in pairs.get(action, ()):
                weights[pair][action] = math.log((1 + len(pairs)) / held[pair])
        return dict(weights)

    def _alike(self, plain: str) -> dict[str, float]:
        """How much of a short text is made of the pairs an action's sayings are made of."""
        if not 2 < len(plain) <= LONGEST_ALIKE:
            return {}
        found: dict[str, float] = defaultdict(float)
        pairs = _pairs(plain)
        for pair in pairs:
            for action, weight in self._weights.get(pair, {}).items():
                found[action] += weight
        return {action: ALIKE * min(1.0, total / (2.2 * len(pairs) + 2)) for action, total in found.items()}


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _raise(worth: dict[str, float], action: str, to: float) -> None:
    worth[action] = max(worth.get(action, 0.0), to)


def best(guesses: Iterable[str]) -> tuple[str, ...]:
    """The first three, each once."""
    return tuple(dict.fromkeys(guesses))[:MOST]


__all__ = ["Guesses", "best"]
