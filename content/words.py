"""What people say and tap: the words of each action, the shape of tapped texts, and the grammar of an answer."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.folding import fold
from content.problem import ContentProblem, read_toml
from content.spoken import Sayings

# Each placeholder of a tap template matches in linear time and never more than a phone could have sent.
TAPPABLE = re.compile(r"[A-Za-z0-9\u4e00-\u9fff .\-]+")  # what every client sends as it was written (platform §3.4)
TAKES = frozenset({"text", "person", "shift", "time", "topic", "room", "code", "receipt"})
KEYS = {"later", "word", "words", "tap", "also", "desk", "takes", "writes", "outside", "yields"}
SHAPES = {
    "number": r"[0-9]{1,9}",
    "choice": r"\S{1,30}",
    "month": r"[0-9]{1,2}",
    "date": r"[0-9]{1,2}",
    "sitting": r"[0-9]{1,9}",
    "about": r"[0-9a-z.\u4e00-\u9fff]{1,60}",  # the name of a piece, squashed (content.asking)
}


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap template with its placeholders: what the bot writes and what it reads back."""

    action: str
    template: str
    patterns: tuple[re.Pattern[str], ...]

    def read(self, text: str) -> dict[str, str] | None:
        """The facts in a folded text of this shape; None when it is of another."""
        found = next(filter(None, (pattern.fullmatch(text) for pattern in self.patterns)), None)
        return None if found is None else found.groupdict()


@dataclass(
    frozen=True, slots=True, eq=False
)  # one vocabulary is itself and no other: what is built on it is kept by it
class Words:
    """The vocabulary: folded word → action, and the tap templates."""

    actions: tuple[str, ...]
    by_word: Mapping[str, str]
    first_word: Mapping[str, str]
    name_of: Mapping[str, str]
    """What an action is called: its word of the contract, shown and printed."""
    desk: frozenset[str]
    """Actions of the secretary's desk."""
    taps: Mapping[str, Tapped]
    takes: Mapping[str, str]
    """What may follow the word of an action, one of TAKES."""
    writes: frozenset[str]
    """Actions that change a record: never started by what merely sounds or looks like their word."""
    outside: frozenset[str]
    """Actions that are no word of the contract: courtesies, help about other things."""
    later: frozenset[str]
    """Actions that have a word but no conversation yet."""
    yields: frozenset[str]
    """Actions whose word means the waiting step, where one waits."""
    sayings: Sayings

    @classmethod
    def read(cls, path: Path) -> Words:
        """`actions.toml`: a table per action with `words` and, where taps carry facts, `tap`; and the folder `sayings`."""
        by_word: dict[str, str] = {}
        first: dict[str, str] = {}
        names: dict[str, str] = {}
        taps: dict[str, Tapped] = {}
        table = read_toml(path)
        for action, entry in table.items():
            if not isinstance(entry, dict) or not _sayings(entry):
                raise ContentProblem(path.name, action, "not_words")
            if unknown := sorted(set(entry) - KEYS):
                raise ContentProblem(path.name, action, "unknown_key", ", ".join(unknown))
            if entry.get("takes", "text") not in TAKES:
                raise ContentProblem(path.name, action, "unknown_shape", str(entry["takes"]))
            for word in entry.get("words", []):
                if by_word.setdefault(fold(word), action) != action:
                    raise ContentProblem(path.name, action, "word_taken", word)
                first.setdefault(action, word)
            if name := entry.get("word", first.get(action)):
                names[action] = name
            if "tap" in entry:
                shapes = (entry["tap"], *entry.get("also", []))
                taps[action] = Tapped(action, entry["tap"], tuple(_pattern(path, action, each) for each in shapes))
        takes = {action: str(entry["takes"]) for action, entry in table.items() if "takes" in entry}
        return cls(
            tuple(table),
            by_word,
            first,
            names,
            _marked(table, "desk"),
            taps,
            takes,
            _marked(table, "writes"),
            _marked(table, "outside"),
            _marked(table, "later"),
            _marked(table, "yields"),
            Sayings.read(path.parent / "sayings", table.keys()),
        )

    def taps_as(self, action: str, text: str, *, short: bool) -> bool:
        """True for what starts an action that is tapped; a shorter way to type what the tap says counts where `short` does."""
        shape = self.taps.get(action)
        if shape is None or short:
            return shape is not None
        said = fold(text)
        return shape.patterns[0].fullmatch(said) is not None or shape.read(said) is None

    def tapped(self, action: str, **values: object) -> str:
        """The text a tap on this action sends: its template filled, or its first word where there is nothing to fill in."""
        if action in self.taps and (values or action not in self.first_word):
            return self.taps[action].template.format_map(values)
        return self.first_word[action]


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """How people name an option: folded spelling → letter, and the spellings of right and wrong."""

    letters: Mapping[str, str]
    verdicts: Mapping[str, bool]
    lead_ins: tuple[str, ...]
    tails: tuple[str, ...]
    done: frozenset[str]
    numerals: frozenset[str]
    point: str
    """The decimal point between numerals."""
    units: Mapping[str, tuple[str, ...]]
    """Other names of a unit: folded unit to folded names, itself included, longest first."""
    between: str
    joints: tuple[str, ...]
    all: frozenset[str]
    give_up: frozenset[str]
    guess: tuple[str, ...]
    """What is said beside an answer that is a guess, longest first."""
    told: frozenset[str]
    """What behind such a word may be how a guess came out, and no answer."""

    @classmethod
    def read(cls, path: Path) -> AnswerWords:
        """`answers.toml`: [letters], [judge] and [around]."""
        table = read_toml(path)
        try:
            letters = {fold(s): letter for letter, spellings in table["letters"].items() for s in spellings}
            judge, around, units = table["judge"], table["around"], table["units"]
            verdicts = {
                fold(word): truth for truth, name in ((True, "right"), (False, "wrong")) for word in judge[name]
            }
            return cls(
                letters,
                verdicts,
                tuple(around["lead_ins"]),
                tuple(around["tails"]),
                frozenset(map(fold, around["done"])),
                frozenset(around["numerals"]),
                around["point"],
                {fold(u): tuple(sorted({fold(u), *map(fold, n)}, key=len, reverse=True)) for u, n in units.items()},
                around["between"],
                tuple(around["joints"]),
                frozenset(map(fold, around["all"])),
                frozenset(map(fold, around["pass"])),
                tuple(sorted(map(fold, around["guess"]), key=len, reverse=True)),
                frozenset(map(fold, around["told"])),
            )
        except KeyError as missing:
            raise ContentProblem(path.name, str(missing), "missing_key") from None


def _marked(table: Mapping[str, Any], mark: str) -> frozenset[str]:
    return frozenset(action for action, entry in table.items() if entry.get(mark, False))


def _sayings(entry: dict[str, Any]) -> bool:
    """True when `words` and `also`, where they stand, are lists of sayings and `tap` is one."""
    lists = [entry[name] for name in ("words", "also") if name in entry]
    sound = all(
        isinstance(each, list) and each and all(isinstance(w, str) and w.strip() for w in each) for each in lists
    )
    return sound and isinstance(entry.get("tap", "x"), str)


def _pattern(path: Path, action: str, template: str) -> re.Pattern[str]:
    parts: list[str] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        parts.append(re.escape(literal))
        if name is None:
            continue
        if name not in SHAPES:
            raise ContentProblem(path.name, action, "unknown_placeholder", name)
        parts.append(f"(?P<{name}>{SHAPES[name]})")
    return re.compile("".join(parts))
