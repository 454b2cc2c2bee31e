"""问一问: how people put their questions, against how rules and lessons put the answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from content.folding import fold
from content.pattern import Pattern
from content.problem import ContentProblem, read_toml

_MARKS = re.compile(r"(?<=\d)[.](?=\d)|[^\w]+|_+")
_UNTAPPABLE = re.compile(r"[^0-9a-z.\u4e00-\u9fff]")
_CLOSE = re.compile(r"[^\w]+|_+")
Heard = Mapping[str, tuple[str, ...]]
"""By the name of a piece, how people have asked for it."""
NOTHING_HEARD: Heard = MappingProxyType({})
_CITED = re.compile(r"\u300a[^\u300b]*\u300b")


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of question, and what must stand in its answer: how long wants minutes or days."""

    name: str
    asks: re.Pattern[str]
    wants: re.Pattern[str]

    @classmethod
    def read(cls, path: Path, name: str, kind: object) -> Kind:
        """`asks` are words of the question; `wants` is an expression that finds the answer's kind."""
        wants = kind.get("wants") if isinstance(kind, dict) else None
        if not isinstance(kind, dict) or not isinstance(wants, str):
            raise ContentProblem(path.name, name, "missing_key", "asks wants")
        try:
            return cls(name, _any({_plain(each) for each in _texts(path, name, kind.get("asks"))}), re.compile(wants))
        except re.error as broken:
            raise ContentProblem(path.name, name, "bad_saying", str(broken)) from None


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """`asking.toml`: one wording for what is asked and what is known, and what is no matter of teaching."""

    same: re.Pattern[str]
    meant: Mapping[str, str]
    empty: re.Pattern[str]
    """Words that say nothing of the matter, and the words of the matter that must not be cut up by them."""
    fillers: frozenset[str]
    weak: frozenset[str]
    """Single letters that say little."""
    foreign: re.Pattern[str]
    """Words of other matters: where what is known does not hold them, something else was asked."""
    things: re.Pattern[str]
    """What cannot be told of by telling of something else."""
    kinds: tuple[Kind, ...]
    mine: tuple[Pattern, ...]
    """What only the person's own papers answer."""
    opinions: tuple[Pattern, ...]
    """Opinions, politics, persons."""
    private: tuple[Pattern, ...]
    """Troubles of his own: for a person to hear, and for no list."""
    here: tuple[Pattern, ...]
    """How things stand at the mine just now: who is on duty, when the canteen opens."""
    ours: tuple[Pattern, ...]
    """What only the mine itself can have written down: no law knows how deep its shaft is."""
    leaders: tuple[Pattern, ...]
    """What somebody above him does to him or takes: for whoever may look into it, and for no list."""

    @classmethod
    def read(cls, path: Path) -> Asking:
        """Raises ContentProblem for an entry that is no list of words, or a word said for two."""
        table = read_toml(path)
        same, fillers, elsewhere = (table.get(part) for part in ("same", "fillers", "elsewhere"))
        if not (isinstance(same, dict) and isinstance(fillers, dict) and isinstance(elsewhere, dict)):
            raise ContentProblem(path.name, "same", "missing_key", "[same] [fillers] [elsewhere]")
        meant = {_plain(word): _plain(word) for word in same}
        for word, spellings in same.items():
            for spelling in _texts(path, word, spellings):
                if meant.setdefault(_plain(spelling), _plain(word)) != _plain(word):
                    raise ContentProblem(path.name, word, "said_for_two", spelling)
        words = {_plain(each) for each in _texts(path, "words", fillers.get("words"))}
        foreign = {_plain(each) for each in _texts(path, "foreign", fillers.get("foreign"))}
        empty = frozenset(each for each in words if len(each) > 1)
        return cls(
            _any(meant),
            meant,
            _any({*empty, *meant.values(), *foreign}),
            empty,
            frozenset(each for each in words if len(each) == 1),
            _any(foreign),
            _any({_plain(each) for each in _texts(path, "things", fillers.get("things", []))}),
            tuple(Kind.read(path, name, kind) for name, kind in _table(path, table, "kinds").items()),
            _patterns(path, "mine", elsewhere.get("mine")),
            _patterns(path, "opinions", elsewhere.get("opinions")),
            _patterns(path, "private", elsewhere.get("private", [])),
            _patterns(path, "here", elsewhere.get("here", [])),
            _patterns(path, "ours", elsewhere.get("ours", [])),
            _patterns(path, "leaders", elsewhere.get("leaders", [])),
        )

    def worded(self, text: str) -> str:
        """A text in the words of the rules: what is asked and what answers it come out alike; parts apart by blanks."""
        return self.same.sub(lambda found: self.meant[found.group()], _spaced(fold(text)))

    def written(self, text: str) -> str:
        """As `worded`, for what stands in lessons and rules: simplified characters already, so that it costs less."""
        plain = _CITED.sub(" ", unicodedata.normalize("NFKC", text).casefold())
        return self.same.sub(lambda found: self.meant[found.group()], _spaced(plain))

    def matter(self, text: str) -> str:
        """A question in the words of the rules, without the words around it."""
        return self.empty.sub(lambda found: " " if found.group() in self.fillers else found.group(), self.worded(text))

    def says_something(self, text: str) -> bool:
        """True when more is left of a question than words that say little."""
        return any(letter.isalnum() and letter not in self.weak for letter in self.matter(text))

    def words(self, text: str) -> list[tuple[int, int]]:
        """Where words of the rules stand in a text that is worded as they are."""
        return [found.span() for found in self.same.finditer(text)]

    def strange(self, text: str) -> list[tuple[int, int]]:
        """Where words of other matters stand."""
        return [found.span() for found in self.foreign.finditer(text)]

    def things_in(self, worded: str) -> frozenset[str]:
        """The things that stand in a text that is worded as the rules are."""
        return frozenset(self.things.findall(worded))

    def kind_asked(self, text: str) -> str:
        """What kind of answer a question wants, the closest kind; empty when it is none of them."""
        plain = _plain(text)
        return next((kind.name for kind in self.kinds if kind.asks.search(plain)), "")

    def kinds_told(self, text: str) -> frozenset[str]:
        """What kinds of answer stand in a text."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        return frozenset(kind.name for kind in self.kinds if kind.wants.search(plain))

    def is_mine(self, text: str) -> bool:
        """True for what stands in nobody's lessons but in his own papers."""
        return _said(self.mine, text)

    def is_here(self, text: str) -> bool:
        """True for what is arranged at the mine from day to day."""
        return _said(self.here, text)

    def is_ours(self, text: str) -> bool:
        """True for what only the mine's own material may answer."""
        return _said(self.ours, text) or self.is_here(text)

    def is_opinion(self, text: str) -> bool:
        """True for what is not talked about here."""
        return _said(self.opinions, text)

    def is_confided(self, text: str) -> str:
        """'leaders' or 'private' for what must stand on nobody's list, though a rule may answer it; empty for the rest."""
        if _said(self.leaders, text):
            return "leaders"
        return "private" if _said(self.private, text) else ""


