"""One spelling for what lists of people hold: numbers, names, units, as Excel and typing leave them."""

from __future__ import annotations

import re
import unicodedata

_HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BLANK_AT_HAN = re.compile(rf"(?<={_HAN})\s+|\s+(?={_HAN})")
_DOT = re.compile(rf"(?<={_HAN})\s*[\u00b7\u2022\u2027\u2219\u22c5\u25cf\u30fb.]\s*(?={_HAN})")
_BROKEN_NUMBER = re.compile(r"([1-9])(?:\.(\d+))?E\+?(\d{1,3})", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u30fc", "-"))
# Letters, digits and the slashes have one width; brackets and other marks of Chinese keep theirs.
_WIDE = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum() or code in (0xFF0F, 0xFF3C)
}
_INVISIBLE = {"Cc", "Cf", "Cs"}  # private characters stay: rare names are written with them


def shown(text: str) -> str:
    """What can be seen of a text: no control or zero-width characters, single blanks, none beside Chinese."""
    wide = text.translate(_WIDE)
    kept = "".join(
        " " if c in "\t\r\n" else c for c in wide if c in "\t\r\n" or unicodedata.category(c) not in _INVISIBLE
    )
    return _BLANK_AT_HAN.sub("", " ".join(kept.split()))


def staff_number(text: str) -> str:
    """A staff number as the roster keeps it: half-width capitals and digits, no blanks, no apostrophe of Excel's."""
    plain = unicodedata.normalize("NFKC", shown(text)).translate(_DASHES).replace(" ", "")
    if quoted := re.fullmatch(r'="?([^"]*)"?', plain):
        plain = quoted.group(1)
    plain = re.sub(r"^(\d+)\.0+$", r"\1", plain.lstrip("'\u2018\u2019`"))
    return (_unscientific(plain) or plain).upper()


def lost_digits(text: str) -> bool:
    """True for a number in scientific notation whose last digits cannot be told any more: 1.2E+11."""
    return bool(_BROKEN_NUMBER.fullmatch(staff_number(text)))


def person_name(text: str) -> str:
    """A name as the roster keeps it: no blanks inside a Chinese name, one kind of dot in a long one."""
    plain = _DOT.sub("\u00b7", shown(unicodedata.normalize("NFKC", text)))
    return re.sub(r"\s*\u00b7\s*", "\u00b7", plain)


def unit_path(text: str) -> str:
    """Names from the top down, joined by '/', whichever slash was typed."""
    names = (shown(name) for name in re.split(r"[/\\\uff0f\uff3c>]", text))
    return "/".join(name for name in names if name)


def same(text: str) -> str:
    """What two spellings of one thing have in common: width and case folded, no blanks."""
    return unicodedata.normalize("NFKC", shown(text)).casefold().replace(" ", "")


def _unscientific(text: str) -> str:
    """1.00001E+05 is 100001; empty when digits were cut off, or for what is no such number."""
    found = _BROKEN_NUMBER.fullmatch(text)
    if found is None:
        return ""
    first, rest, power = found.group(1), found.group(2) or "", int(found.group(3))
    return first + rest if len(rest) == power else ""


__all__ = ["lost_digits", "person_name", "same", "shown", "staff_number", "unit_path"]
