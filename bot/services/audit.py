"""The record of who did what: written in the transaction that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.models import AuditLine

OPERATOR = "operator"
"""The actor of everything done at the command line."""
BY_ITSELF = "itself"
"""The actor of what happens because enough people said the same."""


def write(
    db: Session, act: str, *, actor: str, subject: str = "", unit_id: int | None = None, at: datetime, **detail: object
) -> None:
    """Keep an act (`feature.thing`). Actor and subject are aliases; `detail` holds no names and no words of anybody."""
    db.add(AuditLine(at=at, actor=actor, act=act, subject=subject, unit_id=unit_id, detail=detail))


def write_many(
    db: Session, act: str, details: Sequence[Mapping[str, object]], *, actor: str, unit_id: int | None, at: datetime
) -> None:
    """Keep one act for each of many pieces, in one statement."""
    shared = {"at": at, "actor": actor, "act": act, "subject": "", "unit_id": unit_id}
    db.execute(insert(AuditLine), [{**shared, "detail": dict(each)} for each in details])
