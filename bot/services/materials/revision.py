"""The stamp that tells every process when what may be asked has changed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import chance
from bot.db.upsert import insert_for, table
from bot.models import ShelfState

_THE_ROW = 1


def touch(db: Session) -> None:
    """Say that something on the shelf has changed; others see it once this is committed."""
    stamp = chance.hexadecimal(8)
    row = insert_for(db, table(ShelfState)).values(id=_THE_ROW, revision=stamp)
    db.execute(row.on_conflict_do_update(index_elements=["id"], set_={"revision": stamp}))


def hold(db: Session) -> None:
    """Let nobody else touch it until this transaction ends; whoever waits sees afterwards what was done."""
    row = insert_for(db, table(ShelfState)).values(id=_THE_ROW, revision="")
    db.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    db.execute(select(ShelfState.id).where(ShelfState.id == _THE_ROW).with_for_update())


def current(db: Session) -> str:
    """The stamp now; empty while nothing was ever changed."""
    return db.execute(select(ShelfState.revision).where(ShelfState.id == _THE_ROW)).scalar() or ""
