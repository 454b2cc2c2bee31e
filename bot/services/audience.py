"""Who a person is here: which menu he should see, his places and roles at the mine, and how today stands for him."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import Ask, Grant, Member, Person, Unit
from bot.services import grants, quiz
from bot.services.people import PersonRow

GUEST, WORKER, MEMBER, SECRETARY = "guest", "worker", "member", "secretary"
KINDS = (GUEST, WORKER, MEMBER, SECRETARY)
OF_THE_PARTY = ("full", "probationary")
KEEPS_A_BRANCH = ("secretary",)
ANSWERED, OPEN, NOT_ASKED = "answered", "open", "not_asked"


@dataclass(frozen=True, slots=True)
class Standing:
    """What `me.mine` tells of a member beside his own line of the roster."""

    branch: str
    crew: str
    """His crew, or the section when he has none; empty when the roster is silent."""
    roles: tuple[tuple[str, str], ...]
    """Roles that count, each with the name of the unit it is on, in the order of the house."""


def kind(person: PersonRow, roles: Collection[tuple[str, int]]) -> str:
    """The audience he belongs to, by his line of the roster, his consents and the roles that count."""
    member = person.active
    if member is None:
        return GUEST
    return _kind(member.political, person.political_consent, roles)


def seen(person: PersonRow) -> str:
    """The audience as last worked out, without a query; who may not act as a member sees what a guest sees."""
    if person.active is None:
        return GUEST
    return person.tag if person.tag in KINDS and person.tag != GUEST else WORKER


def refresh(db: Session, person_id: int, *, now: datetime) -> str:
    """Work his audience out anew and keep it in `people.tag`; the audience.

    To be called when he joins or leaves, gives or takes back a consent, and when a role of his begins or ends.
    """
    columns = (
        Person.political_consent, Person.roles_from, Member.id, Member.political, Member.left_at, Member.frozen_at,
    )  # fmt: skip
    his = select(*columns).join_from(Person, Member, Person.member_id == Member.id).where(Person.id == person_id)
    row = db.execute(his).first()
    found = GUEST
    if row is not None and row.left_at is None and row.frozen_at is None:
        counts = row.roles_from is None or row.roles_from <= now
        roles = grants.held(db, row.id, now=now) if counts else frozenset()
        found = _kind(row.political, row.political_consent, roles)
    changed = update(Person).where(Person.id == person_id, Person.tag != found).values(tag=found)
    db.execute(changed, execution_options={"synchronize_session": False})
    return found


def refresh_member(db: Session, member_id: int, *, now: datetime) -> None:
    """The same for whoever has joined as this member, if anybody has."""
    person_id = db.execute(select(Person.id).where(Person.member_id == member_id)).scalar_one_or_none()
    if person_id is not None:
        refresh(db, person_id, now=now)


def refresh_all(db: Session, *, now: datetime) -> int:
    """Everybody's audience worked out anew, for what changes by the clock or by the roster; how many changed."""
    columns = (
        Person.id, Person.tag, Person.political_consent, Person.roles_from, Member.id.label("member_id"),
        Member.political, Member.left_at, Member.frozen_at,
    )  # fmt: skip
    keeping = {
        row[0]
        for row in db.execute(
            select(Grant.member_id).where(Grant.role.in_(KEEPS_A_BRANCH), Grant.confirmed_at <= now).distinct()
        )
    }
    changed = []
    for row in db.execute(select(*columns).join_from(Person, Member, Person.member_id == Member.id)):
        found = GUEST
        if row.left_at is None and row.frozen_at is None:
            counts = row.member_id in keeping and (row.roles_from is None or row.roles_from <= now)
            found = _kind(row.political, row.political_consent, [(KEEPS_A_BRANCH[0], 0)] if counts else [])
        if found != row.tag:
            changed.append({"person": row.id, "found": found})
    if changed:
        people = table(Person)
        db.execute(update(people).where(people.c.id == bindparam("person")).values(tag=bindparam("found")), changed)
    return len(changed)


def standing(db: Session, person: PersonRow, *, now: datetime) -> Standing:
    """The standing of whoever has joined, be he frozen or gone: then without roles. Raises ValueError for a guest."""
    member = person.member
    if member is None:
        raise ValueError("a guest stands nowhere")
    counts = person.active is not None and (person.roles_from is None or person.roles_from <= now)
    held = sorted(grants.held(db, member.id, now=now), key=_rank) if counts else []
    crew_id = member.crew_id or member.section_id
    wanted = {member.unit_id, crew_id, *(unit for _, unit in held)} - {None}
    rows = db.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))
    names: dict[int | None, str] = {row[0]: row[1] for row in rows}
    return Standing(
        names.get(member.unit_id, ""), names.get(crew_id, ""), tuple((role, names.get(unit, "")) for role, unit in held)
    )


def daily(db: Session, person_id: int, day: date) -> str:
    """How it stands with the question of a shift day, which is not put by asking: answered, open or not_asked."""
    his = select(Ask.score).where(Ask.person_id == person_id, Ask.mode == quiz.DAILY, Ask.day == day)
    row = db.execute(his).first()
    if row is None:
        return NOT_ASKED
    return OPEN if row[0] is None else ANSWERED


def _kind(political: str, consent: int, roles: Collection[tuple[str, int]]) -> str:
    if any(role in KEEPS_A_BRANCH for role, _ in roles):
        return SECRETARY
    return MEMBER if political in OF_THE_PARTY and consent else WORKER


def _rank(held: tuple[str, int]) -> tuple[int, int]:
    role, unit = held
    return grants.ROLES.index(role) if role in grants.ROLES else len(grants.ROLES), unit
