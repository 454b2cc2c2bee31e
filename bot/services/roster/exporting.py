"""The roster written out: what the office fills in and brings back, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import Member, Unit
from bot.services.roster.lines import UNITS
from bot.services.roster.places import Places
from bot.services.sheets import book
from content.mine import COLUMNS, MineWords


def save(db: Session, file: Path, words: MineWords, *, title: str, explained: tuple[str, list[str]]) -> int:
    """Everybody of the mine into an xlsx or csv with our headings, by the file's suffix; how many.

    `explained` is a second sheet, its name and its lines on how to fill in the first. Raises Refusal for another suffix.
    """
    rows = list(_rows(db, words))
    heading = [words.columns.name_of[column] for column in COLUMNS]
    match file.suffix.lower():
        case ".xlsx":
            book.save(file, [book.Leaf(title, [heading, *rows])], notes=explained)
        case ".csv":
            with file.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out).writerows([heading, *([book.harmless(text) for text in row] for row in rows)])
        case _:
            raise Refusal("roster.suffix", file=file)
    return len(rows)


def _rows(db: Session, words: MineWords) -> Iterable[list[str]]:
    paths = dict(db.execute(select(Unit.id, Unit.path)).all())
    places = Places(paths.values(), words, mine="")
    for him in db.execute(select(Member).where(Member.left_at.is_(None)).order_by(Member.staff_no)).scalars():
        unit, section = paths[him.unit_id], paths.get(him.section_id or 0, "")
        group, crew = paths.get(him.group_id or 0, ""), paths.get(him.crew_id or 0, "")
        values = {
            "unit": unit,
            "group": _short(group, partial(places.group, unit=unit)),
            "section": _short(section, partial(places.section, unit=unit)),
            "crew": _short(crew, partial(places.crew, section=section, unit=unit)),
            "political": words.political.name_of.get(him.political, ""),
        }
        yield [values[name] if name in (*UNITS, "political") else getattr(him, name) for name in COLUMNS]


def _short(path: str, read: Callable[[str], str]) -> str:
    """The last name where it is read back as the same unit, else the whole path."""
    name = path.rpartition("/")[2]
    return name if read(name) == path else path
