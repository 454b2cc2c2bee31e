"""问一问: finds what is known about a question, the likeliest first. No language model: words, sounds and counting."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding import terms as cut
from bot.understanding.meeting import Known, Met, Scale
from bot.understanding.pieces import Piece
from bot.understanding.terms import Asked
from content.asking import Asking

CANDIDATES, RAREST = 40, 12
"""How many pieces are weighed, and by how many of the rarest words of a question they are found."""
_AS_CUT = """tokenize = "unicode61 tokenchars '.'" """
LIKELIER = Met(
    share=14.17,
    title=5.9,
    about=4.72,
    words=0.0,
    lacks=-2.5,
    beside=-0.8,
    unheard=-0.27,
    missed=0.88,
    stretch=0.48,
    evidence=-1.05,
    number=-3.15,
    person=-7.34,
    rank=-0.6,
    foreign=0.0,
    telling=0.0,
    lesson=-1.04,
)
"""How much each measure says for a piece, beside others found for the same question: fitted to questions whose answer
is known, except that a piece without the thing asked for may not win by other words."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece, how it meets the question, and its score, by which it is likelier than another."""

    piece: Piece
    met: Met
    score: float


class Index:
    """Pieces by their words. Safe to use from many threads; one look-up at a time."""

    def __init__(self, pieces: Iterable[Piece], asking: Asking, weights: Index | None = None) -> None:
        """`weights`: another index whose counts say how rare a word is, for a few pieces beside many."""
        self._asking = asking
        self._known: list[Known] = []
        counts: Counter[str] = Counter()
        rows: list[tuple[int, str, str, str]] = []
        for piece in pieces:
            known, row = self._cut(piece)
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

    def _cut(self, piece: Piece) -> tuple[Known, tuple[str, str, str]]:
        worded, title = self._asking.written(piece.about), cut.terms(self._asking.written(piece.title))
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


__all__ = ["CANDIDATES", "Found", "Index"]
