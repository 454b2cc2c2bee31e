"""Is he who he says he is: number and name against the roster, one more fact for namesakes, and an end to guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.models import Member, Person, Unit
from bot.services.joining.said import same_name
from bot.services.people import PersonRow
from content.folding import simplified
from content.spelling import person_name, same, staff_number
from content.words import TAPPABLE

TRIES, COOL_DOWN = 5, timedelta(minutes=30)
NUMBER_TRIES, CLOSED_FOR = 10, timedelta(hours=2)
FORGOTTEN = timedelta(days=1)
"""Wrong names for a number count no longer once so long ago."""
PLACES = ("crew_id", "section_id", "group_id", "unit_id")
MOST_CHOICES = 6
LONGEST_TAP = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One more fact that tells him from his namesakes: the name of his crew, section, group or unit."""

    own: str
    offered: tuple[str, ...]
    """His own and the namesakes', in an order that tells nothing."""


def match(db: Session, person: PersonRow, staff_no: str, names: Sequence[str], *, now: datetime) -> Member:
    """The line of the roster with this number and one of these readings of a name, locked until the turn ends.

    Raises Refusal: joining.cooling (until `time`), joining.no_number and joining.wrong_name with the tries `left`,
    joining.closed (until `time`), joining.number_left, joining.frozen. The caller commits either way.
    """
    cool(person, now=now)
    member = _numbered(db, staff_no)
    if member is None:
        raise Refusal("joining.no_number", left=_wrong(db, person, [], now=now))
    _not_closed(member, now)
    if not any(same_name(name, member.name) for name in names):
        raise Refusal("joining.wrong_name", left=_wrong(db, person, [member], now=now))
    return bindable(member)


def match_phone(db: Session, person: PersonRow, names: Sequence[str], digits: str, *, now: datetime) -> Member:
    """The one line of the roster with this name whose phone ends with these digits. Raises Refusal as `match` does,
    and joining.wrong_phone, which never tells whether the name or the digits were wrong.
    """
    cool(person, now=now)
    spellings = {person_name(name) for name in names} | {simplified(person_name(name)) for name in names}
    named = db.execute(
        select(Member).where(Member.name.in_(sorted(spellings)), Member.left_at.is_(None)).with_for_update()
    )
    members = [each for each in named.scalars() if each.phone]
    fitting = [each for each in members if each.phone.endswith(digits)]
    if len(fitting) != 1:
        raise Refusal("joining.wrong_phone", left=_wrong(db, person, members, now=now))
    _not_closed(fitting[0], now)
    return bindable(fitting[0])


def bindable(member: Member) -> Member:
    """The member, unless he has left the mine or his number is frozen: Refusal."""
    if member.left_at is not None:
        raise Refusal("joining.number_left")
    if member.frozen_at is not None:
        raise Refusal("joining.frozen")
    return member


def choice(db: Session, member: Member) -> Choice | None:
    """What is to be asked of one who has namesakes; None when he has none, or nothing on the roster tells them apart."""
    columns = [getattr(Member, name) for name in PLACES]
    spellings = sorted({member.name, simplified(member.name)})
    others = db.execute(
        select(*columns).where(Member.name.in_(spellings), Member.left_at.is_(None), Member.id != member.id)
    ).all()
    if not others:
        return None
    wanted = {each for row in others for each in row} | {getattr(member, name) for name in PLACES}
    known = db.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted - {None})))
    units: dict[int | None, str] = {row[0]: row[1] for row in known}
    for number, name in enumerate(PLACES):
        own = units.get(getattr(member, name), "")
        theirs = {units[row[number]] for row in others if row[number] is not None}
        if bare(own) and theirs and bare(own) not in map(bare, theirs):
            return Choice(own, tuple(sorted([own, *sorted(theirs)[: MOST_CHOICES - 1]])))
    return None


def place(db: Session, person: PersonRow, member_id: int, chosen: str, *, now: datetime) -> Member:
    """The member, when the place chosen is his. Raises Refusal joining.wrong_place, and as `match` does."""
    cool(person, now=now)
    member = locked(db, member_id)
    if member is None:
        raise Refusal("joining.no_number", left=_wrong(db, person, [], now=now))
    _not_closed(member, now)
    asked = choice(db, member)
    if asked is not None and bare(asked.own) != bare(chosen):
        raise Refusal("joining.wrong_place", left=_wrong(db, person, [member], now=now))
    return bindable(member)


def cool(person: PersonRow, *, now: datetime) -> None:
    """Raises Refusal joining.cooling while this phone has guessed too often."""
    if person.bind_tries >= TRIES and person.bind_tried_at is not None and now < person.bind_tried_at + COOL_DOWN:
        raise Refusal("joining.cooling", time=_clock(person.bind_tried_at + COOL_DOWN))


def locked(db: Session, member_id: int) -> Member | None:
    """The line of the roster as it stands, locked until the turn ends."""
    row = select(Member).where(Member.id == member_id).with_for_update().execution_options(populate_existing=True)
    return db.execute(row).scalar_one_or_none()


def bare(name: str) -> str:
    """A unit's name as a tap can carry it and a thumb may type it."""
    return "".join(c for c in same(simplified(name)) if c.isalnum() and TAPPABLE.fullmatch(c))[:LONGEST_TAP]


def _numbered(db: Session, staff_no: str) -> Member | None:
    """By number; zeros lost or gained in front are forgiven where only one can be meant."""
    said = staff_number(staff_no)
    fresh = select(Member).with_for_update().execution_options(populate_existing=True)
    exact = db.execute(fresh.where(Member.staff_no == said)).scalar_one_or_none()
    without = said.lstrip("0")
    if exact is not None or not without:
        return exact
    alike = db.execute(fresh.where(func.ltrim(func.upper(Member.staff_no), "0") == without)).scalars().all()
    return alike[0] if len(alike) == 1 else None


def _not_closed(member: Member, now: datetime) -> None:
    if member.tries >= NUMBER_TRIES and member.tried_at is not None and now < member.tried_at + CLOSED_FOR:
        raise Refusal("joining.closed", time=_clock(member.tried_at + CLOSED_FOR))


def _wrong(db: Session, person: PersonRow, members: Sequence[Member], *, now: datetime) -> int:
    """Count a wrong try; how many are left. Raises Refusal joining.cooling on the last, joining.closed for the number."""
    fresh = person.bind_tried_at is not None and now < person.bind_tried_at + COOL_DOWN
    tries = person.bind_tries + 1 if fresh else 1
    change = update(Person).where(Person.id == person.id).values(bind_tries=tries, bind_tried_at=now)
    db.execute(change, execution_options={"synchronize_session": False})
    for member in members:
        counts = member.tried_at is not None and now < member.tried_at + FORGOTTEN
        # Once it was closed and opened again, it takes as many to close it as before.
        member.tries = member.tries + 1 if counts and member.tries < NUMBER_TRIES else 1
        member.tried_at = now
    db.flush()
    if tries >= TRIES:
        raise Refusal("joining.cooling", time=_clock(now + COOL_DOWN))
    for member in members:
        _not_closed(member, now)
    return TRIES - tries


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%H:%M}"
