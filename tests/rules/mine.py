"""A small mine for the rules: its tree, its people, and phones bound to them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import Member, Person
from bot.services import people, units
from bot.services.people import PersonRow
from tests.cast import NOON
from tests.conftest import CONTENT

WORDS, SAY = CONTENT.mine, CONTENT.say
MINE, BRANCH, GROUP = "新庄煤矿", "新庄煤矿/综采一队党支部", "新庄煤矿/综采一队党支部/第一党小组"


@contextmanager
def session(kit: Kit) -> Iterator[Session]:
    """A transaction that commits."""
    with kit.database.write() as connection, Session(bind=connection, expire_on_commit=False) as db:
        yield db
        db.flush()


def add_member(db: Session, staff_no: str, name: str, path: str = BRANCH, **known: Any) -> Member:
    """A line of the roster; `known` overrides any column."""
    blank = dict.fromkeys(("trade", "shift", "political", "position", "phone"), "")
    row = {"alias": secrets.token_hex(8), "changed_at": NOON, "tries": 0, **blank, **known}
    member = Member(staff_no=staff_no, name=name, unit_id=units.ensure(db, path, words=WORDS).id, **row)
    db.add(member)
    db.flush()
    return member


def add_person(db: Session, openid: str, member: Member | None = None, *, now: datetime = NOON) -> Person:
    """A follower, bound where a member is given."""
    people.meet(db.connection(), openid, now=now)
    person = db.query(Person).filter_by(openid=openid).one()
    person.member_id = member.id if member is not None else None
    db.flush()
    return person


def row_of(db: Session, openid: str, *, now: datetime = NOON) -> PersonRow:
    """The person as a turn would carry him."""
    db.flush()
    return people.meet(db.connection(), openid, now=now)[0]
