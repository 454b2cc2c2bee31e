"""问一问: what is said to a question: an answer that is sure, two guesses, or honestly nothing."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import content
from bot.understanding.lookup import Found, Index
from bot.understanding.meeting import Met
from bot.understanding.pieces import Piece, of_questions, of_teaching
from content.asking import Asking, squashed
from content.bank import Bank
from content.teaching import Teaching

CERTAIN = Met(
    share=3.98,
    title=3.17,
    about=2.85,
    words=-0.12,
    lacks=-2.0,
    beside=-0.19,
    unheard=-0.81,
    missed=-0.2,
    stretch=0.03,
    evidence=0.0,
    number=-2.29,
    person=-2.0,
    rank=0.0,
    foreign=-2.8,
    telling=2.0,
    lesson=0.0,
)
"""How much each measure of the likeliest piece says for its being the answer, or the next one: fitted to questions whose
answer is known or is known to be missing, but for the things and the persons asked for, which must be there."""
DOUBT, AGREE = 5.83, 1.07
"""How much must speak for a piece before it is as likely the answer as not; and what it says for it that the next point
is of the same article."""
CHANCE = 0.88
"""How likely one of those shown must be the answer: wrong advice costs more than none."""
MARGIN, NEAR = 3.5, 6.0
"""By how much a piece must be likelier than the next point, to be the one answer; and to be worth no mention."""
OTHERS = 2
BANKS, LIBRARIES = 8, 2
"""How many are kept: of banks with own questions, of content folders."""
_MAKING = threading.Lock()
_MADE: OrderedDict[int, tuple[Bank, Library]] = OrderedDict()  # the bank is kept so that its id stays its own


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. With `sure`, `others` are what he may have meant besides; without it they are guesses, or none."""

    sure: Piece | None = None
    others: tuple[Piece, ...] = ()


def decide(found: Sequence[Found]) -> Answer:
    """The answer to a question by what was found for it, the likeliest first."""
    points = _points(found)
    if not points or _chance(points) < CHANCE:
        return Answer()
    first, rest = points[0], points[1:]
    if not rest or first.score - rest[0].score >= MARGIN:
        near = [each.piece for each in rest if first.score - each.score < NEAR]
        return Answer(first.piece, tuple(near[:OTHERS]))
    return Answer(None, tuple(each.piece for each in points[:OTHERS]))


def _chance(points: Sequence[Found]) -> float:
    """How likely the likeliest of some points, or the one next to it, is the answer: 0 to 1."""
    sources = [(each.piece.law, each.piece.article) for each in points[:2]]
    agree = AGREE if len(sources) > 1 and sources[0] == sources[1] else 0.0
    return 1 / (1 + math.exp(DOUBT - agree - points[0].met.weighed(CERTAIN)))


def _points(found: Iterable[Found]) -> list[Found]:
    """The best of each point."""
    best: dict[tuple[str, str, str], Found] = {}
    for each in found:
        best.setdefault(each.piece.point, each)
    return list(best.values())


class _Stock:
    """Pieces with their index, and the names by which taps call for them."""

    def __init__(self, pieces: Sequence[Piece], asking: Asking, base: _Stock | None = None) -> None:
        self.pieces = pieces
        self.index: Index = Index(pieces, asking, base.index if base is not None else None)
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

    def __init__(self, bank: Bank, teaching: Teaching, asking: Asking) -> None:
        self._asking = asking
        self._disk = bank
        everyone = frozenset(bank.for_all)
        private = [question for question in bank.questions.values() if question.id not in everyone]
        self._members_only = frozenset(trade for question in private for trade in question.trades)
        pieces = [*of_questions(bank.questions.values(), everyone), *of_teaching(teaching, self._members_only)]
        self._base = _Stock(pieces, asking)
        self._own: OrderedDict[int, tuple[Bank, tuple[_Stock, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def pieces(self) -> Sequence[Piece]:
        """All of the folder."""
        return self._base.pieces

    def answer(self, text: str, bank: Bank, *, of_party: bool) -> Answer:
        """What there is to say to a question, of what its asker may see. A few milliseconds, whatever the text."""
        if self.is_elsewhere(text):
            return Answer()
        found = [each for stock in self._stocks(bank) for each in stock.index.find(text)]
        seen = [each for each in found if _may_see(each.piece, bank, of_party=of_party)]
        return decide(sorted(seen, key=lambda each: (-each.score, each.piece.id)))

    def is_elsewhere(self, text: str) -> str:
        """'mine' for what only his own papers answer, 'opinions' for what is not talked about here; empty for the rest."""
        if self._asking.is_opinion(text):
            return "opinions"
        return "mine" if self._asking.is_mine(text) else ""

    def says_something(self, text: str) -> bool:
        """True when a text has a matter, and not only the words around one."""
        return self._asking.says_something(text)

    def called(self, piece: Piece, bank: Bank) -> str:
        """The name by which a tap calls for a piece, the same for as long as no other has its title."""
        return next(stock.names[piece.point] for stock in self._stocks(bank) if piece.point in stock.names)

    def named(self, name: str, bank: Bank, *, of_party: bool) -> Piece | None:
        """The piece a tap calls for; None when it is gone, changed its title, or is not for him."""
        found = (stock.by_name.get(name) for stock in self._stocks(bank))
        return next((each for each in found if each and _may_see(each, bank, of_party=of_party)), None)

    def _stocks(self, bank: Bank) -> tuple[_Stock, ...]:
        """The folder's pieces, and those that only this bank has."""
        with self._lock:
            held = self._own.get(id(bank))
            if held is None:
                own = [each for name, each in bank.questions.items() if self._disk.questions.get(name) != each]
                for_all = frozenset(bank.for_all or bank.order)
                mine = _Stock(list(of_questions(own, for_all)), self._asking, self._base) if own else None
                held = (bank, (self._base,) if mine is None else (self._base, mine))
                self._own[id(bank)] = held
                if len(self._own) > BANKS:
                    self._own.popitem(last=False)
            self._own.move_to_end(id(bank))
        return held[1]


def library(words: content.Content) -> Library:
    """The library of a content folder: half a second's work, done once and shared by all threads."""
    with _MAKING:
        key = id(words.bank)
        if key not in _MADE or _MADE[key][0] is not words.bank:
            _MADE[key] = (words.bank, Library(words.bank, words.teaching, _asking()))
            if len(_MADE) > LIBRARIES:
                _MADE.popitem(last=False)
        _MADE.move_to_end(key)
        return _MADE[key][1]


@lru_cache(maxsize=1)
def _asking() -> Asking:
    return Asking.read(content.HERE / "asking.toml")


def _may_see(piece: Piece, bank: Bank, *, of_party: bool) -> bool:
    if piece.of_party and not of_party:
        return False
    if piece.question is None:
        return True
    return bank.questions.get(piece.id) == piece.question and piece.id not in bank.resting


__all__ = ["Answer", "Library", "decide", "library"]
