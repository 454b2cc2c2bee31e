"""Numbers as values, however they are written: 8 in digits and in characters, 1% and 1.0%, 300,000 with its myriads."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from content.problem import read_toml


def squash(text: str) -> str:
    """One width, no blanks: how texts are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def numbers(text: str) -> frozenset[float]:
    """The values of all numbers in a text. Labels of articles, (1) in characters, m3 and CO2 hold none."""
    found = set()
    for digits, myriad, han in _number().findall(_no_number().sub(" ", unicodedata.normalize("NFKC", text))):
        if digits:
            found.add(float(digits) * _words()["myriad"].get(myriad, 1))
        else:
            found.add(float(_value(han)))
    return frozenset(found)


def value(text: str) -> float | None:
    """The value of a text that is a numeral in characters from end to end."""
    known = "".join((*_words()["han"], *_words()["place"], *_words()["myriad"]))
    return float(_value(text)) if text and not set(text) - set(known) else None


def _value(han: str) -> int:
    """Ones gather to tens, hundreds, thousands; those to myriads."""
    words = _words()
    total = below = ones = 0
    for character in han:
        if character in words["han"]:
            ones = words["han"][character]
        elif character in words["place"]:
            below, ones = below + max(ones, 1) * words["place"][character], 0
        else:
            total, below, ones = total + (below + ones) * words["myriad"][character], 0, 0
    return int(total + below + ones)


@cache
def _words() -> dict[str, Any]:
    return read_toml(Path(__file__).with_name("numerals.toml"))


@cache
def _number() -> re.Pattern[str]:
    words = _words()
    myriads = "".join(words["myriad"])
    han = "".join((*words["han"], *words["place"], myriads))
    measures = "|".join([f"[{words['measure']['one']}]", *words["measure"]["more"]])
    return re.compile(rf"(\d+(?:\.\d+)?)([{myriads}])?|([{han}]+)(?={measures})")


@cache
def _no_number() -> re.Pattern[str]:
    words = _words()
    label, counted = words["label"], "".join((*words["han"], *words["place"], *words["myriad"]))
    article = rf"{label['before']}[{counted}\d]+[{label['after']}](?:{label['branch']}[{counted}])?"
    return re.compile(rf"{article}|\([{counted}]+\)|(?<=m)[23]|(?<=[A-Z])[234]")


__all__ = ["numbers", "squash", "value"]
