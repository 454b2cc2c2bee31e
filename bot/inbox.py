"""Answer each message once, however often it is repeated: the key goes in first, effect and reply with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update

from bot.db.upsert import prepared, table
from bot.messages import Card, Picture, Reply, Transfer
from bot.models import InboxMessage, Person

LEASE = timedelta(seconds=30)
WORKING, DONE, HANDED = "working", "done", "handed"

_KEPT = select(
    InboxMessage.status,
    InboxMessage.lease_until,
    InboxMessage.gave_up,
    InboxMessage.person_id,
    InboxMessage.reply_kind,
    InboxMessage.reply,
).where(InboxMessage.key == bindparam("message_key"))
_CLAIM = prepared(
    lambda insert: (
        insert(table(InboxMessage))
        .values({name: bindparam(name) for name in ("key", "received_at", "status", "gave_up", "reply_kind", "reply")})
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(table(InboxMessage).c.key)
    )
)
_KEEP = (
    update(table(InboxMessage))
    .where(InboxMessage.key == bindparam("message_key"))
    .values(
        status=DONE,
        lease_until=None,
        # Nobody, when the answer itself was that he is forgotten.
        person_id=select(Person.id).where(Person.id == bindparam("person")).scalar_subquery(),
        reply_kind=bindparam("kind"),
        reply=bindparam("body"),
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the inbox holds for a message that was seen before."""

    done: bool
    lease_until: datetime | None
    gave_up: bool
    person_id: int | None
    reply: Reply | None


def claim(connection: Connection, key: str, *, now: datetime) -> Kept | None:
    """Put the key in; None when the message is new and ours to answer, else what is kept for it.

    On PostgreSQL the insert waits for a first copy still in its transaction; on SQLite the write gate did.
    """
    entered = connection.execute(
        _CLAIM[connection.dialect.name],
        {"key": key, "received_at": now, "status": DONE, "gave_up": False, "reply_kind": "", "reply": ""},
    )
    if entered.first() is not None:
        return None
    return look(connection, key)


def look(connection: Connection, key: str) -> Kept:
    """What is kept for a message that is in the inbox."""
    row = connection.execute(_KEPT, {"message_key": key}).one()
    reply = None if row.status == HANDED else unpack(row.reply_kind, row.reply)
    return Kept(row.status != WORKING, row.lease_until, row.gave_up, row.person_id, reply)


def find(connection: Connection, key: str) -> Reply | None:
    """The reply kept for a message; None when there is none, or not yet."""
    row = connection.execute(_KEPT, {"message_key": key}).first()
    return unpack(row.reply_kind, row.reply) if row is not None and row.status == DONE else None


def keep(connection: Connection, key: str, reply: Reply | None, *, person_id: int | None) -> None:
    """Store the reply beside the effect, in the same transaction."""
    kind, body = pack(reply)
    connection.execute(_KEEP, {"message_key": key, "person": person_id, "kind": kind, "body": body})


def start_work(connection: Connection, key: str, *, person_id: int, now: datetime) -> datetime:
    """Mark a slow answer as being prepared; repeats wait for it until the lease runs out, at the moment returned."""
    working = update(InboxMessage).where(InboxMessage.key == key)
    connection.execute(working.values(status=WORKING, lease_until=now + LEASE, person_id=person_id))
    return now + LEASE


def take_over(connection: Connection, key: str, *, now: datetime) -> bool:
    """Continue the work of a process that died; False when another was quicker or it lives after all."""
    stale = update(InboxMessage).where(
        InboxMessage.key == key, InboxMessage.status == WORKING, InboxMessage.lease_until <= now
    )
    taken = connection.execute(stale.values(lease_until=now + LEASE).returning(InboxMessage.key))
    return taken.first() is not None


def still_ours(connection: Connection, key: str, *, lease_until: datetime) -> bool:
    """True when a slow answer may be finished by whoever began it: nobody took it over when the lease ran out."""
    ours = select(InboxMessage.key).where(
        InboxMessage.key == key, InboxMessage.status == WORKING, InboxMessage.lease_until == lease_until
    )
    return connection.execute(ours.with_for_update()).first() is not None


def give_up(connection: Connection, key: str) -> Kept:
    """A repeat waits no longer: it carries the answer that is there by now, or else that is owed at the next contact."""
    waited = update(InboxMessage).where(InboxMessage.key == key)
    connection.execute(waited.values(gave_up=InboxMessage.status == WORKING))
    return look(connection, key)


def hand_over(connection: Connection, person_id: int, *, now: datetime, apology: str) -> tuple[list[Reply], int]:
    """The answers owed to a person, oldest first and owed no longer, and how many are still being prepared.

    Work whose lease ran out will not be finished by anybody: the apology is its answer.
    """
    owed = (InboxMessage.person_id == person_id, InboxMessage.gave_up)
    dead = update(InboxMessage).where(*owed, InboxMessage.status == WORKING, InboxMessage.lease_until <= now)
    connection.execute(dead.values(status=DONE, lease_until=None, reply_kind="text", reply=apology))
    done = update(InboxMessage).where(*owed, InboxMessage.status == DONE).values(gave_up=False, status=HANDED)
    rows = connection.execute(
        done.returning(InboxMessage.received_at, InboxMessage.reply_kind, InboxMessage.reply)
    ).all()
    replies = [unpack(row.reply_kind, row.reply) for row in sorted(rows, key=lambda row: row.received_at)]
    left = connection.execute(select(func.count()).select_from(InboxMessage).where(*owed)).scalar_one()
    return [reply for reply in replies if reply is not None], left


def pack(reply: Reply | None) -> tuple[str, str]:
    """A reply as its kind and a text: the plain words of a text reply, JSON of the rarer kinds."""
    match reply:
        case None:
            return "", ""
        case str():
            return "text", reply
        case Card():
            return "card", json.dumps(asdict(reply), ensure_ascii=False)
        case Picture():
            return "picture", reply.media_id
        case Transfer():
            return "transfer", reply.account


def unpack(kind: str, body: str) -> Reply | None:
    """The reply that `pack` took apart."""
    match kind:
        case "text":
            return body
        case "card":
            return Card(**json.loads(body))
        case "picture":
            return Picture(body)
        case "transfer":
            return Transfer(body)
        case _:
            return None
