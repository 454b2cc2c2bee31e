"""疑题: who doubts a question says so in one tap; what three doubt rests until somebody has looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import Doubt, Material, Person
from bot.services import audit, grants
from bot.services.materials import revision, rights
from bot.services.people import PersonRow

ENOUGH = 3
MEMBERS = 2
"""So many of the three must be people of the mine: anybody may follow, and come back under another number."""
A_DAY = 5
LONGEST_REASON, LONGEST_NOTE = 32, 200
RIGHT, WRONG, MENDED = "right", "wrong", "mended"
_QUIETLY = {"synchronize_session": False}


class Full(Exception):
    """He has said as much of a question as is kept."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of a doubt."""

    new: bool
    """False when he had said so before."""
    kept: bool
    """False when he had said as much as counts in a day: nothing was kept."""
    rests: bool
    """Enough people doubt it: nobody is asked it until somebody has looked."""
    just_now: bool
    """It was this doubt that laid it to rest."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A question that somebody has to look at."""

    question_id: str
    hash: str
    """Of the wording they doubt."""
    number: int
    """Of its first doubt: what a tap may name it by."""
    people: int
    reasons: dict[str, int]
    """Each code with how many say so; one person may say several."""
    notes: tuple[str, ...]
    """What they say in their own words, the first first; nobody's name is with it."""
    first_at: datetime
    rests: bool
    """True when nobody is asked it any more."""


def raise_doubt(
    db: Session, person_id: int, question_id: str, wording: str, *, now: datetime, reason: str = ""
) -> Raised:
    """Keep that this person doubts the question as he read it, by the hash of its words; once, however often he taps.

    It rests from the third on, where two of them are members; who says more than A_DAY a day is not counted.
    """
    revision.hold(db)  # of two who say it at once the later must see the earlier
    here = _of(question_id, wording)
    his = select(Doubt.id).where(Doubt.person_id == person_id)
    said_before = db.execute(his.where(*here)).first() is not None
    today = select(func.count()).select_from(his.where(Doubt.at > now - timedelta(days=1)).subquery())
    kept = said_before or db.execute(today).scalar_one() < A_DAY
    if kept and not said_before:
        values = {"question_id": question_id, "hash": wording, "person_id": person_id, "at": now, "reason": reason}
        new = insert_for(db, table(Doubt)).values(**values, note="", settled_at=None, verdict="", rests_from=None)
        db.execute(new)
    open_ones = (*here, Doubt.settled_at.is_(None))
    counted = select(func.count(Doubt.id), func.count(Person.member_id.distinct()), func.max(Doubt.rests_from))
    people, members, since = db.execute(counted.join(Person, Doubt.person_id == Person.id).where(*open_ones)).one()
    just_now = since is None and people >= ENOUGH and members >= MEMBERS
    if just_now:
        audit.write(db, "doubts.rests", actor=audit.BY_ITSELF, at=now, question=question_id)
        revision.touch(db)
    if just_now or since is not None:
        lain = update(Doubt).where(*open_ones, Doubt.rests_from.is_(None)).values(rests_from=now)
        db.execute(lain, execution_options=_QUIETLY)
    return Raised(kept and not said_before, kept, just_now or since is not None, just_now)


def say_why(db: Session, person_id: int, question_id: str, wording: str, reason: str = "", *, note: str = "") -> bool:
    """Keep why he doubts it, a short code or his own words, beside what he said before.

    False where nothing is kept: once it is settled, or where he never doubted it. Raises Full for words there is no room
    for beside those he has said.
    """
    his = (Doubt.person_id == person_id, *_of(question_id, wording), Doubt.settled_at.is_(None))
    row = db.execute(select(Doubt.reason, Doubt.note).where(*his).with_for_update()).first()
    if row is None:
        return False
    codes = dict.fromkeys([*row.reason.split(), *reason.split()])
    notes = dict.fromkeys([*filter(None, row.note.split("\n")), *filter(None, [" ".join(note.split())])])
    said = {"reason": " ".join(codes)[:LONGEST_REASON], "note": "\n".join(notes)}
    if len(said["note"]) > LONGEST_NOTE:
        raise Full
    db.execute(update(Doubt).where(*his).values(**said), execution_options=_QUIETLY)
    return True


def doubted_by(db: Session, person_id: int, question_id: str, wording: str) -> bool:
    """True when he has doubted this wording."""
    his = (Doubt.person_id == person_id, *_of(question_id, wording))
    return db.execute(select(Doubt.id).where(*his)).first() is not None


def mended(db: Session, question_id: str, wording: str, *, now: datetime) -> None:
    """One wording of an own question is before people now: what was doubted in others need nobody look at."""
    revision.hold(db)
    of_others = (Doubt.question_id == question_id, Doubt.hash != wording, Doubt.settled_at.is_(None))
    db.execute(update(Doubt).where(*of_others).values(settled_at=now, verdict=MENDED), execution_options=_QUIETLY)


