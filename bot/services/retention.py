"""How long what is kept (decisions, Keeping and erasing), and the forgetting of the rest, a little at a time.

A person's inbox rows need no look-up of their own: they are gone weeks before he is forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from bot.models import Ask, InboxMessage, Page, Person, ScheduleRun

INBOX = timedelta(days=7)  # the platform repeats a message within seconds; a week is for whoever looks into a fault
PAGES = timedelta(days=30)
QUIZ_DETAIL = timedelta(days=365)
GUEST = timedelta(days=30)
RUNS = timedelta(days=90)
AT_ONCE = 200  # rows of each kind in one transaction: the write gate must not be held for long


def purge(db: Session, *, now: datetime) -> int:
    """Forget up to AT_ONCE rows of each kind, and with a person all that is his; how many went, 0 when all is done."""
    gone = or_(Person.last_wrote_at < now - GUEST, (~Person.followed) & (Person.follow_changed_at < now - GUEST))
    count = 0
    for table, key, old in (
        (Ask, Ask.id, Ask.asked_at < now - QUIZ_DETAIL),
        (Ask, Ask.id, Ask.person_id.in_(select(Person.id).where(gone))),
        (InboxMessage, InboxMessage.key, InboxMessage.received_at < now - INBOX),
        (Page, Page.id, Page.kept_at < now - PAGES),
        (Person, Person.id, gone & ~exists().where(Ask.person_id == Person.id)),
        (ScheduleRun, ScheduleRun.due_at, ScheduleRun.due_at < now - RUNS),
    ):
        # The condition stands twice: whoever writes between the choosing and the deleting is kept.
        rows = delete(table).where(key.in_(select(key).where(old).limit(AT_ONCE)), old)
        count += db.execute(rows, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    return count
