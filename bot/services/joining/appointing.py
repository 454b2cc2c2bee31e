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


def target(
    db: Session, person: PersonRow, staff_no: str, role: str, *, now: datetime, giving: bool = True
) -> tuple[Member, Unit]:
    """The member and the unit a role of his belongs on: his group, section or crew, or for other roles his branch.

    Raises Refusal: roles.nobody, the same for a number nobody has and for another branch's people; roles.not_oneself;
    roles.no_place to give what belongs on a place the roster does not name. It may be taken back from his branch still.
    """
    member = db.execute(select(Member).where(Member.staff_no == staff_number(staff_no))).scalar_one_or_none()
    if member is None:
        raise Refusal("roles.nobody")
    own: MemberRow | None = person.active
    if own is not None and own.id == member.id:
        raise Refusal("roles.not_oneself")
    if not grants.may(db, person, GIVERS, member.unit_id, now=now):
        raise Refusal("roles.nobody")
    unit_id = getattr(member, _PLACE.get(role, "unit_id"))
    if unit_id is None and giving:
        raise Refusal("roles.no_place")
    return member, db.get_one(Unit, unit_id or member.unit_id)
