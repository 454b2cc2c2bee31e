"""The rest of a reply that was too long, asked for by a tap."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.models import Page


def keep(db: Session, person_id: int, text: str, *, now: datetime) -> int:
    """Keep a text; its number, which the tap names."""
    made = insert(Page).values(person_id=person_id, kept_at=now, text=text).returning(Page.id)
    return db.execute(made).scalar_one()


def find(db: Session, person_id: int, number: int) -> str | None:
    """The person's own kept text; None when there is none of that number any more."""
    return db.execute(select(Page.text).where(Page.id == number, Page.person_id == person_id)).scalar_one_or_none()
