"""A name in what the mine wrote itself: out of all that nobody is shown, and told where it still stands before people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.models import KnownName, Material, MaterialReview, MaterialVersion, QuestionVersion, Unanswered
from bot.services import audit, grants, outbox
from bot.services.materials import rights
from content.phrases import Copy

STANDS = "rights.stands"
_BULK = {"synchronize_session": False}
_LONGEST_NOTE = 255
_SEEN = ("stem", "options", "why")
"""What of a question stands before people, in its version as in the archive."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A live piece in which the name of somebody erased still stands."""

    key: str
    unit_id: int


def mask(db: Session, cleaned: Callable[[Any], Any]) -> list[Standing]:
    """Take him out of drafts, old versions, reviews, questions asked in vain and the list of names; where he still stands.

    What is live is left as it was reviewed: nobody rewrites a published text unseen (docs/decisions/0013). `cleaned`
    gives any JSON value without him.
    """
    for note, said in db.execute(select(MaterialReview.id, MaterialReview.note)).all():
        if (changed := cleaned(said)) != said:
            change = update(MaterialReview).where(MaterialReview.id == note).values(note=changed[:_LONGEST_NOTE])
            db.execute(change, execution_options=_BULK)
    _lines(db, cleaned)
    stands, live = _versions(db, cleaned)
    _archive(db, cleaned, live)
    return stands


def tell(db: Session, say: Copy, stands: list[Standing], *, actor: str, subject: str, now: datetime) -> None:
    """An audit line with the pieces, and a word to whoever may revise or retire them: without the name."""
    by_unit: dict[int, list[str]] = {}
    for each in stands:
        by_unit.setdefault(each.unit_id, []).append(each.key)
    for unit_id, keys in by_unit.items():
        audit.write(db, STANDS, actor=actor, subject=subject, unit_id=unit_id, at=now, keys=keys)
        text = say("rights.stands_told", keys=say("rights.between_roles").join(keys))
        whom = {
            person
            for role in rights.PUBLISHERS
            # A department's grant hangs beside the unit, not above it.
            for person, _ in grants.holders(db, role, unit_id if role == "secretary" else None, now=now)
        }
        for person in sorted(whom):
            outbox.queue(db, person, kind=STANDS, text=text, now=now)


def _lines(db: Session, cleaned: Callable[[Any], Any]) -> None:
    """What says nothing without the name goes whole: a line of the list of names, a question about him."""
    for table, text in ((KnownName, KnownName.name), (KnownName, KnownName.title), (Unanswered, Unanswered.text)):
        gone = [row for row, said in db.execute(select(table.id, text)).all() if cleaned(said) != said]
        db.execute(delete(table).where(table.id.in_(gone)), execution_options=_BULK)


def _versions(db: Session, cleaned: Callable[[Any], Any]) -> tuple[list[Standing], dict[str, dict[str, Any] | None]]:
    """Where he still stands, and what is live of every own piece."""
    stands: list[Standing] = []
    live: dict[str, dict[str, Any] | None] = {}
    rows = select(
        Material.key, Material.unit_id, Material.live_version, MaterialVersion.id, MaterialVersion.number,
        MaterialVersion.body,
    ).join(MaterialVersion, MaterialVersion.material_id == Material.id)  # fmt: skip
    for row in db.execute(rows.order_by(Material.id)).all():
        live.setdefault(row.key, None)
        if row.number == row.live_version:
            live[row.key] = row.body
        if (body := cleaned(row.body)) == row.body:
            continue
        if row.number == row.live_version:
            stands.append(Standing(row.key, row.unit_id))
            continue
        change = update(MaterialVersion).where(MaterialVersion.id == row.id).values(body=body, hash=_digest(body))
        db.execute(change, execution_options=_BULK)
    return stands, live


def _archive(db: Session, cleaned: Callable[[Any], Any], live: dict[str, dict[str, Any] | None]) -> None:
    """Own questions as they stood before people, but for the standing wording; the folder's name nobody of the mine.

    Its hash stays: by it answers and doubts find what they were about.
    """
    if not live:
        return
    kept = select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.body)
    for row, key, body in db.execute(kept.where(QuestionVersion.question_id.in_(select(Material.key)))).all():
        standing = live.get(key)
        if standing is not None and _shown(body) == _shown(standing):
            continue
        if (changed := cleaned(body)) != body:
            change = update(QuestionVersion).where(QuestionVersion.id == row).values(body=changed)
            db.execute(change, execution_options=_BULK)


def _shown(body: dict[str, Any]) -> list[Any]:
    return [list(said) if isinstance(said, list | tuple) else said or "" for said in map(body.get, _SEEN)]


def _digest(body: Any) -> str:
    told = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
