"""Papers from rules: so many of a topic, an area, a trade, a kind, at a level; the same for ever for the same person and sitting.

Everybody's paper is drawn by the same counts at the same levels, so that nobody's is harder than another's.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.errors import Refusal
from bot.services.exams.rows import Sheet
from bot.services.quiz import answers
from content.bank import Bank, Question
from content.teaching.topics import Topics

LEVELS = (1, 2, 3)
Part = dict[str, Any]
"""`count`, and what narrows it: `area`, `topic`, `trade`, `kind`, `level`, each where given."""


def settled(parts: Sequence[Part], bank: Bank, topics: Topics, *, party: bool) -> list[Part]:
    """The same parts, each with its level: divided over the levels as the bank has them, once for all papers.

    Refuses with the first part that lacks questions: exams.part_short, with `part` (as `named`), `wanted` and `there`.
    A question that two parts could ask is counted for one of them.
    """
    pool = asked(bank, party=party)
    levelled = [each for part in parts for each in _levelled(part, pool, topics)]
    left = {question.id for question in pool}
    wanted = _wanted(levelled, pool, topics)
    for part in _narrowest(levelled):
        there = [question for question in pool if question.id in left and fits(question, part, topics)]
        if len(there) < part["count"]:
            raise Refusal("exams.part_short", part=named(part, topics), wanted=part["count"], there=len(there))
        left -= {each.id for each in sorted(there, key=lambda each: wanted[each.id])[: part["count"]]}
    return levelled


def draw(
    parts: Sequence[Part], bank: Bank, topics: Topics, *, party: bool, seed: str, whole: bool = True
) -> list[Question]:
    """The questions of one paper in the order they are put: none twice, points and topics as varied as they can be.

    Where questions were withdrawn since the parts were settled, another level of the same part helps out; if that is
    not enough either, Refusal exams.paper_short, or without `whole` a shorter paper.
    """
    pool = asked(bank, party=party)
    chance = random.Random(seed)
    chance.shuffle(pool)
    taken: list[Question] = []
    used: set[str] = set()
    points: Counter[str] = Counter()
    themes: Counter[str] = Counter()
    wanted = _wanted(parts, pool, topics)

    def take(count: int, suits: Callable[[Question], bool]) -> int:
        """How many of the count could be had."""
        there = [question for question in pool if question.id not in used and suits(question)]
        for done in range(count):
            if not there:
                return done
            best = min(there, key=lambda each: (wanted[each.id], points[each.point], themes[each.topic]))
            there.remove(best)
            used.add(best.id)
            points[best.point] += 1
            themes[best.topic] += 1
            taken.append(best)
        return count

    for part in _narrowest(parts):
        had = take(part["count"], lambda question, part=part: fits(question, part, topics))  # type: ignore[misc]
        loose = {key: value for key, value in part.items() if key != "level"}
        had += take(part["count"] - had, lambda question, part=loose: fits(question, part, topics))  # type: ignore[misc]
        if whole and had < part["count"]:
            raise Refusal("exams.paper_short", part=named(part, topics), wanted=part["count"], there=had)
    chance.shuffle(taken)
    return taken


def sheets(questions: Iterable[Question], *, seed: str) -> tuple[Sheet, ...]:
    """The questions as places of a paper, the options of each in an order of its own."""
    return tuple(
        Sheet(each.id, each.hash, each.fingerprint, answers.shuffled(each, f"{seed} {each.id}")) for each in questions
    )


def asked(bank: Bank, *, party: bool) -> list[Question]:
    """What may stand in a paper, in the bank's order: nothing that rests, and members' questions in exams of members alone."""
    order = bank.order if party else bank.for_all or bank.order
    return [bank.questions[name] for name in order if name not in bank.resting]


def fits(question: Question, part: Mapping[str, Any], topics: Topics) -> bool:
    """True when the question may stand in this part."""
    trade = part.get("trade")
    return (
        part.get("topic") in (None, question.topic)
        and part.get("area") in (None, topics.area_of.get(question.topic))
        and part.get("level") in (None, question.level)
        and part.get("kind") in (None, question.kind)
        and (trade is None or trade in question.trades)
    )


def named(part: Mapping[str, Any], topics: Topics) -> str:
    """What a part asks, for people: the topic, the trade, or what its area is called; empty for anything."""
    areas = {area: name for name, area in topics.called.items()}
    return str(part.get("topic") or part.get("trade") or areas.get(part.get("area", ""), ""))


def shared(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """A total divided by weights, largest remainders first, ties in the order given; nothing for what weighs nothing."""
    sum_of = sum(weights.values())
    if not sum_of:
        return dict.fromkeys(weights, 0)
    exact = {name: total * weight / sum_of for name, weight in weights.items()}
    found = {name: int(share) for name, share in exact.items()}
    for name in sorted(exact, key=lambda each: found[each] - exact[each])[: total - sum(found.values())]:
        found[name] += 1
    return found


def _levelled(part: Part, pool: Sequence[Question], topics: Topics) -> list[Part]:
    if part.get("level") is not None:
        return [part]
    there = Counter(str(question.level) for question in pool if fits(question, part, topics))
    if there.total() < part["count"]:
        raise Refusal("exams.part_short", part=named(part, topics), wanted=part["count"], there=there.total())
    counts = shared(part["count"], {str(level): there[str(level)] for level in LEVELS})
    return [{**part, "level": int(level), "count": count} for level, count in counts.items() if count]


def _wanted(parts: Sequence[Part], pool: Sequence[Question], topics: Topics) -> dict[str, int]:
    """For each question how many parts it would do for: what only one can use is taken first."""
    return {question.id: sum(fits(question, part, topics) for part in parts) for question in pool}


def _narrowest(parts: Sequence[Part]) -> list[Part]:
    """Parts that ask for more are served first: a wide one takes what they leave."""
    return sorted(parts, key=lambda part: -len([key for key in part if key != "count"]))
