"""Questions put to people: which comes next, how it is read and marked, and the rows they are answered in."""

from bot.services.quiz.asks import (
    BACK,
    DAILY,
    DARE,
    LESSON,
    MISTAKES,
    MORE,
    TOPIC,
    AskRow,
    as_seen,
    asked_but_gone,
    find,
    latest,
    latest_open,
    mark,
    options_shown,
    put,
    still_stands,
    toggle,
    waiting_on,
)
from bot.services.quiz.choosing import question_of_the_day
from bot.services.quiz.marking import bears, own_up, settle
from bot.services.quiz.pushed import owed_as
from bot.services.quiz.rows import Next, daily, go_on
from bot.services.quiz.runs import RunRow, best, last

__all__ = [
    "BACK", "DAILY", "DARE", "LESSON", "MISTAKES", "MORE", "TOPIC", "AskRow", "Next", "RunRow", "as_seen", "asked_but_gone",
    "bears", "best", "daily", "find", "go_on", "last", "latest", "latest_open", "mark", "options_shown", "owed_as", "own_up", "put",
    "question_of_the_day", "settle", "still_stands", "toggle", "waiting_on",
]  # fmt: skip
