"""Words, taps, answers and the menu against each other: nothing means two things, everything comes back as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from content.folding import fold
from content.menu import Menu
from content.problem import ContentProblem
from content.words import TAPPABLE, AnswerWords, Words


def problems(words: Words, menu: Menu | None, answers: AnswerWords | None) -> Iterator[ContentProblem]:
    """Everything amiss; what could not be read is left out."""
    for action in menu.actions() if menu is not None else ():
        if action not in words.actions or action in words.taps or action not in words.first_word:
            yield ContentProblem("menu.toml", action, "menu_unknown_action", action)
    if answers is not None:
        yield from _collisions(words, answers)
    yield from _untappable(words)
    yield from _two_meanings(words)


def _untappable(words: Words) -> Iterator[ContentProblem]:
    """Every tap the bot may write must survive the client, and be understood when it comes back."""
    sample = {"number": 1, "sitting": 1, "choice": "A", "month": 1, "date": 1, "about": "a"}
    for action in words.actions:
        if action in words.taps or action in words.first_word:
            says = words.tapped(action, **sample)
            if not TAPPABLE.fullmatch(says):
                yield ContentProblem("actions.toml", action, "untappable", says)
            elif action in words.taps and words.taps[action].read(fold(says)) is None:
                yield ContentProblem("actions.toml", action, "unread_tap", says)


def _two_meanings(words: Words) -> Iterator[ContentProblem]:
    """A page may not be called what is another action's word."""
    plain = words.sayings.speech.plain
    for word, action in words.by_word.items():
        if words.sayings.names.get(plain(word), action) != action:
            yield ContentProblem("sayings", action, "word_taken", word)


def _collisions(words: Words, answers: AnswerWords) -> Iterator[ContentProblem]:
    spellings: dict[str, Any] = {**answers.letters, **answers.verdicts}
    for spelling in spellings:
        if spelling in words.by_word:
            yield ContentProblem("answers.toml", spelling, "answer_is_command", words.by_word[spelling])
