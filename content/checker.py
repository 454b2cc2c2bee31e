"""`content check`: everything in the folder that would disappoint a person, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from content.bank import Question, entries, read_question
from content.folding import fold
from content.hazards import HazardWords
from content.menu import Menu
from content.mine import MineWords
from content.phrases import Copy
from content.problem import ContentProblem, read_toml
from content.shifts import Shifts
from content.spoken import problems as phrase_problems
from content.words import TAPPABLE, AnswerWords, Words

T = TypeVar("T")

SCREEN_BYTES = 1100  # stem and options; the rest of 2,048 is links and instructions
_NAMES_A_LETTER = re.compile(r"(?<![A-Za-z0-9])[A-F](?![A-Za-z0-9])")


def check(folder: Path) -> list[ContentProblem]:
    """Every problem found; an empty list when the folder may be used."""
    problems: list[ContentProblem] = []

    def read(reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except ContentProblem as problem:
            problems.append(problem)
            return None

    read(lambda: Copy.read(folder / "copy"))
    problems += phrase_problems(folder / "sayings", (read(lambda: read_toml(folder / "actions.toml")) or {}).keys())
    words = read(lambda: Words.read(folder / "actions.toml"))
    answers = read(lambda: AnswerWords.read(folder / "answers.toml"))
    menu = read(lambda: Menu.read(folder / "menu.toml"))
    read(lambda: MineWords.read(folder / "mine.toml"))
    read(lambda: Shifts.read(folder / "shifts.toml"))
    read(lambda: HazardWords.read(folder / "hazards.toml"))
    questions: list[Question] = []
    for path in sorted((folder / "questions").glob("*.toml")):
        asked = (read(partial(read_question, path.name, entry)) for entry in read(partial(entries, path)) or [])
        questions += [question for question in asked if question is not None]
    problems += _twice(questions)
    if words is not None and menu is not None:
        problems += [
            ContentProblem("menu.toml", action, "menu_unknown_action", action)
            for action in menu.actions()
            if action not in words.actions or action in words.taps or action not in words.first_word
        ]
    if words is not None and answers is not None:
        problems += _collisions(words, answers)
    if words is not None:
        problems += _untappable(words)
        problems += _two_meanings(words)
    problems = list(dict.fromkeys(problems))  # what stops the reading is found by the closer look as well
    return problems + [problem for question in questions for problem in _question(question)]


def _twice(questions: list[Question]) -> Iterator[ContentProblem]:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            yield ContentProblem("questions", question.id, "id_taken")
        seen.add(question.id)


def _untappable(words: Words) -> Iterator[ContentProblem]:
    """Every tap the bot may write must survive the client, and be understood when it comes back."""
    sample = {"number": 1, "choice": "A", "month": 1, "date": 1}
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


def _question(question: Question) -> Iterator[ContentProblem]:
    shown = len("".join((question.stem, *question.options)).encode())
    if shown > SCREEN_BYTES:
        yield ContentProblem("questions", question.id, "too_long", str(shown))
    for option in question.options:
        if _NAMES_A_LETTER.search(option) and len(fold(option)) <= 4:
            yield ContentProblem("questions", question.id, "refers_to_letter", option)


__all__ = ["check"]
