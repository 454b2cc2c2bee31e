"""Each line of a roster checked: what it says of whom, and what is wrong with it and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import Refusal
from bot.services.roster.heading import Table
from bot.services.roster.places import Places
from bot.services.sheets.sheet import Cell, Row
from bot.services.units import LONGEST_NAME, LONGEST_PATH
from content.mine import MineWords
from content.spelling import lost_digits, person_name, shown, staff_number

LONGEST = {"staff_no": 32, "name": 64, "trade": 32, "shift": 32, "position": 64, "phone": 32}
UNITS = ("unit", "group", "section", "crew")
OTHERS = ("trade", "shift", "position")
_NUMBER = re.compile(r"(?=.*\d)[0-9A-Z][0-9A-Z-]*", re.ASCII)  # as whoever joins by it can say it
# Rare names are written with private characters, or with ones younger than the interpreter.
_NAME = re.compile(r"[\w\ue000-\uf8ff\U00020000-\U000323af\u00b7 .'()\uff08\uff09-]+")
_PHONE = re.compile(r"1\d{10}|0?\d{7,12}(-\d{1,6})?|\d{3,6}")
_ALIKE = 0.6  # of all numbers are of one length: a shorter one has probably lost its zeros


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place; `key` is the sentence that says so and what to write instead."""

    line: int
    column: str
    """The heading as the file writes it, or empty."""
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One person as the file has him: only what the file has a column for. Units are paths."""

    number: int
    staff_no: str
    name: str
    values: dict[str, str]


@dataclass(slots=True)
class Checked:
    """What came out of checking every line."""

    lines: list[Line] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    """Lines that name nobody: totals, remarks."""
    unknown_words: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Trades and shifts nobody knows, by (column, word), with their lines."""


def check(table: Table, words: MineWords, places: Places, rows: Iterable[Row]) -> Checked:
    """All lines, every problem of each; `rows` are the table's own, perhaps with somebody watching them go by."""
    checked = Checked()
    if "unit" in table.columns:
        for row in table.rows:
            places.learn(table.cell(row, "unit").text)
    for row in rows:
        if row.own:
            _line(table, row, words, places, checked)
    _refuse_twins(table, checked)
    _warn_of_lost_zeros(table, checked)
    return checked


def _line(table: Table, row: Row, words: MineWords, places: Places, checked: Checked) -> None:
    if _names_nobody(table, row, words):
        checked.skipped.append(row.number)
        return
    before = len(checked.refused)

    def refuse(column: str, key: str, **values: object) -> None:
        checked.refused.append(Problem(row.number, table.headings.get(column, ""), key, values))

    faulty = {name for name in table.columns if _faulty(table.cell(row, name), name, refuse)}
    read = {name: "" if name in faulty else _read(table.cell(row, name).text, name) for name in table.columns}
    staff_no, name = read.pop("staff_no"), read.pop("name")
    if "staff_no" not in faulty:
        _hold_number(staff_no, refuse)
    if "name" not in faulty:
        _hold_name(name, refuse)
    values = {column: text for column, text in read.items() if column in OTHERS}
    if "unit" not in faulty:
        values |= _placed(read, places, refuse)
    if "political" in read:
        values["political"] = _status(read["political"], words, refuse)
    for column, text in values.items():
        if len(text) > LONGEST.get(column, LONGEST_PATH):
            refuse(column, "roster.long", most=LONGEST.get(column, LONGEST_NAME), said=text[:20])
    if len(checked.refused) == before:
        line = Line(row.number, staff_no, name, values | _dialled(table, row, read, checked))
        _note_odd(table, line, words, checked)
        checked.lines.append(line)


def _names_nobody(table: Table, row: Row, words: MineWords) -> bool:
    """True without number and name, and for the totals and signatures at the foot."""
    number, name = table.cell(row, "staff_no"), table.cell(row, "name")
    if name.text or name.fault or number.fault:
        return False
    return not number.text or number.text.startswith(words.remarks)


def _dialled(table: Table, row: Row, read: dict[str, str], checked: Checked) -> dict[str, str]:
    """The phone, where there is a column for it; a bad one is warned of and changes nothing."""
    if "phone" not in read:
        return {}
    phone = _phone(read["phone"])
    if phone is None:
        checked.warnings.append(Problem(row.number, table.headings["phone"], "roster.bad_phone"))
        return {}
    return {"phone": phone}


Refuse = Callable[..., None]


