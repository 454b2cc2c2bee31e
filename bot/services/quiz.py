"""Questions put to people: today's, one more, and the marking of each answer once and for ever."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.errors import Refusal
from bot.models import Ask, Doubt, Material
from bot.services.materials import archive
from content.bank import LETTERS, Bank, Question

DAILY, MORE = "daily", "more"
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
    doubted: bool = False
    """He has said that something is wrong with it; known where it was found by its number or its day."""
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
)
_DOUBTED = exists().where(
    Doubt.person_id == Ask.person_id, Doubt.question_id == Ask.question_id, Doubt.hash == Ask.hash
)
_FIND = select(*_COLUMNS, _DOUBTED).where(Ask.person_id == bindparam("person"), Ask.number == bindparam("number"))
_DAILY = select(*_COLUMNS, _DOUBTED).where(
    Ask.person_id == bindparam("person"), Ask.mode == DAILY, Ask.day == bindparam("day")
)
_MARK = (
    update(table(Ask))
    .where(Ask.id == bindparam("ask"), Ask.score.is_(None))
    .values(answered_at=bindparam("at"), answer=bindparam("said"), score=bindparam("points"), hash=bindparam("wording"))
    .returning(table(Ask).c.id)
)
_QUIETLY = {"synchronize_session": False}  # no mapped Ask is ever loaded; there is nothing to keep in step


def daily(db: Session, person_id: int, *, bank: Bank, day: date, now: datetime) -> AskRow:
    """The day's question for this person, put to him now unless it was already. Refuses when the bank is empty."""
    found = _one(db, _DAILY, {"person": person_id, "day": day})
    return found or _put(db, person_id, question_of_the_day(bank, day), mode=DAILY, day=day, now=now)


def more(db: Session, person_id: int, *, bank: Bank, day: date, now: datetime, of_party: bool = False) -> AskRow:
    """One more: what he left open if it was an extra one, else one he never had, else the one longest ago.

    Only who is `of_party` is asked what concerns members alone.
    """
    open_one = latest_open(db, person_id, bank=bank)
    if open_one is not None and open_one.mode == MORE:
        return open_one
    return _put(db, person_id, _next_question(db, person_id, bank, day, of_party=of_party), mode=MORE, day=day, now=now)


def find(db: Session, person_id: int, number: int) -> AskRow | None:
    """The person's own question of that number."""
    return _one(db, _FIND, {"person": person_id, "number": number})


def latest(db: Session, person_id: int) -> AskRow | None:
    """The last question he was asked and has answered or given up."""
    answered = select(*_COLUMNS).where(Ask.person_id == person_id, Ask.answered_at.is_not(None))
    return _one(db, answered.order_by(Ask.answered_at.desc(), Ask.number.desc()).limit(1), {})


def latest_open(db: Session, person_id: int, *, bank: Bank) -> AskRow | None:
    """The last question he was asked, has not answered, and that still stands as it was asked."""
    unanswered = select(*_COLUMNS).where(Ask.person_id == person_id, Ask.score.is_(None))
    latest = db.execute(unanswered.order_by(Ask.number.desc()).limit(LOOK_BACK))
    return next((ask for ask in map(_row, latest) if still_stands(ask, bank) is not None), None)


def toggle(db: Session, ask: AskRow, letter: str) -> str:
    """Pick an option of a multiple choice, or drop it again; the letters picked now."""
    picked = "".join(sorted(set(ask.picked) ^ {letter}))
    db.execute(update(Ask).where(Ask.id == ask.id).values(picked=picked), execution_options=_QUIETLY)
    return picked


def mark(db: Session, ask: AskRow, answer: str, *, score: float, now: datetime, wording: str = "") -> bool:
    """Keep the answer; False when it had one already, which stays.

    `wording`: hash of the question as its explanation is read now, where it may be another than when it was asked.
    """
    said = {"said": answer[:LONGEST_ANSWER], "wording": wording or ask.hash}
    kept = {"ask": ask.id, "at": now, "points": score, **said}
    return db.execute(_MARK, kept).first() is not None


def question_of_the_day(bank: Bank, day: date) -> Question:
    """The same question for everybody on a shift day, so that a crew can talk about it; all come round in turn."""
    order = bank.calendar or bank.for_all or bank.order
    size = len(order)
    if size == 0:
        raise Refusal("quiz.empty_bank")
    stride = max(1, round(size * 0.618))
    while math.gcd(stride, size) != 1:
        stride += 1
    place = day.toordinal() * stride
    awake = (name for step in range(size) if (name := order[(place + step) % size]) not in bank.resting)
    if (found := next(awake, None)) is None:
        raise Refusal("quiz.empty_bank")
    return bank.questions[found]


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
    return tuple(question.options[LETTERS.index(letter)] for letter in ask.shuffle)


def asked_but_gone(db: Session, bank: Bank) -> list[str]:
    """Ids of questions that were put to somebody and are in the bank no longer, sorted; taps on them say so."""
    asked = db.execute(select(Ask.question_id).distinct()).scalars()
    own = set(db.execute(select(Material.key).where(Material.live_version.is_not(None))).scalars())
    return sorted(set(asked) - set(bank.questions) - own)


def _next_question(db: Session, person_id: int, bank: Bank, day: date, *, of_party: bool) -> Question:
    if not bank.order:
        raise Refusal("quiz.empty_bank")
    asked = select(Ask.question_id, func.max(Ask.number)).where(Ask.person_id == person_id).group_by(Ask.question_id)
    last_asked = {row[0]: row[1] for row in db.execute(asked)}
    today = question_of_the_day(bank, day).id
    order = list(bank.order if of_party else bank.for_all or bank.order)
    random.Random(person_id).shuffle(order)
    candidates = [q for q in order if q != today] or order
    return bank.questions[min(candidates, key=lambda question_id: last_asked.get(question_id, 0))]


def _put(db: Session, person_id: int, question: Question, *, mode: str, day: date, now: datetime) -> AskRow:
    latest = select(func.coalesce(func.max(Ask.number), 0) + 1).where(Ask.person_id == person_id).scalar_subquery()
    made = insert(Ask).values(
        person_id=person_id,
        number=latest,
        mode=mode,
        day=day,
        question_id=question.id,
        fingerprint=question.fingerprint,
        hash=question.hash,
        shuffle=_shuffle(question, person_id, day),
        picked="",
        asked_at=now,
        answer="",
    )
    return replace(_row(db.execute(made.returning(*_COLUMNS)).one()), fresh=True)


def _shuffle(question: Question, person_id: int, day: date) -> str:
    letters = list(LETTERS[: len(question.options)])
    random.Random(f"{person_id} {question.id} {day}").shuffle(letters)
    return "".join(letters)


def _one(db: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> AskRow | None:
    row = db.execute(statement, values).first()
    return None if row is None else _row(row)


def _row(row: Row[*tuple[Any, ...]]) -> AskRow:
    return AskRow(*tuple(row))
