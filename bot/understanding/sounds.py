"""How words sound and look: homophones, dialect's mixed-up sounds, pinyin typed out, one wrong letter."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

LONGEST_SLIP = 14  # letters; who says more has not merely mistyped a word
CLOSE = 84.0  # of 100: how alike two spellings in pinyin must be
SAME_SOUND, MIXED_SOUND, TYPED, INITIALS, NEAR_SOUND, ONE_LETTER = 6.0, 5.0, 6.0, 2.5, 3.0, 2.0


class Sounds:
    """Finds the words that a short text may have been meant as. Built once; reading is bounded by LONGEST_SLIP."""

    def __init__(self, words: Mapping[str, str], main: frozenset[str], voices: Iterable[tuple[str, str]]) -> None:
        """`words`: plain word → action, the likelier first where two sound the same; `main`: the words people know."""
        self._main = main
        self._voices = tuple(voices)
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_mixed: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_typed: dict[str, list[str]] = defaultdict(list)
        self._by_initials: dict[str, list[str]] = defaultdict(list)
        self._looks: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for word, action in words.items():
            sound = syllables(word)
            if len(sound) < 2 or len(sound) > LONGEST_SLIP:
                continue
            _add(self._by_sound[sound], action)
            _add(self._by_mixed[self._mixed(sound)], action)
            _add(self._by_typed["".join(sound)], action)
            _add(self._by_initials["".join(each[0] for each in sound)], action)
            if len(word) <= 6:
                for place, sign in enumerate(word):
                    _add(self._looks[len(word), place, sign], action + "\n" + word)
        self._typed = tuple(self._by_typed)

    def meant(self, text: str) -> dict[str, float]:
        """Actions whose word the whole text may be, with how likely: homophones before near ones before look-alikes."""
        if not 2 <= len(text) <= 4 * LONGEST_SLIP:
            return {}
        text = unaccented(text)
        if text.isascii():
            return self._spelled(text)
        if len(text) > LONGEST_SLIP:
            return {}
        sound = syllables(text)
        found: dict[str, float] = {}
        _raise(found, self._by_sound.get(sound, ()), SAME_SOUND)
        _raise(found, self._by_mixed.get(self._mixed(sound), ()), MIXED_SOUND)
        _raise(found, self._by_typed.get("".join(sound), ()), MIXED_SOUND)
        if not found:
            for action, closeness in self._near("".join(sound)).items():
                _raise(found, (action,), NEAR_SOUND * closeness)
        self._looking(text, sound, found)
        return found

    def heads(self, text: str) -> dict[str, tuple[int, float]]:
        """Actions whose word the text may begin with: how long that beginning is, and how likely."""
        found: dict[str, tuple[int, float]] = {}
        for length in range(min(5, len(text) - 1), 1, -1):
            sound = syllables(text[:length])
            for table, worth in ((self._by_sound, SAME_SOUND), (self._by_mixed, MIXED_SOUND)):
                for action in table.get(sound if table is self._by_sound else self._mixed(sound), ()):
                    found.setdefault(action, (length, worth))
        return found

    def _spelled(self, text: str) -> dict[str, float]:
        found: dict[str, float] = {}
        letters = "".join(c for c in text if c.isalpha())
        _raise(found, self._by_typed.get(letters, ()), TYPED)
        if 2 <= len(letters) <= 8:
            _raise(found, self._by_initials.get(letters, ()), INITIALS)
        if not found and len(letters) >= 4:
            for action, closeness in self._near(letters).items():
                _raise(found, (action,), NEAR_SOUND * closeness)
            for typed, actions in self._by_typed.items():  # pinyin with its argument, or two words in one
                if len(typed) >= 5 and letters.startswith(typed):
                    _raise(found, actions, NEAR_SOUND)
        return found

    def _near(self, letters: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for typed, alike, _ in process.extract(letters, self._typed, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=8):
            _raise(found, self._by_typed[typed], alike / 100)
        return found

    def _looking(self, text: str, sound: tuple[str, ...], found: dict[str, float]) -> None:
        """Words of the same length with one letter another: a slip of handwriting."""
        same: dict[str, int] = defaultdict(int)
        for place, sign in enumerate(text):
            for known in self._looks.get((len(text), place, sign), ()):
                same[known] += 1
        for known, count in same.items():
            if count >= len(text) - 1:
                action, _, word = known.partition("\n")
                alike = fuzz.ratio("".join(sound), "".join(syllables(word))) / 100
                known_well = 0.4 if word in self._main else 0.0
                _raise(found, (action,), ONE_LETTER * count / len(text) * 2 * (0.5 + alike / 2) + known_well)

    def _mixed(self, sound: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_muddled(each, self._voices) for each in sound)


@lru_cache(maxsize=20_000)
def _muddled(syllable: str, voices: tuple[tuple[str, str], ...]) -> str:
    for left, right in voices:
        syllable = syllable.replace(left, right)
    return syllable


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Toneless pinyin, a letter that has none as it stands; only ever called with short texts."""
    return tuple(lazy_pinyin(text))


def unaccented(text: str) -> str:
    """Pinyin with its tone marks taken off."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


def _add(list_: list[str], entry: str) -> None:
    if entry not in list_:
        list_.append(entry)


def _raise(found: dict[str, float], actions: Iterable[str], worth: float) -> None:
    for place, action in enumerate(actions):
        found[action] = max(found.get(action, 0.0), worth - 0.01 * place)


__all__ = ["LONGEST_SLIP", "Sounds", "syllables", "unaccented"]
