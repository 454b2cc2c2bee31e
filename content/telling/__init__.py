"""What people tell rather than ask: a call for help in the present, and a story of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from content.folding import fold
from content.problem import ContentProblem, read_toml

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Telling:
    """`telling.toml`: words of one who calls, of one who writes a rule or a question, of one who tells of himself."""

    calls: tuple[str, ...]
    taught: tuple[str, ...]
    own: tuple[str, ...]
    asks: tuple[str, ...]

    @classmethod
    def read(cls, path: Path = HERE / "telling.toml") -> Telling:
        """Raises ContentProblem for a list that is missing or holds anything but words."""
        table = read_toml(path)
        lists = []
        for name in ("calls", "taught", "own", "asks"):
            words = table.get(name)
            if not isinstance(words, list) or not words or not all(isinstance(each, str) and each for each in words):
                raise ContentProblem(path.name, name, "not_word_list")
            lists.append(tuple(words))
        return cls(*lists)

    def is_call(self, text: str) -> bool:
        """True for words of somebody in danger or beside it, now; a rule or a question that quotes them is none."""
        said = fold(text)
        return _any(self.calls, said) and not _any(self.taught, said)

    def is_story(self, text: str) -> bool:
        """True for what tells of the teller and asks nothing."""
        said = fold(text)
        return _any(self.own, said) and not _any(self.asks, said)


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)
