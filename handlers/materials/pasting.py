"""Questions pasted as they stand in Word: gathered from several messages, read, and taken in as drafts."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services.exchange import word
from bot.services.exchange.drafts import Problem, Read
from bot.services.exchange.importing import Report
from handlers.materials.drafts import Writing, tried, words

MOST_LINES, MOST_LETTERS = 1200, 40_000
MOST_PROBLEMS = 8


def add(turn: Turn, writing: Writing, text: str) -> str:
    """Keep some more of it; what to do now."""
    lines = text.splitlines()
    if len(writing.lines) + len(lines) > MOST_LINES or sum(map(len, writing.lines)) + len(text) > MOST_LETTERS:
        return turn.say("materials.paste_full")
    writing.lines += lines
    return turn.say("materials.paste_added", count=len(writing.lines), questions=len(_read(writing).drafts))


def lacking(writing: Writing) -> dict[str, int]:
    """What some of the questions do not say, and is asked once for all of them; how many they are."""
    bodies = [each.body for each in _read(writing).drafts]
    found = {
        "source": sum(not each.get("source") and not each.get("law") for each in bodies),
        "topic": sum(not each.get("topic") for each in bodies),
        "trades": sum(not each.get("trades") for each in bodies),
    }
    return {name: count for name, count in found.items() if count}


def is_empty(writing: Writing) -> bool:
    """True while no question has been found in it."""
    return not _read(writing).drafts


def counted(turn: Turn, writing: Writing) -> str:
    """How many are good, and line by line what is wrong with the others."""
    report = tried(turn, writing, _read(writing))
    lines = [_problem(turn, each) for each in report.refused[:MOST_PROBLEMS]]
    if len(report.refused) > MOST_PROBLEMS:
        lines.append(turn.say("materials.paste_more", count=len(report.refused) - MOST_PROBLEMS))
    key = "materials.paste_counted" if report.bad else "materials.paste_good"
    return turn.say(key, good=len(report.good), bad=report.bad, problems="\n".join(lines))


def taken(turn: Turn, writing: Writing) -> Report:
    """The good ones, written as drafts."""
    return tried(turn, writing, _read(writing), write=True)


def _read(writing: Writing) -> Read:
    try:
        return word.read(writing.lines, words())
    except Refusal:
        return Read()


def _problem(turn: Turn, problem: Problem) -> str:
    reason = turn.say(problem.key, **problem.values)
    where = {"number": problem.number, "title": quoted(problem.title), "line": problem.line, "column": problem.column}
    return turn.say("materials.paste_problem", **where, reason=quoted(reason))
