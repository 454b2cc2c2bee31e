"""Questions pasted as they stand in Word: gathered from several messages, read, and taken in as drafts."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services.exchange import values, word
from bot.services.exchange.drafts import Draft, Problem, Read
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


def broken(turn: Turn, writing: Writing) -> list[int]:
    """Lines on which the questions begin that are not good: what is pasted next mends them."""
    return sorted({each.line for each in tried(turn, writing, _read(writing)).refused})


def lacking(writing: Writing) -> dict[str, int]:
    """What some of the questions do not say, and is asked once for all of them; how many they are."""
    bodies = [each.body for each in _read(writing).drafts]
    found = {
        "why": sum(not each.get("why") for each in bodies),
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
    """What was pasted, round by round: of a question that came again in a later one, or took the place of a broken one by
    its number, only the last wording counts.
    """
    kept: list[Draft] = []
    for read in _rounds(writing):
        again = {values.folded(str(each.body.get("stem", ""))) for each in read}
        numbers = {each.number for each in read}
        told = [each.number for each in kept]
        kept = [
            each
            for each in kept
            if values.folded(str(each.body.get("stem", ""))) not in again
            and not (each.line in writing.broken and each.number in numbers and told.count(each.number) == 1)
        ]
        kept += read
    return Read(kept, [])


def _rounds(writing: Writing) -> list[list[Draft]]:
    """The questions of each round; one that does not begin with a question goes on with what stood before it."""
    rounds: list[list[Draft]] = []
    begin = 0
    ends = [*writing.rounds, len(writing.lines)]
    for at, end in enumerate(ends):
        found = _drafts(writing.lines[begin:end], begin)
        after = writing.lines[end : ends[at + 1]] if at + 1 < len(ends) else []
        if after and not _begins(after):
            continue
        rounds.append(found)
        begin = end
    return rounds


def _begins(lines: list[str]) -> bool:
    """True where the first thing in these lines is a question."""
    first = next((at for at, line in enumerate(lines, 1) if line.strip()), 0)
    found = _drafts(lines, 0)
    return bool(found) and found[0].line == first


def _drafts(lines: list[str], above: int) -> list[Draft]:
    try:
        found = word.read(lines, words()).drafts
    except Refusal:
        return []
    for each in found:
        each.line += above
    return found


def _problem(turn: Turn, problem: Problem) -> str:
    reason = turn.say(problem.key, **problem.values)
    where = {"number": problem.number, "title": quoted(problem.title), "line": problem.line, "column": problem.column}
    return turn.say("materials.paste_problem", **where, reason=quoted(reason))
