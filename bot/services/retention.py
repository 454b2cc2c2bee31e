"""How long what is kept (decisions, Keeping and erasing), and the forgetting of the rest, a little at a time.

A person's inbox rows need no look-up of their own: they are gone weeks before he is forgotten.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.models import (
    Ask,
    Attempt,
    AuditLine,
    Contest,
    DangerCall,
    Demand,
    Doubt,
    Exam,
    ExamAnswer,
    InboxMessage,
    JobTrouble,
    Letter,
    LetterLine,
    Memory,
    OutboxItem,
    Overrun,
    Page,
    Person,
    Reading,
    Run,
    ScheduleRun,
    TrainingRecord,
    Unanswered,
    Unfinished,
)
from bot.services.asking import asking
from bot.services.doubts import doubts
from bot.services.rights import erasing

INBOX = timedelta(days=7)  # the platform repeats a message within seconds; a week is for whoever looks into a fault
PAGES = timedelta(days=30)
QUIZ_DETAIL = timedelta(days=365)
GUEST = timedelta(days=30)
UNFOLLOWED = timedelta(days=30)
NEVER_MET = timedelta(days=1)
LETTER_TEXT = timedelta(days=30)  # after its last line, whatever became of it
LETTERS = timedelta(days=1095)
OUTBOX_TEXT = timedelta(days=30)
OUTBOX = timedelta(days=180)
AUDIT = timedelta(days=1095)  # never less than six months
DANGER_CALLS = timedelta(days=1095)
RUNS = timedelta(days=90)
UNANSWERED = timedelta(days=180)
DOUBTS = timedelta(days=365)  # as quiz detail; that a wording was found wrong stays, without him who said so
CONTESTS = timedelta(days=90)  # with every answer given in them
DEMANDS = timedelta(days=180)
RECORDS = timedelta(days=1095)  # of exams and training; a mine may keep them longer
UNFINISHED = timedelta(days=90)
AT_ONCE = 200  # rows of each kind in one transaction: the write gate must not be held for long
BY_ITSELF = "retention"
"""The actor of what happens because time has passed."""
_BULK = {"synchronize_session": False}


def purge(db: Session, *, now: datetime) -> int:
    """Forget up to AT_ONCE rows of each kind, and with a person all that is his; how many went, 0 when all is done."""
    guest = Person.member_id.is_(None) & (Person.last_wrote_at < now - GUEST)
    # Whoever is known by his goodbye alone: kept only until an older event of his can come no more.
    never_met = Person.noticed_at.is_(None) & (Person.follow_changed_at < now - NEVER_MET)
    gone = or_(guest, (~Person.followed) & or_(never_met, Person.follow_changed_at < now - UNFOLLOWED))
    later = aliased(LetterLine)
    goes_on = exists().where(later.letter_id == LetterLine.letter_id, later.at >= now - LETTER_TEXT)
    silent = (LetterLine.at < now - LETTER_TEXT) & ~goes_on.correlate(LetterLine)
    count = _blank_outbox(db, now=now) + _unname_doubts(db, now=now)
    for table, key, old in (
        (Ask, Ask.id, Ask.asked_at < now - QUIZ_DETAIL),
        (Ask, Ask.id, Ask.person_id.in_(select(Person.id).where(gone))),
        (Run, Run.id, Run.started_at < now - QUIZ_DETAIL),
        (Memory, Memory.id, Memory.reviewed_at < now - QUIZ_DETAIL),
        (Reading, Reading.id, Reading.given_at < now - QUIZ_DETAIL),
        (Demand, Demand.id, Demand.week < (now - DEMANDS).date()),
        (Overrun, Overrun.id, Overrun.at < now - RECORDS),
        (ExamAnswer, ExamAnswer.id, ExamAnswer.at < now - QUIZ_DETAIL),
        (Attempt, Attempt.id, Attempt.started_at < now - RECORDS),
        (TrainingRecord, TrainingRecord.id, TrainingRecord.held_at < now - RECORDS),
        (Exam, Exam.id, and_(*_emptied(now))),
        (Contest, Contest.id, Contest.made_at < now - CONTESTS),
        (JobTrouble, JobTrouble.id, JobTrouble.at < now - RUNS),
        (InboxMessage, InboxMessage.key, InboxMessage.received_at < now - INBOX),
        (Page, Page.id, Page.kept_at < now - PAGES),
        (LetterLine, LetterLine.id, silent),
        (Letter, Letter.id, Letter.opened_at < now - LETTERS),
        (OutboxItem, OutboxItem.id, OutboxItem.made_at < now - OUTBOX),
        (AuditLine, AuditLine.id, AuditLine.at < now - AUDIT),
        (DangerCall, DangerCall.id, DangerCall.at < now - DANGER_CALLS),
        (Unanswered, Unanswered.id, or_(Unanswered.last_at < now - UNANSWERED, and_(*asking.lapsed(now)))),
        (Doubt, Doubt.id, (Doubt.at < now - DOUBTS) & (Doubt.verdict != doubts.WRONG)),
        (Unfinished, Unfinished.person_id, Unfinished.changed_at < now - UNFINISHED),
        (ScheduleRun, ScheduleRun.due_at, ScheduleRun.due_at < now - RUNS),
    ):
        # The condition stands twice: whoever writes between the choosing and the deleting is kept.
        rows = delete(table).where(key.in_(select(key).where(old).limit(AT_ONCE)), old)
        count += db.execute(rows, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    # The mine's roster keeps its line; the account goes whole, once its many answers are gone.
    unanswered = gone & ~exists().where(Ask.person_id == Person.id)
    return count + erasing.forget_accounts(db, unanswered, now=now, actor=BY_ITSELF, at_most=AT_ONCE)


def _emptied(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Exams so old that nothing of them is left to be shown."""
    sat = exists().where(Attempt.exam_id == Exam.id)
    recorded = exists().where(TrainingRecord.exam_id == Exam.id)
    return Exam.closes_at < now - RECORDS, ~sat, ~recorded


