"""Who may do what where: roles on units, given at the command line at once, or with a one-time code to confirm."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.db import chance
from bot.errors import Refusal
from bot.models import Grant, Member, Person, Unit
from bot.services import audit, units
from bot.services.people import PersonRow

ROLES = (
    "operator", "party_office", "dispatcher", "on_duty", "safety_office", "discipline", "department", "secretary",
    "committee", "group_leader", "organiser", "section_head", "crew_leader",
)  # fmt: skip
CODE_LETTERS = "234679ACDEFGHJKMNPQRTUVWXYZ"  # what cannot be misheard or misread
CODE_LENGTH = 8
CODE_LASTS = timedelta(hours=24)
CODE_TRIES = 5


def grant(db: Session, member: Member, role: str, unit: Unit, *, by: str, now: datetime) -> bool:
    """Give a role on a unit, in force from now; one that waited for its code waits no longer. False when he had it.

    Raises Refusal for a role nobody knows and for whoever has left the mine.
    """
    had = _held_or_waiting(db, member, role, unit)
    if had is not None and had.confirmed_at is not None:
        return False
    if had is None:
        had = _new(member, role, unit, by=by, now=now)
        db.add(had)
    had.granted_by, had.granted_at, had.confirmed_at = by, now, now
    had.code_hash, had.code_until = "", None
    audit.write(db, "grants.given", actor=by, subject=member.alias, unit_id=unit.id, at=now, role=role)
    db.flush()
    return True


def offer(db: Session, member: Member, role: str, unit: Unit, *, by: str, pepper: str, now: datetime) -> str:
    """Give a role that counts once its holder has said the code returned: XXXX-XXXX, shown once and kept only as a hash.

    Offering again makes a new code. Raises Refusal as `grant` does, and when he has the role already.
    """
    had = _held_or_waiting(db, member, role, unit)
    if had is not None and had.confirmed_at is not None:
        raise Refusal("grants.had_already")
    if had is None:
        had = _new(member, role, unit, by=by, now=now)
        db.add(had)
    code = chance.drawn(CODE_LETTERS, CODE_LENGTH)
    had.granted_by, had.granted_at = by, now
    had.code_hash, had.code_until, had.code_tries = _hashed(code, member.id, pepper), now + CODE_LASTS, 0
    audit.write(db, "grants.offered", actor=by, subject=member.alias, unit_id=unit.id, at=now, role=role)
    db.flush()
    return f"{code[:4]}-{code[4:]}"


def confirm(db: Session, member_id: int, code: str, *, pepper: str, now: datetime) -> Grant:
    """The grant whose code was said, in force from now.

    A wrong code counts against every grant that waits: Refusal grants.wrong_code with what is `left`, and
    grants.code_over once five were wrong, a day has passed, or nothing waits. The caller commits either way.
    """
    waiting = db.execute(
        select(Grant).where(
            Grant.member_id == member_id,
            Grant.confirmed_at.is_(None),
            Grant.code_until > now,
            Grant.code_tries < CODE_TRIES,
        )
    )
    grants = list(waiting.scalars())
    if not grants:
        raise Refusal("grants.code_over")
    letters = unicodedata.normalize("NFKC", code).upper()
    said = _hashed("".join(c for c in letters if c in CODE_LETTERS), member_id, pepper)
    alias = db.execute(select(Member.alias).where(Member.id == member_id)).scalar_one()
    for each in grants:
        if hmac.compare_digest(each.code_hash, said):
            each.confirmed_at, each.code_hash, each.code_until = now, "", None
            audit.write(
                db, "grants.confirmed", actor=alias, subject=alias, unit_id=each.unit_id, at=now, role=each.role
            )
            db.flush()
            return each
    for each in grants:
        each.code_tries += 1
    left = CODE_TRIES - min(each.code_tries for each in grants)
    audit.write(db, "grants.wrong_code", actor=alias, subject=alias, at=now, left=left)
    db.flush()
    raise Refusal("grants.wrong_code", left=left) if left else Refusal("grants.code_over")


def revoke(db: Session, member: Member, role: str, unit: Unit, *, by: str, now: datetime) -> None:
    """Take a role back, in force or not yet. Raises Refusal when he has no such role there."""
    _known(role)
    gone = delete(Grant).where(Grant.member_id == member.id, Grant.role == role, Grant.unit_id == unit.id)
    if db.execute(gone.returning(Grant.id)).first() is None:
        raise Refusal("grants.not_held")
    audit.write(db, "grants.revoked", actor=by, subject=member.alias, unit_id=unit.id, at=now, role=role)
    db.flush()


def held(db: Session, member_id: int, *, now: datetime) -> frozenset[tuple[str, int]]:
    """His roles that count, each with the unit it is on."""
    rows = select(Grant.role, Grant.unit_id).where(Grant.member_id == member_id, Grant.confirmed_at <= now)
    return frozenset((role, unit_id) for role, unit_id in db.execute(rows))


def may(db: Session, person: PersonRow, roles: Collection[str], unit_id: int | None, *, now: datetime) -> bool:
    """True when he holds one of the roles on the unit or above it; with no unit, anywhere.

    Not while his number is frozen, after he left, or in the first day of a number taken over from another phone.
    """
    member = person.active
    if member is None or (person.roles_from is not None and now < person.roles_from):
        return False
    counts = [Grant.member_id == member.id, Grant.role.in_(list(roles)), Grant.confirmed_at <= now]
    if unit_id is not None:
        counts.append(Grant.unit_id.in_(units.chain(db, unit_id)))
    return db.execute(select(Grant.id).where(*counts).limit(1)).first() is not None


def holders(db: Session, role: str, unit_id: int | None, *, now: datetime, above: bool = True) -> list[tuple[int, str]]:
    """Person id and name of whoever can be reached and holds the role on the unit, or on the nearest above it that has one.

    With `above` false only those on the unit itself; with no unit, all of the mine.
    """
    reachable = (
        select(Person.id, Member.name, Grant.unit_id)
        .join_from(Grant, Member, Grant.member_id == Member.id)
        .join(Person, Person.member_id == Member.id)
        .where(
            Grant.role == role,
            Grant.confirmed_at <= now,
            Member.left_at.is_(None),
            Member.frozen_at.is_(None),
            Person.followed,
            or_(Person.roles_from.is_(None), Person.roles_from <= now),
        )
        .order_by(Person.id)
    )
    rows = db.execute(reachable).all()
    if unit_id is None:
        return list(dict.fromkeys((person, name) for person, name, _ in rows))
    for each in units.chain(db, unit_id) if above else [unit_id]:
        if found := [(person, name) for person, name, on in rows if on == each]:
            return found
    return []


def _held_or_waiting(db: Session, member: Member, role: str, unit: Unit) -> Grant | None:
    _known(role)
    if member.left_at is not None:
        raise Refusal("grants.left", staff_no=member.staff_no)
    his = select(Grant).where(Grant.member_id == member.id, Grant.role == role, Grant.unit_id == unit.id)
    return db.execute(his).scalar_one_or_none()


def _new(member: Member, role: str, unit: Unit, *, by: str, now: datetime) -> Grant:
    return Grant(
        member_id=member.id,
        role=role,
        unit_id=unit.id,
        granted_by=by,
        granted_at=now,
        code_hash="",
        code_until=None,
        code_tries=0,
        confirmed_at=None,
    )


def _known(role: str) -> None:
    if role not in ROLES:
        raise Refusal("grants.unknown_role", said=role, roles=" ".join(ROLES))


def _hashed(code: str, member_id: int, pepper: str) -> str:
    return hmac.new(pepper.encode(), f"{member_id}:{code}".encode(), hashlib.sha256).hexdigest()
