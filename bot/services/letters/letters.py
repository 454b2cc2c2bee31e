"""Letters: kept when told, passed on when agreed to, answered, closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.models import Letter, LetterLine, OutboxItem, Person

STORY, HUMAN = "story", "human"
KEPT, SENT, ANSWERED, CLOSED = "kept", "sent", "answered", "closed"
GOES_ON = timedelta(minutes=10)
WITH_HUMAN = timedelta(hours=24)
LATELY = timedelta(days=7)
LINE_KIND = "letters.line"
_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter; its number is its id."""

    number: int
    person_id: int
    kind: str
    state: str
    unit_id: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class LineRow:
    """One thing written."""

    from_staff: bool
    text: str
    at: datetime


_COLUMNS = (Letter.id, Letter.person_id, Letter.kind, Letter.state, Letter.unit_id, Letter.opened_at)


def find(db: Session, number: int) -> LetterRow | None:
    """The letter of that number."""
    row = db.execute(select(*_COLUMNS).where(Letter.id == number)).first()
    return None if row is None else LetterRow(*row)


def keep_story(db: Session, person_id: int, text: str, *, now: datetime, apart: bool = False) -> tuple[LetterRow, bool]:
    """Keep what he told; with what he told within the last ten minutes it is one letter. True when it is a new one.

    Never part of a letter that was passed on, or that he said is to stay with him; `apart`: nor of any other.
    """
    if apart:
        letter = _open(db, person_id, STORY, now=now)
        write(db, letter, text, from_staff=False, now=now)
        return letter, True
    last_line = select(func.max(LetterLine.at)).where(LetterLine.letter_id == Letter.id).scalar_subquery()
    open_one = select(*_COLUMNS).where(
        Letter.person_id == person_id,
        Letter.kind == STORY,
        Letter.state == KEPT,
        Letter.closed_at.is_(None),
        last_line >= now - GOES_ON,
    )
    row = db.execute(open_one.order_by(Letter.id.desc())).first()
    letter = LetterRow(*row) if row is not None else _open(db, person_id, STORY, now=now)
    write(db, letter, text, from_staff=False, now=now)
    return letter, row is None


def send(db: Session, number: int, unit_id: int | None, *, now: datetime) -> bool:
    """Into the queue of that unit; False when it was there, or in another, already."""
    kept = update(Letter).where(Letter.id == number, Letter.state == KEPT)
    sent = kept.values(state=SENT, unit_id=unit_id, sent_at=now, closed_at=None).returning(Letter.id)
    return db.execute(sent, execution_options=_QUIETLY).first() is not None


def leave_kept(db: Session, number: int, *, now: datetime) -> None:
    """He wants it passed on to nobody: what he tells from now on is another letter. He may still change his mind."""
    kept = update(Letter).where(Letter.id == number, Letter.state == KEPT)
    db.execute(kept.values(closed_at=now), execution_options=_QUIETLY)


def to_human(db: Session, person_id: int, unit_id: int | None, *, now: datetime) -> tuple[LetterRow, bool]:
    """He speaks to a person from now on, for a day; his open letter to the same desk goes on. True when it is a new one."""
    goes_on = now + WITH_HUMAN
    db.execute(
        update(Person).where(Person.id == person_id).values(with_human_until=goes_on), execution_options=_QUIETLY
    )
    letter = open_to_human(db, person_id)
    if letter is not None and letter.unit_id == unit_id:
        return letter, False
    return _open(db, person_id, HUMAN, unit_id=unit_id, now=now), True


def open_to_human(db: Session, person_id: int) -> LetterRow | None:
    """The letter that what he says to a person goes into."""
    his = select(*_COLUMNS).where(
        Letter.person_id == person_id, Letter.kind == HUMAN, Letter.state.in_((SENT, ANSWERED))
    )
    row = db.execute(his.order_by(Letter.id.desc())).first()
    return None if row is None else LetterRow(*row)


