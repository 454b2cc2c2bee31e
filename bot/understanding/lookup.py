"""问一问: what is known about a question, and whether it is said, offered or kept back. Words, sounds and counting alone."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.understanding import terms as cut
from bot.understanding.meeting import Known, Met, Scale
from bot.understanding.pieces import Piece
from bot.understanding.terms import Asked
from content.asking import NOTHING_HEARD, Asking, Heard

CANDIDATES, RAREST = 40, 12
"""How many pieces are weighed, and by how many of the rarest words of a question they are found."""
_AS_CUT = """tokenize = "unicode61 tokenchars '.'" """
LIKELIER = Met(
    share=6.41,
    title=4.0,
    about=3.07,
    words=0.0,
    lacks=-0.8,
    beside=-0.62,
    unheard=0.0,
    missed=0.0,
    stretch=0.0,
    evidence=0.32,
    number=-1.36,
    person=-2.31,
    rank=-0.68,
    foreign=-1.9,
    telling=0.0,
    lesson=-0.06,
)
"""How much each measure says for a piece, beside others found for the same question, as the logarithm of its likelihood:
fitted to questions whose answer is known, except that a piece without the thing or the person asked for may not win by
other words."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece, how it meets the question, and its score, by which it is likelier than another."""

    piece: Piece
    met: Met
    score: float


class Index:
    """Pieces by their words. Safe to use from many threads; one look-up at a time."""

    def __init__(
        self, pieces: Iterable[Piece], asking: Asking, weights: Index | None = None, heard: Heard = NOTHING_HEARD
    ) -> None:
        """`weights`: another index whose counts say how rare a word is, for a few pieces beside many.

        `heard`: by the name of a piece, how people have asked for it; it is found by each of these as by its own words.
        """
        self._asking = asking
        self._known: list[Known] = []
        counts: Counter[str] = Counter()
        rows: list[tuple[int, str, str, str]] = []
        for piece in pieces:
            for about in (asking.written(piece.about), *map(asking.matter, heard.get(piece.id, ()))):
                known, row = self._cut(piece, about)
                self._known.append(known)
                counts.update(known.about | known.says)
                rows.append((len(rows), *row))
        self.scale: Scale = weights.scale if weights is not None else Scale(asking, counts, max(1, len(rows)))
        self.slips: cut.Slips = weights.slips if weights is not None else cut.Slips(asking)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(f"CREATE VIRTUAL TABLE pieces USING fts5(about, says, sounds, {_AS_CUT})")
        self._db.executemany("INSERT INTO pieces(rowid, about, says, sounds) VALUES (?, ?, ?, ?)", rows)
        self._db.commit()

    def find(self, text: str) -> list[Found]:
        """What speaks of the question, the likeliest first; at most CANDIDATES."""
        asked = cut.asked(self.slips.mended(text, self.scale.counts), self._asking)
        if not asked.terms:
            return []
        sounds = [cut.pair_sounds(run) for run in asked.runs]
        runs, terms = self.scale.runs(asked, sounds), frozenset(asked.terms).union(*asked.runs)
        found = []
        for rank, row in enumerate(self._candidates(asked, sounds)):
            met = self.scale.met(self._known[row], runs, asked, terms, rank)
            found.append(Found(self._known[row].piece, met, met.weighed(LIKELIER)))
        return sorted(found, key=lambda each: (-each.score, each.piece.id))

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._db.close()

    def _cut(self, piece: Piece, worded: str) -> tuple[Known, tuple[str, str, str]]:
        """A piece in the words in which it may be asked for; `worded` as the rules have them."""
        title = cut.terms(self._asking.written(piece.title))
        about, says, heard = cut.terms(worded), cut.terms(self._asking.written(piece.says)), cut.sounds(worded)
        asks_only = piece.question is not None and piece.question.kind != "judge"
        kinds = self._asking.kinds_told(piece.says if asks_only else f"{piece.about} {piece.says}")
        things = self._asking.things_in(worded)
        known = Known(piece, frozenset(about), frozenset(says), frozenset(heard), frozenset(title), kinds, things)
        return known, (" ".join(about), " ".join(says), " ".join(heard))

    def _candidates(self, asked: Asked, sounds: Iterable[list[str]]) -> list[int]:
        counts = self.scale.counts
        heard = [
            sound
            for run, heard in zip(asked.runs, sounds, strict=True)
            for at, sound in enumerate(heard)
            if not counts[run[at : at + 2]]
        ]
        known = sorted((each for each in asked.terms if counts[each]), key=lambda each: counts[each])
        wanted = " OR ".join(f'"{each}"' for each in dict.fromkeys([*known[:RAREST], *heard[:RAREST]]))
        if not wanted:
            return []
        query = "SELECT rowid FROM pieces WHERE pieces MATCH ? ORDER BY bm25(pieces, 3.0, 1.5, 0.5), rowid LIMIT ?"
        with self._lock:
            return [row for (row,) in self._db.execute(query, (wanted, CANDIDATES))]


