"""One spelling for what people type: full-width, stray blanks, invisible marks and closing punctuation folded away."""

from __future__ import annotations

import unicodedata

_TAIL = "。．.!！?？,，、;；:：~～…·'\"“”‘’ "
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}


def fold(text: str) -> str:
    """NFKC, no control or format characters, single blanks, lower case, no closing punctuation.

    A text that is punctuation alone keeps it: a lone question mark is a call for help.
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    wide = unicodedata.normalize("NFKC", text)
    shown = "".join(c for c in wide if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    plain = " ".join(shown.split()).casefold()
    return plain.rstrip(_TAIL) or plain