def heard(path: Path) -> Heard:
    """`heard.toml`: how people have asked for a piece. Raises ContentProblem for an entry that is no list of sayings."""
    return {name: tuple(_texts(path, name, said)) for name, said in _table(path, read_toml(path), "heard").items()}


def squashed(text: str) -> str:
    """Letters, digits and decimal points alone: what a tap may carry and any client sends back."""
    return _UNTAPPABLE.sub("", _MARKS.sub(lambda found: found.group() if found.group() == "." else "", fold(text)))


def _spaced(folded: str) -> str:
    return _MARKS.sub(lambda found: found.group() if found.group() == "." else " ", folded)


def _plain(text: str) -> str:
    return _CLOSE.sub("", fold(text))


def _table(path: Path, table: Mapping[str, object], key: str) -> Mapping[str, object]:
    part = table.get(key, {})
    if not isinstance(part, dict):
        raise ContentProblem(path.name, key, "missing_key", f"[{key}]")
    return part


def _said(patterns: tuple[Pattern, ...], text: str) -> bool:
    plain = _plain(text[:200])
    return any(each.ends(plain, start) for each in patterns for start in range(len(plain)))


def _any(words: Mapping[str, str] | set[str]) -> re.Pattern[str]:
    """The longest of some words; those with one first letter together, so that a text is read quickly."""
    by_first: dict[str, list[str]] = {}
    for each in sorted(words, key=lambda each: (-len(each), each)):
        by_first.setdefault(each[0], []).append(re.escape(each[1:]))
    return re.compile("|".join(f"{re.escape(one)}(?:{'|'.join(rest)})" for one, rest in by_first.items()) or r"(?!)")


def _patterns(path: Path, key: str, said: object) -> tuple[Pattern, ...]:
    try:
        return tuple(Pattern.read(each, _plain) for each in _texts(path, key, said))
    except ValueError as broken:
        raise ContentProblem(path.name, key, "bad_saying", str(broken)) from None


def _texts(path: Path, key: str, said: object) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(each, str) and each.strip() for each in said):
        raise ContentProblem(path.name, key, "not_sayings")
    return said


__all__ = ["NOTHING_HEARD", "Asking", "Heard", "Kind", "heard", "squashed"]
