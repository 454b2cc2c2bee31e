"""What is owed to people: queued here, pushed by delivery, or handed over with the next reply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import OutboxItem, Person
from bot.services import people

DANGER, SOON, WHENEVER = 2, 1, 0
EXPIRED, WITHDRAWN = "expired", "withdrawn"
AT_ONCE = 500
_URGENT = "outbox.urgent"


def queue(
    db: Session,
    person_id: int,
    *,
    kind: str,
    text: str,
    now: datetime,
    urgency: int = WHENEVER,
    about_id: int | None = None,
    not_before: datetime | None = None,
    until: datetime | None = None,
    once: str | None = None,
) -> bool:
    """Owe a person a text (within one reply, links included); `about_id` is the person it tells of, if another.

    Not to be pushed before `not_before`, though it may ride with a reply; worth nothing from `until` on, and then dropped.
    False, and nothing done, when he was already owed something under the name `once` (64 characters), whatever became of it.
    Never to the person whose turn it is: he has his reply.
    """
    owed = {
        "person_id": person_id,
        "about_id": about_id,
        "kind": kind,
        "urgency": urgency,
        "text": text,
        "made_at": now,
        "state": "waiting",
        "tries": 0,
        "try_after": not_before,
        "until": until,
        "once": once,
        "reason": "",
    }
    db.flush()  # whom it is owed to may be new
    new = insert_for(db, table(OutboxItem)).values(owed).on_conflict_do_nothing(index_elements=["person_id", "once"])
    if db.execute(new.returning(table(OutboxItem).c.id)).first() is None:
        return False
    _count(db, person_id, 1)
    if urgency >= SOON:
        db.connection().info[_URGENT] = True
    return True


def owed(db: Session, person_id: int, once: str) -> bool:
    """True when he was owed something under that name before: for whoever would prepare it in vain."""
    found = select(OutboxItem.id).where(OutboxItem.person_id == person_id, OutboxItem.once == once)
    return db.execute(found).first() is not None


@dataclass(frozen=True, slots=True)
class Owed:
    """One of many things to be queued together, as the arguments of `queue` have it."""

    person_id: int
    text: str
    once: str
    not_before: datetime | None = None
    until: datetime | None = None
    urgency: int = SOON


def queue_all(db: Session, owed: Sequence[Owed], *, kind: str, now: datetime) -> frozenset[int]:
    """Owe many people a text each, every one once under its name: who was not owed it before. Two statements in all."""
    if not owed:
        return frozenset()
    db.flush()
    rows = [
        {
            "person_id": each.person_id,
            "about_id": None,
            "kind": kind,
            "urgency": each.urgency,
            "text": each.text,
            "made_at": now,
            "state": "waiting",
            "tries": 0,
            "try_after": each.not_before,
            "until": each.until,
            "once": each.once,
            "reason": "",
        }
        for each in owed
    ]
    new = insert_for(db, table(OutboxItem)).on_conflict_do_nothing(index_elements=["person_id", "once"])
    queued = frozenset(db.execute(new.returning(table(OutboxItem).c.person_id), rows).scalars())
    db.execute(
        update(Person).where(Person.id.in_(queued)).values(waiting=Person.waiting + 1),
        execution_options={"synchronize_session": False},
    )
    if any(each.urgency >= SOON for each in owed if each.person_id in queued):
        db.connection().info[_URGENT] = True
    return queued


def withdraw(db: Session, person_id: int, once: str) -> bool:
    """Drop what still waits for him under that name; False when nothing does. It is not owed under that name again."""
    people.hold(db.connection(), [person_id])  # the person before the item, as a turn of his locks them
    waits = (OutboxItem.person_id == person_id, OutboxItem.once == once, OutboxItem.state == "waiting")
    gone = update(OutboxItem).where(*waits).values(state="dropped", reason=WITHDRAWN).returning(OutboxItem.id)
    if db.execute(gone, execution_options={"synchronize_session": False}).first() is None:
        return False
    _count(db, person_id, -1)
    return True


def was_urgent(connection: object) -> bool:
    """True once for a connection on which something urgent was queued; asked when it commits."""
    return isinstance(connection, Connection) and bool(connection.info.pop(_URGENT, False))


def hand_over(
    connection: Connection, person_id: int, *, now: datetime, at_most: int = 2, least: int = WHENEVER
) -> tuple[list[str], int]:
    """What rides with the next reply, the most urgent first, owed no longer; and how much is owed still.

    What has expired is dropped; what is less urgent than `least` goes on waiting.
    """
    waits = (OutboxItem.person_id == person_id, OutboxItem.state == "waiting")
    first = (
        select(OutboxItem.id)
        .where(*waits, OutboxItem.urgency >= least, *worth(now))
        .order_by(OutboxItem.urgency.desc(), OutboxItem.id)
        .limit(at_most)
    )
    handed = (
        update(OutboxItem)
        .where(OutboxItem.id.in_(first), OutboxItem.state == "waiting")
        .values(state="handed", sent_at=now)
        .returning(OutboxItem.urgency, OutboxItem.id, OutboxItem.text)
    )
    rows = sorted(connection.execute(handed).all(), key=lambda row: (-row.urgency, row.id))
    left = connection.execute(select(func.count(), func.min(OutboxItem.until)).where(*waits)).one()
    waiting: int = left[0]
    if left[1] is not None and left[1] <= now:
        waiting -= len(_dropped(connection, (OutboxItem.person_id == person_id,), now))
    return [row.text for row in rows], waiting


def drop_expired(connection: Connection, *, now: datetime) -> int:
    """Drop what is worth nothing any more, a bounded number at a time. How many."""
    gone = (OutboxItem.state == "waiting", OutboxItem.until <= now)
    late = connection.execute(select(OutboxItem.id, OutboxItem.person_id).where(*gone).limit(AT_ONCE)).all()
    if not late:
        return 0
    people.hold(connection, sorted({row.person_id for row in late}))
    owners = _dropped(connection, (OutboxItem.id.in_([row.id for row in late]),), now)
    for person_id, count in sorted(Counter(owners).items()):
        his = update(Person).where(Person.id == person_id)
        connection.execute(his.values(waiting=Person.waiting - count))
    return len(owners)


def worth(now: datetime) -> tuple[Any, ...]:
    """The condition on an item under which it is still worth being told."""
    return (or_(OutboxItem.until.is_(None), OutboxItem.until > now),)


def _dropped(connection: Connection, which: tuple[Any, ...], now: datetime) -> list[int]:
    """Whose items were dropped; each person once for each."""
    late = update(OutboxItem).where(*which, OutboxItem.state == "waiting", OutboxItem.until <= now)
    gone = late.values(state="dropped", reason=EXPIRED).returning(OutboxItem.person_id)
    return list(connection.execute(gone).scalars())


def _count(db: Session, person_id: int, more: int) -> None:
    db.execute(
        update(Person).where(Person.id == person_id).values(waiting=Person.waiting + more),
        execution_options={"synchronize_session": False},
    )