def _faulty(cell: Cell, column: str, refuse: Refuse) -> bool:
    if not cell.fault or (column == "phone" and cell.fault == "digits"):
        return False
    refuse(column, f"sheets.cell_{cell.fault}", said=cell.text[:30])
    return True


def _read(said: str, column: str) -> str:
    text = said.removeprefix("'")  # how a spreadsheet is told to show and not to reckon
    if column == "staff_no":
        return staff_number(text)
    return person_name(text) if column == "name" else shown(text)


def _hold_number(staff_no: str, refuse: Refuse) -> None:
    if not staff_no:
        refuse("staff_no", "roster.no_number")
    elif lost_digits(staff_no):
        refuse("staff_no", "sheets.cell_digits", said=staff_no[:30])
    elif len(staff_no) > LONGEST["staff_no"] or not _NUMBER.fullmatch(staff_no):
        refuse("staff_no", "roster.bad_number", said=staff_no[:40])


def _hold_name(name: str, refuse: Refuse) -> None:
    if not name:
        refuse("name", "roster.no_name")
    elif len(name) > LONGEST["name"] or not _NAME.fullmatch(name) or name.isdigit():
        refuse("name", "roster.bad_name", said=name[:20])


def _placed(read: dict[str, str], places: Places, refuse: Refuse) -> dict[str, str]:
    """The paths of the columns that are there."""
    if not read["unit"]:
        refuse("unit", "roster.no_unit")
        return {}
    try:
        unit = places.unit(read["unit"])
    except Refusal as several:
        refuse("unit", several.key, **several.values)
        return {}
    section = places.section(read.get("section", ""), unit)
    found = {
        "unit": unit,
        "group": places.group(read.get("group", ""), unit),
        "section": section,
        "crew": places.crew(read.get("crew", ""), section, unit),
    }
    for column, path in found.items():
        if any(len(name) > LONGEST_NAME for name in path.split("/")):
            refuse(column, "roster.long", most=LONGEST_NAME, said=read[column][:20])
            break  # what stands under a name too long is too long with it
    if not unit:
        refuse("unit", "roster.no_unit")
    return {column: path for column, path in found.items() if column in read}


def _status(said: str, words: MineWords, refuse: Refuse) -> str:
    status = words.political.find(said) if said else ""
    if status is None:
        refuse("political", "roster.unknown_status", said=said[:20], six=" ".join(words.political.name_of.values()))
        return ""
    return status


def _phone(said: str) -> str | None:
    """Digits with at most one dash; None for what nobody could dial."""
    plain = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s()]", "", staff_number(said)))
    if re.fullmatch(r"1\d{2}-\d{4}-\d{4}", plain):
        plain = plain.replace("-", "")
    return plain if not plain or _PHONE.fullmatch(plain) or re.fullmatch(r"0\d{2,3}-\d{7,8}", plain) else None


def _note_odd(table: Table, line: Line, words: MineWords, checked: Checked) -> None:
    if re.search(r"[\d(\uff08]", line.name):
        checked.warnings.append(Problem(line.number, table.headings["name"], "roster.odd_name", {"said": line.name}))
    for column, knows in (("trade", words.trades_of), ("shift", words.knows_shift)):
        if (said := line.values.get(column)) and not knows(said):
            checked.unknown_words.setdefault((column, said), []).append(line.number)


def _refuse_twins(table: Table, checked: Checked) -> None:
    """Two lines of one number: nobody but the office can say which is right, so neither is taken."""
    first: dict[str, Line] = {}
    twins: set[str] = set()
    for line in checked.lines:
        other = first.setdefault(line.staff_no, line)
        if other is not line:
            twins.add(line.staff_no)
            told = {"said": line.staff_no, "other": other.number}
            checked.refused.append(Problem(line.number, table.headings["staff_no"], "roster.twice", told))
    checked.lines = [line for line in checked.lines if line.staff_no not in twins]


def _warn_of_lost_zeros(table: Table, checked: Checked) -> None:
    lengths = Counter(len(line.staff_no) for line in checked.lines if line.staff_no.isdigit())
    if not lengths:
        return
    usual, many = lengths.most_common(1)[0]
    if many < _ALIKE * sum(lengths.values()):
        return
    for line in checked.lines:
        if line.staff_no.isdigit() and len(line.staff_no) < usual:
            told = {"said": line.staff_no, "usual": usual, "meant": line.staff_no.zfill(usual)}
            checked.warnings.append(Problem(line.number, table.headings["staff_no"], "roster.lost_zeros", told))
