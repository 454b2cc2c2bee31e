"""Rows of what was put to whom: putting, finding, picking, and the marking of each answer once and for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from bot.db.upsert import table
from bot.models import Ask, Doubt, Material
from bot.services.materials import archive
from bot.services.quiz import answers
from content.bank import Bank, Question

DAILY, MORE = "daily", "more"
TOPIC, MISTAKES, DARE, BACK = "topic", "mistakes", "dare", "back"
"""Kinds of rows of questions besides practice: one topic, what was missed, wrong is out, after a pause."""
LESSON = "lesson"
"""The one question behind a card."""
LONGEST_ANSWER = 64
LOOK_BACK = 20


@dataclass(frozen=True, slots=True)
class AskRow:
    """One putting of one question, as it stands in the table."""

    id: int
    number: int
    mode: str
    day: date
    question_id: str
    fingerprint: str
    hash: str
    shuffle: str
    picked: str
    answered_at: datetime | None
    answer: str
    score: float | None
    asked_at: datetime
    run_id: int | None
    guessed: bool
    doubted: bool = False
    """He has said that something is wrong with it; this and the two below are known where it was found by its number or day."""
    place: int = 0
    """Which of its row of questions it is, from 1; 0 outside of a row."""
    right: int = 0
    """How many of its row he has right."""
    fresh: bool = field(default=False, compare=False)
    """True when it was put to him just now, False when it was found waiting."""

    @property
    def answered(self) -> bool:
        return self.score is not None


_COLUMNS = (
    Ask.id,
    Ask.number,
    Ask.mode,
    Ask.day,
    Ask.question_id,
    Ask.fingerprint,
    Ask.hash,
    Ask.shuffle,
    Ask.picked,
    Ask.answered_at,
    Ask.answer,
    Ask.score,
    Ask.asked_at,
    Ask.run_id,
    Ask.guessed,
)
_DOUBTED = exists().where(
    Doubt.person_id == Ask.person_id, Doubt.question_id == Ask.question_id, Doubt.hash == Ask.hash
)
_IN_ROW = aliased(Ask)
_PLACE = select(func.count()).where(_IN_ROW.run_id == Ask.run_id, _IN_ROW.number <= Ask.number).scalar_subquery()
_RIGHT = select(func.count()).where(_IN_ROW.run_id == Ask.run_id, _IN_ROW.score == 1).scalar_subquery()
_WHOLE = (*_COLUMNS, _DOUBTED, _PLACE, _RIGHT)
_FIND = select(*_WHOLE).where(Ask.person_id == bindparam("person"), Ask.number == bindparam("number"))
_DAILY = select(*_WHOLE).where(Ask.person_id == bindparam("person"), Ask.mode == DAILY, Ask.day == bindparam("day"))
_MARK = (
    update(table(Ask))
    .where(Ask.id == bindparam("ask"), Ask.score.is_(None))
    .values(
        answered_at=bindparam("at"),
        answer=bindparam("said"),
        score=bindparam("points"),
        hash=bindparam("wording"),
        guessed=bindparam("by_guess"),
        rating=bindparam("rated"),
    )
    .returning(table(Ask).c.id)
)
_QUIETLY = {"synchronize_session": False}  # no mapped Ask is ever loaded; there is nothing to keep in step


def daily(db: Session, person_id: int, day: date) -> AskRow | None:
    """The question of that shift day as it was put to him; None when it was not."""
    return _one(db, _DAILY, {"person": person_id, "day": day})


def find(db: Session, person_id: int, number: int) -> AskRow | None:
    """The person's own question of that number."""
    return _one(db, _FIND, {"person": person_id, "number": number})


def latest(db: Session, person_id: int) -> AskRow | None:
    """The last question he was asked and has answered or given up."""
    answered = select(*_WHOLE).where(Ask.person_id == person_id, Ask.answered_at.is_not(None))
    return _one(db, answered.order_by(Ask.answered_at.desc(), Ask.number.desc()).limit(1), {})


def latest_open(db: Session, person_id: int, *, bank: Bank) -> AskRow | None:
    """The last question he was asked, has not answered, and that still stands as it was asked."""
    unanswered = select(*_WHOLE).where(Ask.person_id == person_id, Ask.score.is_(None))
    latest = db.execute(unanswered.order_by(Ask.number.desc()).limit(LOOK_BACK))
    return next((ask for ask in map(_row, latest) if still_stands(ask, bank) is not None), None)


