"""The two transactions around a sending: claimed in the first, its result kept in the second.

A claim takes the item from what waits and one message from the person's window, so that any number of pumps may run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from bot.db.upsert import table
from bot.delivery.outcome import Outcome, Result
from bot.models import OutboxItem, Person
from bot.services import outbox
from bot.services.people import WINDOW_MESSAGES

LEASE = timedelta(seconds=60)  # connect and read time-outs, a refreshed token, and a good deal more
PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))  # errors.py, Reaction.RETRY
RIDE_ONLY = timedelta(days=3650)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Addressee:
    """The columns of a person that tell where and when he can be reached."""

    id: int
    openid: str
    last_wrote_at: datetime
    shift: str
    rotation: str
    rotation_from: date | None
    shift_days: Mapping[str, str]
    leave_from: date | None = None
    leave_until: date | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to be sent."""

    id: int
    urgency: int
    tries: int
    text: str
    to: Addressee


_OF_PERSON = tuple(Addressee.__dataclass_fields__)


def due(connection: Connection, *, now: datetime) -> list[Owed]:
    """What may be pushed now as far as the platform's window is concerned, the most urgent first."""
    person = [getattr(Person, name) for name in _OF_PERSON]
    rows = connection.execute(
        select(OutboxItem.id, OutboxItem.urgency, OutboxItem.tries, OutboxItem.text, *person)
        .join(Person, Person.id == OutboxItem.person_id)
        .where(OutboxItem.state == "waiting", OutboxItem.urgency >= outbox.SOON, *_ripe(now), *_open(now))
        .order_by(OutboxItem.urgency.desc(), OutboxItem.id)
        .limit(AT_ONCE)
    )
    return [Owed(row[0], row[1], row[2], row[3], Addressee(*row[4:])) for row in rows]


def claim(connection: Connection, owed: Owed, *, now: datetime) -> Owed | None:
    """Take it for ourselves, as it reads now; None when another pump or his own next message was first.

    The person before the item, as a turn of his locks them.
    """
    taken = update(Person).where(Person.id == owed.to.id, *_open(now))
    left = {"window_left": Person.window_left - 1, "waiting": Person.waiting - 1}
    if connection.execute(taken.values(left).returning(Person.id)).first() is None:
        return None
    same = (OutboxItem.id == owed.id, OutboxItem.state == "waiting", OutboxItem.tries == owed.tries)
    ours = update(OutboxItem).where(*same, *_ripe(now)).values(state="sending", lease_until=now + LEASE)
    row = connection.execute(ours.values(tries=owed.tries + 1).returning(OutboxItem.text)).first()
    if row is None:
        _give_back(connection, owed.to.id)
        return None
    return replace(owed, text=row.text)


def keep(connection: Connection, owed: Owed, result: Result, *, now: datetime) -> None:
    """The end of a claimed item. One whose lease ran out in between keeps only that it was sent, if it was."""
    if result.outcome is Outcome.SENT:
        _end(connection, owed, ("sending", "unknown"), state="sent", sent_at=now, reason="")
    elif result.outcome is Outcome.UNKNOWN:
        if _end(connection, owed, ("sending",), state="unknown", reason=result.reason):
            _owe_danger_again(connection, [owed.id], now)
    elif result.outcome is Outcome.PERSON:
        if _end(connection, owed, ("sending",), state="waiting", reason=result.reason):
            _give_back(connection, owed.to.id, window=False)
    elif _end(
        connection, owed, ("sending",), state="waiting", reason=result.reason, try_after=_next(owed, result, now)
    ):
        _give_back(connection, owed.to.id)


def put_off(connection: Connection, owed: list[Owed], *, until: datetime) -> None:
    """Not to be looked at before then: whoever cannot be reached now must not stand in the way of others."""
    waiting = update(OutboxItem).where(OutboxItem.id.in_([each.id for each in owed]), OutboxItem.state == "waiting")
    connection.execute(waiting.values(try_after=until))


def give_up_lost(connection: Connection, *, now: datetime) -> int:
    """What a pump claimed and died over may have been sent: unknown from now on. How many."""
    lost = update(OutboxItem).where(OutboxItem.state == "sending", OutboxItem.lease_until <= now)
    ids = list(connection.execute(lost.values(state="unknown", reason="lease").returning(OutboxItem.id)).scalars())
    _owe_danger_again(connection, ids, now)
    return len(ids)


def _next(owed: Owed, result: Result, now: datetime) -> datetime:
    if result.outcome is Outcome.WAIT:
        return now + result.rest
    if result.outcome is Outcome.AGAIN and owed.tries < len(PAUSES):
        return now + PAUSES[owed.tries]
    return now + RIDE_ONLY


def _end(connection: Connection, owed: Owed, from_states: tuple[str, ...], **values: Any) -> bool:
    ours = update(OutboxItem).where(OutboxItem.id == owed.id, OutboxItem.state.in_(from_states))
    ended = ours.where(OutboxItem.tries == owed.tries + 1).values(lease_until=None, **values)
    return connection.execute(ended.returning(OutboxItem.id)).first() is not None


def _give_back(connection: Connection, person_id: int, *, window: bool = True) -> None:
    """It waits again; the window has the message back, or is known to be used up."""
    his = update(Person).where(Person.id == person_id)
    connection.execute(his.values(waiting=Person.waiting + 1))
    if window:
        connection.execute(his.where(Person.window_left < WINDOW_MESSAGES).values(window_left=Person.window_left + 1))
    else:
        connection.execute(his.values(window_left=0))


def _owe_danger_again(connection: Connection, ids: list[int], now: datetime) -> None:
    """Danger that may not have come through is also handed over at the next contact, though never pushed again."""
    lost = select(table(OutboxItem)).where(OutboxItem.id.in_(ids), OutboxItem.urgency == outbox.DANGER)
    for row in connection.execute(lost).mappings().all():
        again = {**row, "state": "waiting", "reason": "unknown", "try_after": now + RIDE_ONLY, "lease_until": None}
        del again["id"]
        again["once"] = None  # that name is spent on the one that may have come through
        connection.execute(insert(table(OutboxItem)).values(**again))
        connection.execute(update(Person).where(Person.id == row["person_id"]).values(waiting=Person.waiting + 1))


def _ripe(now: datetime) -> tuple[Any, ...]:
    return (or_(OutboxItem.try_after.is_(None), OutboxItem.try_after <= now), *outbox.worth(now))


def _open(now: datetime) -> tuple[Any, ...]:
    return (Person.followed, Person.window_until > now, Person.window_left > 0)
