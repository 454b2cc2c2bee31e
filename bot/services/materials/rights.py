"""Who may write, review and publish material of a unit; an office's power reaches as far as the unit it belongs to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.models import Grant, Member, Person, Unit
from bot.services import grants, units
from bot.services.people import PersonRow

AUTHORS = ("secretary", "committee", "organiser", "safety_office", "section_head", "party_office")
REVIEWERS = ("safety_office", "secretary", "section_head", "party_office")
PARTY_REVIEWERS = ("secretary", "committee", "party_office")
LAST_READERS = ("party_office", "secretary")
"""Of the last stage of Party text, in this order: the second only where nobody of the first is left."""
PUBLISHERS = ("secretary", "safety_office", "party_office")
DOUBT_SETTLERS = ("safety_office", "party_office", "secretary")
_OFFICES = ("safety_office", "party_office")


def may(db: Session, person: PersonRow, roles: Collection[str], unit_id: int, *, now: datetime) -> bool:
    """True when one of the roles is his on the unit or above it; what a department holds, it holds for all of its mine."""
    if grants.may(db, person, roles, unit_id, now=now):
        return True
    wanted = set(roles) & set(_OFFICES)
    return bool(wanted) and bool(_of_departments(db, person, wanted, now=now) & set(units.chain(db, unit_id)))


def reach(db: Session, person: PersonRow, roles: Collection[str], *, now: datetime) -> frozenset[int]:
    """Ids of all units over which one of the roles is his."""
    if not grants.may(db, person, roles, None, now=now) or person.active is None:
        return frozenset()
    tops = {unit_id for role, unit_id in grants.held(db, person.active.id, now=now) if role in roles}
    tops |= _of_departments(db, person, set(roles) & set(_OFFICES), now=now)
    return frozenset(below for top in tops for below in units.below(db, top))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds one of the roles asked for."""

    alias: str
    name: str
    role: str
    bound: bool = True
    """He can be reached here, and act."""


def holders(db: Session, roles: Collection[str], unit_id: int, *, now: datetime) -> list[Holder]:
    """Whoever holds one of the roles over the unit, as `may` has it, bound or not: a line for each of his roles, by name."""
    of_department = (Unit.kind == "department") & Unit.parent_id.is_not(None)
    acts = Person.id.is_not(None) & Person.followed & or_(Person.roles_from.is_(None), Person.roles_from <= now)
    found = (
        select(Member.alias, Member.name, Grant.role, acts, Grant.unit_id, Unit.parent_id, of_department)
        .join_from(Grant, Unit, Grant.unit_id == Unit.id)
        .join(Member, Grant.member_id == Member.id)
        .outerjoin(Person, Person.member_id == Member.id)
        .where(
            Grant.role.in_(list(roles)),
            Grant.confirmed_at <= now,
            Member.left_at.is_(None),
            Member.frozen_at.is_(None),
        )
        .order_by(Member.name, Member.alias)
    )
    over = set(units.chain(db, unit_id))
    return list(
        dict.fromkeys(
            Holder(alias, name, role, bool(acts))
            for alias, name, role, acts, on, parent, for_all in db.execute(found).all()
            if on in over or (for_all and role in _OFFICES and parent in over)
        )
    )


def _of_departments(db: Session, person: PersonRow, roles: Collection[str], *, now: datetime) -> set[int]:
    if not roles or person.active is None or not grants.may(db, person, roles, None, now=now):
        return set()
    on = {unit_id for role, unit_id in grants.held(db, person.active.id, now=now) if role in roles}
    parents = select(Unit.parent_id).where(Unit.id.in_(on), Unit.kind == "department", Unit.parent_id.is_not(None))
    return {parent for parent in db.execute(parents).scalars() if parent is not None}
