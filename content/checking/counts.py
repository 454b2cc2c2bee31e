"""How much there is of what, for `content check --counts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from content.bank import Bank
from content.teaching import Teaching

Count = tuple[str, int, list[tuple[str, int]]]


def counts(bank: Bank, teaching: Teaching) -> Iterator[Count]:
    """Rows of what is counted, how many there are, and how many of each kind, the most first."""
    asked = list(bank.questions.values())
    yield _row("topics", (q.topic for q in asked), len(asked))
    yield _row("trades", (trade for q in asked for trade in q.trades), len(asked))
    yield _row("laws", (q.law for q in asked), len(asked))
    yield _row("kinds", (q.kind for q in asked), len(asked))
    yield _row("levels", (str(q.level) for q in asked), len(asked))
    yield _row("answers", (q.right for q in asked if q.kind in ("single", "judge")))
    yield "points", len({(q.topic, q.point) for q in asked}), []
    yield _row("lessons", (lesson.area for lesson in teaching.lessons.values()))
    yield _row("cases", (case.topic for case in teaching.cases.values()))
    yield _row("cards", (card.trade for card in teaching.cards.values()))
    yield _row("tracks", (step.office for steps in teaching.tracks.values() for step in steps))
    yield _row("examples", (example.category for example in teaching.examples.values()))
    calendar = teaching.calendar
    dates = {"season": calendar.seasons, "campaign": calendar.campaigns, "festival": calendar.festivals}
    yield _row("calendar", (name for name, entries in dates.items() for _ in entries))


def _row(name: str, given: Iterable[str], total: int = 0) -> Count:
    counted = Counter(given)
    return name, total or counted.total(), counted.most_common()
