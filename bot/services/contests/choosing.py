"""Which questions a room asks: what its people forget most, else the season's, else any of safety; each fit to be read aloud."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.services.exams import papers
from bot.services.packs import forgotten, workers
from content import Content
from content.bank import Bank, Question

KINDS = frozenset({"single", "judge", "fill"})
"""One answer each: hands can be counted for it. Of several right ones neither a shout nor a raised hand tells which."""
SAFETY = "safety"
SLIPPING = 20


def pool(bank: Bank, content: Content, topic: str = "") -> list[Question]:
    """What may be asked of mixed crews: of the topic or area named, else safety that everybody must know."""
    topics = content.topics.within(topic) or content.topics.areas.get(SAFETY, ())
    everybody = content.topics.trades_shown[:1]
    found = [each for each in papers.asked(bank, party=False) if each.kind in KINDS and each.topic in topics]
    general = [each for each in found if set(everybody) & set(each.trades)]
    return found if topic or not general else general


def slipping(db: Session, unit_id: int, *, now: datetime) -> list[str]:
    """The points that the people of a unit forget most, by `packs.forgotten`: never counted over fewer than five."""
    ids = [each.id for each in workers(db, unit_id)]
    return [each.point for each in forgotten(db, ids, now=now, limit=SLIPPING)]


def draw(
    db: Session, unit_id: int, count: int, *, bank: Bank, content: Content, now: datetime, seed: str, topic: str = ""
) -> list[Question]:
    """So many questions in the order they are read, points and topics as varied as they can be.

    Refuses contests.too_few where there are fewer, with what is `there`.
    """
    there = pool(bank, content, topic)
    if len(there) < count:
        raise Refusal("contests.too_few", there=len(there), wanted=count)
    random.Random(seed).shuffle(there)
    first = slipping(db, unit_id, now=now) if not topic else []
    season = _season(content, now) if not topic else ()
    taken: list[Question] = []
    points: Counter[str] = Counter()
    themes: Counter[str] = Counter()
    while len(taken) < count:
        best = min(
            there,
            key=lambda each: (
                points[each.point],
                each.point not in first,
                each.topic not in season,
                themes[each.topic],
            ),
        )
        there.remove(best)
        points[best.point] += 1
        themes[best.topic] += 1
        taken.append(best)
    return taken


def _season(content: Content, now: datetime) -> Sequence[str]:
    month = now.astimezone(BEIJING).month
    return next((each.topics for each in content.teaching.calendar.seasons if month in each.months), ())
