"""A doubted question in words: in a line, and whole with its key."""

from __future__ import annotations

from bot.messages import quoted
from bot.router import Turn
from bot.services.doubts.doubts import Doubted
from bot.services.materials import archive
from content.bank import LETTERS, Question

REASONS = ("wrong", "unclear", "site")
SHORT, STEM, NOTES = 18, 30, 3


def one_line(turn: Turn, question_id: str, wording: str) -> str:
    """The question in a line, as he read it."""
    question = _in_words(turn, question_id, wording)
    stem = question.stem if question is not None else question_id
    return quoted(stem if len(stem) <= STEM else turn.say("doubts.cut", text=stem[:STEM]))


def as_seen(turn: Turn, each: Doubted) -> Question | None:
    """The question as they saw it who doubt it."""
    return _in_words(turn, each.question_id, each.hash)


def label(turn: Turn, each: Doubted) -> str:
    """Its number on the desk and how it begins."""
    question = as_seen(turn, each)
    stem = question.stem if question is not None else each.question_id
    short = stem if len(stem) <= SHORT else turn.say("doubts.cut", text=stem[:SHORT])
    return turn.say("doubts.row", number=each.number, stem=short)


def whole(turn: Turn, each: Doubted) -> str:
    """With its options, its key and what it stands on."""
    question = as_seen(turn, each)
    if question is None:
        return turn.say("doubts.gone", id=each.question_id)
    options = [
        turn.say("quiz.option", letter=letter, text=quoted(text))
        for letter, text in zip(LETTERS, question.options, strict=False)
    ]
    return turn.say(
        "doubts.question",
        id=question.id,
        stem=quoted(question.stem),
        options="".join(f"\n{line}" for line in options),
        right=_right(turn, question),
        why=quoted(question.why),
        law=quoted(question.law),
        article=quoted(question.article),
    )


def reasons(turn: Turn, each: Doubted) -> str:
    """How many say what is wrong with it, and what some of them say in their own words."""
    counted = [
        turn.say("doubts.counted", reason=turn.say(f"doubts.reason_{r}"), count=n)
        for r, n in each.reasons.items()
        if r in REASONS
    ]
    told = turn.say("doubts.between").join(counted) or turn.say("doubts.no_reasons")
    if not each.notes:
        return told
    own = "\n".join(turn.say("doubts.in_words", text=quoted(text)) for text in each.notes[:NOTES])
    return turn.say("doubts.with_words", reasons=told, words=own) if counted else own


def _in_words(turn: Turn, question_id: str, wording: str) -> Question | None:
    standing = turn.bank.get(question_id)
    if standing is not None and standing.hash == wording:
        return standing
    return archive.seen(turn.db, question_id, wording)


def _right(turn: Turn, question: Question) -> str:
    if question.kind == "judge":
        return turn.say("quiz.judge_right" if question.right == "T" else "quiz.judge_wrong")
    if question.kind == "fill":
        return quoted(question.accepted[0] + question.unit)
    return turn.say("quiz.between_letters").join(question.right)
