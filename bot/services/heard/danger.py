"""Danger told of: each showing counted, and who on duty is paged, not twenty times for the same words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.models import AuditLine, DangerCall, Member
from bot.services import audit, grants, units
from bot.services.people import PersonRow

TROUBLE = frozenset({"life", "drunk", "missing"})
KINDS = frozenset({"underground", "fire", "injury", "trapped"}) | TROUBLE
ON_DUTY = ("on_duty", "dispatcher")
SAME_WORDS = timedelta(minutes=10)
AN_HOUR = timedelta(hours=1)
MOST_OF_ONE = 3
MOST_OF_MANY = 3
LASTS = timedelta(days=1)
TAKEN = "danger.taken"

log = structlog.get_logger()


def aside(db: Session, work: Callable[[], None], *, key: str) -> None:
    """Do what may fail without spoiling the reply: undone alone then, and told to the operator by the message's key."""
    try:
        with db.begin_nested():
            work()
    except Exception as problem:  # noqa: BLE001 - nothing may stand between a person in danger and the number
        log.error("danger_not_paged", key=key, error=type(problem).__name__)


def note(db: Session, person: PersonRow, kind: str, *, sure: bool, now: datetime) -> int:
    """Count a showing; its number."""
    member = person.active
    row = {
        "at": now,
        "alias": person.alias,
        "unit_id": member.unit_id if member else person.scene_unit_id,
        "kind": kind,
        "sure": sure,
        "paged": 0,
    }
    return db.execute(insert(DangerCall).values(row).returning(DangerCall.id)).scalar_one()


def paged(db: Session, number: int, count: int) -> None:
    """Keep how many were paged for it."""
    changed = update(DangerCall).where(DangerCall.id == number).values(paged=count)
    db.execute(changed, execution_options={"synchronize_session": False})


def is_news(db: Session, person: PersonRow, kind: str, *, now: datetime) -> bool:
    """False when those on duty know already: told by him of this kind within ten minutes, or three times in the hour,
    or of this kind by three of the same branch within ten minutes.
    """
    member = person.active
    unit_id = member.unit_id if member else person.scene_unit_id
    rows = db.execute(
        select(DangerCall.alias, DangerCall.unit_id, DangerCall.kind, DangerCall.at).where(
            DangerCall.at > now - AN_HOUR, DangerCall.paged > 0
        )
    )
    his, many = 0, 0
    for alias, unit, told, at in rows:
        lately = at > now - SAME_WORDS and told == kind
        if alias == person.alias and lately:
            return False
        his += alias == person.alias
        many += lately and unit == unit_id
    return his < MOST_OF_ONE and many < MOST_OF_MANY


def whom(db: Session, person: PersonRow, kind: str, *, now: datetime) -> list[int]:
    """Persons to page: on duty and dispatchers on his unit or above, of the whole mine where there are none or he is a
    guest; for one in trouble his secretary too. Never he himself.
    """
    member = person.active
    chain = _above(db, member.section_id, member.crew_id, member.unit_id) if member else []
    home = member.unit_id if member else person.scene_unit_id
    return [each for each in _on_duty(db, kind, chain, home, now) if each != person.id]


def taken_by(db: Session, number: int, *, now: datetime) -> str:
    """The name of who has taken it first; empty while nobody has."""
    acts = select(AuditLine.actor, AuditLine.detail).where(AuditLine.act == TAKEN, AuditLine.at > now - LASTS - AN_HOUR)
    rows = db.execute(acts.order_by(AuditLine.id))
    actor = next((actor for actor, detail in rows if detail.get("call") == number), None)
    if actor is None:
        return ""
    return db.execute(select(Member.name).where(Member.alias == actor)).scalar_one_or_none() or ""


def take(db: Session, person: PersonRow, number: int, *, now: datetime) -> bool:
    """Somebody on duty goes after it: kept; False for whoever has no such duty, a number unknown, or one of long ago."""
    call = db.execute(select(DangerCall.unit_id, DangerCall.kind, DangerCall.at).where(DangerCall.id == number)).first()
    member = person.active
    if call is None or member is None or call.at < now - LASTS or not answers_for(db, person, call.kind, now=now):
        return False
    audit.write(db, TAKEN, actor=member.alias, unit_id=call.unit_id, at=now, call=number)
    return True


def answers_for(db: Session, person: PersonRow, kind: str, *, now: datetime) -> bool:
    """True for whoever may be paged for this kind."""
    roles = (*ON_DUTY, "secretary") if kind in TROUBLE else ON_DUTY
    return grants.may(db, person, roles, None, now=now)


def told_with(db: Session, number: int, *, now: datetime) -> list[int]:
    """Everybody who answers for such a call as things stand, to be told who has taken it."""
    call = db.execute(select(DangerCall.unit_id, DangerCall.kind).where(DangerCall.id == number)).one()
    return _on_duty(db, call.kind, _above(db, call.unit_id), call.unit_id, now)


def _on_duty(db: Session, kind: str, chain: list[int], home: int | None, now: datetime) -> list[int]:
    found: dict[int, None] = {}
    for role in ON_DUTY:
        near = [each for unit in chain for each in grants.holders(db, role, unit, now=now, above=False)]
        found |= dict.fromkeys(who for who, _ in near or grants.holders(db, role, None, now=now))
    if kind in TROUBLE and home is not None:
        found |= dict.fromkeys(who for who, _ in grants.holders(db, "secretary", home, now=now))
    return list(found)


def _above(db: Session, *starts: int | None) -> list[int]:
    """What the units are or stand in, each once, the nearest first."""
    return list(dict.fromkeys(each for start in starts if start is not None for each in units.chain(db, start)))
