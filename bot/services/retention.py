"""How long what is kept (decisions, Keeping and erasing), and the forgetting of the rest, a little at a time.

A person's inbox rows need no look-up of their own: they are gone weeks before he is forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from bot.models import (
    Ask,
    AuditLine,
    DangerCall,
    InboxMessage,
    Letter,
    LetterLine,
    OutboxItem,
    Page,
    Person,
    ScheduleRun,
)
from bot.services.rights import erasing

INBOX = timedelta(days=7)  # the platform repeats a message within seconds; a week is for whoever looks into a fault
PAGES = timedelta(days=30)
QUIZ_DETAIL = timedelta(days=365)
GUEST = timedelta(days=30)
UNFOLLOWED = timedelta(days=30)
NEVER_MET = timedelta(days=1)
LETTER_TEXT = timedelta(days=30)
LETTERS = timedelta(days=1095)
OUTBOX = timedelta(days=180)
AUDIT = timedelta(days=1095)  # never less than six months
DANGER_CALLS = timedelta(days=1095)
RUNS = timedelta(days=90)
AT_ONCE = 200  # rows of each kind in one transaction: the write gate must not be held for long
BY_ITSELF = "retention"
"""The actor of what happens because time has passed."""


def purge(db: Session, *, now: datetime) -> int:
    """Forget up to AT_ONCE rows of each kind, and with a person all that is his; how many went, 0 when all is done."""
    guest = Person.member_id.is_(None) & (Person.last_wrote_at < now - GUEST)
    # Whoever is known by his goodbye alone: kept only until an older event of his can come no more.
    never_met = Person.noticed_at.is_(None) & (Person.follow_changed_at < now - NEVER_MET)
    gone = or_(guest, (~Person.followed) & or_(never_met, Person.follow_changed_at < now - UNFOLLOWED))
    letter_done = or_(
        and_(Letter.state == "closed", Letter.closed_at < now - LETTER_TEXT),
        and_(Letter.state == "kept", Letter.opened_at < now - LETTER_TEXT),
    )
    count = 0
    for table, key, old in (
        (Ask, Ask.id, Ask.asked_at < now - QUIZ_DETAIL),
        (Ask, Ask.id, Ask.person_id.in_(select(Person.id).where(gone))),
        (InboxMessage, InboxMessage.key, InboxMessage.received_at < now - INBOX),
        (Page, Page.id, Page.kept_at < now - PAGES),
        (LetterLine, LetterLine.id, LetterLine.letter_id.in_(select(Letter.id).where(letter_done))),
        (Letter, Letter.id, Letter.opened_at < now - LETTERS),
        (OutboxItem, OutboxItem.id, OutboxItem.made_at < now - OUTBOX),
        (AuditLine, AuditLine.id, AuditLine.at < now - AUDIT),
        (DangerCall, DangerCall.id, DangerCall.at < now - DANGER_CALLS),
        (ScheduleRun, ScheduleRun.due_at, ScheduleRun.due_at < now - RUNS),
    ):
        # The condition stands twice: whoever writes between the choosing and the deleting is kept.
        rows = delete(table).where(key.in_(select(key).where(old).limit(AT_ONCE)), old)
        count += db.execute(rows, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    # The mine's roster keeps its line; the account goes whole, once its many answers are gone.
    unanswered = gone & ~exists().where(Ask.person_id == Person.id)
    return count + erasing.forget_accounts(db, unanswered, now=now, actor=BY_ITSELF, at_most=AT_ONCE)
