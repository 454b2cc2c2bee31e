"""Where a person stands: entered in one statement, left in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.models import Dialog
from bot.services.upsert import insert_for


def goto(db: Session, person_id: int, *, step: str, data: Mapping[str, Any], expires_at: datetime) -> None:
    """Stand in a step, whatever step there was before."""
    row = {"step": step, "data": dict(data), "expires_at": expires_at}
    insert = insert_for(db, Dialog).values(person_id=person_id, **row)
    db.execute(insert.on_conflict_do_update(index_elements=["person_id"], set_=row))


def leave(db: Session, person_id: int) -> None:
    """Stand nowhere."""
    db.execute(delete(Dialog).where(Dialog.person_id == person_id).execution_options(synchronize_session=False))
