"""Going on in a row of questions: the one that waits, or the next by the rule of its kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import Ask
from bot.services import spacing
from bot.services.materials import newness
from bot.services.people import PersonRow
from bot.services.quiz import asks, choosing, runs
from bot.services.quiz.asks import BACK, DAILY, DARE, MISTAKES, TOPIC, AskRow
from bot.services.quiz.choosing import Chooser, question_of_the_day
from bot.services.quiz.runs import RunRow
from content import Content
from content.bank import Bank, Question

GREETING = 3
"""So many questions greet him who was away."""


@dataclass(frozen=True, slots=True)
class Next:
    """Where a row goes on: the question, or none where there is nothing (more) to ask in it today."""

    run: RunRow
    ask: AskRow | None
    left: int = 0
    """Of a row of mistakes: how many points he missed are not mastered yet."""
    again: bool = False
    """He has had all there is of it today; this one comes round again."""


def daily(db: Session, person_id: int, *, bank: Bank, day: date, now: datetime) -> AskRow:
    """The day's question for this person, put to him now unless it was already. Refuses when the bank is empty."""
    found = asks.daily(db, person_id, day)
    return found or asks.put(db, person_id, question_of_the_day(bank, day), mode=DAILY, day=day, now=now)


def go_on(
    db: Session,
    person: PersonRow,
    mode: str,
    *,
    content: Content,
    bank: Bank,
    day: date,
    since: datetime,
    now: datetime,
    topic: str = "",
) -> Next:
    """The question that waits in his row of that kind, else the next one; a new row where he has none since `since`.

    `topic`: of 'topic' alone, a topic or the name of a whole area. Refuses with an empty bank.
    """
    if not bank.order:
        raise Refusal("quiz.empty_bank")
    run = runs.current(db, person.id, mode, topic=topic, since=since)
    waiting = asks.open_in(db, run.id, bank=bank) if run is not None else None
    if run is not None and waiting is not None:
        return Next(run, waiting)
    run = runs.begin(db, person.id, mode, topic=topic, now=now) if run is None else runs.count(db, run.id)
    chooser = Chooser(person, content, bank, day, choosing.past(db, person.id))
    left = len(chooser.missed()) if mode == MISTAKES else 0
    question, again = _choose(db, chooser, run, now=now)
    if question is None:
        return Next(runs.count(db, run.id, ended_at=now), None, left)
    put = asks.put(db, person.id, question, mode=mode, day=day, now=now, run_id=run.id)
    return Next(run, replace(put, place=_place(db, run.id), right=run.right), left, again)


def _choose(db: Session, chooser: Chooser, run: RunRow, *, now: datetime) -> tuple[Question | None, bool]:
    """The next question of a row, and whether he has had everything there is of it today."""
    person_id = chooser.person.id
    if run.mode == MISTAKES:
        return chooser.mistake(), False
    if run.mode == DARE:
        return chooser.dared(run.id, _place(db, run.id) + 1, _had(db, run.id)), False
    if run.mode == BACK:
        return _greeting(db, chooser, run, now=now), False
    topics = topics_of(chooser.content, run.topic) if run.mode == TOPIC else ()
    if own := _own(db, chooser, topics, now=now):
        return own, False
    due = spacing.due(db, person_id, now=now, limit=choosing.DUE, of=topics or None)
    fresh = chooser.unmet(topics) if due and spacing.turn_for_new(run.answered) else None
    question = fresh or chooser.due(due, topics) or chooser.new(topics)
    if question is not None:
        return question, False
    question = chooser.longest_ago(topics)
    return question, question is not None and chooser.past.days.get(question.id) == chooser.day


def _own(db: Session, chooser: Chooser, topics: Collection[str], *, now: datetime) -> Question | None:
    """What the mine has just written itself goes before all else for a week."""
    names = [each.id for each in chooser.candidates(topics)]
    first = newness.first(names, newness.since(db, names, now=now), chooser.past.numbers, now=now)
    return chooser.bank.questions[first] if first else None


def _greeting(db: Session, chooser: Chooser, run: RunRow, *, now: datetime) -> Question | None:
    """One he most likely still knows, then what he is about to lose; no more than three."""
    if run.answered >= GREETING:
        return None
    found = spacing.comeback(db, chooser.person.id, now=now)
    question = chooser.due(found[1:] if run.answered else found) or chooser.due(found)
    return question or (chooser.new() if run.answered == 0 else None)


def topics_of(content: Content, word: str) -> tuple[str, ...]:
    """The topics a word stands for: itself, or all of an area; what no list names stands for itself."""
    return content.topics.within(word) or (word,)


def _had(db: Session, run_id: int) -> set[str]:
    return set(db.execute(select(Ask.question_id).where(Ask.run_id == run_id)).scalars())


def _place(db: Session, run_id: int) -> int:
    return int(db.execute(select(func.count()).select_from(Ask).where(Ask.run_id == run_id)).scalar_one())
