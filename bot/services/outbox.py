"""What is owed to people: queued here, pushed by delivery, or handed over with the next reply."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from bot.models import OutboxItem, Person

DANGER, SOON, WHENEVER = 2, 1, 0
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
) -> None:
    """Owe a person a text (within one reply, links included); `about_id` is the person it tells of, if another.

    Not to be pushed before `not_before`, though it may ride with a reply. Never to the person whose turn it is: he has
    his reply.
    """
    db.add(
        OutboxItem(
            person_id=person_id,
            about_id=about_id,
            kind=kind,
            urgency=urgency,
            text=text,
            made_at=now,
            state="waiting",
            tries=0,
            try_after=not_before,
            reason="",
        )
    )
    db.execute(
        update(Person).where(Person.id == person_id).values(waiting=Person.waiting + 1),
        execution_options={"synchronize_session": False},
    )
    if urgency >= SOON:
        db.connection().info[_URGENT] = True


def was_urgent(connection: object) -> bool:
    """True once for a connection on which something urgent was queued; asked when it commits."""
    return isinstance(connection, Connection) and bool(connection.info.pop(_URGENT, False))


def hand_over(connection: Connection, person_id: int, *, now: datetime, at_most: int = 2) -> tuple[list[str], int]:
    """What rides with the next reply, the most urgent first, owed no longer; and how much is owed still."""
    waits = (OutboxItem.person_id == person_id, OutboxItem.state == "waiting")
    first = select(OutboxItem.id).where(*waits).order_by(OutboxItem.urgency.desc(), OutboxItem.id).limit(at_most)
    handed = (
        update(OutboxItem)
        .where(OutboxItem.id.in_(first), OutboxItem.state == "waiting")
        .values(state="handed", sent_at=now)
        .returning(OutboxItem.urgency, OutboxItem.id, OutboxItem.text)
    )
    rows = sorted(connection.execute(handed).all(), key=lambda row: (-row.urgency, row.id))
    left = connection.execute(select(func.count()).select_from(OutboxItem).where(*waits)).scalar_one()
    return [row.text for row in rows], left
