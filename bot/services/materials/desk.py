"""From draft through review to live and back into the drawer: every step of own material, each kept in the audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from bot.db import chance
from bot.errors import Refusal
from bot.models import Material, MaterialReview, MaterialVersion
from bot.services import audit
from bot.services.doubts import doubts
from bot.services.materials import archive, bodies, counting, revision, rights
from bot.services.materials.frame import Frame
from bot.services.materials.readers import hold_review
from bot.services.materials.rows import (
    BACK,
    DRAFT,
    IN_REVIEW,
    KINDS,
    LIVE,
    PARTY_STAGES,
    PASS,
    RETIRED,
    REVIEWED,
    STATES,
    MaterialRow,
    ReviewRow,
    alias_of,
    find,
    get,
    homes,
    in_state,
    list_for,
    reviews,
    row_of,
)  # fmt: skip
from bot.services.people import PersonRow

LONGEST_NOTE = 255
AT_ONCE = 1000
"""Drafts handed in by one tap."""


def write(
    db: Session,
    person: PersonRow | None,
    kind: str,
    body: Mapping[str, Any],
    *,
    frame: Frame,
    now: datetime,
    unit_id: int = 0,
    key: str = "",
    author: str = audit.OPERATOR,
    version: int = 0,
) -> MaterialRow:
    """A new draft of a unit, or with a `key` a new version of what is there; the same body again is no new version.

    `version`: the one it was made from, where the writer has seen one. With no person it is the operator's doing, in
    the name of the alias `author`. Refusals: materials.may_not_write, materials.unknown, materials.in_review for what
    somebody reads just now, materials.changed_meanwhile with the newest `version` and what it says otherwise, and
    bodies.Faulty with every fault of the body.
    """
    bodies.hold(kind, body, frame)
    alias = author if person is None else alias_of(person)
    if key:
        found = get(db, key, lock=True)
        kind, unit_id = found.kind, found.unit_id
    if person is not None and not rights.may(db, person, rights.AUTHORS, unit_id, now=now):
        raise Refusal("materials.may_not_write")
    if not key:
        return write_many(db, kind, [body], frame=frame, unit_id=unit_id, author=alias, now=now)[0]
    if found.body == dict(body) and found.state != RETIRED:
        return found
    if found.state == IN_REVIEW:
        raise Refusal("materials.in_review", key=key)
    if version and found.version != version:
        theirs = bodies.otherwise(found.body, body)
        raise Refusal("materials.changed_meanwhile", version=found.version, theirs=theirs)
    number = found.version + 1
    db.add(MaterialVersion(**_version(found.id, number, body, alias, now)))
    row = db.get_one(Material, found.id)
    row.state, row.party, row.changed_at = DRAFT, frame.is_party(body), now
    audit.write(db, "materials.written", actor=alias, unit_id=unit_id, at=now, key=key, version=number)
    db.flush()
    return get(db, key)


def write_many(
    db: Session,
    kind: str,
    given: Collection[Mapping[str, Any]],
    *,
    frame: Frame,
    unit_id: int,
    author: str,
    now: datetime,
) -> list[MaterialRow]:
    """New drafts, already checked, of one kind and unit; so many statements for one as for five hundred."""
    shared = {"kind": kind, "unit_id": unit_id, "author": author, "made_at": now, "changed_at": now}
    new = [{**shared, "key": chance.hexadecimal(8), "state": DRAFT, "party": frame.is_party(body)} for body in given]
    if not new:
        return []
    db.execute(insert(Material), new)
    ids = counting.ids(db, [str(each["key"]) for each in new])
    keys = [f"own-{each:04d}" for each in ids]
    db.execute(update(Material), [{"id": each, "key": key} for each, key in zip(ids, keys, strict=True)])
    versions = zip(ids, given, strict=True)
    db.execute(insert(MaterialVersion), [_version(each, 1, body, author, now) for each, body in versions])
    told = [{"key": key, "version": 1} for key in keys]
    audit.write_many(db, "materials.written", told, actor=author, unit_id=unit_id, at=now)
    made = counting.newest(db, keys)
    return [made[key] for key in keys]


def revise_many(
    db: Session, given: Mapping[str, Mapping[str, Any]], *, frame: Frame, author: str, now: datetime
) -> None:
    """New versions by key, already checked: as `write` does one of them for the operator, in a handful of statements."""
    found = counting.newest(db, given, lock=True)
    if gone := [key for key in given if key not in found]:
        raise Refusal("materials.unknown", key=gone[0])
    if read := [key for key, row in found.items() if row.state == IN_REVIEW]:
        raise Refusal("materials.in_review", key=read[0])
    new = [(row, given[key]) for key, row in found.items() if row.body != given[key] or row.state == RETIRED]
    if not new:
        return
    db.execute(insert(MaterialVersion), [_version(row.id, row.version + 1, body, author, now) for row, body in new])
    for party in (True, False):
        ids = [row.id for row, body in new if frame.is_party(body) is party]
        if ids:
            moved = {"state": DRAFT, "party": party, "changed_at": now}
            db.execute(update(Material).where(Material.id.in_(ids)).values(moved))
    for unit_id in {row.unit_id for row, _ in new}:
        told = [{"key": row.key, "version": row.version + 1} for row, _ in new if row.unit_id == unit_id]
        audit.write_many(db, "materials.written", told, actor=author, unit_id=unit_id, at=now)


def submit(db: Session, person: PersonRow, key: str, *, now: datetime) -> MaterialRow:
    """Hand a draft in for review. Refuses whoever may not write for its unit, what is no draft, and (Faulty) what is
    not all written yet: an imported one may lack a text.
    """
    found = _held(db, person, key, rights.AUTHORS, "materials.may_not_write", now=now)
    in_state(found, DRAFT)
    bodies.hold_written(found.kind, found.body)
    return _move(db, found, IN_REVIEW, "materials.submitted", alias_of(person), now=now)


def submit_all(db: Session, person: PersonRow, *, now: datetime) -> tuple[int, int]:
    """Hand in all drafts of his that nobody sent back: how many went, and how many want something written yet. So many
    statements for one as for five hundred; AT_ONCE at most.
    """
    alias = alias_of(person)
    mine = list_for(db, person, now=now, states=(DRAFT,), author=alias, limit=AT_ONCE)
    back = counting.returned(db, mine)
    locked = counting.newest(db, [each.key for each in mine if each.key not in back], lock=True)
    own = [each for each in locked.values() if each.state == DRAFT and each.author == alias]
    ready = [each for each in own if not bodies.unwritten(each.kind, each.body)]
    for unit_id in {each.unit_id for each in ready}:
        told = [{"key": each.key, "version": each.version} for each in ready if each.unit_id == unit_id]
        audit.write_many(db, "materials.submitted", told, actor=alias, unit_id=unit_id, at=now)
    moved = [{"id": each.id, "state": IN_REVIEW, "changed_at": now} for each in ready]
    if moved:
        db.execute(update(Material), moved)
    return len(ready), len(own) - len(ready)


def review(db: Session, person: PersonRow, key: str, verdict: str, *, note: str = "", now: datetime) -> MaterialRow:
    """Pass it on to its next stage (after the last it is 'reviewed'), or send it back to its author with a note.

    Never by whoever wrote any of it since it was last live; of Party text each stage by somebody else, the last by the
    party office, or by a secretary where nobody of that office could give it.
    """
    found = get(db, key, lock=True)
    stage, alias = hold_review(db, person, found, now=now), alias_of(person)
    if verdict == BACK and not note.strip():
        raise Refusal("materials.say_why")
    db.add(
        MaterialReview(
            version_id=found.version_id,
            stage=stage,
            reviewer=alias,
            verdict=verdict,
            note=note.strip()[:LONGEST_NOTE],
            at=now,
        )
    )
    state = DRAFT if verdict == BACK else REVIEWED if stage == found.stages else IN_REVIEW
    return _move(db, found, state, "materials.reviewed", alias, now=now, stage=stage, verdict=verdict)


def publish(db: Session, person: PersonRow, key: str, *, frame: Frame, now: datetime) -> MaterialRow:
    """Bring a reviewed version before people; the one before it stops being shown."""
    found = _held(db, person, key, rights.PUBLISHERS, "materials.may_not_publish", now=now)
    in_state(found, REVIEWED)
    db.get_one(Material, found.id).live_version = found.version
    if found.kind == "question":
        question = bodies.question(found.key, found.body, frame)
        archive.keep(db, [question], now=now)
        doubts.mended(db, found.key, question.hash, now=now)
    revision.touch(db)
    return _move(db, found, LIVE, "materials.published", alias_of(person), now=now)


def retire(db: Session, person: PersonRow, key: str, *, now: datetime) -> MaterialRow:
    """Take it away: an author his own draft, whoever may publish anything. What was answered stays answerable for."""
    found = get(db, key, lock=True)
    own_draft = found.author == alias_of(person) and found.live_version is None
    if not own_draft and not rights.may(db, person, rights.PUBLISHERS, found.unit_id, now=now):
        raise Refusal("materials.may_not_publish")
    if found.state == RETIRED:
        return found
    db.get_one(Material, found.id).live_version = None
    revision.touch(db)
    return _move(db, found, RETIRED, "materials.retired", alias_of(person), now=now)


def _version(material_id: int, number: int, body: Mapping[str, Any], author: str, now: datetime) -> dict[str, Any]:
    """The columns of a wording."""
    digest = hashlib.blake2b(json.dumps(body, ensure_ascii=False, sort_keys=True).encode(), digest_size=8).hexdigest()
    wording = {"material_id": material_id, "number": number, "body": dict(body), "hash": digest}
    return {**wording, "author": author, "made_at": now}


def _held(
    db: Session, person: PersonRow, key: str, roles: Collection[str], refusal: str, *, now: datetime
) -> MaterialRow:
    found = get(db, key, lock=True)
    if not rights.may(db, person, roles, found.unit_id, now=now):
        raise Refusal(refusal)
    return found


def _move(
    db: Session, found: MaterialRow, state: str, act: str, alias: str, *, now: datetime, **detail: Any
) -> MaterialRow:
    row = db.get_one(Material, found.id)
    row.state, row.changed_at = state, now
    audit.write(
        db,
        act,
        actor=alias,
        unit_id=found.unit_id,
        at=now,
        key=found.key,
        version=found.version,
        **detail,
    )
    db.flush()
    return get(db, found.key)


__all__ = [
    "BACK", "DRAFT", "IN_REVIEW", "KINDS", "LIVE", "PARTY_STAGES", "PASS", "RETIRED", "REVIEWED", "STATES",
    "MaterialRow", "ReviewRow", "find", "get", "hold_review", "homes", "list_for", "publish", "retire",
    "review", "reviews", "revise_many", "row_of", "submit", "submit_all", "write", "write_many",
]  # fmt: skip
