"""Own material looked at many pieces at a time: a handful of queries, however many pieces there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.errors import Refusal
from bot.models import Material, MaterialReview, MaterialVersion
from bot.services import units
from bot.services.materials import rights
from bot.services.materials.readers import hold_review
from bot.services.materials.rows import (
    BACK,
    DRAFT,
    IN_REVIEW,
    PASS,
    RETIRED,
    REVIEWED,
    MaterialRow,
    get,
    row_of,
)
from bot.services.people import PersonRow

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece that waits, by its key and its state."""

    key: str
    state: str


def waiting(db: Session, person: PersonRow, *, now: datetime) -> list[Waiting]:
    """All that he may pass and then all that he may bring before people, what waits longest first.

    Pieces of one unit with the same authors and the same reviews so far are his or not together: one of them is held
    against the rules for all.
    """
    reach = rights.reach(db, person, {*rights.REVIEWERS, *rights.PARTY_REVIEWERS}, now=now)
    found = [Waiting(key, IN_REVIEW) for key, why in _judged(db, person, reach, now=now) if not why]
    shelves = rights.reach(db, person, rights.PUBLISHERS, now=now)
    return found + [Waiting(key, REVIEWED) for key in _keys(db, shelves, REVIEWED)]


def held_up(db: Session, person: PersonRow, *, now: datetime) -> dict[str, int]:
    """What is in review in his units and not his to pass: how many for each reason, by the key of its refusal."""
    reach = rights.reach(db, person, {*rights.AUTHORS, *rights.REVIEWERS, *rights.PARTY_REVIEWERS}, now=now)
    return dict(Counter(why for _, why in _judged(db, person, reach, now=now) if why))


def returned(db: Session, found: Collection[MaterialRow]) -> dict[str, str]:
    """Of these pieces those whose newest version was sent back and waits for its author, each with the reason."""
    of_version = {each.version_id: each.key for each in found if each.state == DRAFT}
    wanted = sorted(of_version)
    last: dict[int, tuple[str, str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        said = select(MaterialReview.version_id, MaterialReview.verdict, MaterialReview.note)
        rows = said.where(MaterialReview.version_id.in_(wanted[start : start + _AT_ONCE])).order_by(MaterialReview.id)
        last |= {version: (verdict, note) for version, verdict, note in db.execute(rows)}
    return {of_version[version]: note for version, (verdict, note) in last.items() if verdict == BACK}


def newest(db: Session, keys: Collection[str], *, lock: bool = False) -> dict[str, MaterialRow]:
    """The pieces of these keys, each with its newest version; locked where they will be changed."""
    found = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        if lock:
            db.execute(select(Material.id).where(Material.key.in_(some)).order_by(Material.id).with_for_update())
        rows = select(Material, MaterialVersion).join(MaterialVersion, MaterialVersion.material_id == Material.id)
        for material, version in db.execute(rows.where(Material.key.in_(some), _is_newest())).all():
            found[material.key] = row_of(material, version)
    return found


def ids(db: Session, keys: list[str]) -> list[int]:
    """The numbers of pieces, in the order of their keys."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        found |= {key: row for row, key in db.execute(select(Material.id, Material.key).where(Material.key.in_(some)))}
    return [found[key] for key in keys]


def named(db: Session, unit_id: int, kind: str, field: str) -> list[tuple[str, str]]:
    """Key and stem (or title: a `field` of the body) of the pieces of a kind that a new one of this unit must not
    repeat: of the unit and those below it whatever is not in the drawer, of those above it what people see. What other
    branches write is not told here.
    """
    own = and_(Material.unit_id.in_(units.below(db, unit_id)), Material.state != RETIRED, _is_newest())
    above = units.chain(db, unit_id)[1:]
    seen = and_(Material.unit_id.in_(above), MaterialVersion.number == Material.live_version)
    asked = (
        select(Material.key, MaterialVersion.body[field].as_string())
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(Material.kind == kind, or_(own, seen))
    )
    return [(key, said or "") for key, said in db.execute(asked.order_by(Material.id))]


def _in_review(db: Session, reach: Collection[int]) -> list[tuple[str, tuple[object, ...]]]:
    """Key of each with all that decides who may review it."""
    here = (Material.state == IN_REVIEW, Material.unit_id.in_(list(reach)))
    authors: dict[int, set[str]] = defaultdict(set)
    since = MaterialVersion.number > func.coalesce(Material.live_version, 0)
    wrote = select(Material.id, MaterialVersion.author)
    wrote = wrote.join(MaterialVersion, MaterialVersion.material_id == Material.id)
    for piece, author in db.execute(wrote.where(*here, since)):
        authors[piece].add(author)
    passed: dict[int, tuple[str, ...]] = defaultdict(tuple)
    said = select(Material.id, MaterialReview.reviewer, MaterialReview.verdict)
    said = said.join(MaterialVersion, MaterialVersion.material_id == Material.id)
    said = said.join(MaterialReview, MaterialReview.version_id == MaterialVersion.id)
    for piece, reviewer, verdict in db.execute(said.where(*here, _is_newest()).order_by(MaterialReview.id)):
        passed[piece] = (*passed[piece], reviewer) if verdict == PASS else ()
    rows = select(Material.id, Material.key, Material.unit_id, Material.party).where(*here)
    return [
        (key, (unit_id, party, frozenset(authors[piece]), passed[piece]))
        for piece, key, unit_id, party in db.execute(_oldest_first(rows))
    ]


def _judged(db: Session, person: PersonRow, reach: Collection[int], *, now: datetime) -> Iterator[tuple[str, str]]:
    """Key of each piece in review there, and why he may not review it; an empty reason where he may."""
    asked: dict[tuple[object, ...], str] = {}
    for key, alike in _in_review(db, reach) if reach else []:
        if alike not in asked:
            asked[alike] = _why_not(db, person, key, now=now)
        yield key, asked[alike]


def _why_not(db: Session, person: PersonRow, key: str, *, now: datetime) -> str:
    try:
        hold_review(db, person, get(db, key), now=now)
    except Refusal as refusal:
        return refusal.key
    return ""


def _keys(db: Session, reach: Collection[int], state: str) -> list[str]:
    if not reach:
        return []
    rows = select(Material.key).where(Material.state == state, Material.unit_id.in_(list(reach)))
    return list(db.execute(_oldest_first(rows)).scalars())


def _oldest_first(rows: Select[*Any]) -> Select[*Any]:
    return rows.order_by(Material.changed_at, Material.id)


def _is_newest() -> ColumnElement[bool]:
    other = aliased(MaterialVersion)
    return MaterialVersion.number == (
        select(func.max(other.number)).where(other.material_id == Material.id).scalar_subquery()
    )
