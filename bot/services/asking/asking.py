"""问一问's list: what nothing here answers, kept for whoever answers it, without whoever asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, literal, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import InboxMessage, Member, Unanswered
from bot.services import audit, grants
from bot.services.people import PersonRow
from content.folding import fold

LONGEST = 80
MOST = 500
"""Questions that may wait for the desk; while so many do, no new ones are put on its list."""
MOST_HELD = 2000
"""Questions that were answered and may yet be said to have been answered wrongly; the oldest give way."""
GIVE_WAY = 50
"""How many at a time."""
UNSAID = timedelta(days=2)
"""How long a question is kept of which nobody said that it was answered wrongly."""
MADE, DISMISSED = "made", "dismissed"
SHORTEST_NAME = 2
SHORTEST_NUMBER = 3
"""Digits of a staff number that is known in a text: two are metres and per cent."""
DESK = ("secretary", "safety_office", "party_office")
"""Who reads the list: what people ask may tell of themselves, whatever is left out of it."""
_NUMBERS = re.compile(r"\d(?:[ -]?\d){5,}")
_TOKENS = re.compile(r"(?<![0-9a-z.])[0-9a-z]*[0-9][0-9a-z]*(?![0-9a-z.]|-[0-9a-z])")
_BLANK = "\u25cb\u25cb"
_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something asked in vain."""

    number: int
    text: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """How a tap names a question: numbers may begin anew, the day keeps an old tap from meaning a new question."""

    number: int
    first_at: datetime
    times: int = 0
    """How many had asked it in vain before."""


def hold(db: Session, text: str, *, now: datetime) -> Held | None:
    """Keep a question for as long as its asker may yet say that the answer was another's.

    None for a text with nothing left to keep. Nothing of who asked, no long numbers, no name or number of the roster goes
    with it.
    """
    asked = _bare(db, text)
    if len(asked) < SHORTEST_NAME:
        return None
    db.execute(delete(Unanswered).where(*lapsed(now)), execution_options=_QUIETLY)
    columns = table(Unanswered).c
    wanted = (columns.id, columns.first_at, columns.times)
    again = update(table(Unanswered)).where(columns.text == asked).values(last_at=now).returning(*wanted)
    if (known := db.execute(again).first()) is not None:  # PostgreSQL would use up a number for each
        return Held(*known)
    _make_room(db)
    row = insert_for(db, table(Unanswered)).values(
        text=asked, times=0, first_at=now, last_at=now, settled_at=None, verdict=""
    )
    kept = row.on_conflict_do_update(index_elements=["text"], set_={"last_at": now})
    return Held(*db.execute(kept.returning(*wanted)).one())


def held(db: Session, number: int, month: int, day: int) -> Held | None:
    """The question that goes by this number since that day; None when it is no longer kept."""
    row = db.execute(select(Unanswered.first_at, Unanswered.times).where(Unanswered.id == number)).first()
    if row is None or (row.first_at.month, row.first_at.day) != (month, day):
        return None
    return Held(number, row.first_at, row.times)


