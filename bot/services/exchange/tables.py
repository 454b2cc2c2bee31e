"""Sheets read as drafts: each sheet is of one kind, its columns in any order, one piece a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import Refusal
from bot.services.exchange import values
from bot.services.exchange.drafts import Draft, Read
from bot.services.materials.bodies import Fault
from bot.services.sheets.sheet import Cell, Row, Sheet
from content.bank import LETTERS
from content.exchange import KINDS, ExchangeWords

LOOKED_THROUGH = 40
_NAMED = ("stem", "title")
FEWEST = 3
"""A heading names so many of our columns."""
_PLAIN = ("title", "source", "law", "article", "ask", "lesson", "trade", "point", "unit", "why", "stem")
Texts = Mapping[str, str]


def read(sheets: list[Sheet], words: ExchangeWords) -> Read:
    """All drafts of all sheets that have a heading. Raises Refusal when none has one, or two columns say the same."""
    found = Read()
    known = 0
    for sheet in sheets:
        if (heading := _heading(sheet, words)) is not None:
            known += 1
            _sheet(sheet, *heading, words, found, named=len(sheets) > 1)
    if not known:
        columns = " ".join(words.columns["question"].name_of.values())
        raise Refusal("exchange.no_heading", columns=columns)
    return found


def _heading(sheet: Sheet, words: ExchangeWords) -> tuple[Row, str] | None:
    """The row that names most columns of a kind, and the kind: the sheet's own where its name tells."""
    told = words.sheets.find(sheet.name)
    best: tuple[int, Row, str] | None = None
    for row in sheet.rows[:LOOKED_THROUGH]:
        for kind in [told] if told else KINDS:
            known = {words.columns[kind].find(cell.text) for cell in row.cells} - {None}
            if len(known) >= FEWEST and (best is None or len(known) > best[0]):
                best = (len(known), row, kind)
    return None if best is None else best[1:]


def _sheet(sheet: Sheet, heading: Row, kind: str, words: ExchangeWords, found: Read, *, named: bool) -> None:
    places: dict[str, int] = {}
    for place, cell in enumerate(heading.cells):
        column = words.columns[kind].find(cell.text)
        if column is None:
            found.unknown += [cell.text] if cell.text else []
        elif column in places:
            raise Refusal("exchange.column_twice", first=heading.at(places[column]).text, second=cell.text)
        else:
            places[column] = place
    headings = {column: heading.at(place).text for column, place in places.items()}
    proper = {column: headings.get(column, name) for column, name in words.columns[kind].name_of.items()}
    for row in sheet.rows:
        if row.number <= heading.number or not row.own:
            continue
        cells = {column: row.at(place) for column, place in places.items()}
        if any(words.is_sample(each.text) for each in (row.at(0), *(cells[name] for name in _NAMED if name in cells))):
            found.skipped.append(row.number)
            continue
        draft = _draft(kind, cells, words)
        draft.line, draft.sheet, draft.columns = row.number, sheet.name if named else "", _fields(kind, proper)
        found.drafts.append(draft)


def _draft(kind: str, cells: Mapping[str, Cell], words: ExchangeWords) -> Draft:
    faults = [
        Fault(column, f"sheets.cell_{cell.fault}", {"said": cell.text[:30]})
        for column, cell in cells.items()
        if cell.fault
    ]
    texts = {column: "" if cell.fault else (cell.lines or cell.text) for column, cell in cells.items()}
    draft = Draft(kind, {}, 0, number=texts.get("id", ""), faults=_as_fields(kind, faults))
    plain = {name: " ".join(texts.get(name, "").split("\n")) for name in _PLAIN if texts.get(name)}
    draft.body |= plain
    draft.body["topic"] = texts.get("topic", "")
    if kind != "card":
        draft.body["trades"] = values.several(texts.get("trades", ""))
    _READERS[kind](draft, texts, words)
    return draft


def _question(draft: Draft, texts: Texts, words: ExchangeWords) -> None:
    options = [texts.get(f"option_{letter.lower()}", "") for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    said = texts.get("answer", "")
    told = texts.get("kind", "")
    kind = (words.kinds.find(told) if told else values.kind_of(options, said, words)) or ""
    draft.body["kind"] = kind
    if not kind:
        draft.faults.append(Fault("kind", "materials.unknown_kind", {"said": told}))
    if options:
        draft.body["options"] = options
    draft.body["answer"], fault = values.answer(kind or values.kind_of(options, said, words), said, words)
    if fault is not None and not any(each.field == "answer" for each in draft.faults):
        draft.faults.append(fault)
    draft.body["level"] = values.level(texts.get("level", ""), words)


def _lesson(draft: Draft, texts: Texts, _words: ExchangeWords) -> None:
    draft.body["text"] = texts.get("text", "")


def _case(draft: Draft, texts: Texts, _words: ExchangeWords) -> None:
    draft.body["story"] = [line for line in texts.get("story", "").split("\n") if line]
    draft.body["choices"] = [
        {"text": texts.get(f"choice_{each}", ""), "then": texts.get(f"then_{each}", "")} for each in "abc"
    ]
    draft.body["right"] = values.letters(texts.get("right", "")) or texts.get("right", "")


def _card(draft: Draft, texts: Texts, words: ExchangeWords) -> None:
    draft.body["text"] = texts.get("text", "")
    draft.body["kind"] = words.card_kinds.find(texts.get("kind", "")) or texts.get("kind", "")


_READERS: Mapping[str, Callable[[Draft, Texts, ExchangeWords], None]] = {
    "question": _question,
    "lesson": _lesson,
    "case": _case,
    "card": _card,
}


def _fields(kind: str, headings: Mapping[str, str]) -> dict[str, str]:
    """What the fields of a body are called on this sheet."""
    named: dict[str, Any] = dict(headings)
    for letter in LETTERS:
        for column, where in (("option", "options"), ("choice", "choices"), ("then", "then")):
            if told := headings.get(f"{column}_{letter.lower()}"):
                named[f"{where}.{letter}"] = told
    if kind == "question":
        named["options"] = f"{headings['option_a']}-{headings['option_f']}"
    if kind == "case":
        named["choices"] = f"{headings['choice_a']}-{headings['choice_c']}"
    return named


def _as_fields(kind: str, faults: list[Fault]) -> list[Fault]:
    """A fault of the cell under an option's heading is one of that option."""
    parts = {"question": {"option": "options"}, "case": {"choice": "choices", "then": "then"}}.get(kind, {})
    renamed = {f"{one}_{each.lower()}": f"{all_}.{each}" for one, all_ in parts.items() for each in LETTERS}
    return [Fault(renamed.get(fault.field, fault.field), fault.key, fault.values) for fault in faults]
