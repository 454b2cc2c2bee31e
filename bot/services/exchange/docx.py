"""A Word file as lines of text, the numbers Word makes by itself among them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.errors import Refusal
from bot.services.exchange import markup

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
Levels = dict[int, tuple[str, str, int]]
LARGEST_PART = 50 * 1024 * 1024


def lines(body: bytes) -> list[str]:
    """Paragraph by paragraph, those of tables too. Raises Refusal for what is no sound .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            document = _part(packed, "word/document.xml")
            named = "word/numbering.xml" in packed.namelist()
            numbering = _numbering(_part(packed, "word/numbering.xml")) if named else {}
        return _lines(document, numbering)
    except _DAMAGE:
        raise Refusal("exchange.bad_docx") from None


def _lines(document: Element, numbering: dict[str, Levels]) -> list[str]:
    count: Counter[tuple[str, int]] = Counter()
    found: list[str] = []
    for paragraph in _paragraphs(document):
        label = _label(paragraph, numbering, count)
        found += (label + "".join(_texts(paragraph))).split("\n")
    return found


def _part(packed: zipfile.ZipFile, name: str) -> Element:
    if packed.getinfo(name).file_size > LARGEST_PART:
        raise Refusal("sheets.too_large", megabytes=LARGEST_PART // 1024 // 1024)
    return markup.parsed(packed.read(name))[0]


def _paragraphs(within: Element) -> Iterator[Element]:
    for child in within:
        if child.tag == f"{_W}p":
            yield child
        elif child.tag != _FALLBACK:
            yield from _paragraphs(child)


def _texts(paragraph: Element) -> Iterator[str]:
    for each in paragraph:
        if each.tag == f"{_W}t":
            yield each.text or ""
        elif each.tag == f"{_W}tab":
            yield "\t"
        elif each.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif each.tag not in (_FALLBACK, f"{_W}pPr"):
            yield from _texts(each)


def _numbering(root: Element) -> dict[str, Levels]:
    """Of each numbering, by level: its format, the shape of its label, and what it begins with."""
    abstract: dict[str, Levels] = {}
    for each in root.iter(f"{_W}abstractNum"):
        abstract[each.get(f"{_W}abstractNumId", "")] = {
            int(level.get(f"{_W}ilvl", "0")): (
                _value(level, "numFmt"),
                _value(level, "lvlText"),
                int(_value(level, "start") or 1),
            )
            for level in each.iter(f"{_W}lvl")
        }
    return {
        each.get(f"{_W}numId", ""): abstract.get(_value(each, "abstractNumId"), {}) for each in root.iter(f"{_W}num")
    }


def _label(paragraph: Element, numbering: dict[str, Levels], count: Counter[tuple[str, int]]) -> str:
    """The number that Word shows before a paragraph: 12. or B. ."""
    where = paragraph.find(f"{_W}pPr/{_W}numPr")
    if where is None:
        return ""
    name, level = _value(where, "numId"), int(_value(where, "ilvl") or 0)
    form, shape, start = numbering.get(name, {}).get(level, ("", "", 1))
    for deeper in [key for key in count if key[0] == name and key[1] > level]:
        del count[deeper]
    count[name, level] += 1
    number = start + count[name, level] - 1
    if form == "decimal":
        said = str(number)
    elif form in ("upperLetter", "lowerLetter") and number <= 26:
        said = chr(ord("A" if form == "upperLetter" else "a") + number - 1)
    else:
        return ""
    return shape.replace(f"%{level + 1}", said) + " " if f"%{level + 1}" in shape else ""


def _value(within: Element, name: str) -> str:
    found = within.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val", "")
