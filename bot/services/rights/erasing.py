"""Forgetting a person: his account alone, or him altogether, roster line and all (decisions, Keeping and erasing)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.models import (
    Contest,
    ContestTeam,
    Dialog,
    Doubt,
    Exam,
    InboxMessage,
    LetterLine,
    Member,
    OutboxItem,
    Overrun,
    Page,
    Person,
    TrainingRecord,
    Unfinished,
)
from bot.services import audit, outbox
from bot.services.rights import unprinting
from content.phrases import Copy

_BULK = {"synchronize_session": False}
_SHORTEST_NAME = 2  # a single character stands in every other text
LOOKED_THROUGH = timedelta(days=30)
"""So far back are texts sent to others searched, while everybody else's turn waits; older ones lose all their words."""

_WRITTEN_BY_STAFF: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[str]], ...] = (
    (Exam.id, Exam.title),
    (TrainingRecord.id, TrainingRecord.content),
    (TrainingRecord.id, TrainingRecord.note),
    (Contest.id, Contest.title),
    (Overrun.id, Overrun.reason),
)
"""Short texts of the office's own that may name anybody."""


def erase(
    db: Session, say: Copy, *, now: datetime, actor: str, member_id: int | None = None, person_id: int | None = None
) -> list[str]:
    """Forget a person altogether: account, line of the roster, and his name in whatever others were sent or wrote.

    Afterwards openid, name, staff number and phone stand nowhere, but the name where others bear it too, and in what of
    the mine's own material is live: its keys are returned, and told to whoever may revise it. Audit keeps his random id. Raises sqlalchemy's NoResultFound for a number nobody has.
    """
    if member_id is None:
        member_id = db.execute(select(Person.member_id).where(Person.id == person_id)).scalar_one()
    member = db.get(Member, member_id) if member_id is not None else None
    phones = db.execute(
        select(Person).where(
            or_(Person.id == person_id, Person.member_id.is_not(None) & (Person.member_id == member_id))
        )
    )
    people = list(phones.scalars())
    alias = member.alias if member is not None else people[0].alias
    audit.write(
        db,
        "rights.erased",
        actor=actor,
        subject=alias,
        unit_id=member.unit_id if member is not None else None,
        at=now,
        account=bool(people),
        roster=member is not None,
    )
    db.flush()
    names = [member.name] if member is not None and _his_alone(db, member) else []
    numbers = [person.openid for person in people]
    numbers += [number for number in (member.staff_no, member.phone) if number] if member is not None else []
    _drop(db, [person.id for person in people])
    if member is not None:
        db.execute(delete(Member).where(Member.id == member.id), execution_options=_BULK)
        db.expunge(member)
    for person in people:
        db.expunge(person)
    stands = _blank(db, say, names, numbers, since=now - LOOKED_THROUGH)
    unprinting.tell(db, say, stands, actor=actor, subject=alias, now=now)
    return [each.key for each in stands]


def forget_account(db: Session, person_id: int, *, now: datetime, actor: str) -> None:
    """Forget what stands under an account; the mine's roster keeps its line."""
    forget_accounts(db, Person.id == person_id, now=now, actor=actor, at_most=1)


def forget_accounts(db: Session, which: ColumnElement[bool], *, now: datetime, actor: str, at_most: int) -> int:
    """Forget the accounts of a description, up to so many; how many it was. That of a member leaves an audit line."""
    # Locked as chosen: whoever writes meanwhile is either waited out or not chosen at all.
    chosen = select(Person.id, Person.alias, Member.alias, Member.unit_id).outerjoin(Member).where(which).limit(at_most)
    rows = db.execute(chosen.with_for_update(of=Person, skip_locked=True)).all()
    for _, alias, of_member, unit_id in rows:
        if of_member is not None:
            audit.write(db, "rights.forgotten", actor=actor or alias, subject=of_member, unit_id=unit_id, at=now)
    db.flush()
    _drop(db, [row[0] for row in rows])
    return len(rows)


def _drop(db: Session, ids: Sequence[int]) -> None:
    """The people, and by the tables' own rules all that hangs on them.

    Their inbox rows stay for the week they serve to know a repeat by, with nobody's number and no words.
    """
    if not ids:
        return
    emptied = update(InboxMessage).where(InboxMessage.person_id.in_(ids))
    emptied = emptied.values(person_id=None, status="done", lease_until=None, gave_up=False, reply_kind="", reply="")
    db.execute(emptied, execution_options=_BULK)
    db.execute(delete(Doubt).where(Doubt.person_id.in_(ids), Doubt.settled_at.is_(None)), execution_options=_BULK)
    db.execute(update(Doubt).where(Doubt.person_id.in_(ids)).values(note=""), execution_options=_BULK)
    db.execute(delete(Person).where(Person.id.in_(ids)), execution_options=_BULK)


