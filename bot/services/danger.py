"""Danger told of: each showing counted, and who on duty is paged, not twenty times for the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.db.engine import COLLISIONS
from bot.errors import Collided
from bot.models import AuditLine, DangerCall, Member, OutboxItem, Person
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
PAGE, MORE, TAKEN = "danger.page", "danger.more", "danger.taken"
LOCK_TIMED_OUT = "55P03"
GIVES_WAY = "200ms"  # five seconds are all a message has, and the turn is tried again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class News:
    """What those on duty are to hear of a showing."""

    call: int
    """The number it goes by: its own, or of the first who told of the same."""
    more: int = 0
    """How many told of it since they were paged last; 0 for a page of its own."""


def aside(db: Session, work: Callable[[], None], *, key: str) -> None:
    """Do what may fail without spoiling the reply: undone alone then, and told to the operator by the message's key.

    What merely stood in another turn's way is let out, so that the whole turn is done again.
    """
    try:
        with db.begin_nested():
            work()
    except Exception as problem:  # nothing may stand between a person in danger and the number
        if isinstance(problem, Collided) or _state(problem) in COLLISIONS:
            raise
        log.error("danger_not_paged", key=key, error=type(problem).__name__)


def reserve(db: Session, person_id: int, whom: Sequence[int]) -> None:
    """Hold the rows of those to be told, besides his own, which his turn holds: before anything is queued for them.

    Two who tell at once may each wait for the other. Whoever waits for a lower id than his own lets go soon and raises
    Collided, so that the lowest always gets through, sooner than the database would find them out.
    """
    if db.connection().dialect.name == "sqlite":  # one writes at a time
        return
    lower, higher = [each for each in whom if each < person_id], [each for each in whom if each > person_id]
    if lower:
        usual = db.execute(select(func.current_setting("lock_timeout"))).scalar_one()
        db.execute(select(func.set_config("lock_timeout", GIVES_WAY, True)))
        try:
            _hold(db, lower)
        except OperationalError as problem:
            if _state(problem) == LOCK_TIMED_OUT:
                raise Collided("danger", [person_id, *whom]) from problem
            raise
        db.execute(select(func.set_config("lock_timeout", usual, True)))
    if higher:
        _hold(db, higher)


def note(db: Session, person: PersonRow, kind: str, *, sure: bool, now: datetime) -> int:
    """Count a showing; its number."""
    row = {"at": now, "alias": person.alias, "unit_id": _home(person), "kind": kind, "sure": sure, "paged": 0}
    return db.execute(insert(DangerCall).values(row).returning(DangerCall.id)).scalar_one()


def paged(db: Session, number: int, count: int) -> None:
    """Keep how many were paged for it."""
    changed = update(DangerCall).where(DangerCall.id == number).values(paged=count)
    db.execute(changed, execution_options={"synchronize_session": False})


def news(db: Session, person: PersonRow, kind: str, number: int, *, now: datetime) -> News | None:
    """None when those on duty know already: told by him of this kind within ten minutes, or three times in the hour.

    After three of one branch within ten minutes, one page more says how many. Never so for one in trouble, whose
    trouble is his own, nor for guests of no branch, who have nothing in common.
    """
    columns = (DangerCall.id, DangerCall.alias, DangerCall.unit_id, DangerCall.kind, DangerCall.at, DangerCall.paged)
    lately = select(*columns).where(DangerCall.at > now - AN_HOUR, DangerCall.sure).order_by(DangerCall.id)
    rows = db.execute(lately).all()
    his = [row for row in rows if row.alias == person.alias and row.paged]
    if any(row.kind == kind and row.at > now - SAME_WORDS for row in his):
        return None
    if len([row for row in his if row.kind == kind]) >= MOST_OF_ONE:  # something else is always news
        return None
    home = _home(person)
    if home is None or kind in TROUBLE:
        return News(number)
    alike = [row for row in rows if row.at > now - SAME_WORDS and row.kind == kind and row.unit_id == home]
    told = [row for row in alike if row.paged]
    counts = _paged_at(MORE).where(DangerCall.id.in_([row.id for row in told]))
    counted = set(db.execute(counts.with_only_columns(DangerCall.id)).scalars())
    pages = [row for row in told if row.id not in counted]
    if len(pages) < MOST_OF_MANY:
        return News(number)
    heard = {row.alias for row in told}
    return None if counted else News(pages[0].id, len({row.alias for row in alike} - heard))


def whom(db: Session, person: PersonRow, kind: str, *, now: datetime) -> list[int]:
    """Persons to page, by id: on duty and dispatchers on his unit or above, of the whole mine where there are none, he is
    a guest or his number is frozen; for one in trouble his secretary too. Never he himself.
    """
    member = person.active
    chain = _above(db, member.section_id, member.crew_id, member.unit_id) if member else []
    return [each for each in _on_duty(db, kind, chain, _home(person), now) if each != person.id]


def takers(db: Session, number: int, *, now: datetime) -> list[str]:
    """The aliases of who has taken it, the first one first."""
    acts = select(AuditLine.actor, AuditLine.detail).where(AuditLine.act == TAKEN, AuditLine.at > now - LASTS - AN_HOUR)
    rows = db.execute(acts.order_by(AuditLine.id))
    return list(dict.fromkeys(actor for actor, detail in rows if detail.get("call") == number))


def name_of(db: Session, alias: str) -> str:
    """What a taker is called; empty when the roster knows him no longer."""
    return db.execute(select(Member.name).where(Member.alias == alias)).scalar_one_or_none() or ""


def may_take(db: Session, person: PersonRow, number: int, *, now: datetime) -> bool:
    """True for whoever was paged for the call, and whoever answers for its unit or one above; not for one of long ago."""
    call = db.execute(select(DangerCall.unit_id, DangerCall.at).where(DangerCall.id == number)).first()
    if call is None or person.active is None or call.at < now - LASTS:
        return False
    if person.id in _were_paged(db, number):
        return True
    roles = ON_DUTY if call.unit_id is None else (*ON_DUTY, "secretary")
    return grants.may(db, person, roles, call.unit_id, now=now)


def take(db: Session, alias: str, number: int, *, now: datetime) -> None:
    """Keep that the member of this alias goes after it."""
    unit_id = db.execute(select(DangerCall.unit_id).where(DangerCall.id == number)).scalar_one()
    audit.write(db, TAKEN, actor=alias, unit_id=unit_id, at=now, call=number)
    db.flush()


def told_with(db: Session, number: int, *, now: datetime) -> list[int]:
    """Whoever was paged for a call or answers for such as things stand, by id: to be told who has taken it."""
    call = db.execute(select(DangerCall.unit_id, DangerCall.kind).where(DangerCall.id == number)).one()
    standing = _on_duty(db, call.kind, _above(db, call.unit_id), call.unit_id, now)
    return sorted({*standing, *_were_paged(db, number)})


def _home(person: PersonRow) -> int | None:
    """His branch, though his number be frozen; of a guest, the one whose code he scanned."""
    member = person.member
    return member.unit_id if member is not None and member.left_at is None else person.scene_unit_id


def _paged_at(*kinds: str) -> Select[Any]:
    """Calls with the pages made of them, which hold no number: same person, same moment."""
    made = (OutboxItem.made_at == DangerCall.at) & OutboxItem.kind.in_(kinds)
    return (
        select(OutboxItem.person_id)
        .select_from(DangerCall)
        .join(Person, Person.alias == DangerCall.alias)
        .join(OutboxItem, (OutboxItem.about_id == Person.id) & made)
    )


def _were_paged(db: Session, number: int) -> set[int]:
    """Persons paged for this call, or told within the hour that more of its branch tell of the same."""
    call = db.execute(select(DangerCall.unit_id, DangerCall.kind, DangerCall.at).where(DangerCall.id == number)).one()
    same = (DangerCall.unit_id == call.unit_id) & (DangerCall.kind == call.kind)
    after = same & DangerCall.at.between(call.at, call.at + AN_HOUR)
    first = _paged_at(PAGE).where(DangerCall.id == number)
    return {*db.execute(first).scalars(), *db.execute(_paged_at(MORE).where(after)).scalars()}


def _hold(db: Session, ids: Sequence[int]) -> None:
    rows = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
    db.execute(rows.with_for_update()).all()


def _state(problem: Exception) -> str:
    """The database's own code for what went wrong, empty where there is none."""
    return str(getattr(getattr(problem, "orig", None), "sqlstate", None) or "")


def _on_duty(db: Session, kind: str, chain: list[int], home: int | None, now: datetime) -> list[int]:
    found: dict[int, None] = {}
    for role in ON_DUTY:
        near = [each for unit in chain for each in grants.holders(db, role, unit, now=now, above=False)]
        found |= dict.fromkeys(who for who, _ in near or grants.holders(db, role, None, now=now))
    if kind in TROUBLE and home is not None:
        found |= dict.fromkeys(who for who, _ in grants.holders(db, "secretary", home, now=now))
    return sorted(found)


def _above(db: Session, *starts: int | None) -> list[int]:
    """What the units are or stand in, each once, the nearest first."""
    return list(dict.fromkeys(each for start in starts if start is not None for each in units.chain(db, start)))
