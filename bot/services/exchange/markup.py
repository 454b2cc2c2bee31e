"""HTML and XML as others write them: text freed of its tags, and a tree that knows its lines and no entities."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_WITHIN = "a abbr b big code del em font i ins kbd mark s small span strong strike sub sup tt u var"
_BETWEEN = "blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr img li ol p pre table tbody td th thead tr ul"
_INLINE = re.compile(rf"</?(?:{_WITHIN.replace(' ', '|')})\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{_BETWEEN.replace(' ', '|')})\b[^<>]*>", re.IGNORECASE)
_ANY = re.compile(r"<[^<>]*>")


class Unreadable(ValueError):
    """No sound XML, or one with a document type of its own."""


def freed(text: str) -> str:
    """Without HTML's tags: one in the midst of a word leaves no gap, one between lines leaves a blank."""
    return _BLOCK.sub(" ", _INLINE.sub("", text))


def freed_of_all(text: str) -> str:
    """As `freed`, but of a text that is nothing but HTML: tags nobody knows go too."""
    return _ANY.sub(" ", freed(text))


def parsed(body: bytes | str) -> tuple[Element, dict[Element, int]]:
    """The root, and of each element the line it begins in. Raises Unreadable, also for any document type: entities
    defined in one could swell without end.
    """
    builder = TreeBuilder()
    lines: dict[Element, int] = {}
    reader = expat.ParserCreate(namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        lines[builder.start(_named(name), {_named(each): told for each, told in attributes.items()})] = (
            reader.CurrentLineNumber
        )

    def refuse(*_: object) -> None:
        raise Unreadable("a document type")

    reader.StartElementHandler = start
    reader.EndElementHandler = lambda name: builder.end(_named(name))
    reader.CharacterDataHandler = builder.data
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(body, True)
        return builder.close(), lines
    except (expat.ExpatError, AssertionError, UnicodeError) as failure:
        raise Unreadable(str(failure)) from None


def _named(name: str) -> str:
    """As ElementTree calls it."""
    return f"{{{name}" if "}" in name else name
