"""A sample roster for the crowd, in the columns of the mine's own: every name and unit in it says that it is a sample."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from bot.simulator.crowd.habits import Habits
from bot.simulator.crowd.people import Person, crew_of


def number_of(index: int, habits: Habits) -> str:
    """The staff number."""
    return str(habits.roster["first_number"] + index)


def name_of(index: int, habits: Habits) -> str:
    """The name; no two among the first forty-odd thousand are the same."""
    words = habits.roster
    rest, surname = divmod(index, len(words["surnames"]))
    second, first = divmod(rest, len(words["given"]))
    return str(
        words["name"].format(
            surname=words["surnames"][surname],
            first=words["given"][first],
            second=words["given"][second % len(words["given"])],
        )
    )


def row(person: Person, habits: Habits) -> list[str]:
    """His line, cell by cell under the headings."""
    words = habits.roster
    crew = crew_of(person.index, habits)
    section_number, crew_in_section = divmod(crew, words["crews_in_section"])
    kind = section_number % len(words["sections"])
    round_number = section_number // len(words["sections"]) + 1
    section = words["section"].format(kind=words["sections"][kind], number=_spoken(round_number, words))
    return [
        number_of(person.index, habits),
        name_of(person.index, habits),
        words["branch"].format(mine=habits.mine["name"], section=section),
        words["group"].format(number=_spoken(crew_in_section // 4 + 1, words)),
        section,
        words["crew"].format(number=_spoken(crew_in_section + 1, words)),
        words["trades"][kind],
        habits.patterns[person.pattern].roster,
        words["political"][person.index % len(words["political"])],
        "",
        "",
    ]


def write(file: Path, people: list[Person], habits: Habits) -> None:
    """All of them as a csv which a spreadsheet opens with the right letters."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(habits.roster["headings"])
        table.writerows(row(person, habits) for person in people)


def _spoken(number: int, words: dict[str, Any]) -> str:
    """One to ninety-nine, as units are numbered."""
    tens, ones = divmod(number, 10)
    digits = words["digits"]
    told = (digits[tens] if tens > 1 else "") + (words["tens"] if tens else "") + (digits[ones] if ones else "")
    return str(told)
