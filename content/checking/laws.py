"""`content check --laws`: every piece held against the texts of the laws it names (docs/laws-format.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.bank import LETTERS
from content.checking.numerals import numbers, squash, value
from content.checking.raw import Raw
from content.problem import ContentProblem

IN_FORCE = "in_force"
COPIED = 26
"""So many characters in a row taken from an article are copied, not cited."""
PLAIN_COUNTS = frozenset({1.0, 2.0, 3.0})
_STEP = re.compile(r"(?m)^\d\.\s*")  # the number of a step


@dataclass(frozen=True, slots=True)
class Article:
    """One article, squashed for comparing."""

    text: str
    numbers: frozenset[float]
    has_table: bool


@dataclass(frozen=True, slots=True)
class Law:
    """One law by the labels of its articles."""

    status: str
    articles: Mapping[str, Article]


def read(folder: Path) -> dict[str, Law]:
    """Every `*.json` of the folder, named by its file. Raises ContentProblem when one is no law text, or none is there."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            table = json.loads(path.read_text("utf-8"))
            articles = {
                each["label"]: Article(squash(each["text"]), numbers(each["text"]), bool(each.get("has_table")))
                for each in table["articles"]
            }
            found[path.stem] = Law(table["status"], articles)
        except (KeyError, TypeError, AttributeError, ValueError) as reason:
            raise ContentProblem(path.name, "-", "not_a_law", f"{type(reason).__name__} {reason}") from None
    if not found:
        raise ContentProblem(str(folder), "-", "no_laws")
    return found


def problems(raw: Raw, laws: Mapping[str, Law]) -> Iterator[ContentProblem]:
    """What of a piece does not stand in the law it names. Its form is taken to be sound."""
    for source in _sources(raw):
        named, label = str(source["law"]), str(source["article"])
        law = laws.get(named)
        if law is None:
            yield ContentProblem(raw.file, raw.id, "no_such_law", f"law {named}")
        elif law.status != IN_FORCE:
            yield ContentProblem(raw.file, raw.id, "law_not_in_force", f"law {named} {law.status}")
        elif (article := law.articles.get(label)) is None:
            yield ContentProblem(raw.file, raw.id, "no_such_article", f"article {named} {label}")
        else:
            for fact in source["evidence"]:
                if squash(fact) not in article.text:
                    yield ContentProblem(raw.file, raw.id, "not_in_article", f"evidence {fact}")
            if raw.kind == "questions":
                yield from _question(raw, article)
            yield from _copied(raw, article)


def doubts(raw: Raw, laws: Mapping[str, Law]) -> Iterator[ContentProblem]:
    """Numbers that a lesson, case or card gives and its articles do not: perhaps only counted by its author."""
    cited = [laws[s["law"]].articles.get(s["article"]) for s in _sources(raw) if s["law"] in laws]
    held = {number for article in cited if article for number in article.numbers} | PLAIN_COUNTS
    if raw.kind in ("lessons", "cases", "cards", "tracks") and cited:
        for field, text in _texts(raw):
            if field not in ("story", "title", "ask") and (strange := numbers(_STEP.sub("", text)) - held):
                told = ", ".join(f"{number:g}" for number in sorted(strange))
                yield ContentProblem(raw.file, raw.id, "number_of_its_own", f"{field} {told}")


def _sources(raw: Raw) -> list[Mapping[str, Any]]:
    if raw.kind == "cases":
        return list(raw.entry["grounds"])
    return [raw.entry] if "law" in raw.entry else []


def _question(raw: Raw, article: Article) -> Iterator[ContentProblem]:
    entry = raw.entry
    if entry["kind"] == "fill":
        if not any(_stands(str(form), article) for form in entry["answer"]):
            yield ContentProblem(raw.file, raw.id, "fill_not_in_article", "answer")
    else:
        for number in sorted({n for text in right(entry) for n in numbers(text) - article.numbers}):
            yield ContentProblem(raw.file, raw.id, "number_not_in_article", f"answer {number:g}")
    if article.has_table and entry.get("read") is not True:
        yield ContentProblem(raw.file, raw.id, "table_unread", "read")


def right(entry: Mapping[str, Any]) -> list[str]:
    """What a question says is so: its keyed options, or a true statement."""
    if entry["kind"] == "judge":
        return [entry["stem"]] if entry["answer"] is True else []
    if entry["kind"] == "fill":
        return []
    return [entry["options"][LETTERS.index(letter)] for letter in entry["answer"]]


def _stands(form: str, article: Article) -> bool:
    counted = value(form)
    held = {counted} if counted is not None else numbers(form)
    return held <= article.numbers if held else squash(form) in article.text


def _copied(raw: Raw, article: Article) -> Iterator[ContentProblem]:
    for field, text in _texts(raw):
        plain = squash(text)
        if found := [at for at in range(len(plain) - COPIED + 1) if plain[at : at + COPIED] in article.text]:
            yield ContentProblem(raw.file, raw.id, "copied", f"{field} {plain[found[0] : found[0] + COPIED]}")


def _texts(raw: Raw) -> Iterator[tuple[str, str]]:
    """What people read of a piece, by its field."""
    for field in ("stem", "why", "title", "text", "ask", "lesson"):
        if field in raw.entry:
            yield field, str(raw.entry[field])
    for field in ("options", "story"):
        for text in raw.entry.get(field, ()):
            yield field, str(text)
    for choice in raw.entry.get("choices", ()):
        yield "choices", str(choice["text"])
        yield "choices", str(choice["then"])
