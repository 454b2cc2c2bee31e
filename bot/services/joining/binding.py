"""A phone takes a number, and lets it go; who had it before is told, and powers wait where two phones met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import AuditLine, Grant, Member, Person
from bot.services import audience, audit, consents, grants, outbox
from bot.services.joining import matching
from bot.services.people import MemberRow, PersonRow
from content.phrases import Copy

POWERS_WAIT = timedelta(hours=24)
CLAIM = timedelta(days=30)
"""So long may the phone that lost a number say what it has to say about it."""
UNWATCHED = ("on_duty", "dispatcher")
"""Roles that come with a number unannounced: they are told of danger, and decide about nobody."""
TAKEN_OVER, PHONE_CHANGED = "joining.taken_over", "joining.phone_changed"
_BULK = {"synchronize_session": False}
_LOOSE: dict[str, Any] = {"member_id": None, "bound_at": None, "roles_from": None}


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of it."""

    former: tuple[int, ...]
    """People whose phones had the number, follow still, and are to be told."""
    powers_from: datetime | None
    """From when his roles count; None: at once."""
    untold: bool = False
    """Another phone had the number, and cannot be told: it follows no more."""
    brought: tuple[tuple[str, int], ...] = ()
    """Roles, each with its unit, that count at once and that others should know of."""


def member_of(person: PersonRow, tap: Callable[[str], str]) -> MemberRow:
    """His line of the roster, for whatever is personal. Raises Refusal with what he can do instead: joining.guest,
    joining.gone, joining.frozen_here.
    """
    member = person.member
    if member is None:
        raise Refusal("joining.guest", bind=tap("joining.bind"), daily=tap("quiz.daily"))
    if member.left_at is not None:
        raise Refusal("joining.gone", daily=tap("quiz.daily"), human=tap("letters.human"))
    if member.frozen_at is not None:
        raise Refusal("joining.frozen_here", daily=tap("quiz.daily"), human=tap("letters.human"))
    return member


def bind(db: Session, person: PersonRow, member_id: int, *, now: datetime) -> Bound:
    """The phone holds the number, and no other does. Raises Refusal where the number has left or is frozen meanwhile."""
    if person.member is not None and person.member.frozen_at is not None:
        raise Refusal("joining.frozen")
    member = matching.locked(db, member_id)
    if member is None:
        raise Refusal("joining.gone_from_roster")
    matching.bindable(member)
    if person.member is not None and person.member.id == member.id:
        return Bound((), person.roles_from)
    others = select(Person).where(Person.member_id == member.id, Person.id != person.id)
    holders = db.execute(others.with_for_update().execution_options(populate_existing=True)).scalars().all()
    told = tuple(each.id for each in holders if each.followed)
    took_back = _takes_back(db, person, member, holders, now=now)
    for each in holders:
        # Only who had its powers himself may later say that all is well.
        _write(db, TAKEN_OVER, person.alias, member, now, former=each.alias, settled=_settled(each, now))
        consents.change(db, each.id, consents.POLITICAL, given=False, now=now)
        db.execute(update(Person).where(Person.id == each.id).values(_LOOSE), execution_options=_BULK)
        db.expire(each)
    db.flush()
    if person.member is not None:  # as somebody else he agreed to nothing yet
        consents.change(db, person.id, consents.POLITICAL, given=False, now=now)
        _write(db, "joining.unbound", person.member.alias, person.member, now, changed=True)
    if took_back:
        _write(db, PHONE_CHANGED, person.alias, member, now)
        db.flush()
    powers_from = _powers_from(db, member, now=now)
    his = {"member_id": member.id, "bound_at": now, "roles_from": powers_from, "bind_tries": 0, "bind_tried_at": None}
    db.execute(update(Person).where(Person.id == person.id).values(his), execution_options=_BULK)
    member.tries, member.tried_at = 0, None
    _write(db, "joining.bound", member.alias, member, now)
    db.flush()
    for each_id in (person.id, *(each.id for each in holders)):
        audience.refresh(db, each_id, now=now)
    at_once = not took_back and (powers_from is None or powers_from <= now)
    held = grants.held(db, member.id, now=now) if at_once else frozenset()
    brought = tuple(sorted(each for each in held if each[0] not in UNWATCHED))
    return Bound(told, powers_from, untold=len(told) < len(holders), brought=brought)


def unbind(db: Session, person: PersonRow, *, now: datetime) -> None:
    """He is a guest again, and what he had agreed to is taken back; the roster keeps its line. Twice is once."""
    if person.member is None:
        return
    for kind in (consents.POLITICAL, consents.PRIVACY):
        consents.change(db, person.id, kind, given=False, now=now)
    db.execute(update(Person).where(Person.id == person.id).values(_LOOSE), execution_options=_BULK)
    _write(db, "joining.unbound", person.member.alias, person.member, now)
    db.flush()
    audience.refresh(db, person.id, now=now)


def moved(db: Session, say: Copy, branches: Mapping[int, str], *, now: datetime) -> None:
    """Tell those who have joined that the roster has them in another branch; by member, the name of the new one."""
    his = select(Person.id, Member.id).join(Member).where(Member.id.in_(sorted(branches)), Person.followed)
    for person_id, member_id in db.execute(his):
        text = say("joining.moved", branch=branches[member_id])
        outbox.queue(db, person_id, kind="joining.moved", text=text, now=now)


