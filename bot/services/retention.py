"""How long what is kept (decisions, Keeping and erasing), and the forgetting of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, or_, select
from sqlalchemy.orm import Session

from bot.models import Ask, InboxMessage, Page, Person, ScheduleRun

INBOX = timedelta(days=7)  # the platform repeats a message within seconds; a week is for whoever looks into a fault
PAGES = timedelta(days=30)
QUIZ_DETAIL = timedelta(days=365)
GUEST = timedelta(days=30)
RUNS = timedelta(days=90)
AT_ONCE = 2000  # rows of each kind in one transaction: the write gate must not be held for long


def purge(db: Session, *, now: datetime) -> int:
    """Forget up to AT_ONCE rows of each kind; how many went."""
    gone = select(Person.id).where(
        or_(Person.last_wrote_at < now - GUEST, (~Person.followed) & (Person.follow_changed_at < now - GUEST))
    )
    people = list(db.execute(gone.limit(AT_ONCE)).scalars())
    count = 0
    if people:
        count += _delete(db, delete(InboxMessage).where(InboxMessage.person_id.in_(people)))
        count += _delete(db, delete(Person).where(Person.id.in_(people)))
    for table, key, old in (
        (InboxMessage, InboxMessage.key, InboxMessage.received_at < now - INBOX),
        (Page, Page.id, Page.kept_at < now - PAGES),
        (Ask, Ask.id, Ask.asked_at < now - QUIZ_DETAIL),
    ):
        count += _delete(db, delete(table).where(key.in_(select(key).where(old).limit(AT_ONCE))))
    count += _delete(db, delete(ScheduleRun).where(ScheduleRun.due_at < now - RUNS))
    return count


def _delete(db: Session, statement: Delete) -> int:
    return db.execute(statement, execution_options={"synchronize_session": False}).rowcount  # type: ignore[no-any-return,attr-defined]