def waiting_on(db: Session, person_id: int, question: Question, *, mode: str, day: date) -> AskRow | None:
    """A question as it was put to him on that day in that way and waits to be answered."""
    his = (Ask.person_id == person_id, Ask.mode == mode, Ask.day == day, Ask.question_id == question.id)
    same = (Ask.fingerprint == question.fingerprint, Ask.score.is_(None))
    return _one(db, select(*_WHOLE).where(*his, *same).order_by(Ask.number.desc()).limit(1), {})


def open_in(db: Session, run_id: int, *, bank: Bank) -> AskRow | None:
    """The question that waits in a row, as long as it stands as it was asked."""
    waits = select(*_WHOLE).where(Ask.run_id == run_id, Ask.score.is_(None)).order_by(Ask.number.desc()).limit(1)
    found = _one(db, waits, {})
    return found if found is not None and still_stands(found, bank) is not None else None


def toggle(db: Session, ask: AskRow, letter: str) -> str:
    """Pick an option of a multiple choice, or drop it again; the letters picked now."""
    picked = "".join(sorted(set(ask.picked) ^ {letter}))
    db.execute(update(Ask).where(Ask.id == ask.id).values(picked=picked), execution_options=_QUIETLY)
    return picked


def mark(
    db: Session,
    ask: AskRow,
    answer: str,
    *,
    score: float,
    now: datetime,
    wording: str = "",
    guessed: bool = False,
    rating: int | None = None,
) -> bool:
    """Keep the answer; False when it had one already, which stays.

    `wording`: hash of the question as its explanation is read now, where it may be another than when it was asked.
    `rating`: as it goes into the spacing rule, where it does.
    """
    said = {"said": answer[:LONGEST_ANSWER], "wording": wording or ask.hash, "by_guess": guessed, "rated": rating}
    kept = {"ask": ask.id, "at": now, "points": score, **said}
    return db.execute(_MARK, kept).first() is not None


def still_stands(ask: AskRow, bank: Bank) -> Question | None:
    """The question as it was asked; None when it was withdrawn, or what it asks or its key was changed since."""
    question = bank.get(ask.question_id)
    return question if question is not None and question.fingerprint == ask.fingerprint else None


def as_seen(db: Session, ask: AskRow, bank: Bank) -> Question | None:
    """The question an answer was given to, in the words he read, though it was withdrawn or changed since.

    Where those were never kept, what still asks the same; else None.
    """
    standing = still_stands(ask, bank)
    if standing is not None and standing.hash == ask.hash:
        return standing
    return archive.seen(db, ask.question_id, ask.hash) or standing


def options_shown(ask: AskRow, question: Question) -> tuple[str, ...]:
    """The option texts in the order shown to this person."""
    return answers.options_shown(question, ask.shuffle)


def asked_but_gone(db: Session, bank: Bank) -> list[str]:
    """Ids of questions that were put to somebody and are in the bank no longer, sorted; taps on them say so."""
    asked = db.execute(select(Ask.question_id).distinct()).scalars()
    own = set(db.execute(select(Material.key).where(Material.live_version.is_not(None))).scalars())
    return sorted(set(asked) - set(bank.questions) - own)


def put(
    db: Session,
    person_id: int,
    question: Question,
    *,
    mode: str,
    day: date,
    now: datetime,
    run_id: int | None = None,
) -> AskRow:
    """Put this question to him now, under his next number, its options in an order of his own."""
    latest = select(func.coalesce(func.max(Ask.number), 0) + 1).where(Ask.person_id == person_id).scalar_subquery()
    made = insert(Ask).values(
        person_id=person_id,
        number=latest,
        mode=mode,
        run_id=run_id,
        day=day,
        question_id=question.id,
        fingerprint=question.fingerprint,
        hash=question.hash,
        shuffle=answers.shuffled(question, f"{person_id} {question.id} {day}"),
        picked="",
        asked_at=now,
        answer="",
    )
    return replace(_row(db.execute(made.returning(*_COLUMNS)).one()), fresh=True)


def _one(db: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> AskRow | None:
    row = db.execute(statement, values).first()
    return None if row is None else _row(row)


def _row(row: Row[*tuple[Any, ...]]) -> AskRow:
    return AskRow(*tuple(row))