class Stand(NamedTuple):
    """How the likeliest two points stand among all that was found."""

    crowd: float
    """Logarithm of the part of all likelihood that is theirs: of ten that speak of it alike two are seldom the answer."""
    sources: float
    """The same, where every point of their articles counts as theirs."""
    agree: float
    """1 when both are of one article."""
    second: float
    """The part of the question the second speaks of."""


CERTAIN = Met(
    share=1.51,
    title=1.18,
    about=1.21,
    words=-0.06,
    lacks=-0.34,
    beside=-0.3,
    unheard=-0.2,
    missed=-0.15,
    stretch=0.02,
    evidence=0.32,
    number=-0.76,
    person=-0.3,
    rank=-0.43,
    foreign=-1.03,
    telling=0.27,
    lesson=0.12,
)
STANDS = Stand(crowd=0.54, sources=0.76, agree=0.47, second=1.09)
"""How much each measure of the likeliest piece, and of the two among the rest, says for the answer being one of them.

Fitted to questions whose answer is known or known to be missing, each known one a second time with its answer taken away
(a quarter's weight): what is then found is near and wrong, and that is what must be told from the answer.
"""
DOUBT = 2.23
"""How much must speak for them before they are as likely the answer as not."""
CHANCE = 0.74
"""How likely one of those shown must be the answer: wrong advice costs more than none. Chosen on sets of questions
that the fit had not seen, one set at a time: a hundredth of them are answered wrongly."""
MARGIN, NEAR = 3.0, 4.0
"""By how much a piece must be likelier than the next point, to be the one answer; and to be worth no mention."""
OTHERS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. With `sure`, `others` are what he may have meant besides; without it they are guesses, or none."""

    sure: Piece | None = None
    others: tuple[Piece, ...] = ()
    withheld: bool = False
    """True where something answers it that is the mine's own and for those of the Party alone."""


def decide(found: Sequence[Found]) -> Answer:
    """The answer to a question by what was found for it, the likeliest first."""
    points = _points(found)
    if not points or chance(points) < CHANCE:
        return Answer()
    first, rest = points[0], points[1:]
    alone = not rest or first.score - rest[0].score >= MARGIN
    if alone and not first.met.lacks:  # what lacks the thing asked for is a guess at best
        near = [each.piece for each in rest if first.score - each.score < NEAR]
        return Answer(first.piece, tuple(near[:OTHERS]))
    return Answer(None, tuple(each.piece for each in points[:OTHERS]))


def chance(points: Sequence[Found]) -> float:
    """How likely one of the first two of some points, the likeliest first, is the answer: 0 to 1."""
    stand = _stand(points)
    speaks = points[0].met.weighed(CERTAIN) + sum(map(float.__mul__, stand, STANDS))
    return 1 / (1 + math.exp(DOUBT - speaks))


def _stand(points: Sequence[Found]) -> Stand:
    shown, whole = points[:OTHERS], 0.0
    sources = {(each.piece.law, each.piece.article) for each in shown}
    theirs = of_sources = 0.0
    for place, each in enumerate(points):
        likely = math.exp(each.score - points[0].score)
        whole += likely
        theirs += likely if place < OTHERS else 0.0
        of_sources += likely if (each.piece.law, each.piece.article) in sources else 0.0
    return Stand(
        crowd=math.log(theirs / whole),
        sources=math.log(of_sources / whole),
        agree=float(len(shown) == OTHERS and len(sources) == 1),
        second=shown[1].met.share if len(shown) == OTHERS else 0.0,
    )


def _points(found: Iterable[Found]) -> list[Found]:
    """The best of each point."""
    best: dict[tuple[str, str, str], Found] = {}
    for each in found:
        best.setdefault(each.piece.point, each)
    return list(best.values())


__all__ = ["CANDIDATES", "Answer", "Found", "Index", "Stand", "chance", "decide"]
