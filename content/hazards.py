"""What danger sounds like: words sorted into classes, sentence shapes made of classes, and the frames that unmake them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml

KINDS = {"trapped", "fire", "underground", "injury", "life", "drunk", "missing"}
TIERS = ("certain", "told", "sign", "named", "hint", "cry", "shout")
WEIGHED = TIERS[:4]
PLACES = {"before", "after", "around", "next", "ahead", "start", "clause"}
LEVELS = {"keep", "maybe", "none"}
NUMBERS = ("low", "middle", "high", "plain", "year", "people")
SPELLINGS = ("year_marks", "units", "people_units", "digits", "point")
ROLES = ("skipped", "ordinary", "panic", "now", "truth", "negation", "names", "plea", "haste", "witness", "foretold")
SOUNDS = ("core", "typed", "harmless", "closed", "doubted", "company", "things")

_TABLES = {
    "words": dict,
    "names": dict,
    "numbers": dict,
    "roles": dict,
    "groups": dict,
    "sounds": dict,
    "danger": list,
    "frame": list,
}
OTHER = "."  # a character no class knows
PAUSE, STOP = ",", ";"
_FIRST_CODE = 0xE000
_QUOTED = re.compile(r"'[^'|\s]+'")
_END = chr(0x3002)  # the ideographic full stop
_SHORT, _LONG = "\u2026", "\u2026\u2026"
_ASIDE = 5
_FAR = 14


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence shape, as a pattern over class codes."""

    kind: str
    tier: str
    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    """One code of each must stand in a text, or the shape need not be tried."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Words around an event that say it is not happening here and now."""

    codes: frozenset[str]
    where: str
    reach: int
    to: Mapping[str, str]
    """Tier → 'keep', 'maybe' or 'none'."""
    lifted: str
    """What it comes to where a cry or a word for now stands against it."""
    aside: str
    """What a certain event comes to in another clause than the frame's word."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Words known by their sound."""

    core: tuple[str, ...]
    """Danger words, found in other characters too; of two that sound the same the first is meant."""
    typed: tuple[str, ...]
    """Further words that are found only where a text is typed in pinyin."""
    harmless: tuple[str, ...]
    """What sounds like danger and is a word of its own."""
    closed: frozenset[str]
    """Characters nobody writes for another by a slip."""
    doubted: frozenset[str]
    """Danger words that sound like words of the work: heard only where a person is spoken of."""
    company: tuple[str, ...]
    """Words by which a person is spoken of, besides those that name one."""
    things: tuple[str, ...]
    """What the word of the work is said of: where one stands nearer before it than a person, it is meant."""


