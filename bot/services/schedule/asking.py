"""A due time that was missed and is not made up for by itself: whoever operates the bot is asked, and says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.messages import tap
from bot.services import audit, grants, outbox
from bot.services.people import PersonRow
from bot.services.schedule import runs
from content import Content

SAY = ("operator", "party_office", "secretary")
"""Who is asked, and may answer: the first of these that anybody can be reached by."""


def ask(db: Session, job: str, due: datetime, *, content: Content, now: datetime) -> int:
    """Owe the question to those who may say; how many. With nobody to ask, `job list` shows it to whoever looks."""
    words, facts = content.words, _facts(content, job, due)
    text = content.say(
        "jobs.ask",
        job=content.jobs.title(job),
        when=moment(content, due),
        yes=tap(content.say("jobs.label_make_up"), words.tapped("jobs.make_up", **facts)),
        no=tap(content.say("jobs.label_let_be"), words.tapped("jobs.let_be", **facts)),
    )
    asked = next((found for role in SAY if (found := grants.holders(db, role, None, now=now))), [])
    name = f"jobs.ask:{job}:{int(due.timestamp()) // 60}"[:64]
    for person_id, _ in asked:
        outbox.queue(db, person_id, kind="jobs.ask", text=text, now=now, urgency=outbox.SOON, once=name)
    return len(asked)


def find(
    db: Session, content: Content, title: str, *, month: int, day: int, minute: int
) -> tuple[str, datetime] | None:
    """The job and due time that a tap names, while it waits to be answered; the latest, where years repeat."""
    words = content.jobs.find(title)
    if words is None:
        return None
    for job, due in runs.asked(db, [words.id]):
        at = due.astimezone(BEIJING)
        if (at.month, at.day, at.hour * 60 + at.minute) == (month, day, minute):
            return job, due
    return None


def answer(db: Session, person: PersonRow, job: str, due: datetime, *, run: bool, now: datetime) -> None:
    """What is to become of it: run by the scheduler within the minute, or left. Written down as audit.

    Raises Refusal `jobs.not_yours_to_say` for whoever may not, `jobs.settled` when it was settled meanwhile.
    """
    if person.active is None or not grants.may(db, person, SAY, None, now=now):
        raise Refusal("jobs.not_yours_to_say")
    if not runs.answer(db, job, due, run=run):
        raise Refusal("jobs.settled")
    audit.write(db, "jobs.answered", actor=person.active.alias, at=now, job=job, due=due.isoformat(), run=run)


def moment(content: Content, at: datetime) -> str:
    """A due time as people read it."""
    here = at.astimezone(BEIJING)
    return content.say("jobs.moment", month=here.month, day=here.day, hour=here.hour, minute=f"{here.minute:02}")


def _facts(content: Content, job: str, due: datetime) -> dict[str, object]:
    """What a tap must hold; the time of day in words that survive the client."""
    at = due.astimezone(BEIJING)
    return {
        "about": content.jobs.title(job),
        "month": at.month,
        "date": at.day,
        "choice": content.say("jobs.time_tapped", hour=at.hour, minute=f"{at.minute:02}"),
    }
