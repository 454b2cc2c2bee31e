"""Whose desk a doubted question lies on: safety's, the Party's, and for an own one that of its unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Grant, Material, MaterialVersion
from bot.services import grants
from bot.services.doubts.doubts import Doubted, stopped, waiting
from bot.services.materials import bodies, rights
from bot.services.materials.frame import PARTY, Frame
from bot.services.people import PersonRow
from content.bank import Bank

SAFETY, OFFICE, SECRETARY = "safety_office", "party_office", "secretary"


def mine(db: Session, person: PersonRow, bank: Bank, frame: Frame, *, now: datetime) -> list[Doubted]:
    """What he has to look at, the most doubted first."""
    return _his(db, person, waiting, bank, frame, now=now)


def stopped_of(db: Session, person: PersonRow, bank: Bank, frame: Frame, *, now: datetime) -> list[Doubted]:
    """What rests because it was found wrong, of what is his to look at, the last first."""
    return _his(db, person, lambda db: standing_still(db, stopped(db), bank, frame), bank, frame, now=now)


def standing_still(db: Session, given: Iterable[Doubted], bank: Bank, frame: Frame) -> list[Doubted]:
    """Those of them that stand in the very wording in which they were doubted; the others were changed or are gone."""
    shown = (
        select(Material.key, MaterialVersion.body)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(Material.kind == "question", MaterialVersion.number == Material.live_version)
    )
    found = list(given)
    own = {each.question_id for each in found} - set(bank.questions)
    rows = db.execute(shown.where(Material.key.in_(sorted(own)))).all() if own else []
    now = {key: bodies.question(key, body, frame).hash for key, body in rows}
    now |= {name: question.hash for name, question in bank.questions.items()}
    return [each for each in found if now.get(each.question_id) == each.hash]


def has_desk(db: Session, person: PersonRow, *, now: datetime) -> bool:
    """True for whoever is asked to look at doubts at all."""
    return grants.may(db, person, (SAFETY, OFFICE, SECRETARY), None, now=now)


def told(db: Session, question_id: str, bank: Bank, frame: Frame, *, now: datetime) -> list[int]:
    """Person ids of those who are told that it rests."""
    owner = _owner(db, question_id)
    if owner is not None:
        found = grants.holders(db, SECRETARY, owner, now=now)
        if found:
            return [person for person, _ in found]
    roles = _roles(question_id, bank, frame, _held(db, now=now))
    return [person for role in roles for person, _ in _all(db, role, now=now)]


def is_own(db: Session, question_id: str) -> bool:
    """True for a question that the mine wrote itself."""
    return _owner(db, question_id) is not None


def _his(
    db: Session,
    person: PersonRow,
    which: Callable[[Session], list[Doubted]],
    bank: Bank,
    frame: Frame,
    *,
    now: datetime,
) -> list[Doubted]:
    desks = {role for role in (SAFETY, OFFICE, SECRETARY) if grants.may(db, person, (role,), None, now=now)}
    found = which(db) if desks else []
    if not found:
        return []
    ids = sorted({each.question_id for each in found})
    owners = dict(db.execute(select(Material.key, Material.unit_id).where(Material.key.in_(ids))).all())
    reach = rights.reach(db, person, rights.DOUBT_SETTLERS, now=now) if owners else frozenset()
    held = _held(db, now=now)

    def is_his(question_id: str) -> bool:
        if question_id in owners:
            return owners[question_id] in reach
        return not desks.isdisjoint(_roles(question_id, bank, frame, held))

    return [each for each in found if is_his(each.question_id)]


def _roles(question_id: str, bank: Bank, frame: Frame, held: frozenset[str]) -> tuple[str, ...]:
    """The office of its topic; where nobody holds that, whoever is left."""
    question = bank.get(question_id)
    party = question is not None and frame.topics.get(question.topic) == PARTY
    order = (OFFICE, SECRETARY) if party else (SAFETY, OFFICE, SECRETARY)
    return next(((role,) for role in order if role in held), ())


def _held(db: Session, *, now: datetime) -> frozenset[str]:
    roles = select(Grant.role).where(Grant.role.in_((SAFETY, OFFICE, SECRETARY)), Grant.confirmed_at <= now).distinct()
    return frozenset(db.execute(roles).scalars())


def _all(db: Session, role: str, *, now: datetime) -> list[tuple[int, str]]:
    return grants.holders(db, role, None, now=now)


def _owner(db: Session, question_id: str) -> int | None:
    return db.execute(select(Material.unit_id).where(Material.key == question_id)).scalar()
