"""What the folder `sayings` holds: phrases that act or offer, names of pages, hints, and what words mean together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from content.folding import fold
from content.pattern import Pattern
from content.problem import ContentProblem, read_toml
from content.shapes import Shapes
from content.speech import Speech

SPEECH, SHAPES, SENSES = "speech.toml", "shapes.toml", "senses.toml"
KINDS = ("names", "says", "offers", "hints")


@dataclass(frozen=True, slots=True)
class Saying:
    """One pattern of one action."""

    action: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Sign:
    """Senses that together speak for an action, in any order."""

    action: str
    needs: tuple[frozenset[str], ...]
    """One sense of each must be there."""
    never: frozenset[str]
    weight: float
    """0.0: as many senses as it has."""


@dataclass(frozen=True, slots=True)
class Senses:
    """Plain words → the senses they have, and what senses together are a sign of."""

    words: Mapping[str, frozenset[str]]
    very: Mapping[str, str]
    """Words that signs name themselves, plain → as they are named."""
    signs: tuple[Sign, ...]
    asked: str
    """The sense of looking like a question about rules and rights."""
    nothing: str
    """The sense of words that only hide what is inside them."""
    always: frozenset[str]
    """Senses heard inside longer words too, but for those of `nothing`."""

    @classmethod
    def read(cls, path: Path, speech: Speech, shapes: Shapes, actions: Collection[str]) -> Senses:
        """`sayings/senses.toml`. A name in a sign that is no sense is the very word."""
        table = read_toml(path)
        source, listed, signs = table.get("from"), table.get("words"), table.get("signs")
        if not (isinstance(source, dict) and isinstance(listed, dict) and isinstance(signs, dict)):
            raise ContentProblem(path.name, "from, words, signs", "missing_key", "from, words, signs")
        words: dict[str, set[str]] = {}
        spell = _speller(speech)
        spelled = {**listed, str(source.get("topics")): list(shapes.topics)}
        for sense, spellings in spelled.items():
            if not _is_texts(spellings):
                raise ContentProblem(path.name, sense, "not_sayings")
            for each in _spelled(path.name, sense, spellings, spell):
                words.setdefault(each, set()).add(sense)
        asked, read = str(source.get("questions")), []
        for action, sources in signs.items():
            if action not in actions:
                raise ContentProblem(path.name, action, "unknown_action")
            if not _is_texts(sources):
                raise ContentProblem(path.name, action, "not_sayings")
            for each in sources:
                try:
                    read.append(_sign(action, each))
                except ValueError:
                    raise ContentProblem(path.name, action, "bad_saying", each) from None
        named = {name for sign in read for part in (*sign.needs, sign.never) for name in part} - {*spelled, asked}
        very = {speech.plain(fold(name)): name for name in sorted(named)}
        kept = {word: frozenset(senses) for word, senses in words.items() if word}
        always = frozenset(_texts(source.get("always"), path.name))
        return cls(kept, very, tuple(read), asked, str(source.get("nothing")), always)


@dataclass(frozen=True, slots=True)
class Sayings:
    """All sayings, in the order of the files."""

    speech: Speech
    shapes: Shapes
    senses: Senses
    names: Mapping[str, str]
    """What pages are called, plain → action."""
    says: tuple[Saying, ...]
    offers: tuple[Saying, ...]
    hints: tuple[Saying, ...]

    @classmethod
    def read(cls, folder: Path, actions: Collection[str]) -> Sayings:
        """Raises ContentProblem naming the file and the action at the first thing amiss."""
        speech, shapes = Speech.read(folder / SPEECH), Shapes.read(folder / SHAPES)
        senses = Senses.read(folder / SENSES, speech, shapes, actions)
        sheaf = _Sheaf(speech, actions)
        for path in phrase_files(folder):
            for problem in sheaf.add(path):
                raise problem
        return cls(speech, shapes, senses, sheaf.names, *(tuple(sheaf.sayings[kind]) for kind in KINDS[1:]))


def problems(folder: Path, actions: Collection[str]) -> list[ContentProblem]:
    """Everything amiss in the folder, for `content check`."""
    found: list[ContentProblem] = []
    try:
        shapes = Shapes.read(folder / SHAPES)
        Senses.read(folder / SENSES, Speech.read(folder / SPEECH), shapes, actions)
    except ContentProblem as problem:
        found += [problem] if problem.file != SPEECH else []  # told below
    try:
        sheaf = _Sheaf(Speech.read(folder / SPEECH), actions)
    except ContentProblem as problem:
        return [*found, problem]
    for path in phrase_files(folder):
        try:
            found += sheaf.add(path)
        except ContentProblem as problem:
            found.append(problem)
    return found


def phrase_files(folder: Path) -> list[Path]:
    """The files that hold sayings, in order."""
    return [path for path in sorted(folder.glob("*.toml")) if path.name not in (SPEECH, SHAPES, SENSES)]


class _Sheaf:
    """Sayings gathered file by file."""

    def __init__(self, speech: Speech, actions: Collection[str]) -> None:
        self.names: dict[str, str] = {}
        self.sayings: dict[str, list[Saying]] = {kind: [] for kind in KINDS}
        self._spell = _speller(speech)
        self._actions = actions
        self._taken: set[str] = set()

    def add(self, path: Path) -> Iterator[ContentProblem]:
        """Take in what is sound, yield what is not. Raises ContentProblem where the file is no TOML."""
        for action, entry in read_toml(path).items():
            if action not in self._actions:
                yield ContentProblem(path.name, action, "unknown_action")
            elif action in self._taken:
                yield ContentProblem(path.name, action, "action_twice")
            elif not isinstance(entry, dict) or not all(map(_is_texts, entry.values())):
                yield ContentProblem(path.name, action, "not_sayings")
            elif unknown := sorted(set(entry) - set(KINDS)):
                yield ContentProblem(path.name, action, "unknown_key", ", ".join(unknown))
            else:
                self._taken.add(action)
                yield from self._entry(path.name, action, entry)

    def _entry(self, file: str, action: str, entry: dict[str, Any]) -> Iterator[ContentProblem]:
        for name in entry.get("names", []):
            if self.names.setdefault(self._spell(name), action) != action:
                yield ContentProblem(file, action, "word_taken", name)
        for kind in KINDS[1:]:
            for source in entry.get(kind, []):
                try:
                    self.sayings[kind].append(Saying(action, self._pattern(file, action, source)))
                except ContentProblem as problem:
                    yield problem

    def _pattern(self, file: str, action: str, source: str) -> Pattern:
        try:
            pattern = Pattern.read(source.strip(), self._spell)
        except ValueError:
            raise ContentProblem(file, action, "bad_saying", source) from None
        if all(group is None or "" in group.any_of for group in pattern.groups):  # said by saying nothing
            raise ContentProblem(file, action, "empty_saying", source)
        return pattern


def _speller(speech: Speech) -> Callable[[str], str]:
    """Into the spelling of what is read; the same small words come again and again."""
    return cache(lambda piece: speech.plain(fold(piece)))


def _spelled(file: str, sense: str, spellings: list[str], spell: Callable[[str], str]) -> Iterator[str]:
    """All that the brackets of some words may say."""
    for source in spellings:
        try:
            pattern = Pattern.read(source, spell)
        except ValueError:
            raise ContentProblem(file, sense, "bad_saying", source) from None
        if None in pattern.groups:
            raise ContentProblem(file, sense, "bad_saying", source)
        for parts in product(*(group.any_of for group in pattern.groups if group)):
            yield spell("".join(parts))


def _sign(action: str, source: str) -> Sign:
    needs, never, weight = [], [], 0.0
    for part in source.split():
        if part.startswith("="):
            weight = float(part[1:])
        elif part.startswith("-"):
            never.append(part[1:])
        else:
            needs.append(frozenset(part.split("/")))
    if not needs or "" in {name for part in (*needs, never) for name in part}:
        raise ValueError(source)
    return Sign(action, tuple(needs), frozenset(never), weight)


def _texts(value: object, file: str) -> list[str]:
    if not _is_texts(value):
        raise ContentProblem(file, "from", "not_sayings")
    assert isinstance(value, list)
    return value


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


__all__ = ["Saying", "Sayings", "Senses", "Sign", "phrase_files", "problems"]
