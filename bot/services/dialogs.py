"""Where a person stands: entered in one statement, left in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from bot.db.upsert import prepared, table
from bot.messages import named
from bot.models import Dialog

NOWHERE = "dialogs.nowhere"
CALLED = "called"
"""In what a step keeps: the words there that were taken for a call for help."""
OFFER = TAPS, _AT = "taps", "offered"
LASTS, BEFORE_WORDS = timedelta(hours=24), timedelta(minutes=10)
_COLUMNS = ("step", "data", "expires_at")
_GOTO = prepared(
    lambda insert: (
        insert(table(Dialog))
        .values({name: bindparam(name) for name in ("person_id", *_COLUMNS)})
        .on_conflict_do_update(index_elements=["person_id"], set_={name: text(f"excluded.{name}") for name in _COLUMNS})
    )
)
_FIND = select(*(table(Dialog).c[name] for name in _COLUMNS)).where(Dialog.person_id == bindparam("person"))
_PAUSE = update(table(Dialog)).where(Dialog.person_id == bindparam("person")).values(expires_at=bindparam("now"))
_LEAVE = delete(table(Dialog)).where(Dialog.person_id == bindparam("person"))


def goto(db: Session, person_id: int, *, step: str, data: Mapping[str, Any], expires_at: datetime) -> None:
    """Stand in a step, whatever step there was before."""
    row = {"person_id": person_id, "step": step, "data": dict(data), "expires_at": expires_at}
    db.execute(_GOTO[db.get_bind().dialect.name], row)


def offer(db: Session, person_id: int, taps: Mapping[str, str], *, now: datetime) -> None:
    """Keep what can be tapped now, label to what it says, beside where he stands, or paused.

    Who stands nowhere still does: his other words mean what they always do.
    """
    found = db.execute(_FIND, {"person": person_id}).first()
    step, until = (NOWHERE, now) if found is None else (found.step, found.expires_at)
    had = {} if found is None else found.data
    goto(db, person_id, step=step, data={**had, TAPS: dict(taps), _AT: int(now.timestamp())}, expires_at=until)


def called(db: Session, person_id: int, said: str) -> None:
    """Keep his words where he wrote them: a call for help comes first, but they may have been meant for what he was writing."""
    found = db.execute(_FIND, {"person": person_id}).first()
    if found is not None:
        goto(db, person_id, step=found.step, data={**found.data, CALLED: said}, expires_at=found.expires_at)


def withdraw(db: Session, person_id: int) -> None:
    """Forget what was offered: something else stands before him now. Where he stands stays."""
    found = db.execute(_FIND, {"person": person_id}).first()
    if found is None or TAPS not in found.data:
        return
    if found.step == NOWHERE:
        leave(db, person_id)
        return
    data = {name: value for name, value in found.data.items() if name not in OFFER}
    goto(db, person_id, step=found.step, data=data, expires_at=found.expires_at)


def pressed(data: Mapping[str, Any], text: str, *, exact: bool, now: datetime) -> str:
    """What the tap says whose label he has typed, by what `offer` kept; empty for other words.

    `exact`: they name something else by themselves. Then only a whole label means the tap, and not for long.
    """
    since = now.timestamp() - data.get(_AT, 0)
    if not data.get(TAPS) or since > LASTS.total_seconds():
        return ""
    return named(data[TAPS], text, beginnings=not exact, whole=since <= BEFORE_WORDS.total_seconds())


def step(db: Session, person_id: int, *, now: datetime) -> str:
    """The step he stands in now, with what this turn has done to it; empty when none or when its time ran out."""
    found = db.execute(_FIND, {"person": person_id}).first()
    return found.step if found is not None and found.expires_at > now else ""


def pause(db: Session, person_id: int, *, now: datetime) -> None:
    """Stand in no step any more, but remember which it was."""
    db.execute(_PAUSE, {"person": person_id, "now": now})


def leave(db: Session, person_id: int) -> None:
    """Stand nowhere."""
    db.execute(_LEAVE, {"person": person_id})
