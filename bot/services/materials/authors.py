"""Who wrote a piece and how to reach him, and in whose name somebody writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Member, Person
from bot.services.materials import rights
from bot.services.materials.rows import homes
from bot.services.people import PersonRow


def may_write(db: Session, person: PersonRow, *, now: datetime) -> bool:
    """True for whoever may write material of some unit."""
    return bool(rights.reach(db, person, rights.AUTHORS, now=now))


def tops(db: Session, person: PersonRow, *, now: datetime) -> list[tuple[int, str]]:
    """The units he writes for by his grants, id and path; those below them are left out."""
    found = homes(db, person, now=now)
    paths = {path for _, path in found}
    return [(unit, path) for unit, path in found if not any(path.startswith(f"{each}/") for each in paths)]


def phone_of(db: Session, alias: str) -> int | None:
    """The person who goes by this alias and can be reached; None for the operator and for whoever is gone."""
    his = select(Person.id).join(Member, Person.member_id == Member.id).where(Member.alias == alias)
    return db.execute(his.where(Member.left_at.is_(None), Person.followed)).scalar()
