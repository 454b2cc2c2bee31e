"""How questions and pieces fit together: ids unique over all kinds, questions that exist, topics and trades known."""

from __future__ import annotations

from collections.abc import Iterator

from content.bank import Bank
from content.problem import ContentProblem
from content.teaching import Teaching
from content.teaching.topics import Topics


def problems(bank: Bank, teaching: Teaching, topics: Topics) -> Iterator[ContentProblem]:
    """Everything that does not fit; a folder stands for the file until somebody looks for it."""
    yield from _ids(bank, teaching)
    yield from _questions(bank, teaching)
    for folder, name, named, trades in _all(bank, teaching):
        if strange := [topic for topic in named if topic not in topics.area_of]:
            yield ContentProblem(folder, name, "unknown_topic", f"topic {strange[0]}")
        if strange := [trade for trade in trades if trade not in topics.trades]:
            yield ContentProblem(folder, name, "unknown_trade", f"trades {strange[0]}")
    for example in teaching.examples.values():
        if example.category not in topics.pledges:
            yield ContentProblem("pledges", example.id, "unknown_category", f"category {example.category}")


def _all(bank: Bank, teaching: Teaching) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Folder, id, topics and trades of everything that has any."""
    yield from (("questions", q.id, (q.topic,), q.trades) for q in bank.questions.values())
    yield from (("lessons", lesson.id, (lesson.topic,), lesson.trades) for lesson in teaching.lessons.values())
    yield from (("cases", case.id, (case.topic,), case.trades) for case in teaching.cases.values())
    yield from (("cards", card.id, (card.topic,), (card.trade,)) for card in teaching.cards.values())
    yield from (("tracks", step.id, (step.topic,), ()) for steps in teaching.tracks.values() for step in steps)
    yield from (("pledges", example.id, (), example.trades) for example in teaching.examples.values())
    yield from (("calendar.toml", season.id, season.topics, ()) for season in teaching.calendar.seasons)
    yield from (("calendar.toml", campaign.id, campaign.topics, ()) for campaign in teaching.calendar.campaigns)


def _questions(bank: Bank, teaching: Teaching) -> Iterator[ContentProblem]:
    for lesson in teaching.lessons.values():
        if lesson.question and lesson.question not in bank.questions:
            yield ContentProblem("lessons", lesson.id, "no_such_question", f"question {lesson.question}")
    for case in teaching.cases.values():
        if strange := [each for each in case.questions if each not in bank.questions]:
            yield ContentProblem("cases", case.id, "no_such_question", f"questions {strange[0]}")


def _ids(bank: Bank, teaching: Teaching) -> Iterator[ContentProblem]:
    steps = {step.id: step for track in teaching.tracks.values() for step in track}
    taken = set(bank.questions)
    for folder, pieces in (
        ("lessons", teaching.lessons),
        ("cases", teaching.cases),
        ("cards", teaching.cards),
        ("tracks", steps),
        ("pledges", teaching.examples),
    ):
        for name in pieces:
            if name in taken:
                yield ContentProblem(folder, name, "id_taken", "id")
            taken.add(name)
