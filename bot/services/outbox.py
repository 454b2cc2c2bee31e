"""What is owed to people: queued here, pushed by delivery, or handed over with the next reply."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.models import OutboxItem, Person

DANGER, SOON, WHENEVER = 2, 1, 0


def queue(
    db: Session,
    person_id: int,
    *,
    kind: str,
    text: str,
    now: datetime,
    urgency: int = WHENEVER,
    about_id: int | None = None,
) -> None:
    """Owe a person a text (within one reply, links included); `about_id` is the person it tells of, if another."""
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
            reason="",
        )
    )
    db.execute(
        update(Person).where(Person.id == person_id).values(waiting=Person.waiting + 1),
        execution_options={"synchronize_session": False},
    )
