"""One spelling for what people type: full-width, traditional characters, stray blanks, invisible marks folded away."""

from __future__ import annotations

import unicodedata

from opencc import OpenCC

_TAIL = "。．.!！?？,，、;；:：~～…·'\"“”‘’ "
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_TRADITIONAL, _BACK, _TAIWANESE = OpenCC("t2s"), OpenCC("s2t"), OpenCC("tw2s")
# Taiwan writes the particle of a lasting act (zhe) with the character of "famous" (zhu), which the plain table leaves.
_ZHU = chr(0x8457)
# "Broken" (huai) behind "one" is taken for an old way of writing "unburnt brick" (pi).
_HUAI = chr(0x574F)


def fold(text: str) -> str:
    """NFKC, simplified characters, no control or format characters, single blanks, lower case, no closing punctuation.

    A text that is punctuation alone keeps it: a lone question mark is a call for help.
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    wide = unicodedata.normalize("NFKC", text)
    shown = "".join(c for c in wide if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    plain = " ".join(simplified(shown).split()).casefold()
    return plain.rstrip(_TAIL) or plain


def simplified(text: str) -> str:
    """Traditional characters written simplified; the length stays, and simplified text comes back as it was."""
    if text.isascii():
        return text
    plain = str(_TRADITIONAL.convert(text))
    if _HUAI in text and len(plain) == len(text):
        plain = "".join(a if a == _HUAI else b for a, b in zip(text, plain, strict=True))
    if _ZHU in plain:  # the Taiwan table is asked for this character only: it would spoil simplified words
        other = str(_TAIWANESE.convert(_BACK.convert(plain)))
        if len(other) == len(plain):
            plain = "".join(b if a == _ZHU else a for a, b in zip(plain, other, strict=True))
    return plain
