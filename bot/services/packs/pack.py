"""The sheet for a pre-shift meeting: three points to say aloud, and what the season brings; read in ninety seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.services.packs.forgetting import FEWEST, forgotten
from bot.services.packs.people import Worker, who_work
from content import Content
from content.bank import Bank, Question
from content.phrases import Copy
from content.shifts import Shift
from content.teaching.calendar import Season

LONGEST = 420
"""Characters of a sheet read aloud in ninety seconds at the pace of a pre-shift meeting (product.md, job 3)."""
POINTS = 3
LOOKED_AT = 12
SAFETY = "safety"
LONGEST_SENTENCE = 66


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say aloud: the point, why in a sentence, and, where it is one that people forget, how many do."""

    point: str
    says: str
    law: str
    article: str
    share: float | None = None
    """Of those who met it; None for one that was taken from the season."""
    people: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """What the sheet is made of."""

    day: date
    shift: Shift | None
    """The shift it is for; None where nobody's is known: then it is for all of the unit."""
    people: int
    """How many work it and have joined."""
    points: tuple[Point, ...]
    season: Season | None


def pack(db: Session, people: Sequence[Worker], bank: Bank, content: Content, *, now: datetime) -> Pack:
    """The sheet for the shift that begins next; from all of the unit's people where too few of that shift have answered.

    Only what every worker may hear: no Party matter, nothing that is doubted or rests. The same shift gets the same
    sheet until somebody's answers change it.
    """
    today = now.astimezone(BEIJING).date()
    shift, on_it = who_work(people, now, content.shifts)
    season = _season(content, today)
    asked = [each for each in bank.questions.values() if content.topics.area_of.get(each.topic) == SAFETY]
    by_point = _first_of_each(asked, bank)
    points: list[Point] = []
    for group in (on_it, people):
        if not points and len(group) >= FEWEST:
            slipping = forgotten(db, [each.id for each in group], now=now, limit=LOOKED_AT)
            points = [
                _point(by_point[each.point], content.say, each.share, each.people)
                for each in slipping
                if each.point in by_point
            ][:POINTS]
    seed = f"{today} {shift.id if shift is not None else ''}"
    taken = {each.point for each in points}
    points += [_point(each, content.say) for each in _of_season(by_point, season, seed) if each.point not in taken][
        : POINTS - len(points)
    ]
    return Pack(today, shift, len(on_it) if shift is not None else len(people), tuple(points), season)


def _sentence(why: str, say: Copy) -> str:
    """The first sentence of an explanation with its full stop; a long one ends at its last comma before that."""
    stop = say("desk.full_stop")
    first = why.partition(stop)[0]
    if len(first) > LONGEST_SENTENCE:
        first = first[:LONGEST_SENTENCE].rpartition(say("desk.comma"))[0] or first[:LONGEST_SENTENCE]
    return first + stop


def _point(question: Question, say: Copy, share: float | None = None, people: int = 0) -> Point:
    return Point(question.point, _sentence(question.why, say), question.law, question.article, share, people)


def _first_of_each(asked: Iterable[Question], bank: Bank) -> dict[str, Question]:
    """Each point with its first question that is asked at all."""
    found: dict[str, Question] = {}
    for each in asked:
        if each.id not in bank.resting:
            found.setdefault(each.point, each)
    return found


def _season(content: Content, today: date) -> Season | None:
    return next((each for each in content.teaching.calendar.seasons if today.month in each.months), None)


def _of_season(by_point: dict[str, Question], season: Season | None, seed: str) -> list[Question]:
    """Easy points of the season's topics, another three for every shift and day; the others after them."""
    topics = season.topics if season is not None else ()
    return sorted(by_point.values(), key=lambda each: (each.topic not in topics, each.level, _turn(seed, each.id)))


def _turn(seed: str, name: str) -> str:
    return hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).hexdigest()
