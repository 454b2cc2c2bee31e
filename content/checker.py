"""`content check`: everything in the folder that would disappoint a person, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from content.bank import Bank, Question
from content.folding import fold
from content.menu import Menu
from content.phrases import Copy
from content.problem import ContentProblem, read_toml
from content.words import AnswerWords, Words

T = TypeVar("T")

SCREEN_BYTES = 1100  # stem and options; the rest of 2,048 is links and instructions
_PLAIN_NAME = re.compile(r"[a-z_]+")
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

    copy = read(lambda: Copy.read(folder / "copy"))
    words = read(lambda: Words.read(folder / "actions.toml"))
    answers = read(lambda: AnswerWords.read(folder / "answers.toml"))
    menu = read(lambda: Menu.read(folder / "menu.toml"))
    for path in sorted((folder / "questions").glob("*.toml")):
        read(lambda path=path: read_toml(path))  # type: ignore[misc]
    bank = read(lambda: Bank.read(folder / "questions"))
    if copy is not None:
        problems += _placeholders(copy)
    if words is not None and menu is not None:
        problems += [
            ContentProblem("menu.toml", action, "menu_unknown_action", action)
            for action in menu.actions()
            if action not in words.actions
        ]
    if words is not None and answers is not None:
        problems += _collisions(words, answers)
    if bank is not None:
        problems += [problem for question in bank.questions.values() for problem in _question(question)]
    return problems


def _placeholders(copy: Copy) -> Iterator[ContentProblem]:
    for key in copy:
        for name in copy.placeholders(key):
            if not _PLAIN_NAME.fullmatch(name):
                yield ContentProblem("copy", key, "bad_placeholder", name)


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
