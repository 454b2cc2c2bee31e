"""问一问: what is said to a question: an answer that is sure, two guesses, or honestly nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import content
from bot.services.materials.taught import NOTHING, Taught
from bot.understanding.lookup import Answer, Index, decide
from bot.understanding.pieces import Piece, of_questions, of_taught, of_teaching
from content.asking import NOTHING_HEARD, Asking, Heard, heard, squashed
from content.bank import Bank
from content.teaching import Teaching

OPINIONS, MINE, HERE = "opinions", "mine", "here"
BANKS, LIBRARIES = 16, 2
"""How many are kept: of what the mine's own units have, of content folders."""
_MAKING = threading.Lock()
_MADE: OrderedDict[int, tuple[Bank, Library]] = OrderedDict()  # the bank is kept so that its id stays its own


class _Stock:
    """Pieces with their index, and the names by which taps call for them."""

    def __init__(
        self, pieces: Sequence[Piece], asking: Asking, base: _Stock | None = None, said: Heard = NOTHING_HEARD
    ) -> None:
        self.pieces = pieces
        self.index: Index = Index(pieces, asking, base.index if base is not None else None, said)
        self.by_name: dict[str, Piece] = {}
        self.names: dict[tuple[str, str, str], str] = {}
        taken = set(base.by_name) if base is not None else set()
        points: dict[str, list[Piece]] = {}
        for piece in pieces:
            alike = points.setdefault(squashed(piece.title), [])
            if all(piece.point != each.point for each in alike):
                alike.append(piece)
        for title, alike in points.items():
            alone = len(alike) == 1 and title not in taken
            for piece in alike:
                self._call(piece, title if alone else title + squashed(piece.article + piece.law))

    def _call(self, piece: Piece, name: str) -> None:
        self.by_name.setdefault(name, piece)
        self.names[piece.point] = name


class Library:
    """All that is known, for whoever asks: the folder's pieces once, and the mine's own beside them."""

    def __init__(self, bank: Bank, teaching: Teaching, asking: Asking, said: Heard = NOTHING_HEARD) -> None:
        """`said`: how people have asked for pieces, by their names; names of what is not there say nothing."""
        self._asking = asking
        self._disk = bank
        everyone = frozenset(bank.for_all)
        private = [question for question in bank.questions.values() if question.id not in everyone]
        self._members_only = frozenset(trade for question in private for trade in question.trades)
        pieces = [*of_questions(bank.questions.values(), everyone), *of_teaching(teaching, self._members_only)]
        self._base = _Stock(pieces, asking, said=said)
        self._published = {piece.id: piece for piece in pieces}
        self._own: OrderedDict[tuple[int, int], tuple[Bank, Taught, tuple[_Stock, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def pieces(self) -> Sequence[Piece]:
        """All of the folder."""
        return self._base.pieces

    def answer(self, text: str, bank: Bank, *, of_party: bool, taught: Taught = NOTHING) -> Answer:
        """What there is to say to a question, of what its asker may see. A few milliseconds, whatever the text.

        `bank` and `taught` hold what he may see of the mine's own, here and wherever else they are asked for. What stands in
        the folder is published regulation, and whoever asks may read it; `of_party` keeps the mine's own Party material.
        """
        if self.is_elsewhere(text) in (OPINIONS, MINE):
            return Answer()
        stocks = self._stocks(bank, taught)
        if self._asking.is_ours(text):
            stocks = stocks[1:]
        found = [each for stock in stocks for each in stock.index.find(text)]
        there = sorted(
            (each for each in found if _is_there(each.piece, bank)), key=lambda each: (-each.score, each.piece.id)
        )
        seen = [each for each in there if self._may_read(each.piece, of_party=of_party)]
        answer = decide(seen)
        if len(seen) == len(there) or answer.sure is not None:
            return answer
        hidden = decide(there).sure
        return replace(answer, withheld=hidden is not None and not self._may_read(hidden, of_party=False))

    def is_elsewhere(self, text: str) -> str:
        """Where it is to be asked, for what no law answers; empty for the rest.

        MINE for what only his own papers say, OPINIONS for what is not talked about here, HERE for what is arranged at the
        mine, which its own material may say.
        """
        if self._asking.is_opinion(text):
            return OPINIONS
        if self._asking.is_mine(text):
            return MINE
        return HERE if self._asking.is_here(text) else ""

    def says_something(self, text: str) -> bool:
        """True when a text has a matter, and not only the words around one."""
        return self._asking.says_something(text)

    def called(self, piece: Piece, bank: Bank, *, taught: Taught = NOTHING) -> str:
        """The name by which a tap calls for a piece, the same for as long as no other has its title."""
        return next(stock.names[piece.point] for stock in self._stocks(bank, taught) if piece.point in stock.names)

    def named(self, name: str, bank: Bank, *, of_party: bool, taught: Taught = NOTHING) -> Piece | None:
        """The piece a tap calls for; None when it is gone, changed its title, or is not for him."""
        found = (stock.by_name.get(name) for stock in self._stocks(bank, taught))
        return next(
            (each for each in found if each and _is_there(each, bank) and self._may_read(each, of_party=of_party)), None
        )

    def _may_read(self, piece: Piece, *, of_party: bool) -> bool:
        return of_party or not piece.of_party or self._published.get(piece.id) is piece

    def _stocks(self, bank: Bank, taught: Taught) -> tuple[_Stock, ...]:
        """The folder's pieces, and those that only these two have."""
        key = id(bank), id(taught)
        with self._lock:
            held = self._own.get(key)
            if held is None:
                own = [each for name, each in bank.questions.items() if self._disk.questions.get(name) != each]
                asked = of_questions(own, frozenset(bank.for_all or bank.order))
                mine = [*asked, *of_taught(taught, self._members_only)]
                stocks = (self._base, _Stock(mine, self._asking, self._base)) if mine else (self._base,)
                held = self._own[key] = (bank, taught, stocks)  # both are kept so that their ids stay their own
                if len(self._own) > BANKS:
                    self._own.popitem(last=False)
            self._own.move_to_end(key)
        return held[2]


def library(words: content.Content) -> Library:
    """The library of a content folder: half a second's work, done once and shared by all threads."""
    with _MAKING:
        key = id(words.bank)
        if key not in _MADE or _MADE[key][0] is not words.bank:
            _MADE[key] = (words.bank, Library(words.bank, words.teaching, _asking(), _heard()))
            if len(_MADE) > LIBRARIES:
                _MADE.popitem(last=False)
        _MADE.move_to_end(key)
        return _MADE[key][1]


@lru_cache(maxsize=1)
def _asking() -> Asking:
    return Asking.read(content.HERE / "asking.toml")


@lru_cache(maxsize=1)
def _heard() -> Heard:
    return heard(content.HERE / "heard.toml")


def _is_there(piece: Piece, bank: Bank) -> bool:
    """False for a question that rests, or was changed."""
    if piece.question is None:
        return True
    return bank.questions.get(piece.id) == piece.question and piece.id not in bank.resting


__all__ = ["HERE", "MINE", "OPINIONS", "Answer", "Library", "library"]
