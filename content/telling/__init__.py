"""What people tell rather than ask: a call for help in the present, and a story of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content.folding import fold
from content.problem import ContentProblem, read_toml

HERE = Path(__file__).parent
_ASKS = ("?", chr(0xFF1F))
LISTS = ("calls", "endings", "leads", "present", "taught", "own", "asks")


@dataclass(frozen=True, slots=True)
class Telling:
    """`telling.toml`: words of one who calls, of one who writes a rule, its breach or a question, of one who tells of himself."""

    calls: tuple[str, ...]
    endings: tuple[str, ...]
    """Calls that are as well how a rule's breach ends."""
    leads: tuple[str, ...]
    """What leads to such an end, told of any day."""
    present: tuple[str, ...]
    """What is said of today, and of oneself."""
    taught: tuple[str, ...]
    own: tuple[str, ...]
    asks: tuple[str, ...]

    @classmethod
    def read(cls, path: Path = HERE / "telling.toml") -> Telling:
        """Raises ContentProblem for a list that is missing or holds anything but words."""
        table = read_toml(path)
        lists = []
        for name in LISTS:
            words = table.get(name)
            if not isinstance(words, list) or not words or not all(isinstance(each, str) and each for each in words):
                raise ContentProblem(path.name, name, "not_word_list")
            lists.append(tuple(words))
        return cls(*lists)

    def is_call(self, text: str) -> bool:
        """True for words of somebody in danger or beside it, now; a rule or a question that quotes them is none."""
        said = fold(text)
        heard = [call for call in self.calls if call in said]
        if not heard or _any(self.taught, said):
            return False
        return _any(self.present, said) or not all(
            call in self.endings and self._is_led_to(call, said) for call in heard
        )

    def asks_something(self, text: str) -> bool:
        """True for what is put as a question, with or without its mark."""
        return _any(self.asks, fold(text)) or text.rstrip().endswith(_ASKS)  # folding takes a mark at the end away

    def _is_led_to(self, call: str, said: str) -> bool:
        """True where a consequence is told: what leads there stands before it, or runs into it."""
        return _any(self.leads, said[: said.find(call) + 1])

    def is_story(self, text: str) -> bool:
        """True for what tells of the teller and asks nothing."""
        return _any(self.own, fold(text)) and not self.asks_something(text)

    def problems(self, path: Path = HERE / "telling.toml") -> Iterator[ContentProblem]:
        """Words that can never be heard: one that folding writes otherwise, one said twice, one that another list undoes."""
        for name in LISTS:
            words: tuple[str, ...] = getattr(self, name)
            for word in words:
                if fold(f"x{word}x")[1:-1] != word:
                    yield ContentProblem(path.name, name, "not_folded", word)
            for word in sorted({word for word in words if words.count(word) > 1}):
                yield ContentProblem(path.name, name, "word_twice", word)
        for name, against in (("calls", self.taught), ("own", self.asks)):
            for word in getattr(self, name):
                for other in against:
                    if other in word:
                        yield ContentProblem(path.name, name, "word_undone", f"{word} {other}")


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)
