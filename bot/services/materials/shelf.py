"""What may be asked and taught today: what is on disk and what of the mine's own is live, without what rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Material, MaterialVersion, Unit
from bot.services import doubts
from bot.services.materials import bodies, revision, taught
from bot.services.materials.frame import Frame
from bot.services.materials.taught import NOTHING, Taught
from bot.services.people import PersonRow
from content import Content
from content.bank import Bank, Question
from content.teaching.cards import JobCard
from content.teaching.cases import Case
from content.teaching.lessons import Lesson

QUESTION = "question"
GOES_STALE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What the tables said when they were last looked at."""

    revision: str
    disk: Bank
    own: tuple[tuple[int, Question], ...]
    """Each with the unit whose it is."""
    teaches: tuple[tuple[int, Lesson | Case | JobCard], ...]
    """The same of its lessons, cases and cards."""
    members_only: frozenset[str]
    resting: frozenset[str]
    parents: Mapping[int, int | None]
    banks: dict[frozenset[int], Bank] = field(default_factory=dict)
    """By the owning units that somebody belongs to; few, and made when first wanted."""
    taught: dict[tuple[frozenset[int], bool], Taught] = field(default_factory=dict)
    """By the same, and whether he is of the Party."""


class Shelf:
    """Built once for a process and shared by its threads. Looks at the tables only when a question is wanted."""

    def __init__(self) -> None:
        self._stock: _Stock | None = None
        self._looked_at: datetime | None = None

    def bank(self, db: Session, content: Content, person: PersonRow | None, *, now: datetime) -> Bank:
        """All this person may be asked; changes of others are seen within five seconds. With no person, the mine-wide part.

        `order` and `for_all` leave out what rests, `questions` does not: who has one open may still answer it.
        """
        return _of(self._fresh(db, content, now), person)

    def of_unit(self, db: Session, content: Content, unit_id: int, *, now: datetime) -> Bank:
        """What all who belong to this unit may be asked: its own questions and those above it; what is theirs alone is not in it."""
        stock = self._fresh(db, content, now)
        above: set[int] = set()
        each: int | None = unit_id
        while each is not None and each not in above:
            above.add(each)
            each = stock.parents.get(each)
        return _for(stock, above)

    def at_hand(self, content: Content, person: PersonRow | None) -> Bank:
        """As `bank`, but as this process saw it last, without a look at the tables: for a passing glance."""
        stock = self._stock
        return _of(stock, person) if stock is not None and stock.disk is content.bank else content.bank

    def own(self, db: Session, content: Content, person: PersonRow | None, *, now: datetime) -> Taught:
        """The mine's own lessons, cases and cards this person may see; as fresh as `bank`, and no statement more.

        What is for those of the Party alone is left out for whoever is not of it.
        """
        return _own(self._fresh(db, content, now), person)

    def own_at_hand(self, content: Content, person: PersonRow | None) -> Taught:
        """As `own`, but as this process saw it last, without a look at the tables."""
        stock = self._stock
        return _own(stock, person) if stock is not None and stock.disk is content.bank else NOTHING

    def taught(self, db: Session, content: Content, person: PersonRow | None, *, now: datetime) -> Taught:
        """All lessons, cases and cards this person may see, those of the folder first."""
        of_party = person is not None and person.of_party
        folder = Taught.of_folder(content.teaching).for_whom(content.bank.members_only, of_party=of_party)
        return Taught.of((*folder.pieces, *self.own(db, content, person, now=now).pieces))

    def _fresh(self, db: Session, content: Content, now: datetime) -> _Stock:
        stock, looked_at = self._stock, self._looked_at
        known = stock is not None and stock.disk is content.bank
        if known and stock is not None and looked_at is not None and abs(now - looked_at) < GOES_STALE:
            return stock
        stamp = revision.current(db)
        if stock is None or not known or stock.revision != stamp:
            stock = _look(db, content, stamp)
        self._stock, self._looked_at = stock, now
        return stock


def _of(stock: _Stock, person: PersonRow | None) -> Bank:
    return _for(stock, _chain(person, stock.parents) if stock.own else set())


def _for(stock: _Stock, units: set[int]) -> Bank:
    key = frozenset(units & {unit_id for unit_id, _ in stock.own})
    found = stock.banks.get(key)
    if found is None:
        found = stock.banks[key] = _merged(stock, key)
    return found


def _own(stock: _Stock, person: PersonRow | None) -> Taught:
    units = _among({unit_id for unit_id, _ in stock.teaches}, stock, person)
    key = units, person is not None and person.of_party
    if not units:
        return NOTHING
    found = stock.taught.get(key)
    if found is None:
        his = Taught.of(piece for unit_id, piece in stock.teaches if unit_id in units)
        found = stock.taught[key] = his.for_whom(stock.members_only, of_party=key[1])
    return found


def _among(owners: set[int], stock: _Stock, person: PersonRow | None) -> frozenset[int]:
    """Those of some owning units that this person belongs to."""
    return frozenset(owners & _chain(person, stock.parents)) if owners else frozenset()


def _look(db: Session, content: Content, stamp: str) -> _Stock:
    frame = Frame.of(content)
    shown = (
        select(Material.unit_id, Material.kind, Material.key, MaterialVersion.body)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(MaterialVersion.number == Material.live_version)
        .order_by(Material.id)
    )
    live = db.execute(shown).all()
    own = tuple((unit, bodies.question(key, body, frame)) for unit, kind, key, body in live if kind == QUESTION)
    teaches = tuple((unit, taught.piece(kind, key, body, frame)) for unit, kind, key, body in live if kind != QUESTION)
    standing = {question.id: question.hash for _, question in own}
    standing |= {question.id: question.hash for question in content.bank.questions.values()}
    resting = frozenset(name for name, wording in doubts.resting(db) if standing.get(name) == wording)
    return _Stock(stamp, content.bank, own, teaches, frame.members_only, resting, _parents(db))


def _parents(db: Session) -> dict[int, int | None]:
    return dict(db.execute(select(Unit.id, Unit.parent_id)).all())


def _chain(person: PersonRow | None, parents: Mapping[int, int | None]) -> set[int]:
    """Units from the person's own up to the mine; nothing for somebody of whom nobody knows where he belongs."""
    member = person.active if person is not None else None
    if member is None:
        return set()
    found: set[int] = set()
    for start in (member.unit_id, member.group_id, member.section_id, member.crew_id):
        each = start
        while each is not None and each not in found:
            found.add(each)
            each = parents.get(each)
    return found


def _merged(stock: _Stock, units: frozenset[int]) -> Bank:
    disk, rests = stock.disk, stock.resting
    own = {question.id: question for unit_id, question in stock.own if unit_id in units}
    asked = [name for name, question in own.items() if name not in rests]
    of_all = [name for name in asked if not stock.members_only.issuperset(own[name].trades)]
    return Bank(
        {**disk.questions, **own},
        (*(name for name in disk.order if name not in rests), *asked),
        (*(name for name in disk.for_all if name not in rests), *of_all) if disk.for_all else (),
        calendar=disk.for_all or disk.order,
        resting=rests,
        members_only=disk.members_only,
    )