def _his_alone(db: Session, member: Member) -> bool:
    """True when the name in a text can mean nobody else: no other bears it, nor a longer one that holds it."""
    if len(member.name) < _SHORTEST_NAME:
        return False
    others = select(Member.id).where(Member.id != member.id, Member.name.contains(member.name, autoescape=True))
    return db.execute(others.limit(1)).first() is None


def _blank(
    db: Session, say: Copy, names: list[str], numbers: list[str], *, since: datetime
) -> list[unprinting.Standing]:
    """Take him out of what others were told or wrote: a reply becomes a plain sentence, a letter loses only the name.

    A danger page, and whatever tells of somebody else, keeps its words but for him. What of him still stands is returned.
    """
    needles = [*names, *numbers]
    if not needles:
        return []
    found = re.compile(
        "|".join([*map(re.escape, names), *(rf"(?<![0-9A-Za-z_-]){re.escape(n)}(?![0-9A-Za-z_-])" for n in numbers)])
    )
    masked, gone = say("rights.masked"), say("rights.blanked")

    def named(text: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return or_(*(text.contains(needle, autoescape=True) for needle in needles))

    def mask(said: str) -> str:
        return found.sub(masked, said)

    def rewrite(
        key: InstrumentedAttribute[Any],
        text: InstrumentedAttribute[str],
        to: Callable[[str], str],
        *which: ColumnElement[bool],
    ) -> None:
        likely = select(key, text).where(*which, named(text))
        for row, said in db.execute(likely).all():
            if found.search(said):
                db.execute(update(key.class_).where(key == row).values({text.key: to(said)}), execution_options=_BULK)

    rewrite(LetterLine.id, LetterLine.text, mask)
    of_another = or_(OutboxItem.about_id.is_not(None), OutboxItem.urgency >= outbox.DANGER)
    rewrite(OutboxItem.id, OutboxItem.text, mask, OutboxItem.made_at > since, of_another)
    rewrite(OutboxItem.id, OutboxItem.text, lambda _: gone, OutboxItem.made_at > since, ~of_another)
    rewrite(Page.id, Page.text, lambda _: gone, Page.kept_at > since)
    for row_id, written in _WRITTEN_BY_STAFF:
        rewrite(row_id, written, mask)
    _blank_teams(db, found, mask)
    # A card is kept as JSON, whose own text hides Chinese from LIKE no more than a reply's: both are plain.
    recent = InboxMessage.received_at > since
    likely = select(InboxMessage.key, InboxMessage.reply).where(recent, named(InboxMessage.reply))
    for key, said in db.execute(likely).all():
        if found.search(said):
            change = update(InboxMessage).where(InboxMessage.key == key).values(reply_kind="text", reply=gone)
            db.execute(change, execution_options=_BULK)
    clean = _cleaner(found, masked)
    _blank_dialogs(db, clean)
    return unprinting.mask(db, clean)


def _blank_teams(db: Session, found: re.Pattern[str], mask: Callable[[str], str]) -> None:
    """Teams of a room called after him; two of them must not come out alike."""
    for team, name in db.execute(select(ContestTeam.id, ContestTeam.name)).all():
        if found.search(name):
            change = update(ContestTeam).where(ContestTeam.id == team).values(name=f"{mask(name)[:20]} {team}")
            db.execute(change, execution_options=_BULK)


def _cleaner(found: re.Pattern[str], masked: str) -> Callable[[Any], Any]:
    """What gives any JSON value without him."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return found.sub(masked, value)
        if isinstance(value, list):
            return [clean(each) for each in value]
        return {key: clean(each) for key, each in value.items()} if isinstance(value, dict) else value

    return clean


def _blank_dialogs(db: Session, clean: Callable[[Any], Any]) -> None:
    """Drafts of others. JSON columns escape Chinese as they please, so every one is looked through."""
    for table in (Dialog, Unfinished):
        for person_id, data in db.execute(select(table.person_id, table.data)).all():
            if (cleaned := clean(data)) != data:
                change = update(table).where(table.person_id == person_id).values(data=cleaned)
                db.execute(change, execution_options=_BULK)
