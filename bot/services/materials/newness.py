"""What the mine has just written itself: for a week it goes before the hundreds of questions everybody has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Material, QuestionVersion

IS_NEW = timedelta(days=7)
_OWN = "own-"


def first(candidates: Iterable[str], since: Mapping[str, datetime], asked: Collection[str], *, now: datetime) -> str:
    """The question among the candidates that goes before all others: of those in their first week that he was never asked,
    the one whose week ends soonest; empty when there is none. `since`: from when each could be asked.
    """
    new = [name for name in candidates if name in since and since[name] > now - IS_NEW and name not in asked]
    return min(new, key=lambda name: (since[name], name), default="")


def since(db: Session, candidates: Iterable[str], *, now: datetime) -> dict[str, datetime]:
    """Of the mine's own questions among them those that are in their first week, each with when it went live in its words.

    Costs no statement where none of them is the mine's own.
    """
    if not any(name.startswith(_OWN) for name in candidates):
        return {}
    rows = select(QuestionVersion.question_id, QuestionVersion.seen_at).join(
        Material, Material.key == QuestionVersion.question_id
    )
    live = rows.where(Material.live_version.is_not(None), QuestionVersion.seen_at > now - IS_NEW)
    return dict(db.execute(live.order_by(QuestionVersion.seen_at)).all())
