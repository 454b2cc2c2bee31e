"""Where the heading of a roster stands, and which column says what, in whatever order and words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Refusal
from bot.services.sheets.sheet import Cell, Row, Sheet
from content.mine import MineWords
from content.spelling import same

LOOKED_THROUGH = 40  # rows of titles and remarks above the heading
NEEDED = ("staff_no", "name", "unit")
_MARKS = str.maketrans("", "", "*:?")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a heading, and where each of our columns stands in them."""

    sheet: str
    columns: dict[str, int]
    headings: dict[str, str]
    """As the file writes them, for telling where something is wrong."""
    unknown: list[str]
    other_sheets: list[str]
    rows: list[Row]

    def cell(self, row: Row, column: str) -> Cell:
        """What a row says under one of our columns, which must be there."""
        return row.at(self.columns[column])


def find(sheets: list[Sheet], words: MineWords) -> Table:
    """The first sheet with a heading, read from there on. Raises Refusal when none has one, or a needed column is missing."""
    found = [(sheet, row) for sheet in sheets if (row := _heading(sheet, words)) is not None]
    if not found:
        raise Refusal("roster.no_heading", columns=" ".join(words.columns.name_of.values()))
    sheet, heading = found[0]
    columns, unknown = _columns(heading, words)
    if missing := [words.columns.name_of[column] for column in NEEDED if column not in columns]:
        read = " ".join(cell.text for cell in heading.cells if cell.text)
        raise Refusal("roster.missing_columns", line=heading.number, missing=" ".join(missing), read=read[:120])
    rows = [row for row in sheet.rows if row.number > heading.number and not _repeats(row, columns, words)]
    others = [other.name for other, _ in found[1:]]
    return Table(
        sheet.name, columns, {name: heading.at(at).text for name, at in columns.items()}, unknown, others, rows
    )


def _heading(sheet: Sheet, words: MineWords) -> Row | None:
    """The row with the most of our columns; two at least, the number or the name among them."""
    best, most = None, 1
    for row in sheet.rows[:LOOKED_THROUGH]:
        known = {column for cell in row.cells if (column := _column(cell.text, words))}
        if len(known) > most and known & {"staff_no", "name"}:
            best, most = row, len(known)
    return best


def _columns(heading: Row, words: MineWords) -> tuple[dict[str, int], list[str]]:
    """Our columns by their place. The proper name beats another for the same thing; two of a kind are a Refusal."""
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(heading.cells):
        column = _column(cell.text, words)
        if column is None:
            unknown += [cell.text] if cell.text else []
            continue
        proper = words.columns.name_of[column]
        if column not in columns:
            columns[column] = place
            continue
        before = heading.at(columns[column]).text
        if (_plain(before) == proper) == (_plain(cell.text) == proper):
            raise Refusal("roster.column_twice", line=heading.number, first=before, second=cell.text, column=proper)
        if _plain(cell.text) == proper:
            columns[column] = place
        unknown.append(before if _plain(cell.text) == proper else cell.text)
    return columns, unknown


def _repeats(row: Row, columns: dict[str, int], words: MineWords) -> bool:
    """True for the heading printed again on top of each page."""
    return all(_column(row.at(columns[name]).text, words) == name for name in ("staff_no", "name"))


def _column(heading: str, words: MineWords) -> str | None:
    return words.columns.find(_plain(heading))


def _plain(heading: str) -> str:
    """Without marks and without what stands in brackets: a heading that says it must be filled in."""
    return same(heading).translate(_MARKS).partition("(")[0]