def lapsed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of which questions nobody said in time that they were answered wrongly."""
    return Unanswered.times == 0, Unanswered.last_at < now - UNSAID


def told(db: Session, person_id: int, words: str, *, now: datetime) -> bool:
    """True when a reply to him said these words within UNSAID: the replies know whose question it was, the list does not."""
    said = select(InboxMessage.key).where(
        InboxMessage.received_at > now - UNSAID,
        InboxMessage.person_id == person_id,
        InboxMessage.reply.contains(words, autoescape=True),
    )
    return db.execute(said.limit(1)).first() is not None


def missed(db: Session, number: int, month: int, day: int, *, now: datetime) -> bool:
    """Somebody got no answer to it: once more for the desk. False when it is no longer kept.

    False too while the list is full. What the desk made a piece for comes back to it; what it dismissed does not.
    """
    kept = held(db, number, month, day)
    if kept is None or (kept.times == 0 and _crowded(db)):
        return False
    again = (
        update(Unanswered)
        .where(Unanswered.id == number)
        .values(times=Unanswered.times + 1, last_at=now)
        .returning(Unanswered.verdict)
    )
    if db.execute(again, execution_options=_QUIETLY).scalar() == MADE:
        reopened = update(Unanswered).where(Unanswered.id == number).values(settled_at=None, verdict="")
        db.execute(reopened, execution_options=_QUIETLY)
    return True


def note(db: Session, text: str, *, now: datetime) -> int | None:
    """Keep a question that nothing here answers, or count it once more; its number, None when it is not kept."""
    kept = hold(db, text, now=now)
    if kept is None or not missed(db, kept.number, kept.first_at.month, kept.first_at.day, now=now):
        return None
    return kept.number


def waiting(db: Session, *, limit: int = 50) -> list[Waiting]:
    """What was asked in vain and nobody has settled, what is asked most first."""
    rows = db.execute(
        select(Unanswered)
        .where(Unanswered.times > 0, Unanswered.settled_at.is_(None))
        .order_by(Unanswered.times.desc(), Unanswered.last_at.desc(), Unanswered.id)
        .limit(limit)
    ).scalars()
    return [Waiting(row.id, row.text, row.times, row.first_at, row.last_at) for row in rows]


def find(db: Session, number: int) -> Waiting | None:
    """A question that waits, by its number."""
    row = db.execute(
        select(Unanswered).where(Unanswered.id == number, Unanswered.times > 0, Unanswered.settled_at.is_(None))
    ).scalar_one_or_none()
    return None if row is None else Waiting(row.id, row.text, row.times, row.first_at, row.last_at)


def may_settle(db: Session, person: PersonRow, *, now: datetime) -> bool:
    """True for whoever reads the list and decides of it."""
    return grants.may(db, person, DESK, None, now=now)


def settle(db: Session, person: PersonRow, number: int, verdict: str, *, now: datetime) -> bool:
    """The desk has seen to it: MADE or DISMISSED. False when somebody had before. Raises Refusal for whoever may not."""
    if not may_settle(db, person, now=now):
        raise Refusal("ask.may_not_settle")
    waits = (Unanswered.id == number, Unanswered.settled_at.is_(None), Unanswered.times > 0)
    done = update(Unanswered).where(*waits).values(settled_at=now, verdict=verdict).returning(Unanswered.id)
    found = db.execute(done, execution_options=_QUIETLY).scalar() is not None
    if found:
        audit.write(
            db,
            "ask.settled",
            actor=person.member.alias if person.member is not None else person.alias,
            at=now,
            number=number,
            verdict=verdict,
        )
    return found


def _crowded(db: Session) -> bool:
    waits = (Unanswered.settled_at.is_(None), Unanswered.times > 0)
    return db.execute(select(func.count()).select_from(Unanswered).where(*waits)).scalar_one() >= MOST


def _make_room(db: Session) -> None:
    """However many questions are answered in a day, what the desk reads is not touched by it."""
    held = select(func.count()).select_from(Unanswered).where(Unanswered.times == 0)
    if db.execute(held).scalar_one() < MOST_HELD:
        return
    oldest = select(Unanswered.id).where(Unanswered.times == 0).order_by(Unanswered.last_at, Unanswered.id)
    gives_way = delete(Unanswered).where(Unanswered.id.in_(oldest.limit(GIVE_WAY)))
    db.execute(gives_way, execution_options=_QUIETLY)


def _bare(db: Session, text: str) -> str:
    """The question without long numbers and without names and numbers of the roster, at most LONGEST letters."""
    asked = " ".join(_NUMBERS.sub(" ", fold(text)[: 4 * LONGEST]).split())[:LONGEST]
    if not asked:
        return ""
    named = (func.length(Member.name) >= SHORTEST_NAME, literal(asked).contains(Member.name))
    names = db.execute(select(Member.name).where(*named).distinct())
    for name in sorted(names.scalars(), key=len, reverse=True):
        asked = asked.replace(name, _BLANK)
    tokens = {each for each in _TOKENS.findall(asked) if len(each) >= SHORTEST_NUMBER}
    if tokens:
        known = select(Member.staff_no).where(func.lower(Member.staff_no).in_(sorted(tokens)))
        his = {number.casefold() for number in db.execute(known).scalars()}
        asked = _TOKENS.sub(lambda token: _BLANK if token[0] in his else token[0], asked)
    return asked[:LONGEST]
