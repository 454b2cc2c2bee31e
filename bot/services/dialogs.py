"""Where a person stands: entered in one statement, left in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, text, update
from sqlalchemy.orm import Session

from bot.db.upsert import prepared, table
from bot.models import Dialog

_COLUMNS = ("step", "data", "expires_at")
_GOTO = prepared(
    lambda insert: (
        insert(table(Dialog))
        .values({name: bindparam(name) for name in ("person_id", *_COLUMNS)})
        .on_conflict_do_update(index_elements=["person_id"], set_={name: text(f"excluded.{name}") for name in _COLUMNS})
    )
)
_PAUSE = update(table(Dialog)).where(Dialog.person_id == bindparam("person")).values(expires_at=bindparam("now"))
_LEAVE = delete(table(Dialog)).where(Dialog.person_id == bindparam("person"))


def goto(db: Session, person_id: int, *, step: str, data: Mapping[str, Any], expires_at: datetime) -> None:
    """Stand in a step, whatever step there was before."""
    row = {"person_id": person_id, "step": step, "data": dict(data), "expires_at": expires_at}
    db.execute(_GOTO[db.get_bind().dialect.name], row)


def pause(db: Session, person_id: int, *, now: datetime) -> None:
    """Stand in no step any more, but remember which it was."""
    db.execute(_PAUSE, {"person": person_id, "now": now})


def leave(db: Session, person_id: int) -> None:
    """Stand nowhere."""
    db.execute(_LEAVE, {"person": person_id})
