"""What somebody is still writing: one piece a person, kept until it is handed in or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import Unfinished


def find(db: Session, person_id: int) -> dict[str, Any] | None:
    """What he is writing, as he left it; None when there is nothing."""
    row = db.execute(select(table(Unfinished).c.data).where(table(Unfinished).c.person_id == person_id)).scalar()
    return None if row is None else dict(row)


def keep(db: Session, person_id: int, data: Mapping[str, Any], *, now: datetime) -> None:
    """Keep it as it is now, in the place of whatever there was."""
    values = {"data": dict(data), "changed_at": now}
    row = insert_for(db, table(Unfinished)).values(person_id=person_id, **values)
    db.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=values))


def drop(db: Session, person_id: int) -> None:
    """Have nothing begun any more."""
    db.execute(delete(table(Unfinished)).where(table(Unfinished).c.person_id == person_id))
