"""How somebody is named to those who answer for him: by the roster once he has joined, else by four letters of his alias."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
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


def of(db: Session, person_id: int) -> Writer:
    """The writer of what this person wrote."""
    place = func.coalesce(Member.crew_id, Member.section_id, Member.unit_id)
    row = db.execute(
        select(Person.alias, Person.scene_unit_id, Member.name, Member.phone, Member.unit_id, Unit.name)
        .join_from(
            Person,
            Member,
            (Person.member_id == Member.id) & Member.left_at.is_(None) & Member.frozen_at.is_(None),
            isouter=True,
        )
        .join(Unit, Unit.id == place, isouter=True)
        .where(Person.id == person_id)
    ).one()
    alias, scene, name, phone, unit_id, place_name = row
    tag = alias[:SHOWN_OF_ALIAS].upper()
    if not name:  # a guest
        return Writer(person_id, tag, unit_id=scene)
    return Writer(person_id, tag, name, place_name or "", phone or "", unit_id)
