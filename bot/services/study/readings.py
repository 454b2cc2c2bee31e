"""The rows of what each person was given and has read, and what he would have done in a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import Reading
from bot.services.study.pieces import Piece

_ROWS = table(Reading)


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One piece before one person."""

    kind: str
    key: str
    day: date
    """The shift day he was last given it."""
    given_at: datetime
    read_at: datetime | None
    choice: str


Past = Mapping[tuple[str, str], ReadingRow]
"""By kind and key."""


def past(db: Session, person_id: int) -> dict[tuple[str, str], ReadingRow]:
    """All he was given. One statement."""
    columns = (getattr(Reading, name) for name in ReadingRow.__dataclass_fields__)
    rows = db.execute(select(*columns).where(Reading.person_id == person_id))
    return {(row.kind, row.key): ReadingRow(*row) for row in rows}


def opened(db: Session, person_id: int, piece: Piece, *, day: date, now: datetime) -> None:
    """He has it before him. What he chose in a case stays. One statement."""
    new = insert_for(db, _ROWS).values(
        person_id=person_id, kind=piece.kind, key=piece.key, day=day, given_at=now, read_at=now, choice=""
    )
    seen = {"day": day, "read_at": now}
    db.execute(new.on_conflict_do_update(index_elements=["person_id", "kind", "key"], set_=seen))


def given(db: Session, pieces: Mapping[int, Piece], *, days: Mapping[int, date], now: datetime) -> None:
    """These people, by id, are sent a piece each; whether they read it is theirs to say. One statement."""
    if not pieces:
        return
    rows = [
        {
            "person_id": person,
            "kind": piece.kind,
            "key": piece.key,
            "day": days[person],
            "given_at": now,
            "read_at": None,
            "choice": "",
        }
        for person, piece in sorted(pieces.items())
    ]
    new = insert_for(db, _ROWS).values(rows)
    again = {"day": new.excluded.day, "given_at": new.excluded.given_at}
    db.execute(new.on_conflict_do_update(index_elements=["person_id", "kind", "key"], set_=again))


def chose(db: Session, person_id: int, piece: Piece, letter: str) -> bool:
    """What he would do: his first word counts; False when he had said something before."""
    his = (_ROWS.c.person_id == person_id, _ROWS.c.kind == piece.kind, _ROWS.c.key == piece.key, _ROWS.c.choice == "")
    said = update(_ROWS).where(*his).values(choice=letter)
    return db.execute(said.returning(_ROWS.c.id)).first() is not None
