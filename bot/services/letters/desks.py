"""Who answers a letter: the writer's own branch, in its want the party office, and never whom it may be about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Unit
from bot.services import grants, units
from bot.services.letters.writers import Writer
from bot.services.people import PersonRow

BRANCHES = ("branch", "general_branch")
OFFICES = ("mine", "department")
OF_BRANCH = ("secretary", "committee")
OFFICE = "party_office"


@dataclass(frozen=True, slots=True)
class Desk:
    """A queue and those who look after it: person ids and names of one role."""

    unit_id: int | None
    """A branch, or where the party office has its role; None for the party office of the whole mine."""
    role: str
    holders: tuple[tuple[int, str], ...]


def nearest(db: Session, writer: Writer, *, now: datetime) -> Desk | None:
    """His branch's secretary, else its committee, else the party office; None when there is nobody."""
    branch = branch_of(db, writer.unit_id)
    return _of_branch(db, branch, writer, now) or above(db, writer, now=now)


def above(db: Session, writer: Writer, *, now: datetime) -> Desk | None:
    """The party office nearest above him, without whoever is secretary of his branch: it may be about him."""
    branch = branch_of(db, writer.unit_id)
    chain = units.chain(db, branch) if branch is not None else []
    kinds = _kinds(db, chain)
    for unit_id in chain:
        if kinds[unit_id] in OFFICES and (desk := _of_office(db, unit_id, branch, writer, now)):
            return desk
    return _of_office(db, None, branch, writer, now)


def again(db: Session, unit_id: int | None, writer: Writer, *, now: datetime) -> Desk | None:
    """Who looks after the queue that a letter stands in, today."""
    branch = branch_of(db, writer.unit_id)
    if unit_id is not None and _kinds(db, [unit_id])[unit_id] not in OFFICES:
        return _of_branch(db, unit_id, writer, now) or _of_office(db, None, branch, writer, now)
    return _of_office(db, unit_id, branch, writer, now) or _of_office(db, None, branch, writer, now)


def looked_after(db: Session, person: PersonRow, *, now: datetime) -> frozenset[int | None]:
    """The queues he may read: of the branches he is secretary or committee member of, or of the party office."""
    member = person.active
    if member is None or (person.roles_from is not None and now < person.roles_from):
        return frozenset()
    held = grants.held(db, member.id, now=now)
    kinds = _kinds(db, [unit for _, unit in held])
    own = {unit for role, unit in held if role in OF_BRANCH and kinds[unit] not in OFFICES}
    offices: set[int | None] = {unit for role, unit in held if role == OFFICE}
    return frozenset(own | offices | ({None} if offices else set()))


def may_be_about(db: Session, reader: PersonRow, unit_id: int | None, writer: Writer, *, now: datetime) -> bool:
    """True for a letter that went past the writer's own branch when the reader is that branch's secretary."""
    branch, member = branch_of(db, writer.unit_id), reader.active
    if branch is None or branch == unit_id or member is None:
        return False
    return ("secretary", branch) in grants.held(db, member.id, now=now)


def branch_of(db: Session, unit_id: int | None) -> int | None:
    """The branch that a unit is or stands in; the unit itself where nothing above it is one."""
    if unit_id is None:
        return None
    chain = units.chain(db, unit_id)
    kinds = _kinds(db, chain)
    return next((each for each in chain if kinds[each] in BRANCHES), unit_id)


def _of_branch(db: Session, branch: int | None, writer: Writer, now: datetime) -> Desk | None:
    if branch is None or _kinds(db, [branch])[branch] in OFFICES:
        return None
    for role in OF_BRANCH:
        holders = [
            each for each in grants.holders(db, role, branch, now=now, above=False) if each[0] != writer.person_id
        ]
        if holders:
            return Desk(branch, role, tuple(holders))
    return None


def _of_office(db: Session, unit_id: int | None, branch: int | None, writer: Writer, now: datetime) -> Desk | None:
    secretaries = grants.holders(db, "secretary", branch, now=now, above=False) if branch is not None else []
    without = {person for person, _ in secretaries} | {writer.person_id}
    found = grants.holders(db, OFFICE, unit_id, now=now, above=False)
    holders = tuple(each for each in found if each[0] not in without)
    return Desk(unit_id, OFFICE, holders) if holders else None


def _kinds(db: Session, ids: list[int]) -> dict[int, str]:
    return {row.id: row.kind for row in db.execute(select(Unit.id, Unit.kind).where(Unit.id.in_(ids)))}
