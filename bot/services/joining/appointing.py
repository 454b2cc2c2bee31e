"""What a branch secretary may give and take back in chat: to whom, and on which unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import Member, Unit
from bot.services import grants
from bot.services.people import MemberRow, PersonRow
from content.spelling import staff_number

GIVERS = ("secretary", "party_office")
GIVEN = ("group_leader", "organiser", "committee", "crew_leader", "section_head")
_PLACE = {"group_leader": "group_id", "crew_leader": "crew_id", "section_head": "section_id"}


def may_give(db: Session, person: PersonRow, *, now: datetime) -> bool:
    """True for whoever may give roles to anybody at all."""
    return grants.may(db, person, GIVERS, None, now=now)


def target(db: Session, person: PersonRow, staff_no: str, role: str, *, now: datetime) -> tuple[Member, Unit]:
    """The member and the unit a role of his belongs on: his group, section, crew, else his branch.

    Raises Refusal: roles.nobody, roles.not_here for another branch's people, roles.not_oneself.
    """
    member = db.execute(select(Member).where(Member.staff_no == staff_number(staff_no))).scalar_one_or_none()
    if member is None:
        raise Refusal("roles.nobody")
    own: MemberRow | None = person.active
    if own is not None and own.id == member.id:
        raise Refusal("roles.not_oneself")
    if not grants.may(db, person, GIVERS, member.unit_id, now=now):
        raise Refusal("roles.not_here")
    unit_id = getattr(member, _PLACE.get(role, "unit_id")) or member.unit_id
    return member, db.get_one(Unit, unit_id)
