"""专项: the one list of topics, in areas, and the one list of trades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.problem import ContentProblem, read_toml
from content.teaching import entry

AREAS = ("safety", "party", "rights")
_FORM = entry.Form("area", {"id": (1, 16), "name": (1, 12)}, {"topics": (1, 60)})


@dataclass(frozen=True, slots=True)
class Topics:
    """`topics.toml`."""

    areas: Mapping[str, tuple[str, ...]]
    """Area → its topics, in order."""
    called: Mapping[str, str]
    """What people call a whole area → area."""
    area_of: Mapping[str, str]
    """Topic → area."""
    trades: frozenset[str]
    pledges: tuple[str, ...]
    """Categories of promises, in the order shown."""
    trades_shown: tuple[str, ...] = ()
    """The trades in the order of the file; the first is everybody."""

    @classmethod
    def read(cls, path: Path) -> Topics:
        """Raises ContentProblem, also for an area that nothing else knows."""
        areas: dict[str, tuple[str, ...]] = {}
        called: dict[str, str] = {}
        area_of: dict[str, str] = {}
        trades, pledges = _words(path, "trades"), _words(path, "pledges")

        def area(file: str, name: str, found: entry.Entry) -> None:
            if name not in AREAS:
                raise ContentProblem(file, name, "unknown_area", name)
            if name in areas:
                raise ContentProblem(file, name, "id_taken", "id")
            areas[name], called[found["name"]] = tuple(found["topics"]), name
            for topic in found["topics"]:
                if area_of.setdefault(topic, name) != name:
                    raise ContentProblem(file, name, "said_for_two", topic)

        for _ in entry.read(path, _FORM, area):
            pass
        return cls(areas, called, area_of, frozenset(trades), pledges, trades)

    def within(self, word: str) -> tuple[str, ...]:
        """The topics a word means: itself, or all of an area; empty for a word that is neither."""
        if word in self.area_of:
            return (word,)
        return self.areas.get(self.called.get(word, ""), ())


def _words(path: Path, key: str) -> tuple[str, ...]:
    words = read_toml(path).get(key)
    if not (isinstance(words, list) and words and all(isinstance(each, str) for each in words)):
        raise ContentProblem(path.name, key, "not_a_list_of_words")
    return tuple(words)
