"""The question bank as it stands on disk (contract §6), each question frozen and ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from content.problem import ContentProblem, read_toml

Kind = Literal["single", "multiple", "judge", "fill"]
LETTERS = "ABCDEF"
NEEDED = {"id", "kind", "stem", "answer", "why", "law", "article", "evidence", "topic", "point", "trades", "level"}
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


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions by id, in an order that only grows at its end when questions are added to a file's end."""

    questions: Mapping[str, Question]
    order: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> Bank:
        """Every `*.toml` of the folder. Raises ContentProblem at the first question out of shape."""
        found: dict[str, Question] = {}
        for path in sorted(folder.glob("*.toml")):
            for entry in read_toml(path).get("question", []):
                question = _question(path.name, entry)
                if question.id in found:
                    raise ContentProblem(path.name, question.id, "id_taken")
                found[question.id] = question
        return cls(found, tuple(found))

    def get(self, question_id: str) -> Question | None:
        """The question, or None when it has been withdrawn since it was asked."""
        return self.questions.get(question_id)


def _question(file: str, entry: dict[str, Any]) -> Question:
    name = str(entry.get("id", "?"))
    if missing := sorted(NEEDED - entry.keys()):
        raise ContentProblem(file, name, "missing_key", ", ".join(missing))
    if unknown := sorted(entry.keys() - KNOWN):
        raise ContentProblem(file, name, "unknown_key", ", ".join(unknown))
    kind, answer, options = entry["kind"], entry["answer"], tuple(entry.get("options", ()))
    if not _shaped(kind, answer, options):
        raise ContentProblem(file, name, "answer_out_of_shape", str(kind))
    if texts := [t for t in (entry["stem"], entry["why"], *options) if set(t) & set("<>\n")]:
        raise ContentProblem(file, name, "markup", texts[0])
    right = {"judge": "T" if answer is True else "F", "fill": ""}.get(kind, answer)
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
