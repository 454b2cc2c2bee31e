"""The end of a freeze: a number goes back to whoever comes in person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.models import Member, Person
from bot.services import audit


def release(db: Session, member: Member, *, by: str, now: datetime) -> int:
    """Unbind every phone of the number and end its freeze, so that its owner binds anew; how many phones it was."""
    loose = update(Person).where(Person.member_id == member.id).values(member_id=None, bound_at=None, roles_from=None)
    phones = len(db.execute(loose.returning(Person.id), execution_options={"synchronize_session": False}).all())
    member.frozen_at, member.tries, member.tried_at = None, 0, None
    audit.write(db, "joining.released", actor=by, subject=member.alias, unit_id=member.unit_id, at=now, phones=phones)
    db.flush()
    return phones
