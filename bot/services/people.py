"""Who is speaking: met by openid, kept in step with follow and unfollow, read once for each message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.orm import Session

from bot.db import chance
from bot.db.upsert import insert_for, table
from bot.models import Dialog, Member, Person

OF_PARTY = frozenset({"full", "probationary", "candidate", "activist"})
WINDOW = timedelta(hours=48)
WINDOW_MESSAGES = 5  # wechat_platform §4.2: what a written message allows the account to send


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Who he is on the roster."""

    id: int
    alias: str
    staff_no: str
    name: str
    unit_id: int
    group_id: int | None
    section_id: int | None
    crew_id: int | None
    trade: str
    political: str
    left_at: datetime | None
    frozen_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as he stood when the message came; what each column means stands in bot/models/people.py."""

    id: int
    openid: str
    followed: bool
    follow_changed_at: datetime
    window_until: datetime | None
    window_left: int
    waiting: int
    noticed_at: datetime | None
    alias: str
    consented: int
    political_consent: int
    bind_tries: int
    bind_tried_at: datetime | None
    scene_unit_id: int | None
    roles_from: datetime | None
    shift: str
    rotation: str
    rotation_from: date | None
    shift_days: dict[str, str]
    shift_from: str
    leave_from: date | None
    leave_until: date | None
    remind_at: int | None
    paused_until: datetime | None
    with_human_until: datetime | None
    tag: str
    member: MemberRow | None
    """His line of the roster once he has joined, be he frozen or gone; `active` asks for one that counts."""

    @property
    def active(self) -> MemberRow | None:
        """His line of the roster while he may act as this member: not after he left the mine, not while frozen."""
        member = self.member
        return member if member is not None and member.left_at is None and member.frozen_at is None else None

    @property
    def of_party(self) -> bool:
        """A member of the Party or on the way there, who agreed that this may be used."""
        member = self.active
        return member is not None and member.political in OF_PARTY and self.political_consent > 0


@dataclass(frozen=True, slots=True)
class DialogRow:
    """The step he stood in then; it may have run out."""

    step: str
    data: dict[str, Any]
    expires_at: datetime


_OF_PERSON = [name for name in PersonRow.__dataclass_fields__ if name != "member"]
_OF_MEMBER = list(MemberRow.__dataclass_fields__)
_OF_DIALOG = list(DialogRow.__dataclass_fields__)
_LOCK = select(Person.id).where(Person.openid == bindparam("openid")).with_for_update()
_READ = (
    select(
        *(getattr(Person, name) for name in _OF_PERSON),
        *(getattr(Member, name) for name in _OF_MEMBER),
        *(getattr(Dialog, name) for name in _OF_DIALOG),
    )
    .join_from(Person, Member, Person.member_id == Member.id, isouter=True)
    .join(Dialog, Dialog.person_id == Person.id, isouter=True)
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
    return _person(row)


def _person(row: Row[Any]) -> tuple[PersonRow, DialogRow | None]:
    to_member, to_dialog = len(_OF_PERSON), len(_OF_PERSON) + len(_OF_MEMBER)
    member = None if row[to_member] is None else MemberRow(*row[to_member:to_dialog])
    dialog = None if row[to_dialog] is None else DialogRow(*row[to_dialog:])
    columns: list[Any] = [*row[:to_member], member]
    return PersonRow(*columns), dialog


def hold(connection: Connection, person_ids: Sequence[int]) -> None:
    """Lock these persons' rows, lowest first, so that nobody waits in a circle. SQLite's write transaction is lock enough."""
    if person_ids and connection.dialect.name != "sqlite":
        rows = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
        connection.execute(rows.with_for_update()).all()


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
    values: dict[str, object] = {"followed": followed, "follow_changed_at": at}
    if not followed:
        values["tagged"] = ""  # the platform forgets a follower's tags with him
    db.execute(change.values(values).execution_options(synchronize_session=False))


def _greet(connection: Connection, openid: str, now: datetime) -> None:
    long_ago = datetime.fromtimestamp(0, now.tzinfo)
    connection.execute(
        insert_for(connection, Person)
        .values(
            openid=openid,
            alias=chance.hexadecimal(8),
            met_at=now,
            followed=True,
            follow_changed_at=long_ago,
            last_wrote_at=now,
            window_left=0,
            waiting=0,
            shift_days={},
        )
        .on_conflict_do_nothing(index_elements=["openid"])
    )
