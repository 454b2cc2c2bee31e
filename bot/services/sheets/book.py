"""A workbook written: every cell text, headings in bold, safe to open, with lists to choose from where wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

WIDTH = 16
LISTED_ROWS = 2000
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would reckon instead of show


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet to be: its first row is the heading."""

    title: str
    rows: Sequence[Sequence[str]]
    widths: Mapping[int, int] = field(default_factory=dict)
    """By column from 0; others are WIDTH."""
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """What may be chosen in a column, from 0."""
    wrapped: bool = False


def save(file: Path, leaves: Sequence[Leaf], *, notes: tuple[str, Sequence[str]]) -> None:
    """The sheets, then one of explanations (its name and its lines), then, hidden, what can be chosen."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    lists = _Lists(book, notes[0])
    for leaf in leaves:
        sheet = book.create_sheet(leaf.title)
        _fill(sheet, leaf)
        for column, values in leaf.choices.items():
            rule = DataValidation(type="list", formula1=lists.of(values), allow_blank=True, showErrorMessage=False)
            sheet.add_data_validation(rule)
            rule.add(f"{get_column_letter(column + 1)}2:{get_column_letter(column + 1)}{LISTED_ROWS}")
    told = book.create_sheet(notes[0])
    told.column_dimensions["A"].width = 100
    for line in notes[1]:
        told.append([line])
        told.cell(told.max_row, 1).alignment = Alignment(wrap_text=True)
    lists.put_last()
    book.save(file)


def harmless(text: str) -> str:
    """A field of a csv that no spreadsheet reckons with."""
    return f"'{text}" if text.startswith(RISKY) else text


def _fill(sheet: Any, leaf: Leaf) -> None:
    for number, row in enumerate(leaf.rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value, cell.number_format = text, "@"  # text: leading zeros stay, long numbers stay whole
            cell.data_type = "s"  # and what begins with an equals sign is no formula
            if leaf.wrapped:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column + 1)].width = leaf.widths.get(column, WIDTH)
    sheet.freeze_panes = "A2"


class _Lists:
    """A hidden sheet with a column for each list: written into the rule itself, a list may hold only 255 characters."""

    def __init__(self, book: Any, name: str) -> None:
        self._book, self._name = book, f"{name}."
        self._sheet: Any = None
        self._known: dict[tuple[str, ...], str] = {}

    def of(self, values: Sequence[str]) -> str:
        """The range that holds these values."""
        key = tuple(values)
        if key not in self._known:
            if self._sheet is None:
                self._sheet = self._book.create_sheet(self._name)
                self._sheet.sheet_state = "hidden"
            column = len(self._known) + 1
            for number, value in enumerate(values, 1):
                self._sheet.cell(number, column).value = value
            letter = get_column_letter(column)
            self._known[key] = f"'{self._name}'!${letter}$1:${letter}${len(values)}"
        return self._known[key]

    def put_last(self) -> None:
        """Behind everything a person looks at."""
        if self._sheet is not None:
            self._book.move_sheet(self._sheet, offset=len(self._book.worksheets))
