"""What the folder `sayings` holds: whole phrases that act, phrases that only offer, names of pages, and hints."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.folding import fold
from content.pattern import Pattern
from content.problem import ContentProblem, read_toml
from content.shapes import Shapes
from content.speech import Speech

SPEECH, SHAPES = "speech.toml", "shapes.toml"
KINDS = ("names", "says", "offers", "hints")


@dataclass(frozen=True, slots=True)
class Saying:
    """One pattern of one action."""

    action: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Sayings:
    """All sayings, in the order of the files."""

    speech: Speech
    shapes: Shapes
    names: Mapping[str, str]
    """What pages are called, plain → action."""
    says: tuple[Saying, ...]
    offers: tuple[Saying, ...]
    hints: tuple[Saying, ...]

    @classmethod
    def read(cls, folder: Path, actions: Collection[str]) -> Sayings:
        """Raises ContentProblem naming the file and the action at the first thing amiss."""
        speech, shapes = Speech.read(folder / SPEECH), Shapes.read(folder / SHAPES)
        sheaf = _Sheaf(speech, actions)
        for path in phrase_files(folder):
            for problem in sheaf.add(path):
                raise problem
        return cls(speech, shapes, sheaf.names, *(tuple(sheaf.sayings[kind]) for kind in KINDS[1:]))


def problems(folder: Path, actions: Collection[str]) -> list[ContentProblem]:
    """Everything amiss in the folder, for `content check`."""
    found: list[ContentProblem] = []
    try:
        Shapes.read(folder / SHAPES)
    except ContentProblem as problem:
        found.append(problem)
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
    return [path for path in sorted(folder.glob("*.toml")) if path.name not in (SPEECH, SHAPES)]


class _Sheaf:
    """Sayings gathered file by file."""

    def __init__(self, speech: Speech, actions: Collection[str]) -> None:
        self.names: dict[str, str] = {}
        self.sayings: dict[str, list[Saying]] = {kind: [] for kind in KINDS}
        self._speech = speech
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
            if self.names.setdefault(self._speech.plain(fold(name)), action) != action:
                yield ContentProblem(file, action, "word_taken", name)
        for kind in KINDS[1:]:
            for source in entry.get(kind, []):
                try:
                    self.sayings[kind].append(Saying(action, self._pattern(file, action, source)))
                except ContentProblem as problem:
                    yield problem

    def _pattern(self, file: str, action: str, source: str) -> Pattern:
        try:
            pattern = Pattern.read(source.strip(), lambda piece: self._speech.plain(fold(piece)))
        except ValueError:
            raise ContentProblem(file, action, "bad_saying", source) from None
        if all(group is None or "" in group.any_of for group in pattern.groups):  # said by saying nothing
            raise ContentProblem(file, action, "empty_saying", source)
        return pattern


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


__all__ = ["Saying", "Sayings", "phrase_files", "problems"]
