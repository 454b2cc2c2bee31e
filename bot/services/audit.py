"""The record of who did what: written in the transaction that does it."""

from __future__ import annotations

from datetime import datetime

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