def pass_on(db: Session, member_id: int, *, alias: str, unit_id: int | None, by: str, now: datetime) -> tuple[int, ...]:
    """The number is another person's now: no phone holds it and no role hangs on it; whose phones had it."""
    holders = tuple(db.execute(select(Person.id).where(Person.member_id == member_id)).scalars())
    for person_id in holders:
        for kind in (consents.POLITICAL, consents.PRIVACY):
            consents.change(db, person_id, kind, given=False, now=now)
        db.execute(update(Person).where(Person.id == person_id).values(_LOOSE), execution_options=_BULK)
        audit.write(db, "joining.unbound", actor=by, subject=alias, unit_id=unit_id, at=now, passed_on=True)
    gone = delete(Grant).where(Grant.member_id == member_id).returning(Grant.role, Grant.unit_id)
    for role, on in db.execute(gone, execution_options=_BULK).all():
        audit.write(db, "grants.revoked", actor=by, subject=alias, unit_id=on, at=now, role=role, passed_on=True)
    db.flush()
    for person_id in holders:
        audience.refresh(db, person_id, now=now)
    return holders


def passed_on(db: Session, say: Copy, people: Iterable[int], *, now: datetime) -> None:
    """Tell those whose number the roster gave to somebody else."""
    for person_id in db.execute(select(Person.id).where(Person.id.in_(sorted(people)), Person.followed)).scalars():
        outbox.queue(db, person_id, kind="joining.passed_on", text=say("joining.passed_on"), now=now)


def came_by(db: Session, person_id: int, unit_id: int) -> None:
    """Remember whose code brought him here."""
    change = update(Person).where(Person.id == person_id).values(scene_unit_id=unit_id)
    db.execute(change, execution_options=_BULK)


def lost(db: Session, person: PersonRow, *, now: datetime) -> tuple[Member, bool] | None:
    """The number another phone took from this one in the last days, and whether it was this one's to speak for:
    a phone that had the number for less than its first day of waiting is no witness.
    """
    lines = select(AuditLine).where(AuditLine.act == TAKEN_OVER, AuditLine.at > now - CLAIM)
    rows = db.execute(lines.order_by(AuditLine.at.desc(), AuditLine.id.desc())).scalars()
    mine = [line for line in rows if line.detail.get("former") == person.alias]
    if not mine:
        return None
    member = db.execute(select(Member).where(Member.alias == mine[0].subject)).scalar_one_or_none()
    settled = any(line.detail.get("settled") for line in mine if line.subject == mine[0].subject)
    return None if member is None else (member, settled)


def settle(db: Session, person: PersonRow, member: Member, holder: Person, *, now: datetime) -> bool:
    """The phone that lost a number says it was its owner who took it: powers wait no longer. False if they did not."""
    if holder.roles_from is None or holder.roles_from <= now:
        return False
    _write(db, PHONE_CHANGED, person.alias, member, now)
    holder.roles_from = None
    db.flush()
    audience.refresh(db, holder.id, now=now)
    return True


def freeze(db: Session, person: PersonRow, member: Member, *, now: datetime) -> bool:
    """Nothing personal works on the number until the office has looked. False when it is frozen already."""
    fresh = matching.locked(db, member.id)
    if fresh is None or fresh.frozen_at is not None:
        return False
    fresh.frozen_at = now
    _write(db, "joining.frozen", person.alias, fresh, now)
    db.flush()
    audience.refresh_member(db, fresh.id, now=now)
    return True


def holder_of(db: Session, member_id: int) -> Person | None:
    """Whoever's phone holds the number now."""
    his = select(Person).where(Person.member_id == member_id).with_for_update()
    return db.execute(his.execution_options(populate_existing=True)).scalar_one_or_none()


def waiting_roles(db: Session, member_id: int, *, now: datetime) -> list[str]:
    """Roles offered to him that wait for their code."""
    waits = select(Grant.role).where(Grant.member_id == member_id, Grant.confirmed_at.is_(None), Grant.code_until > now)
    return sorted(set(db.execute(waits).scalars()))


def _settled(holder: Person, now: datetime) -> bool:
    return holder.roles_from is None or holder.roles_from <= now


def _takes_back(db: Session, person: PersonRow, member: Member, holders: Iterable[Person], *, now: datetime) -> bool:
    """True for the phone that had the number and its powers, while no other phone has had them since."""
    if any(_settled(each, now) for each in holders):
        return False
    taken = select(AuditLine).where(
        AuditLine.subject == member.alias, AuditLine.act == TAKEN_OVER, AuditLine.at > now - CLAIM
    )
    settled = {line.detail.get("former") for line in db.execute(taken).scalars() if line.detail.get("settled")}
    return settled == {person.alias}


def _powers_from(db: Session, member: Member, *, now: datetime) -> datetime | None:
    """A day after the last time the number was taken from a phone, unless that phone has said since that all is well.

    It hangs on the number, not on the phone: unbinding and binding again, from whichever phone, does not shorten it.
    """
    recent = select(AuditLine).where(
        AuditLine.subject == member.alias,
        AuditLine.act.in_((TAKEN_OVER, PHONE_CHANGED)),
        AuditLine.at > now - POWERS_WAIT,
    )
    last = db.execute(recent.order_by(AuditLine.at.desc(), AuditLine.id.desc()).limit(1)).scalar_one_or_none()
    return None if last is None or last.act == PHONE_CHANGED else last.at + POWERS_WAIT


def _write(db: Session, act: str, actor: str, member: Member | MemberRow, now: datetime, **detail: object) -> None:
    audit.write(db, act, actor=actor, subject=member.alias, unit_id=member.unit_id, at=now, **detail)