def lately_to_human(db: Session, person_id: int, *, now: datetime) -> LetterRow | None:
    """His open letter to a person, while its last line is not older than a week."""
    letter = open_to_human(db, person_id)
    if letter is None:
        return None
    last = db.execute(select(func.max(LetterLine.at)).where(LetterLine.letter_id == letter.number)).scalar_one()
    return letter if (last or letter.opened_at) >= now - LATELY else None


def back_to_bot(db: Session, person_id: int) -> None:
    """He speaks to the bot again; his letter stays with whoever has it."""
    db.execute(update(Person).where(Person.id == person_id).values(with_human_until=None), execution_options=_QUIETLY)


def write(db: Session, letter: LetterRow, text: str, *, from_staff: bool, now: datetime) -> None:
    """One more line. It wants an answer then, or has one; a closed letter is open again."""
    db.execute(insert(LetterLine).values(letter_id=letter.number, from_staff=from_staff, text=text, at=now))
    if letter.state != KEPT:
        state = ANSWERED if from_staff else SENT
        changed = update(Letter).where(Letter.id == letter.number).values(state=state, closed_at=None)
        db.execute(changed, execution_options=_QUIETLY)


def close(db: Session, number: int, *, now: datetime) -> bool:
    """Done with; False when it was before."""
    open_one = update(Letter).where(Letter.id == number, Letter.state != CLOSED)
    closed = open_one.values(state=CLOSED, closed_at=now).returning(Letter.id)
    return db.execute(closed, execution_options=_QUIETLY).first() is not None


def lines(db: Session, number: int, *, since: datetime | None = None, from_writer: bool = False) -> list[LineRow]:
    """What was written in it, in order."""
    wanted = select(LetterLine.from_staff, LetterLine.text, LetterLine.at).where(LetterLine.letter_id == number)
    if since is not None:
        wanted = wanted.where(LetterLine.at >= since)
    if from_writer:
        wanted = wanted.where(~LetterLine.from_staff)
    return [LineRow(*row) for row in db.execute(wanted.order_by(LetterLine.id))]


def queue(db: Session, units: Collection[int | None]) -> list[LetterRow]:
    """What stands open in these queues: what waits for an answer first, the oldest first."""
    ids = [unit for unit in units if unit is not None]
    place = or_(Letter.unit_id.in_(ids), Letter.unit_id.is_(None)) if None in units else Letter.unit_id.in_(ids)
    open_ones = select(*_COLUMNS).where(Letter.state.in_((SENT, ANSWERED)), place)
    return [LetterRow(*row) for row in db.execute(open_ones.order_by(Letter.state == ANSWERED, Letter.id))]


def not_yet_told(db: Session, holder_id: int, writer_id: int) -> tuple[int, datetime] | None:
    """The page about his further words that waits for its reader still: its id, and from when on it tells."""
    waits = select(OutboxItem.id, OutboxItem.made_at).where(
        OutboxItem.person_id == holder_id,
        OutboxItem.state == "waiting",
        OutboxItem.kind == LINE_KIND,
        OutboxItem.about_id == writer_id,
    )
    row = db.execute(waits.order_by(OutboxItem.id.desc())).first()
    return None if row is None else (row[0], row[1])


def retell(db: Session, item_id: int, text: str) -> None:
    """Say more in a page that nobody has read yet."""
    waiting = update(OutboxItem).where(OutboxItem.id == item_id, OutboxItem.state == "waiting").values(text=text)
    db.execute(waiting, execution_options=_QUIETLY)


def _open(db: Session, person_id: int, kind: str, *, unit_id: int | None = None, now: datetime) -> LetterRow:
    state, sent_at = (KEPT, None) if kind == STORY else (SENT, now)
    made = insert(Letter).values(
        person_id=person_id, kind=kind, state=state, unit_id=unit_id, opened_at=now, sent_at=sent_at
    )
    return LetterRow(*db.execute(made.returning(*_COLUMNS)).one())
