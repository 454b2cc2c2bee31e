"""Texts of cells and lines as the values they mean, and back again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.services.materials.bodies import Fault
from content.bank import LETTERS
from content.exchange import LEVELS, ExchangeWords
from content.spelling import same

_SEVERAL = re.compile(r"[\s,;/|\u3001\uff0c\uff1b\uff0f\u3000]+")
_SPELLINGS = re.compile(r"[;|\uff1b\n]+")
LISTED = chr(0x3001)
ALTERNATIVE = chr(0xFF1B)


def several(text: str) -> list[str]:
    """Words parted by commas, strokes or blanks."""
    return [part for part in _SEVERAL.split(text) if part]


def spellings(text: str) -> list[str]:
    """Spellings of one answer, parted by semicolons."""
    return [part.strip() for part in _SPELLINGS.split(text) if part.strip()]


def letters(text: str) -> str:
    """Option letters in order, in whatever width and however parted; empty for anything else."""
    plain = re.sub(r"[\s,;/\u3001.]", "", unicodedata.normalize("NFKC", text)).upper()
    return "".join(sorted(set(plain))) if plain and set(plain) <= set(LETTERS) else ""


def truth(text: str, words: ExchangeWords) -> bool | None:
    """Right or wrong; None for neither."""
    return {"right": True, "wrong": False}.get(words.truth.find(text) or "")


def level(text: str, words: ExchangeWords) -> int | str:
    """1 to 3, or the text where it is neither."""
    found = words.levels.find(text)
    return LEVELS.index(found) + 1 if found else text


def answer(kind: str, text: str, words: ExchangeWords) -> tuple[Any, Fault | None]:
    """The answer as a body holds it, and what is wrong where it cannot be read."""
    if not text.strip():
        return "", Fault("answer", "materials.no_answer")
    if kind == "judge":
        found = truth(text, words)
        return (found, None) if found is not None else ("", Fault("answer", "materials.judge_answer", {"said": text}))
    if kind == "fill":
        return spellings(text), None
    if found_letters := letters(text):
        return found_letters, None
    return "", Fault("answer", "exchange.no_letters", {"said": text[:20]})


def kind_of(options: list[str], said: str, words: ExchangeWords) -> str:
    """The kind a question is, where nobody says: by its options and its answer."""
    if options:
        return "multiple" if len(letters(said)) > 1 else "single"
    return "judge" if truth(said, words) is not None else "fill"


def said_answer(body: Mapping[str, Any], words: ExchangeWords) -> str:
    """An answer as a sheet or a text has it."""
    found = body["answer"]
    if isinstance(found, bool):
        return words.truth.name_of["right" if found else "wrong"]
    return ALTERNATIVE.join(found) if isinstance(found, list) else str(found)


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """What two wordings of one stem have in common: no marks, no blanks, one width."""
    return re.sub(r"\W+|_+", "", same(text))
