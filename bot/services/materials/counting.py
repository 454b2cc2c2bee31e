"""Own material looked at many pieces at a time: a handful of queries, however many pieces there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.errors import Refusal
from bot.models import Material, MaterialReview, MaterialVersion
from bot.services import units
from bot.services.materials import rights
from bot.services.materials.rows import (
    IN_REVIEW,
    PASS,
    RETIRED,
    REVIEWED,
    MaterialRow,
    get,
    hold_review,
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
    asked: dict[tuple[object, ...], bool] = {}
    found = []
    for key, alike in _in_review(db, reach) if reach else []:
        if alike not in asked:
            asked[alike] = _may_review(db, person, key, now=now)
        if asked[alike]:
            found.append(Waiting(key, IN_REVIEW))
    shelves = rights.reach(db, person, rights.PUBLISHERS, now=now)
    return found + [Waiting(key, REVIEWED) for key in _keys(db, shelves, REVIEWED)]


def newest(db: Session, keys: Collection[str]) -> dict[str, MaterialRow]:
    """The pieces of these keys, each with its newest version."""
    found = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = select(Material, MaterialVersion).join(MaterialVersion, MaterialVersion.material_id == Material.id)
        for material, version in db.execute(rows.where(Material.key.in_(some), _is_newest())).all():
            found[material.key] = row_of(material, version)
    return found


def stems(db: Session, unit_id: int) -> list[tuple[str, str]]:
    """Key and stem of the questions a new one of this unit must not repeat: of the unit and those below it whatever is
    not in the drawer, of those above it what people see. What other branches write is not told here.
    """
    own = and_(Material.unit_id.in_(units.below(db, unit_id)), Material.state != RETIRED, _is_newest())
    above = units.chain(db, unit_id)[1:]
    seen = and_(Material.unit_id.in_(above), MaterialVersion.number == Material.live_version)
    asked = (
        select(Material.key, MaterialVersion.body["stem"].as_string())
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(Material.kind == "question", or_(own, seen))
    )
    return [(key, stem or "") for key, stem in db.execute(asked.order_by(Material.id))]


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


def _may_review(db: Session, person: PersonRow, key: str, *, now: datetime) -> bool:
    try:
        hold_review(db, person, get(db, key), now=now)
    except Refusal:
        return False
    return True


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
