"""问一问: how well one piece meets one question, measured in a few plain numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.understanding.pieces import LESSON, Piece
from bot.understanding.terms import Asked
from content.asking import Asking

ABOUT, SAYS, SOUND, LETTER = 1.0, 0.8, 0.6, 0.4
ALONE = 0.7
"""How much a letter counts as spoken of: by a pair in what the piece is about, in what it says, by sound, by itself;
and what is left of that where it was asked by itself."""
WORD = 2.5
"""A word of the rules weighs as much as so many letters, however long it is."""
STRANGE = 1.0
"""What a letter weighs, beside its own rarity, that stands in no known pair."""
FOREIGN = 4.0
"""How much more a word of other matters weighs than a letter nobody knows."""
NUMBER = 5.0
"""What a number weighs, at most."""
WEAK = 0.2
"""What a letter weighs that says little."""
PERSON = "person"
"""The kind of question that wants somebody, and no number."""


class Met(NamedTuple):
    """How a piece meets a question: what decides which piece is likelier, and whether any is the answer."""

    share: float
    """The part of the question it speaks of, by how much its letters tell."""
    title: float
    """The part of its title that was asked."""
    about: float
    """The part of what it is about that was asked."""
    words: float
    """How rare the words of the rules are that were asked and that it does not hold."""
    lacks: float
    """How many things were asked that it does not hold."""
    beside: float
    """How many things it is about that were not asked."""
    unheard: float
    """Pairs that were asked and that nothing known holds."""
    missed: float
    """The longest stretch of telling letters it does not speak of."""
    stretch: float
    """The longest stretch of letters that stands in what it is about."""
    evidence: float
    """How rare the pairs are that stand in what it is about."""
    number: float
    """1 when a number, a length, a time was asked and it tells none."""
    person: float
    """1 when a person was asked and it names none."""
    rank: float
    """Its place among what the index found."""
    foreign: float
    """1 when a word of other matters was asked that it does not hold."""
    telling: float
    """How many telling letters the question has."""
    lesson: float
    """1 of a lesson, which speaks of more than one point."""

    def weighed(self, weights: Met) -> float:
        """All of it in one number, by what each measure counts."""
        return sum(weight * value for weight, value in zip(weights, self, strict=True))


@dataclass(frozen=True, slots=True)
class Known:
    """A piece, cut."""

    piece: Piece
    about: frozenset[str]
    says: frozenset[str]
    sounds: frozenset[str]
    title: frozenset[str]
    kinds: frozenset[str]
    """What kinds of answer it holds."""
    things: frozenset[str]
    """What it is about, of things that nothing else can stand for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Letters asked without a break: what each weighs, where words of the rules stand and of other matters, sounds."""

    text: str
    weights: tuple[float, ...]
    telling: tuple[bool, ...]
    words: tuple[tuple[int, int], ...]
    foreign: tuple[tuple[int, int], ...]
    sounds: tuple[str, ...]


class Scale:
    """Weighs questions and pieces by how rare their words are among all that is known."""

    def __init__(self, asking: Asking, counts: Counter[str], size: int) -> None:
        self._asking = asking
        self.counts = counts
        self.size = size
        self._rarities: dict[int, float] = {}

    def rarity(self, term: str) -> float:
        """How much it tells that a piece holds this."""
        count = self.counts[term]
        if (known := self._rarities.get(count)) is None:
            known = self._rarities[count] = math.log(1 + self.size / (1 + count))
        return known

    def runs(self, asked: Asked, sounds: Sequence[Sequence[str]]) -> list[Run]:
        """Each letter weighs as much as the rarest known pair it stands in; one that stands in none, a good deal."""
        return [self._run(run, tuple(heard)) for run, heard in zip(asked.runs, sounds, strict=True)]

    def _run(self, run: str, sounds: tuple[str, ...]) -> Run:
        unknown = math.log(1 + self.size / 4)
        weak = self._asking.weak
        weights = []
        for place, letter in enumerate(run):
            known = [self.rarity(run[at : at + 2]) for at in _pairs_at(run, place) if self.counts[run[at : at + 2]]]
            own = max(known) if known else min(unknown, self.rarity(letter) + STRANGE)
            weights.append(own * (WEAK if letter in weak else 1))
        words = self._asking.words(run)
        for start, end in words:
            for place in range(start, end):
                weights[place] *= min(1.0, WORD / (end - start))
        foreign = self._asking.strange(run)
        for start, end in foreign:
            for place in range(start, end):
                weights[place] = max(weights[place], FOREIGN * unknown / (end - start))
        telling = tuple(letter not in weak for letter in run)
        return Run(run, tuple(weights), telling, tuple(words), tuple(foreign), sounds)

    def met(self, known: Known, runs: Sequence[Run], asked: Asked, terms: frozenset[str], rank: int) -> Met:
        """How well a piece meets a question, of whose `terms` it is the `rank`th that the index found."""
        whole = met = words = foreign = 0.0
        unheard = missed = stretch = telling = 0
        for run in runs:
            worths = [self._worth(known, run, place) for place in range(len(run.text))]
            for start, end in run.foreign:  # such a word is met as a whole or not at all
                if min(worths[start:end]) < SAYS:
                    worths[start:end] = [0.0] * (end - start)
                    foreign = 1.0
            whole += sum(run.weights)
            met += sum(weight * worth for weight, worth in zip(run.weights, worths, strict=True))
            words += sum(self._lacking(known, run.text[start:end]) for start, end in run.words)
            missed = max(missed, _longest([t and w < SOUND for t, w in zip(run.telling, worths, strict=True)]))
            pairs = _pairs(run.text)
            stretch = max(stretch, _longest([pair in known.about for pair in pairs]))
            unheard += sum(
                all(run.telling[at : at + 2]) and not self.counts[pair] and max(worths[at : at + 2]) < SOUND
                for at, pair in enumerate(pairs)
            )
            telling += sum(run.telling)
        for sign in asked.signs:
            weight = min(1.5 * self.rarity(sign), NUMBER)
            worth = ABOUT if sign in known.about else SAYS if sign in known.says else 0.0
            whole, met = whole + weight, met + weight * worth
        lacks = bool(asked.kind) and asked.kind not in known.kinds
        return Met(
            share=met / whole if whole else 0.0,
            title=self._part(known.title, terms),
            about=self._part(known.about, terms),
            words=min(words, 12.0),
            lacks=float(min(sum(not self._holds(known, thing) for thing in asked.things), 2)),
            beside=float(min(len(known.things - asked.things), 2)),
            unheard=float(min(unheard, 3)),
            missed=float(min(missed, 4)),
            stretch=float(min(stretch, 6)),
            evidence=math.log1p(sum(self.rarity(each) for each in asked.terms if each in known.about)),
            number=float(lacks and asked.kind != PERSON),
            person=float(lacks and asked.kind == PERSON),
            rank=math.log1p(rank),
            foreign=foreign,
            telling=math.log1p(telling),
            lesson=float(known.piece.kind == LESSON),
        )

    def _part(self, whole: frozenset[str], terms: frozenset[str]) -> float:
        return sum(map(self.rarity, whole & terms)) / (sum(map(self.rarity, whole)) or 1.0)

    def _lacking(self, known: Known, word: str) -> float:
        """How rare a word is that a piece does not hold; nothing when it does."""
        pairs = _pairs(word)
        return 0.0 if self._holds(known, word) else max(map(self.rarity, pairs), default=0.0)

    def _holds(self, known: Known, word: str) -> bool:
        return all(pair in known.about or pair in known.says for pair in _pairs(word) or [word])

    def _worth(self, known: Known, run: Run, place: int) -> float:
        """How well a piece speaks of one letter of a question."""
        if len(run.text) == 1:
            return ALONE * (ABOUT if run.text in known.about else SAYS if run.text in known.says else 0.0)
        letter = run.text[place]
        worth = LETTER * (ABOUT if letter in known.about else SAYS if letter in known.says else 0.0)
        for at in _pairs_at(run.text, place):
            pair = run.text[at : at + 2]
            if pair in known.about:
                return ABOUT
            if pair in known.says:
                worth = SAYS
            elif run.sounds and not self.counts[pair] and run.sounds[at] in known.sounds:
                worth = max(worth, SOUND)
        return worth


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _longest(marks: Sequence[bool]) -> int:
    longest = length = 0
    for mark in marks:
        length = length + 1 if mark else 0
        longest = max(longest, length)
    return longest


def _pairs_at(run: str, place: int) -> list[int]:
    """Where the pairs begin that a letter stands in."""
    return [at for at in (place - 1, place) if 0 <= at < len(run) - 1]


__all__ = ["Known", "Met", "Run", "Scale"]
