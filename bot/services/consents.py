"""What a person agreed to, and when he took it back; each change leaves its proof."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.models import Consent, Person

PRIVACY, POLITICAL = "privacy", "political"
FIRST = 1
_COLUMNS = {PRIVACY: Person.consented, POLITICAL: Person.political_consent}


def change(db: Session, person_id: int, kind: str, *, given: bool, now: datetime, version: int = FIRST) -> None:
    """Give a consent to a version of its notice, or take it back; done twice it leaves one proof."""
    agreed, column = version if given else 0, _COLUMNS[kind]
    changed = update(Person).where(Person.id == person_id, column != agreed).values({column: agreed})
    done = db.execute(changed.returning(Person.id), execution_options={"synchronize_session": False}).first()
    if done is not None:
        db.add(Consent(person_id=person_id, kind=kind, version=agreed, at=now))