def resting(db: Session) -> frozenset[tuple[str, str]]:
    """Wordings nobody is asked, question id and hash: doubted by enough, or found wrong."""
    doubted = Doubt.settled_at.is_(None) & Doubt.rests_from.is_not(None)
    rows = select(Doubt.question_id, Doubt.hash).where(or_(doubted, Doubt.verdict == WRONG)).distinct()
    return frozenset((row[0], row[1]) for row in db.execute(rows))


def is_wrong(db: Session, question_id: str, wording: str) -> bool:
    """True for a wording that somebody looked at and found wrong: it is asked no more, and its key told to nobody."""
    found = (Doubt.question_id == question_id, Doubt.hash == wording, Doubt.verdict == WRONG)
    return db.execute(select(Doubt.id).where(*found).limit(1)).first() is not None


def waiting(db: Session) -> list[Doubted]:
    """What has been doubted and not yet looked at, the most doubted first."""
    return _gathered(db, Doubt.settled_at.is_(None), Doubt.person_id.is_not(None))


def stopped(db: Session) -> list[Doubted]:
    """What somebody found wrong, in every wording it was found wrong in, the last first."""
    return sorted(_gathered(db, Doubt.verdict == WRONG), key=lambda each: -each.number)


def _gathered(db: Session, *which: ColumnElement[bool]) -> list[Doubted]:
    by_wording: dict[tuple[str, str], list[Doubt]] = {}
    for row in db.execute(select(Doubt).where(*which).order_by(Doubt.id)).scalars():
        by_wording.setdefault((row.question_id, row.hash), []).append(row)
    found = [
        Doubted(
            question_id,
            wording,
            each[0].id,
            len(each),
            dict(Counter(code for doubt in each for code in doubt.reason.split())),
            tuple(line for doubt in each for line in doubt.note.split("\n") if line),
            each[0].at,
            any(doubt.rests_from is not None or doubt.verdict == WRONG for doubt in each),
        )
        for (question_id, wording), each in by_wording.items()
    ]
    return sorted(found, key=lambda each: (-each.people, each.first_at))


def _of(question_id: str, wording: str) -> tuple[ColumnElement[bool], ...]:
    return Doubt.question_id == question_id, Doubt.hash == wording


def find(db: Session, number: int) -> Doubted | None:
    """The doubted question whose first doubt has that number, while nobody has settled it."""
    return next((each for each in waiting(db) if each.number == number), None)


def may_settle(db: Session, person: PersonRow, question_id: str, *, now: datetime) -> bool:
    """True for the safety office, the party office and secretaries; for an own question, those over its unit."""
    owner = db.execute(select(Material.unit_id).where(Material.key == question_id)).scalar()
    if owner is not None:
        return rights.may(db, person, rights.DOUBT_SETTLERS, owner, now=now)
    return grants.may(db, person, rights.DOUBT_SETTLERS, None, now=now)


def settle(
    db: Session, person: PersonRow, question_id: str, wording: str, verdict: str, *, now: datetime
) -> Collection[int]:
    """Somebody has looked: 'right' is asked again, 'wrong' rests in this wording. Who doubted it, by person id.

    Raises Refusal for whoever may not, and when nothing of it waits.
    """
    if not may_settle(db, person, question_id, now=now):
        raise Refusal("doubts.may_not_settle")
    revision.hold(db)
    open_ones = (*_of(question_id, wording), Doubt.settled_at.is_(None))
    settled = update(Doubt).where(*open_ones).values(settled_at=now, verdict=verdict).returning(Doubt.person_id)
    rows = db.execute(settled, execution_options=_QUIETLY).scalars().all()
    if not rows:
        raise Refusal("doubts.settled_already")
    alias = person.member.alias if person.member is not None else person.alias
    audit.write(db, "doubts.settled", actor=alias, at=now, question=question_id, verdict=verdict, people=len(rows))
    revision.touch(db)
    return sorted(row for row in rows if row is not None)


def restore(db: Session, person: PersonRow, question_id: str, wording: str, *, now: datetime) -> Collection[int]:
    """What was found wrong in this wording is asked again after all. Who doubted it, and refusals, as of `settle`."""
    if not may_settle(db, person, question_id, now=now):
        raise Refusal("doubts.may_not_settle")
    revision.hold(db)
    wrong = (*_of(question_id, wording), Doubt.verdict == WRONG)
    back = update(Doubt).where(*wrong).values(settled_at=now, verdict=RIGHT).returning(Doubt.person_id)
    rows = db.execute(back, execution_options=_QUIETLY).scalars().all()
    if not rows:
        raise Refusal("doubts.settled_already")
    alias = person.member.alias if person.member is not None else person.alias
    audit.write(db, "doubts.restored", actor=alias, at=now, question=question_id)
    revision.touch(db)
    return sorted(row for row in rows if row is not None)
