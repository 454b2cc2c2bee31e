"""Who is speaking: met by openid, kept in step with follow and unfollow, read once for each message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from bot.models import Dialog, Person
from bot.services.upsert import insert_for, table

WINDOW = timedelta(hours=48)
WINDOW_MESSAGES = 5  # wechat_platform §4.2: what a written message allows the account to send


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as he stood when the message came."""

    id: int
    openid: str
    followed: bool
    follow_changed_at: datetime
    window_until: datetime | None
    window_left: int
    waiting: int
    noticed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DialogRow:
    """The step he stood in then; it may have run out."""

    step: str
    data: dict[str, Any]
    expires_at: datetime


_LOCK = select(Person.id).where(Person.openid == bindparam("openid")).with_for_update()
_READ = (
    select(
        Person.id,
        Person.openid,
        Person.followed,
        Person.follow_changed_at,
        Person.window_until,
        Person.window_left,
        Person.waiting,
        Person.noticed_at,
        Dialog.step,
        Dialog.data,
        Dialog.expires_at,
    )
    .join_from(Person, Dialog, Dialog.person_id == Person.id, isouter=True)
    .where(Person.openid == bindparam("openid"))
)
_WROTE = (
    update(table(Person))
    .where(Person.id == bindparam("person_id"))
    .values(
        last_wrote_at=bindparam("at"),
        window_until=bindparam("until"),
        window_left=bindparam("left"),
        waiting=bindparam("still_waiting"),
        noticed_at=bindparam("noticed"),
    )
)
_WROTE_AGAIN = _WROTE.values(followed=True, follow_changed_at=bindparam("at"))


def meet(connection: Connection, openid: str, *, now: datetime) -> tuple[PersonRow, DialogRow | None]:
    """The person and his dialog, in one joined read; a stranger becomes a person.

    PostgreSQL locks the person's row alone first: a joined FOR UPDATE loses the row when it has to wait
    (performance.md §3 trap 2). SQLite's write transaction is lock enough.
    """
    locking = connection.dialect.name != "sqlite"
    # Nothing locked is nobody known: whoever met him since then must be waited for before he is read.
    known = not locking or connection.execute(_LOCK, {"openid": openid}).first() is not None
    row = connection.execute(_READ, {"openid": openid}).first() if known else None
    if row is None:
        _greet(connection, openid, now)
        if locking:
            connection.execute(_LOCK, {"openid": openid})
        row = connection.execute(_READ, {"openid": openid}).one()
    dialog = None if row[8] is None else DialogRow(row[8], row[9], row[10])
    return PersonRow(*row[:8]), dialog


def wrote(
    connection: Connection,
    person: PersonRow,
    *,
    at: datetime,
    opens_window: bool,
    follows: bool,
    waiting: int,
    noticed_at: datetime | None,
) -> None:
    """Keep that he wrote, tapped or clicked; only written words open the 48-hour window (wechat_platform §4.2).

    Only followers can write: who wrote after an unfollow has come back, though the event of it was lost.
    """
    back = not person.followed and follows and at >= person.follow_changed_at
    connection.execute(
        _WROTE_AGAIN if back else _WROTE,
        {
            "person_id": person.id,
            "at": at,
            "until": at + WINDOW if opens_window else person.window_until,
            "left": WINDOW_MESSAGES if opens_window else person.window_left,
            "still_waiting": waiting,
            "noticed": noticed_at,
        },
    )


def owe(connection: Connection, person_id: int) -> None:
    """One more thing waits for his next contact."""
    connection.execute(update(Person).where(Person.id == person_id).values(waiting=Person.waiting + 1))


def follow(db: Session, person_id: int, *, followed: bool, at: datetime) -> None:
    """Follow or unfollow as of `at`; an event older than the last one known changes nothing."""
    change = update(Person).where(Person.id == person_id, Person.follow_changed_at <= at)
    db.execute(change.values(followed=followed, follow_changed_at=at).execution_options(synchronize_session=False))


def _greet(connection: Connection, openid: str, now: datetime) -> None:
    long_ago = datetime.fromtimestamp(0, now.tzinfo)
    connection.execute(
        insert_for(connection, Person)
        .values(
            openid=openid,
            met_at=now,
            followed=True,
            follow_changed_at=long_ago,
            last_wrote_at=now,
            window_left=0,
            waiting=0,
        )
        .on_conflict_do_nothing(index_elements=["openid"])
    )
