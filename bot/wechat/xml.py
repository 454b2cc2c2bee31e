"""The platform's XML as plain dicts: no DTD, no entities, no depth, no surprise."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

DEEPEST = 8
MOST_ELEMENTS = 400
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Malformed(Exception):
    """Not the XML of a platform message."""


def parse(body: bytes) -> dict[str, Any]:
    """The children of <xml>: text, dict of children, or a list of either where a name repeats.

    Raises Malformed for anything else: DOCTYPE of any kind, another root, other encodings, too deep, too many.
    """
    if body[:2] in UTF_16:  # expat goes by these before it goes by us
        raise Malformed
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as problem:
        raise Malformed from problem
    if reader.name != "xml" or not isinstance(reader.value, dict):
        raise Malformed
    return reader.value


def _refuse_doctype(*_: object) -> None:
    raise Malformed


class _Reader:
    """Collects elements as expat reports them."""

    def __init__(self) -> None:
        self.name = ""
        self.value: str | dict[str, Any] = ""
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._seen = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._seen += 1
        if len(self._open) >= DEEPEST or self._seen > MOST_ELEMENTS:
            raise Malformed
        self._open.append((name, {}, []))

    def characters(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, name: str) -> None:
        _, children, texts = self._open.pop()
        value: str | dict[str, Any] = children or "".join(texts).strip()
        if not self._open:
            self.name, self.value = name, value
            return
        parent = self._open[-1][1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]
