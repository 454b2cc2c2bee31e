"""How somebody is named to those who answer for him: by the roster once he has joined, else by four letters of his alias."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from bot.models import Member, Person, Unit

SHOWN_OF_ALIAS = 4


@dataclass(frozen=True, slots=True)
class Writer:
    """Name, place and phone are empty for a guest, and for one whose number is frozen or who has left."""

    person_id: int
    tag: str
    """The beginning of his alias: enough to tell two guests apart."""
    name: str = ""
    place: str = ""
    """His crew, else his section, else his branch."""
    phone: str = ""
    unit_id: int | None = None
    """His branch; of a guest, the one whose code he scanned."""
    checking: bool = False
    """His number is frozen, and he is named all the same."""


def of(db: Session, person_id: int) -> Writer:
    """The writer of what this person wrote."""
    return _named(db, person_id, Member.frozen_at.is_(None))


def in_danger(db: Session, person_id: int) -> Writer:
    """The same for those who go to help: a frozen number names whom and where to look for, though it be checked still."""
    return _named(db, person_id, true())


def _named(db: Session, person_id: int, counts: ColumnElement[bool]) -> Writer:
    place = func.coalesce(Member.crew_id, Member.section_id, Member.unit_id)
    row = db.execute(
        select(
            Person.alias, Person.scene_unit_id, Member.name, Member.phone, Member.unit_id, Unit.name, Member.frozen_at
        )
        .join_from(
            Person,
            Member,
            (Person.member_id == Member.id) & Member.left_at.is_(None) & counts,
            isouter=True,
        )
        .join(Unit, Unit.id == place, isouter=True)
        .where(Person.id == person_id)
    ).one()
    alias, scene, name, phone, unit_id, place_name, frozen_at = row
    tag = alias[:SHOWN_OF_ALIAS].upper()
    if not name:  # a guest
        return Writer(person_id, tag, unit_id=scene)
    return Writer(person_id, tag, name, place_name or "", phone or "", unit_id, frozen_at is not None)
