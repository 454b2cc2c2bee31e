"""The question bank as it stands on disk (contract §6), each question frozen and ready to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from content.problem import ContentProblem, read_toml

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
    "trades": list,
    "level": int,
}
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
    """Changes whenever the kind, the options or the key do: an answer to the old wording is no answer to the new."""


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions by id, in an order that only grows at its end when questions are added to a file's end."""

    questions: Mapping[str, Question]
    order: tuple[str, ...]
    for_all: tuple[str, ...] = ()
    """Those asked of whoever follows: some trade in them is no member's duty."""

    @classmethod
    def read(cls, folder: Path, members_only: frozenset[str] = frozenset()) -> Bank:
        """Every `*.toml` of the folder. Raises ContentProblem at the first question out of shape."""
        found: dict[str, Question] = {}
        for path in sorted(folder.glob("*.toml")):
            for entry in entries(path):
                question = read_question(path.name, entry)
                if question.id in found:
                    raise ContentProblem(path.name, question.id, "id_taken")
                found[question.id] = question
        return cls(found, tuple(found), tuple(q.id for q in found.values() if not members_only.issuperset(q.trades)))

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
    found = read_toml(path).get("question", [])
    if not isinstance(found, list):
        raise ContentProblem(path.name, "question", "not_a_list")
    return found


def read_question(file: str, entry: Any) -> Question:
    """One entry of a file. Raises ContentProblem when it is out of shape or past the limits of contract §6."""
    if not isinstance(entry, dict):
        raise ContentProblem(file, "question", "not_a_list")
    name = str(entry.get("id", "?"))
    if missing := sorted(NEEDED - entry.keys()):
        raise ContentProblem(file, name, "missing_key", ", ".join(missing))
    if unknown := sorted(entry.keys() - KNOWN):
        raise ContentProblem(file, name, "unknown_key", ", ".join(unknown))
    kind, answer, options = entry["kind"], entry["answer"], tuple(map(str, entry.get("options", ())))
    if wrong := [key for key, kind_of in TYPES.items() if not isinstance(entry[key], kind_of)]:
        raise ContentProblem(file, name, "wrong_type", ", ".join(wrong))
    if beyond := [key for key, (least, most) in LENGTHS.items() if not least <= len(entry[key]) <= most]:
        raise ContentProblem(file, name, "length", ", ".join(beyond))
    if entry["level"] not in (1, 2, 3):
        raise ContentProblem(file, name, "level")
    if not _shaped(kind, answer, options) or len(set(options)) != len(options):
        raise ContentProblem(file, name, "answer_out_of_shape", str(kind))
    if texts := [t for t in (entry["stem"], entry["why"], *options) if set(t) & set("<>\n")]:
        raise ContentProblem(file, name, "markup", texts[0])
    right = str({"judge": "T" if answer is True else "F", "fill": ""}.get(kind, answer))
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
        fingerprint=hashlib.blake2b(repr((kind, options, answer)).encode(), digest_size=8).hexdigest(),
    )


def _shaped(kind: object, answer: object, options: tuple[object, ...]) -> bool:
    if kind == "judge":
        return isinstance(answer, bool) and not options
    if kind == "fill":
        return isinstance(answer, list) and bool(answer) and all(isinstance(a, str) and a for a in answer)
    if kind not in ("single", "multiple") or not isinstance(answer, str) or not 2 <= len(options) <= len(LETTERS):
        return False
    enough = len(answer) == 1 if kind == "single" else len(answer) >= 2
    return enough and "".join(sorted(set(answer))) == answer and set(answer) <= set(LETTERS[: len(options)])
