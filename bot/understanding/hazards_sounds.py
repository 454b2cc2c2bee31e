"""Danger words in other characters of the same sound, and typed out in pinyin, put back into their own writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from content.hazards import Sounding

_HAN = range(0x4E00, 0x9FA6)
_UNKNOWN = chr(0x25A1)  # stands for a syllable no word is known for
_RUN = re.compile(r"[a-z]+(?:[ '-]+[a-z]+)*")
_LONGEST_RUN = 200
_LONGEST_SYLLABLE = 6
_FEWEST = 2
# Dialects run these together: the left is heard as the right.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_LABIALS = {"hu": "fu", "hui": "fei", "hun": "fen", "hong": "feng", "huan": "fan", "huang": "fang", "hua": "fa"}
_Key = tuple[str, ...]


class DangerSounds:
    """Built once; reading looks every character up and no more."""

    def __init__(self, sounding: Sounding, known: Iterable[str]) -> None:
        """`known`: every word of the tables; one that stands in a text is what it says and no slip."""
        self._sounding = sounding
        self._core = {_sound(word): word for word in reversed(sounding.core)}
        self._typed = {_sound(word): word for word in reversed((*sounding.core, *sounding.typed))}
        self._kept = {word for word in (*known, *sounding.harmless) if len(word) > 1}
        self._kept_lengths: dict[str, list[int]] = {}
        for first, length in sorted({(word[0], len(word)) for word in self._kept}, reverse=True):
            self._kept_lengths.setdefault(first, []).append(length)
        self._beginnings = {key[:_FEWEST] for key in self._core}
        self._lengths = _lengths(self._core)
        self._typed_lengths = _lengths(self._typed)
        read = {chr(code): _muddled(_bare(PINYIN_DICT[code])) for code in _HAN if code in PINYIN_DICT}
        wanted = {syllable for key in self._core for syllable in key}
        self._heard = {c: syllable for c, syllable in read.items() if syllable in wanted and c not in sounding.closed}
        for key, word in self._core.items():  # the reading a danger word gives its characters goes first
            self._heard.update(zip(word, key, strict=True))
        self._syllables = frozenset(_bare(PINYIN_DICT[code]) for code in _HAN if code in PINYIN_DICT)

    def meant(self, text: str) -> str | None:
        """The text with its slips written right, None where it holds none."""
        written = _RUN.sub(self._spelled, text) if any("a" <= c <= "z" for c in text) else text
        if self._may_slip(written):
            written = "".join(self._righted(written))
        return written if written != text else None

    def _may_slip(self, text: str) -> bool:
        sounds = [self._heard.get(c) for c in text]
        return any(
            pair in self._beginnings and text[at : at + _FEWEST] not in self._kept
            for at, pair in enumerate(pairwise(sounds))
        )

    def _righted(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            length = self._kept_length(text, at)
            if length:
                yield text[at : at + length]
                at += length
                continue
            word = self._word(text, at)
            if word is not None and word in self._sounding.doubted and not self._is_of_people(text, at, len(word)):
                word = None
            yield word or text[at]
            at += len(word) if word else 1

    def _is_of_people(self, text: str, at: int, length: int) -> bool:
        """True where the nearest thing or person said before is a person; with neither, where a person is said behind."""
        before, behind = text[:at], text[at + length :]
        person, thing = _last(self._sounding.company, before), _last(self._sounding.things, before)
        if max(person, thing) >= 0:
            return person >= thing
        return _last(self._sounding.company, behind) >= 0

    def _kept_length(self, text: str, at: int) -> int:
        lengths = self._kept_lengths.get(text[at], ())
        return next((length for length in lengths if text[at : at + length] in self._kept), 0)

    def _word(self, text: str, at: int) -> str | None:
        sound = []
        for character in text[at : at + self._lengths[0]]:
            syllable = self._heard.get(character)
            if syllable is None:
                break
            sound.append(syllable)
        for length in self._lengths:
            if length <= len(sound) and (word := self._core.get(tuple(sound[:length]))):
                clear = not any(self._kept_length(text, at + step) for step in range(1, length))
                return word if clear else None
        return None

    def _spelled(self, run: re.Match[str]) -> str:
        """A run of Latin letters in Chinese, as it stands where it is no pinyin or holds no word that is known."""
        if len(run[0]) > _LONGEST_RUN:
            return run[0]
        sound: list[str] = []
        for letters in re.split(r"[ '-]+", run[0]):
            syllables = self._cut(letters)
            if not syllables:
                return run[0]
            sound += map(_muddled, syllables)
        written = "".join(self._read(tuple(sound)))
        return written if any(len(word) >= _FEWEST for word in written.split(_UNKNOWN)) else run[0]

    def _read(self, sound: _Key) -> Iterator[str]:
        at = 0
        while at < len(sound):
            word = next((w for n in self._typed_lengths if (w := self._typed.get(sound[at : at + n]))), _UNKNOWN)
            yield word
            at += len(word)

    def _cut(self, letters: str) -> list[str]:
        """Letters cut into syllables, as few as will do; none where they are no pinyin."""
        best: list[list[str] | None] = [[]]
        for end in range(1, len(letters) + 1):
            ways = [
                [*way, letters[start:end]]
                for start in range(max(0, end - _LONGEST_SYLLABLE), end)
                if (way := best[start]) is not None and letters[start:end] in self._syllables
            ]
            best.append(min(ways, key=len) if ways else None)
        return best[-1] or []


def _last(words: Iterable[str], said: str) -> int:
    """Where the last of some words ends; -1 where none of them stands."""
    return max((at + len(word) for word in words if (at := said.rfind(word)) >= 0), default=-1)


def _lengths(table: Mapping[_Key, str]) -> list[int]:
    return sorted({len(key) for key in table}, reverse=True)


def _sound(word: str) -> _Key:
    return tuple(_muddled(syllable) for syllable in lazy_pinyin(word))


def _bare(readings: str) -> str:
    """The first reading, without its tone."""
    first = readings.split(",", 1)[0]
    if first.isascii():
        return first
    return "".join(c for c in unicodedata.normalize("NFD", first) if unicodedata.category(c) != "Mn")


@lru_cache(maxsize=1000)
def _muddled(syllable: str) -> str:
    syllable = _LABIALS.get(syllable, syllable)
    for left, right in _INITIALS:
        if syllable.startswith(left):
            syllable = right + syllable[len(left) :]
            break
    if syllable.endswith(("ing", "eng")):
        syllable = syllable[:-1]
    return syllable
