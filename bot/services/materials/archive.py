"""Every question as it ever stood before people, so that an answer can be shown with what it was given to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import QuestionVersion
from content.bank import Question

_AT_ONCE = 200


def keep(db: Session, questions: Iterable[Question], *, now: datetime) -> int:
    """Keep what may be asked from now on; how many wordings were new."""
    # In one order for all: two papers of one exam, written at once the other way round, would wait for each other.
    given = sorted(questions, key=lambda question: (question.id, question.hash))
    known = set()
    for start in range(0, len(given), _AT_ONCE):
        ids = [question.id for question in given[start : start + _AT_ONCE]]
        rows = select(QuestionVersion.question_id, QuestionVersion.hash).where(QuestionVersion.question_id.in_(ids))
        known |= {(row[0], row[1]) for row in db.execute(rows)}
    new = [
        {
            "question_id": question.id,
            "fingerprint": question.fingerprint,
            "hash": question.hash,
            "body": _body(question),
            "seen_at": now,
        }
        for question in given
        if (question.id, question.hash) not in known
    ]
    if new:
        row = insert_for(db, table(QuestionVersion))  # several processes may start together
        db.execute(row.on_conflict_do_nothing(index_elements=["question_id", "hash"]), new)
    return len(new)


def seen(db: Session, question_id: str, wording: str) -> Question | None:
    """The question in that wording, by its hash; None for what was never kept."""
    kept = select(QuestionVersion.body).where(QuestionVersion.question_id == question_id)
    body = db.execute(kept.where(QuestionVersion.hash == wording)).scalar()
    return None if body is None else _question(body)


def _body(question: Question) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(question)))  # type: ignore[no-any-return]


def _question(body: dict[str, Any]) -> Question:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
    return Question(**{name: fields[name] for name in Question.__dataclass_fields__ if name in fields})
