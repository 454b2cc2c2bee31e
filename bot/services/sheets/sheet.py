"""A spreadsheet as rows of cells, whoever saved it and however: xlsx, or csv in the encodings Excel writes."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from bot.errors import Refusal
from content.spelling import shown

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_LINES = 20_000
MOST_COLUMNS = 100
EXACT_DIGITS = 15  # Excel keeps no more; what comes after is zeros
_DELIMITERS = (",", "\t", ";", chr(0xFF0C))
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and what Excel did to it."""

    text: str = ""
    fault: str = ""
    """'formula' without a result, 'error', 'date', 'digits' lost: the text is not what was meant."""
    spread: bool = False
    """Not its own: it belongs to a merged cell that began further up."""
    lines: str = ""
    """The text with its line breaks, where it has some."""


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sheet, numbered as Excel does."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell:
        """The cell of a column; an empty one beyond the end."""
        return self.cells[column] if column < len(self.cells) else NOTHING

    @property
    def own(self) -> int:
        """How many cells say something of their own."""
        return sum(bool(cell.text or cell.fault) and not cell.spread for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the file; a csv has one without a name."""

    name: str
    rows: list[Row]


def read(path: Path) -> list[Sheet]:
    """All sheets. Raises Refusal, with what to do, for a file that cannot be read as one."""
    if not path.is_file():
        raise Refusal("sheets.no_file", file=path)
    if path.stat().st_size > LARGEST_FILE:
        raise Refusal("sheets.too_large", megabytes=LARGEST_FILE // 1024 // 1024)
    body = path.read_bytes()
    if body.startswith(_ZIP):
        return _workbook(body)
    if body.startswith(_OLD_OFFICE):
        raise Refusal("sheets.old_excel")
    text = decoded(body)
    if re.match(r"\s*<(!doctype|html|table|\?xml|meta|head)", text, re.IGNORECASE):
        raise Refusal("sheets.web_page")
    return [Sheet("", list(_csv(text)))]


def decoded(body: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one (Excel's "Unicode text"), else GB18030."""
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refusal("sheets.not_text")


def _csv(text: str) -> Iterator[Row]:
    lines = text.splitlines()[:30]
    delimiter = max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if number > MOST_LINES and any(record):
                raise Refusal("sheets.too_long", most=MOST_LINES)
            yield Row(number, tuple(_typed(field) for field in record[:MOST_COLUMNS]))
    except csv.Error:
        raise Refusal("sheets.bad_csv") from None


def _typed(field: str) -> Cell:
    text = shown(field)
    if quoted := re.fullmatch(r'="([^"]*)"', text):
        return Cell(quoted.group(1))
    fault = "formula" if text.startswith("=") else "error" if _is_error(text) else ""
    return Cell(text, fault, lines=_lines(field))


def _workbook(body: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise Refusal("sheets.too_large", megabytes=LARGEST_FILE // 1024 // 1024)
            if "xl/workbook.xml" not in packed.namelist():
                raise Refusal("sheets.not_a_sheet")
        return _sheets(body)
    except _DAMAGE:
        raise Refusal("sheets.damaged") from None


def _sheets(body: bytes) -> list[Sheet]:
    book = _open(body, results=False)
    cells = {sheet.title: _cells(sheet) for sheet in book.worksheets}
    if any(cell.data_type == "f" for sheet in cells.values() for cell in sheet.values()):
        results = {sheet.title: _cells(sheet) for sheet in _open(body, results=True).worksheets}
    else:
        results = cells
    return [Sheet(sheet.title, _rows(sheet, cells[sheet.title], results[sheet.title])) for sheet in book.worksheets]


def _open(body: bytes, *, results: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drop-down lists and styles it does not keep, which we do not want
        return openpyxl.load_workbook(io.BytesIO(body), data_only=results)


def _cells(sheet: Any) -> dict[tuple[int, int], Any]:
    # iter_rows would make a cell for each of the million blank ones above a stray one.
    return {place: cell for place, cell in sheet._cells.items() if cell.value is not None}  # noqa: SLF001


def _rows(sheet: Any, cells: dict[tuple[int, int], Any], results: dict[tuple[int, int], Any]) -> list[Row]:
    grid: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in cells.items():
        if row > MOST_LINES:
            raise Refusal("sheets.too_long", most=MOST_LINES)
        if column <= MOST_COLUMNS:
            result = results.get((row, column)) if cell.data_type == "f" else cell
            grid.setdefault(row, {})[column] = _said(result) if result is not None else Cell("", "formula")
    for merged in sheet.merged_cells.ranges:
        first = grid.get(merged.min_row, {}).get(merged.min_col)
        if first is not None:
            for row in range(merged.min_row + 1, min(merged.max_row, MOST_LINES) + 1):
                grid.setdefault(row, {}).setdefault(merged.min_col, Cell(first.text, first.fault, spread=True))
    return [
        Row(number, tuple(columns.get(column, NOTHING) for column in range(1, max(columns) + 1)))
        for number, columns in sorted(grid.items())
    ]


def _said(cell: Any) -> Cell:
    """The cell's text, as whoever typed it would read it."""
    value = cell.value
    if isinstance(value, bool) or cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value), "date")
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    text = shown(str(value))
    return Cell(text, "error" if _is_error(text) else "", lines=_lines(str(value)))


def _lines(text: str) -> str:
    """Line by line, where there are several."""
    lines = [line for line in map(shown, text.splitlines()) if line]
    return "\n".join(lines) if len(lines) > 1 else ""


def _number(value: float, shown_as: str) -> Cell:
    if isinstance(value, float) and not value.is_integer():
        return Cell(repr(value))
    digits = str(int(value))
    if len(digits.lstrip("-")) > EXACT_DIGITS:
        return Cell(digits, "digits")
    return Cell(digits.zfill(len(shown_as)) if shown_as.strip("0") == "" else digits)  # shown with leading zeros


def _is_error(text: str) -> bool:
    return text in {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
