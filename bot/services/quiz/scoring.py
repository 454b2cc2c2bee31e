"""How much of an answer is right: each option weighs something, as Moodle reckons questions with several right ones.

Moodle adds the weights of what was picked and keeps the sum between nothing and all; a weight is kept to seven places,
so a hair below all is all. Its question type "all or nothing" gives one for exactly the keyed set and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.services.quiz import answers
from content.bank import LETTERS, Question
from content.words import AnswerWords

HAIR = 1e-6
"""Moodle's own measure of what is none and what is all."""


def score(answer: str, question: Question, shuffle: str, words: AnswerWords, *, partial: bool) -> float:
    """0 to 1. `answer`: letters as shown under `shuffle`, "T"/"F", or a fill-in as typed; empty for none.

    With `partial` a multiple choice gives part of the mark for part of the key; everything else is right or wrong.
    """
    if question.kind != "multiple":
        return answers.score(answer, question, shuffle, words)
    picked = {shuffle[LETTERS.index(letter)] for letter in answer}
    weighed = weights(question.right, LETTERS[: len(question.options)])
    return by_weights(picked, weighed) if partial else all_or_nothing(picked, weighed)


def weights(right: str, every: str) -> dict[str, float]:
    """What each option weighs: the n right ones 1/n, the m wrong ones -1/m, so that picking all of them gains nothing."""
    wrong = len(every) - len(right)
    return {letter: 1 / len(right) if letter in right else -1 / wrong for letter in every}


def by_weights(picked: Collection[str], weighed: Mapping[str, float]) -> float:
    """Part of the mark for part of the key; never below nothing, never above all. What is no option weighs nothing."""
    gained = sum(weighed.get(letter, 0.0) for letter in set(picked))
    if gained > 1 - HAIR:
        return 1.0
    return gained if gained > HAIR else 0.0


def all_or_nothing(picked: Collection[str], weighed: Mapping[str, float]) -> float:
    """1.0 for exactly the options that weigh something, 0.0 for anything else."""
    return float(set(picked) == {letter for letter, weight in weighed.items() if weight > HAIR})
