"""Own material as it is found: by its key, by its state, by who may do what with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from bot.errors import Refusal
from bot.models import Material, MaterialReview, MaterialVersion, Unit
from bot.services.materials import rights
from bot.services.people import PersonRow

KINDS = ("question", "lesson", "case", "card")
DRAFT, IN_REVIEW, REVIEWED, LIVE, RETIRED = "draft", "in_review", "reviewed", "live", "retired"
STATES = (DRAFT, IN_REVIEW, REVIEWED, LIVE, RETIRED)
PASS, BACK = "pass", "back"
PARTY_STAGES = 3


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A piece with its newest version; `key` names it in taps and in answers."""

    id: int
    key: str
    kind: str
    unit_id: int
    state: str
    party: bool
    live_version: int | None
    author: str
    """Alias of who wrote this version."""
    changed_at: datetime
    version: int
    version_id: int
    body: dict[str, Any]

    @property
    def stages(self) -> int:
        """How many reviews it needs."""
        return PARTY_STAGES if self.party else 1


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review of the newest version."""

    stage: int
    reviewer: str
    verdict: str
    note: str
    at: datetime


def find(db: Session, key: str) -> MaterialRow | None:
    """The piece of that key with its newest version."""
    return _one(db, key)


def get(db: Session, key: str, *, lock: bool = False) -> MaterialRow:
    """As `find`, but a key nobody knows is a Refusal; locked until the transaction ends where it will be changed."""
    found = _one(db, key, lock=lock)
    if found is None:
        raise Refusal("materials.unknown", key=key)
    return found


def list_for(
    db: Session,
    person: PersonRow,
    *,
    now: datetime,
    states: Collection[str] = STATES,
    roles: Collection[str] = rights.AUTHORS,
    kind: str = "",
    author: str = "",
    live: bool = False,
    limit: int = 50,
) -> list[MaterialRow]:
    """What stands in those states in the units over which one of the roles is his, what changed last first.

    `author`: only what he wrote who has that alias; `live`: only what people see.
    """
    reach = rights.reach(db, person, roles, now=now)
    wanted = _select().where(Material.unit_id.in_(reach), Material.state.in_(list(states)))
    if kind:
        wanted = wanted.where(Material.kind == kind)
    if author:
        wanted = wanted.where(MaterialVersion.author == author)
    if live:
        wanted = wanted.where(Material.live_version.is_not(None))
    ordered = wanted.order_by(Material.changed_at.desc(), Material.id.desc()).limit(limit)
    return [row_of(*row) for row in db.execute(ordered).all()]


def reviews(db: Session, found: MaterialRow) -> list[ReviewRow]:
    """What was said of its newest version, in order."""
    columns = (MaterialReview.stage, MaterialReview.reviewer, MaterialReview.verdict, MaterialReview.note)
    said = select(*columns, MaterialReview.at).where(MaterialReview.version_id == found.version_id)
    return [ReviewRow(*row) for row in db.execute(said.order_by(MaterialReview.id)).all()]


def homes(db: Session, person: PersonRow, *, now: datetime) -> list[tuple[int, str]]:
    """Units in whose name he may write, id and path, the widest first."""
    reach = rights.reach(db, person, rights.AUTHORS, now=now)
    rows = db.execute(select(Unit.id, Unit.path).where(Unit.id.in_(reach))).all()
    return sorted(((row, path) for row, path in rows), key=lambda each: (each[1].count("/"), each[1]))


def in_state(found: MaterialRow, wanted: str) -> None:
    """Raises Refusal when it stands in another state."""
    if found.state != wanted:
        raise Refusal(f"materials.not_{wanted}", key=found.key)


def alias_of(person: PersonRow) -> str:
    """What own material and the audit know him by."""
    return person.member.alias if person.member is not None else person.alias


def _select() -> Select[Material, MaterialVersion]:
    other = aliased(MaterialVersion)
    last = select(func.max(other.number)).where(other.material_id == Material.id).scalar_subquery()
    here = (MaterialVersion.material_id == Material.id) & (MaterialVersion.number == last)
    return select(Material, MaterialVersion).join(MaterialVersion, here)


def _one(db: Session, key: str, *, lock: bool = False) -> MaterialRow | None:
    if lock:
        db.execute(select(Material.id).where(Material.key == key).with_for_update())
    row = db.execute(_select().where(Material.key == key)).first()
    return None if row is None else row_of(*row)


def row_of(material: Material, version: MaterialVersion) -> MaterialRow:
    """The two rows as one."""
    return MaterialRow(
        material.id,
        material.key,
        material.kind,
        material.unit_id,
        material.state,
        material.party,
        material.live_version,
        version.author,
        material.changed_at,
        version.number,
        version.id,
        dict(version.body),
    )
