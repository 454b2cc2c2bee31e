"""What may be asked today: the questions on disk and the mine's own that are live, without those that rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Material, MaterialVersion, Unit
from bot.services import doubts
from bot.services.materials import bodies, revision
from bot.services.materials.frame import Frame
from bot.services.people import PersonRow
from content import Content
from content.bank import Bank, Question

GOES_STALE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What the tables said when they were last looked at."""

    revision: str
    disk: Bank
    own: tuple[tuple[int, Question], ...]
    """Each with the unit whose it is."""
    members_only: frozenset[str]
    resting: frozenset[str]
    parents: Mapping[int, int | None]
    banks: dict[frozenset[int], Bank] = field(default_factory=dict)
    """By the owning units that somebody belongs to; few, and made when first wanted."""


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

    def at_hand(self, content: Content, person: PersonRow | None) -> Bank:
        """As `bank`, but as this process saw it last, without a look at the tables: for a passing glance."""
        stock = self._stock
        return _of(stock, person) if stock is not None and stock.disk is content.bank else content.bank

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
    owners = {unit_id for unit_id, _ in stock.own}
    key = frozenset(owners & _chain(person, stock.parents)) if owners else frozenset()
    found = stock.banks.get(key)
    if found is None:
        found = stock.banks[key] = _merged(stock, key)
    return found


def _look(db: Session, content: Content, stamp: str) -> _Stock:
    frame = Frame.of(content)
    shown = (
        select(Material.unit_id, Material.key, MaterialVersion.body)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(Material.kind == "question", MaterialVersion.number == Material.live_version)
        .order_by(Material.id)
    )
    own = tuple((unit_id, bodies.question(key, body, frame)) for unit_id, key, body in db.execute(shown))
    standing = {question.id: question.hash for _, question in own}
    standing |= {question.id: question.hash for question in content.bank.questions.values()}
    resting = frozenset(name for name, wording in doubts.resting(db) if standing.get(name) == wording)
    return _Stock(stamp, content.bank, own, frame.members_only, resting, _parents(db))


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
