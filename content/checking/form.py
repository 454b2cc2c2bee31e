"""What is wrong with a question that is in form: a key that shows, facts that decide nothing, stems asked twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from content.checking.laws import right
from content.checking.numerals import numbers, squash
from content.checking.raw import Raw
from content.folding import fold
from content.problem import ContentProblem
from content.teaching.entry import FACT, FACTS

_NAMES_A_LETTER = re.compile(r"(?<![A-Za-z0-9])[A-F](?![A-Za-z0-9])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
LONG_RIGHT, LONGER = 14, 1.8
"""A keyed option with more characters than this, and so many times the longest wrong one, is seen to be right."""
SAYS_WHAT = 3
"""Characters beside a number that say what it decides."""


def question(raw: Raw) -> Iterator[ContentProblem]:
    """Everything wrong with one question whose form is sound."""
    entry, file = raw.entry, raw.file
    facts = [squash(fact) for fact in entry["evidence"]]
    if not entry["trades"]:
        yield ContentProblem(file, raw.id, "no_trades", "trades")
    if not FACTS[0] <= len(facts) <= FACTS[1]:
        yield ContentProblem(file, raw.id, "evidence_count", "evidence")
    for fact in facts:
        if not FACT[0] <= len(fact) <= FACT[1]:
            yield ContentProblem(file, raw.id, "evidence_length", f"evidence {fact}")
    yield from _options(raw)
    if entry["kind"] == "judge":
        if entry["answer"] is False and all(fact in squash(entry["stem"]) for fact in facts):
            yield ContentProblem(file, raw.id, "not_contradicted", "evidence")
    elif entry["kind"] != "fill":
        yield from _key(raw, facts)


def _options(raw: Raw) -> Iterator[ContentProblem]:
    options = raw.entry.get("options", [])
    for option in options:
        if _NAMES_A_LETTER.search(option) and len(fold(option)) <= 4:
            yield ContentProblem(raw.file, raw.id, "refers_to_letter", option)
    if len({squash(option) for option in options}) != len(options):
        yield ContentProblem(raw.file, raw.id, "same_options", "options")


def _key(raw: Raw, facts: Iterable[str]) -> Iterator[ContentProblem]:
    entry = raw.entry
    keyed = right(entry)
    wrong = [len(option) for option in entry["options"] if option not in keyed]
    if entry["kind"] == "single" and len(wrong) > 1 and len(keyed[0]) > max(LONG_RIGHT, LONGER * max(wrong)):
        yield ContentProblem(raw.file, raw.id, "gives_itself_away", "options")
    if entry["kind"] == "multiple" and not wrong:
        yield ContentProblem(raw.file, raw.id, "all_right", "answer")
    tied = {number for fact in facts if len(_HAN.findall(fact)) >= SAYS_WHAT for number in numbers(fact)}
    for number in sorted({number for option in keyed for number in numbers(option)} - tied):
        yield ContentProblem(raw.file, raw.id, "number_untied", f"evidence {number:g}")


def stems(questions: Iterable[Raw]) -> Iterator[ContentProblem]:
    """Stems that stand there twice."""
    seen: dict[str, str] = {}
    for raw in questions:
        stem = squash(str(raw.entry.get("stem", raw.id)))
        if seen.get(stem, raw.id) != raw.id:
            yield ContentProblem(raw.file, raw.id, "same_stem", f"stem {seen[stem]}")
        seen.setdefault(stem, raw.id)
