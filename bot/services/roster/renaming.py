"""Another name for a known number: the same person spelt anew, or a number that is somebody else's from now on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Grant, Person
from bot.services.joining.said import same_name
from bot.services.roster.lines import Line, Problem

Hanging = tuple[int, int]
"""Phones and roles."""


def hanging(db: Session) -> Mapping[int, Hanging]:
    """By member, how many phones and roles hang on his number; of those who have any."""
    phones = Counter(db.execute(select(Person.member_id).where(Person.member_id.is_not(None))).scalars())
    roles = Counter(db.execute(select(Grant.member_id)).scalars())
    return {him: (phones[him], roles[him]) for him in phones.keys() | roles.keys() if him is not None}


def weigh(line: Line, before: str, column: str, hangs: Hanging | None, *, kept: bool) -> tuple[Problem, bool]:
    """What to tell of it, and whether phones and roles go: not where it was said that names are only corrected."""
    told: dict[str, Any] = {"said": line.staff_no, "before": before, "after": line.name}
    if hangs is None or same_name(line.name, before):
        return Problem(line.number, column, "roster.renamed", told), False
    told |= {"phones": hangs[0], "roles": hangs[1]}
    return Problem(line.number, column, "roster.renamed_kept" if kept else "roster.renamed_bound", told), not kept
