"""The question bank as it stands on disk (contract §6), each question frozen and ready to be asked."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from content.problem import ContentProblem, read_tables, read_toml

Kind = Literal["single", "multiple", "judge", "fill"]
LETTERS = "ABCDEF"
NEEDED = {"id", "kind", "stem", "answer", "why", "law", "article", "evidence", "topic", "point", "trades", "level"}
TYPES = {
    "id": str,
    "stem": str,
    "why": str,
    "law": str,
    "article": str,
    "topic": str,
    "point": str,
    "level": int,
}
LISTS = ("evidence", "trades", "options")
LENGTHS = {"id": (1, 32), "stem": (6, 60), "why": (4, 120), "point": (2, 20)}
KNOWN = NEEDED | {"options", "unit", "read"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `right` holds the letters of the keyed options ("ACD"), "T"/"F" for judge, "" for fill."""

    id: str
    kind: Kind
    stem: str
    options: tuple[str, ...]
    right: str
    accepted: tuple[str, ...]
    why: str
    law: str
    article: str
    topic: str
    point: str
    trades: tuple[str, ...]
    level: int
    unit: str
    fingerprint: str
    """Changes whenever what is asked or the key does: an answer to the old wording is no answer to the new."""
    hash: str = ""
    """Changes with any word of it that people read, the explanation included."""


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions by id, in an order that only grows at its end when questions are added to a file's end."""

    questions: Mapping[str, Question]
    order: tuple[str, ...]
    for_all: tuple[str, ...] = ()
    """Those asked of whoever follows: some trade in them is no member's duty."""
    calendar: tuple[str, ...] = ()
    """What days are counted through for the question of the day, where that is not all of the above."""
    resting: frozenset[str] = frozenset()
    """Those nobody is asked until somebody has looked at them."""
    members_only: frozenset[str] = frozenset()
    """Trades whose questions are asked of members alone."""

    @classmethod
    def read(cls, folder: Path, members_only: frozenset[str] = frozenset()) -> Bank:
        """Every `*.toml` of the folder. Raises ContentProblem at the first question out of shape."""
        found: dict[str, Question] = {}
        for path in sorted(folder.glob("*.toml")):
            file = f"{folder.name}/{path.name}"
            for number, entry in enumerate(entries(path), 1):
                question = read_question(file, entry, number)
                if question.id in found:
                    raise ContentProblem(file, question.id, "id_taken", "id")
                found[question.id] = question
        for_all = tuple(q.id for q in found.values() if not members_only.issuperset(q.trades))
        return cls(found, tuple(found), for_all, members_only=members_only)

    def get(self, question_id: str) -> Question | None:
        """The question, or None when it has been withdrawn since it was asked."""
        return self.questions.get(question_id)


def members_only(path: Path) -> frozenset[str]:
    """`audience.toml`: the trades whose questions are asked of members alone."""
    found = read_toml(path).get("members_only", [])
    if not isinstance(found, list):
        raise ContentProblem(path.name, "members_only", "not_words")
    return frozenset(found)


def entries(path: Path) -> list[Any]:
    """The [[question]] tables of a file, as they stand."""
    try:
        return read_tables(path, "question")
    except ContentProblem as problem:
        raise replace(problem, file=f"{path.parent.name}/{path.name}") from None


def read_question(file: str, entry: Any, number: int = 0) -> Question:
    """One entry of a file, the `number`th. Raises ContentProblem out of shape or past the limits of contract §6."""
    if not isinstance(entry, dict):
        raise ContentProblem(file, "question", "not_a_list", "[[question]]")
    name = str(entry.get("id", f"#{number} question"))
    if missing := sorted(NEEDED - entry.keys()):
        raise ContentProblem(file, name, "missing_key", ", ".join(missing))
    if unknown := sorted(entry.keys() - KNOWN):
        raise ContentProblem(file, name, "unknown_key", ", ".join(unknown))
    kind, answer = entry["kind"], entry["answer"]
    wrong = [key for key, kind_of in TYPES.items() if not isinstance(entry[key], kind_of)]
    wrong += [key for key in LISTS if not _texts(entry.get(key, []))]
    if wrong:
        raise ContentProblem(file, name, "wrong_type", ", ".join(wrong))
    options = tuple(entry.get("options", ()))
    if beyond := [key for key, (least, most) in LENGTHS.items() if not least <= len(entry[key]) <= most]:
        raise ContentProblem(file, name, "length", ", ".join(beyond))
    if entry["level"] not in (1, 2, 3):
        raise ContentProblem(file, name, "level", "level")
    if not _shaped(kind, answer, options) or len(set(options)) != len(options):
        raise ContentProblem(file, name, "answer_out_of_shape", str(kind))
    if texts := [t for t in (entry["stem"], entry["why"], *options) if set(t) & set("<>\n")]:
        raise ContentProblem(file, name, "markup", texts[0])
    right = str({"judge": "T" if answer is True else "F", "fill": ""}.get(kind, answer))
    asked = (kind, _folded(entry["stem"]), options, answer, entry.get("unit", ""))
    read = (*asked, entry["stem"], entry["why"], entry["law"], entry["article"])
    return Question(
        id=name,
        kind=cast("Kind", kind),
        stem=entry["stem"],
        options=options,
        right=right,
        accepted=tuple(answer) if kind == "fill" else (),
        why=entry["why"],
        law=entry["law"],
        article=entry["article"],
        topic=entry["topic"],
        point=entry["point"],
        trades=tuple(entry["trades"]),
        level=entry["level"],
        unit=entry.get("unit", ""),
        fingerprint=_digest(asked),
        hash=_digest(read),
    )


def _digest(parts: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _folded(text: str) -> str:
    """Blanks, width and case aside: mending those makes no other question of it."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _shaped(kind: object, answer: object, options: tuple[object, ...]) -> bool:
    if kind == "judge":
        return isinstance(answer, bool) and not options
    if kind == "fill":
        return isinstance(answer, list) and bool(answer) and all(isinstance(a, str) and a for a in answer)
    if kind not in ("single", "multiple") or not isinstance(answer, str) or not 2 <= len(options) <= len(LETTERS):
        return False
    enough = len(answer) == 1 if kind == "single" else len(answer) >= 2
    return enough and "".join(sorted(set(answer))) == answer and set(answer) <= set(LETTERS[: len(options)])