@dataclass(frozen=True, slots=True)
class HazardWords:
    """`hazards.toml`, ready to be matched."""

    code_of: Mapping[str, str]
    """Word → the code of its class; "" for a word that is passed over."""
    lengths: Mapping[str, tuple[int, ...]]
    """First character → the lengths of its words, longest first."""
    numbers: Mapping[str, str]
    spellings: Mapping[str, str]
    shapes: tuple[Shape, ...]
    frames: tuple[Frame, ...]
    telling: frozenset[str]
    """Codes without which no shape can match."""
    roles: Mapping[str, str]
    sounding: Sounding

    @classmethod
    def read(cls, path: Path) -> HazardWords:
        """Raises ContentProblem for a word in two classes, a class nobody declared, a frame out of shape."""
        return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._table = read_toml(path)
        if missing := [name for name, kind in _TABLES.items() if not isinstance(self._table.get(name), kind)]:
            raise ContentProblem(path.name, "-", "missing_key", ", ".join(missing))
        self._groups = {group: frozenset(names) for group, names in self._table["groups"].items()}
        for name in sorted(frozenset[str]().union(*self._groups.values()) - set(self._table["words"])):
            raise ContentProblem(path.name, "groups", "unknown_class", name)
        self._roles = {role: self._class("roles", self._entry("roles", role)) for role in ROLES}
        self._numbers = {name: self._class("numbers", self._entry("numbers", name)) for name in NUMBERS}
        members = self._members()
        # Words of the same classes share a code, so a shape stays a handful of character sets.
        sets = sorted(set(members.values()) | {frozenset({name}) for name in self._table["words"]}, key=sorted)
        self._codes = {found: chr(_FIRST_CODE + number) for number, found in enumerate(sets)}
        self._silent = {self._roles["skipped"]: "", self._roles["ordinary"]: OTHER}
        self._words = {word: self._code(found) for word, found in members.items()}

    def read(self) -> HazardWords:
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        quiet = {self._roles["now"], self._roles["negation"]}
        return HazardWords(
            self._words,
            {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
            {name: self._code(frozenset({of})) for name, of in self._numbers.items()},
            {name: self._entry("numbers", name) for name in SPELLINGS},
            tuple(self._shapes()),
            tuple(self._frame(entry) for entry in self._table["frame"]),
            frozenset(code for found, code in self._codes.items() if not found <= quiet),
            {role: self._all(of) for role, of in self._roles.items()},
            self._sounding(),
        )

    def _sounding(self) -> Sounding:
        """The lists are one string each, for they are long and a blank parts them well enough."""
        lists = {name: tuple(self._entry("sounds", name).split()) for name in SOUNDS}
        if silent := sorted(w for w in lists["core"] if w not in self._words or not self._words[w].strip(OTHER)):
            raise ContentProblem(self._path.name, "sounds", "unknown_class", ", ".join(silent))
        doubted, things = frozenset(lists["doubted"]), lists["things"]
        named = [word for word, found in self._members().items() if self._roles["names"] in found]
        company = tuple(dict.fromkeys((*lists["company"], *named)))
        closed = frozenset("".join(lists["closed"]))
        return Sounding(lists["core"], lists["typed"], lists["harmless"], closed, doubted, company, things)

    def _members(self) -> dict[str, frozenset[str]]:
        """Word → the classes it belongs to; a word quoted in a shape is a class of its own besides."""
        found: dict[str, set[str]] = {}
        for name, words in self._table["words"].items():
            if not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
                raise ContentProblem(self._path.name, name, "not_word_list")
            for word in words:
                found.setdefault(word, set()).add(name)
        for entry in self._table["danger"]:
            for quoted in _QUOTED.findall(" ".join(s for tier in TIERS for s in entry.get(tier, []))):
                found.setdefault(quoted.strip("'"), set()).add(quoted)
        for word, classes in found.items():
            if len(classes) > 1 and not classes.isdisjoint({self._roles["skipped"], self._roles["ordinary"]}):
                raise ContentProblem(self._path.name, word, "word_in_two_classes", ", ".join(sorted(classes)))
        for called in self._names():
            found.setdefault(called, {self._roles["names"]})
        return {word: frozenset(classes) for word, classes in found.items()}

    def _names(self) -> Iterator[str]:
        names = self._table["names"]
        for surname in names.get("surnames", ""):
            yield from (before + surname for before in names.get("before", []))
            yield from (surname + after for after in names.get("after", []))

    def _shapes(self) -> Iterator[Shape]:
        for entry in self._table["danger"]:
            kind = entry.get("kind", "")
            if kind not in KINDS:
                raise ContentProblem(self._path.name, "danger", "unknown_kind", kind)
            if unknown := sorted(set(entry) - {"kind", *TIERS}):
                raise ContentProblem(self._path.name, f"danger {kind}", "unknown_key", ", ".join(unknown))
            for tier in TIERS:
                yield from (self._shape(kind, tier, said) for said in entry.get(tier, []))

    def _shape(self, kind: str, tier: str, said: str) -> Shape:
        """Gaps are bounded and lazy, so matching stays linear."""
        negation = self._all(self._roles["negation"])
        parts, needs = [], []
        for word in said.split():
            if word == _SHORT:
                parts.append(f"[^{PAUSE}{STOP}{negation}]{{0,{_ASIDE}}}?")
            elif word == _LONG:
                parts.append(f"[^{STOP}]{{0,{_FAR}}}?")
            elif word == _END:
                parts.append(f"(?=[{PAUSE}{STOP}]|$)")
            else:
                named = [self._class(f"danger {kind}", name) for name in word.rstrip("?").split("|")]
                codes = "".join(map(self._all, named))
                parts.append(f"[{codes}]" + ("?" if word.endswith("?") else ""))
                if not word.endswith("?"):
                    needs.append(frozenset(codes))
        return Shape(kind, tier, re.compile("".join(parts)), tuple(needs))

    def _frame(self, entry: Mapping[str, Any]) -> Frame:
        name = str(entry.get("name", ""))
        if missing := sorted({"name", "say", "where", "reach", *WEIGHED} - set(entry)):
            raise ContentProblem(self._path.name, f"frame {name}", "missing_key", ", ".join(missing))
        levels = {entry[tier] for tier in WEIGHED} | {entry.get("lifted", "none"), entry.get("aside", "none")}
        if entry["where"] not in PLACES or not levels <= LEVELS or not isinstance(entry["reach"], int):
            raise ContentProblem(self._path.name, f"frame {name}", "frame_out_of_shape")
        return Frame(
            frozenset("".join(self._all(self._class(f"frame {name}", said)) for said in entry["say"])),
            entry["where"],
            entry["reach"],
            {tier: entry[tier] for tier in WEIGHED},
            entry.get("lifted", ""),
            entry.get("aside", ""),
        )

    def _entry(self, table: str, key: str) -> str:
        value = self._table[table].get(key)
        if not isinstance(value, str) or not value:
            raise ContentProblem(self._path.name, table, "missing_key", key)
        return value

    def _class(self, where: str, name: str) -> str:
        """The name itself, where it is a class or a quoted word."""
        if name not in self._table["words"] and name not in self._groups and not _QUOTED.fullmatch(name):
            raise ContentProblem(self._path.name, where, "unknown_class", name)
        return name

    def _code(self, classes: frozenset[str]) -> str:
        silent = next((of for of in classes if of in self._silent), None)
        return self._codes[classes] if silent is None else self._silent[silent]

    def _all(self, name: str) -> str:
        """The codes of every word of a class."""
        wanted = self._groups.get(name, {name})
        return "".join(code for classes, code in self._codes.items() if not wanted.isdisjoint(classes))
