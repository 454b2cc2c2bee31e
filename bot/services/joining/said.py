"""What a person says of himself: a staff number and a name, in any order, glued, with his unit and courtesies around."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from content.folding import simplified
from content.spelling import person_name, staff_number

LONGEST = 120  # characters; facts stand in short lines
MOST_NAMES = 12
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT = re.compile(rf"(?<=[{_HAN}])\s*[\u00b7\u2022\u2027\u2219\u22c5\u25cf\u30fb.]\s*(?=[{_HAN}])")
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,31}(?![0-9A-Za-z-])")
_RUN = re.compile(rf"[{_HAN}]+(?:\u00b7[{_HAN}]+)*")
_LONG_NUMBER = 4
_SHORT_NAME, _USUAL_NAME, _UNDOTTED, _LONG_NAME = 2, 4, 8, 20
MOST_RUNS = 2
"""Stretches of text that may each be the name before it is a list: a list is no guess."""


@dataclass(frozen=True, slots=True)
class Said:
    """The facts in a line. `names` holds the readings of what may be one name, the likeliest first."""

    staff_no: str = ""
    names: tuple[str, ...] = ()
    unclear: bool = False
    """Several numbers or several names: which is his cannot be told, and a list is no guess."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a name and is none: courtesies and labels, and how names of units end."""

    labels: tuple[str, ...]
    """The longest first."""
    endings: tuple[str, ...]
    surnames: frozenset[str]


def read(text: str, around: Around) -> Said:
    """The number and the name in a line. Never raises, whatever was typed."""
    plain = _DOT.sub("\u00b7", _visible(text))
    tokens = [token for token in dict.fromkeys(_TOKEN.findall(plain)) if any(c.isdigit() for c in token)]
    numbers = [token for token in tokens if len(token) >= _LONG_NUMBER] if len(tokens) > 1 else tokens
    runs = _likely(list(dict.fromkeys(_runs(plain))), around)
    unclear = len(numbers) > 1 or len(runs) > MOST_RUNS
    names = () if unclear else tuple(name for run in runs for name in _readings(run, around))
    return Said(staff_number(numbers[0]) if len(numbers) == 1 else "", names, unclear)


def last_four(text: str) -> str:
    """Four digits standing alone; empty where there are none or several."""
    found = set(re.findall(r"(?<![0-9A-Za-z])[0-9]{4}(?![0-9A-Za-z])", _visible(text)))
    return found.pop() if len(found) == 1 else ""


def same_name(one: str, other: str) -> bool:
    """True for one name in two spellings: traditional or simplified, blanks, one dot or another. Sounds do not count."""
    return bool(one) and _bare(one) == _bare(other)


def plausible(names: tuple[str, ...], never: Collection[str]) -> tuple[str, ...]:
    """The names without those as long as a sentence that hold a word of talk."""
    return tuple(
        name
        for name in names
        if len(name) <= _USUAL_NAME or "\u00b7" in name or not any(word in name for word in never)
    )


def believable(names: Sequence[str], never: Collection[str]) -> bool:
    """True when what was said with no number beside it may be a name: it holds no word of talk."""
    return bool(names) and not any(word in names[0] for word in never)


def _visible(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text[:LONGEST])
    return "".join(
        " " if c.isspace() else c for c in wide if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )


def _runs(plain: str) -> Iterator[str]:
    """Stretches of Chinese; characters written one by one, a blank between, are one."""
    alone = ""
    for run in _RUN.findall(plain):
        if len(run) == 1:
            alone += run
            continue
        if alone:
            yield alone
            alone = ""
        yield run
    if alone:
        yield alone


def _likely(runs: list[str], around: Around) -> list[str]:
    """The runs that may hold a name: no mere labels, no units; of several, the one that opens with a surname."""
    told = [run for run in runs if not _only_labels(run, around)]
    found = [run for run in told if not run.endswith(around.endings) and _readings(run, around)]
    if not found:
        return [run for run in told if any(_short(name, around) for name in _beheaded(run, around.labels))][:1]
    named = [run for run in found if any(name[0] in around.surnames for name in _readings(run, around))]
    return named if len(named) == 1 else found


def _readings(run: str, around: Around) -> tuple[str, ...]:
    """The run as a name, and what is left of it when labels before and behind, and a unit before, are taken off."""
    found = _stripped(run, around.labels)
    core = found[-1]
    for ending in around.endings:
        at = core.find(ending)
        if at > 0 and core[at + len(ending) :]:
            found += _stripped(core[at + len(ending) :], around.labels)
    return tuple(dict.fromkeys(filter(_like_a_name, found)))[:MOST_NAMES]


def _stripped(run: str, labels: tuple[str, ...]) -> list[str]:
    """The run, and what is left each time a label is taken off its head, then off its tail."""
    found = _beheaded(run, labels)
    while (label := next((each for each in labels if found[-1].endswith(each)), "")) and found[-1] != label:
        found.append(found[-1].removesuffix(label))
    return found


def _beheaded(run: str, labels: tuple[str, ...]) -> list[str]:
    found = [run]
    while (label := next((each for each in labels if found[-1].startswith(each)), "")) and found[-1] != label:
        found.append(found[-1].removeprefix(label))
    return found


def _short(name: str, around: Around) -> bool:
    """True for what is a name although it ends as units do."""
    return _SHORT_NAME <= len(name) < _USUAL_NAME and name[0] in around.surnames


def _only_labels(run: str, around: Around) -> bool:
    rest = run
    for label in around.labels:
        rest = rest.replace(label, "")
    return not rest


def _like_a_name(text: str) -> bool:
    return _SHORT_NAME <= len(text) <= (_LONG_NAME if "\u00b7" in text else _UNDOTTED)


def _bare(name: str) -> str:
    return simplified(person_name(name)).replace("\u00b7", "").casefold()
