"""A question as it stands in its row: title, options, and taps that name this very one, now and in a year."""

from __future__ import annotations

from datetime import date

from bot import putting
from bot.services import quiz
from bot.services.quiz import AskRow
from content import Content
from content.bank import Question

STEP = "quiz.answer"
"""Where whoever was put a question stands, with its `number`."""


def tap_on(content: Content, ask: AskRow, action: str, label: str, **facts: object) -> str:
    """A tap that names this question by its number and day."""
    return putting.tapped(content, action, label, number=ask.number, month=ask.day.month, date=ask.day.day, **facts)


def question(content: Content, ask: AskRow, asked: Question, *, today: date, picked: str = "") -> str:
    """The whole message: title, stem, tappable options, how else to answer, and how to stop where it is one of a row."""
    reveal = tap_on(content, ask, "quiz.reveal", content.say("quiz.label_reveal"))
    stop = [putting.tapped(content, "general.quit", content.say("quiz.label_stop"))] if ask.run_id is not None else []
    return putting.question(
        content,
        asked,
        ask.shuffle,
        title=_title(content, ask, asked, today),
        choose=chooser(content, ask),
        submit=tap_on(content, ask, "quiz.submit", content.say("quiz.done")),
        picked=picked,
        below=[reveal, *stop],
    )


def chooser(content: Content, ask: AskRow) -> putting.Choose:
    """Makes the taps that answer this question."""
    return lambda choice, label: tap_on(content, ask, "quiz.choose", label, choice=choice)


def _title(content: Content, ask: AskRow, asked: Question, today: date) -> str:
    kind = putting.kind(content, asked)
    if ask.mode == quiz.DAILY:
        key = "quiz.title_daily" if ask.day == today else "quiz.title_daily_old"
        day = content.say("quiz.day", month=ask.day.month, day=ask.day.day)
        return content.say(key, number=ask.number, kind=kind, day=day)
    name = content.say(f"quiz.row_{ask.mode}", topic=asked.topic)
    title = content.say("quiz.title_row", row=name, number=ask.number, kind=kind)
    return title + (content.say("quiz.title_place", place=ask.place, right=ask.right) if ask.place > 1 else "")