def _blank_outbox(db: Session, *, now: datetime) -> int:
    """Take the words out of what was owed a month ago; what nobody came for is owed no longer. How many rows."""
    old = OutboxItem.made_at < now - OUTBOX_TEXT
    waits = select(OutboxItem.id, OutboxItem.person_id).where(old, OutboxItem.state == "waiting")
    unread = db.execute(waits.order_by(OutboxItem.person_id).limit(AT_ONCE)).all()
    for person_id, count in Counter(
        row.person_id for row in unread
    ).items():  # the person first, as his turn locks them
        _owe(db, person_id, -count)
    dropped = update(OutboxItem).where(OutboxItem.id.in_([row.id for row in unread]), OutboxItem.state == "waiting")
    gone = db.execute(
        dropped.values(state="dropped", text="", reason="old").returning(OutboxItem.id), execution_options=_BULK
    ).scalars()
    missed = {row.id: row.person_id for row in unread}
    for item in gone.all():
        del missed[item]
    for person_id in missed.values():  # handed over or pushed between the choosing and the dropping
        _owe(db, person_id, 1)
    worded = (old, OutboxItem.text != "", OutboxItem.state.not_in(("waiting", "sending")))
    chosen = select(OutboxItem.id).where(*worded).limit(AT_ONCE)
    blanked = update(OutboxItem).where(OutboxItem.id.in_(chosen), *worded).values(text="")
    rows = db.execute(blanked, execution_options=_BULK).rowcount  # type: ignore[attr-defined]
    return len(unread) - len(missed) + int(rows)


def _unname_doubts(db: Session, *, now: datetime) -> int:
    """Take the person out of old doubts that proved right, by which a wording rests; how many rows."""
    old = (Doubt.at < now - DOUBTS, Doubt.verdict == doubts.WRONG, Doubt.person_id.is_not(None))
    chosen = select(Doubt.id).where(*old).limit(AT_ONCE)
    unnamed = update(Doubt).where(Doubt.id.in_(chosen), *old).values(person_id=None, note="")
    return int(db.execute(unnamed, execution_options=_BULK).rowcount)  # type: ignore[attr-defined]


def _owe(db: Session, person_id: int, more: int) -> None:
    owed = update(Person).where(Person.id == person_id).values(waiting=Person.waiting + more)
    db.execute(owed, execution_options=_BULK)
