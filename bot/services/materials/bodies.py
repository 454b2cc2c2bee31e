"""What a piece of own material must say, field by field, and the question it makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as factory
from typing import Any

from bot.errors import Refusal
from bot.services.materials.frame import Frame
from content.bank import LETTERS, Question, read_question
from content.problem import ContentProblem

KINDS = ("single", "multiple", "judge", "fill")
LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "question": {"stem": (6, 60), "why": (4, 120), "point": (2, 20), "unit": (0, 8)},
    "lesson": {"title": (4, 16), "text": (20, 260)},
    "case": {"title": (4, 16), "ask": (4, 40), "lesson": (4, 120)},
    "card": {"title": (4, 16), "text": (20, 200)},
}
GROUNDS = {"source": (2, 60), "law": (2, 40), "article": (2, 40)}
OPTION, FILL, STORY, PARAGRAPHS, CHOICES, THEN = (1, 40), (1, 20), (60, 360), 4, 3, (4, 120)
LINES = 6
OVER = 4
"""A draft may be so many times too long before anybody has to cut it."""
_MARKUP = re.compile(r"[<>]")
_MEASURE = r"(?:[^\W\d_]|[%\u2030\u2103\u00b0\u00b2\u00b3]){1,4}"
_UNIT = re.compile(rf"{_MEASURE}(?:/{_MEASURE})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field; `key` is the sentence that says so and what to write instead."""

    field: str
    key: str
    values: Mapping[str, object] = factory(default_factory=dict)


class Faulty(Refusal):
    """A body with faults; said as a refusal it tells the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[0].key, **faults[0].values)
        self.faults = faults


Note = Callable[..., None]


def faults(kind: str, body: Mapping[str, Any], frame: Frame, *, draft: bool = False) -> list[Fault]:
    """Everything wrong with a body; empty when it may be kept. A `draft` may wait for its `why` and for shorter texts."""
    found: list[Fault] = []
    waits: dict[str, str] = {}

    def note(where: str, key: str, **values: object) -> None:
        if draft and _may_wait(fault := Fault(where, key, values)):
            waits[fault.field] = "-" * LENGTHS["question"]["stem"][0]
        else:
            found.append(Fault(where, key, values))

    for name, (least, most) in LENGTHS[kind].items():
        _length(note, name, body.get(name, ""), least, most)
    _listed(body, kind, frame, note)
    _grounds(body, note)
    {"question": _question, "lesson": _lesson, "case": _case, "card": _card}[kind](body, note)
    if kind == "question" and not found:
        _as_the_bank_reads_it({**body, **waits}, frame, note)
    return found


def unwritten(kind: str, body: Mapping[str, Any]) -> list[Fault]:
    """The texts that a draft may wait for and that are not there, or too short or too long."""
    found: list[Fault] = []

    def note(where: str, key: str, **values: object) -> None:
        found.append(Fault(where, key, values))

    for name, (least, most) in LENGTHS[kind].items():
        _length(note, name, body.get(name, ""), least, most)
    for letter, option in zip(LETTERS, body.get("options") or [], strict=False):
        _length(note, f"options.{letter}", option, *OPTION)
    return found


def hold_written(kind: str, body: Mapping[str, Any]) -> None:
    """Raises Faulty while anything is `unwritten`."""
    if found := unwritten(kind, body):
        raise Faulty(found)


def _may_wait(fault: Fault) -> bool:
    if fault.key == "materials.empty":
        return fault.field == "why"
    within = int(str(fault.values.get("has", 0))) <= OVER * int(str(fault.values.get("most", 0)))
    return fault.field in ("stem", "why") and (
        fault.key == "materials.short" or (fault.key == "materials.long" and within)
    )


def hold(kind: str, body: Mapping[str, Any], frame: Frame) -> None:
    """Raises Faulty when the body may not be kept."""
    if found := faults(kind, body, frame):
        raise Faulty(found)


def question(key: str, body: Mapping[str, Any], frame: Frame) -> Question:
    """The question of a body, as it is asked. Raises ContentProblem for one that was never held."""
    entry = {name: value for name, value in body.items() if name not in ("source", "law", "article", "evidence")}
    law, article = body.get("law") or frame.own_law, body.get("article") or body.get("source", "")
    return read_question(key, {**entry, "id": key, "law": law, "article": article, "evidence": []})


def grounds(body: Mapping[str, Any], frame: Frame) -> tuple[str, str]:
    """Law and article it stands on; for own rules, what the mine calls them and the place in them."""
    return body.get("law") or frame.own_law, body.get("article") or body.get("source", "")


def _as_the_bank_reads_it(body: Mapping[str, Any], frame: Frame, note: Note) -> None:
    try:
        question("own", body, frame)
    except ContentProblem as problem:
        note("stem", "materials.not_a_question", why=problem.detail or problem.reason)


def _length(note: Note, name: str, said: Any, least: int, most: int) -> None:
    text = said if isinstance(said, str) else ""
    if not text and least:
        note(name, "materials.empty", least=least, most=most)
    elif len(text) < least:
        note(name, "materials.short", least=least, most=most, has=len(text))
    elif len(text) > most:
        note(name, "materials.long", most=most, has=len(text), over=len(text) - most)
    if _MARKUP.search(text):
        note(name, "materials.markup")


def _listed(body: Mapping[str, Any], kind: str, frame: Frame, note: Note) -> None:
    topic = body.get("topic", "")
    if not topic:
        note("topic", "materials.no_topic", topics=" ".join(frame.topics))
    elif topic not in frame.topics:
        note("topic", "materials.unknown_topic", said=topic, topics=" ".join(frame.topics))
    where = "trade" if kind == "card" else "trades"
    trades = [each for each in ([body.get("trade", "")] if kind == "card" else body.get("trades") or []) if each]
    listed = " ".join(sorted(frame.trades))
    if not trades:
        note(where, "materials.no_trade", trades=listed)
    elif odd := [trade for trade in trades if trade not in frame.trades]:
        note(where, "materials.unknown_trade", said=" ".join(odd), trades=listed)
    if kind == "question" and body.get("level") not in (1, 2, 3):
        note("level", "materials.level", said=body.get("level", ""))


def _grounds(body: Mapping[str, Any], note: Note) -> None:
    said = {name: body.get(name, "") for name in GROUNDS}
    if not said["source"] and not (said["law"] and said["article"]):
        if said["law"] or said["article"]:
            note("article" if said["law"] else "law", "materials.half_cited")
        else:
            note("source", "materials.no_source")
    for name, (least, most) in GROUNDS.items():
        if said[name]:
            _length(note, name, said[name], least, most)


def _question(body: Mapping[str, Any], note: Note) -> None:
    kind, answer, options = body.get("kind"), body.get("answer"), list(body.get("options") or [])
    if kind not in KINDS:
        note("kind", "materials.unknown_kind", said=kind or "")
        return
    if kind in ("single", "multiple"):
        _options(options, note)
        _letters(str(kind), answer, options, note)
    elif options:
        note("options", "materials.no_options_here")
    if kind == "judge" and not isinstance(answer, bool):
        note("answer", "materials.judge_answer", said=answer or "")
    if kind == "fill":
        _fills(answer, note)
        _unit(str(body.get("unit", "")), note)


def _options(options: list[str], note: Note) -> None:
    if not 2 <= len(options) <= len(LETTERS):
        note("options", "materials.options_count", has=len(options))
    for number, option in enumerate(options):
        _length(note, f"options.{LETTERS[number % len(LETTERS)]}", option, *OPTION)
    plain = [_plain(option) for option in options]
    for number, option in enumerate(plain):
        if option and option in plain[:number]:
            first = LETTERS[plain.index(option)]
            note(f"options.{LETTERS[number % len(LETTERS)]}", "materials.same_option", other=first)


def _letters(kind: str, answer: Any, options: list[str], note: Note) -> None:
    letters = answer if isinstance(answer, str) else ""
    beyond = [letter for letter in letters if letter not in LETTERS[: len(options)]]
    if not letters or (beyond and not options):
        note("answer", "materials.no_answer")
    elif beyond:
        note("answer", "materials.no_such_option", said=letters, last=LETTERS[min(len(options), 6) - 1])
    elif kind == "single" and len(letters) != 1:
        note("answer", "materials.one_letter", said=letters)
    elif kind == "multiple" and len(set(letters)) < 2:
        note("answer", "materials.two_letters", said=letters)
    elif "".join(sorted(set(letters))) != letters:
        note("answer", "materials.letters_in_order", said=letters, meant="".join(sorted(set(letters))))


def _fills(answer: Any, note: Note) -> None:
    accepted = answer if isinstance(answer, list) else []
    if not accepted or not all(isinstance(each, str) and each.strip() for each in accepted):
        note("answer", "materials.no_answer")
    for each in accepted:
        _length(note, "answer", each, *FILL)


def _unit(unit: str, note: Note) -> None:
    """A word or a sign of measure, or one per another; neither figures nor numerals."""
    numerals = all(unicodedata.numeric(each, None) is not None for each in unit)
    if unit and (numerals or not _UNIT.fullmatch(unit)):
        note("unit", "materials.odd_unit", said=unit[:20])


def without_unit(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its unit cut off the answers to fill in: it is said behind them anyway."""
    unit, answer = str(body.get("unit", "")), body.get("answer")
    if not unit or body.get("kind") != "fill" or not isinstance(answer, list):
        return dict(body)
    bare = [
        each[: -len(unit)].rstrip() if each.casefold().endswith(unit.casefold()) and len(each) > len(unit) else each
        for each in map(str, answer)
    ]
    return {**body, "answer": list(dict.fromkeys(bare))}


def _lesson(body: Mapping[str, Any], note: Note) -> None:
    _lines(body, note)


def _card(body: Mapping[str, Any], note: Note) -> None:
    _lines(body, note)
    if body.get("kind") not in ("know", "can"):
        note("kind", "materials.know_or_can")


def _lines(body: Mapping[str, Any], note: Note) -> None:
    lines = str(body.get("text", "")).split("\n")
    if len(lines) > LINES:
        note("text", "materials.lines", most=LINES, has=len(lines))


def _case(body: Mapping[str, Any], note: Note) -> None:
    story = [str(each) for each in body.get("story") or []]
    if len(story) > PARAGRAPHS:
        note("story", "materials.paragraphs", most=PARAGRAPHS, has=len(story))
    else:
        _length(note, "story", "".join(story), *STORY)
    choices = list(body.get("choices") or [])
    if len(choices) != CHOICES:
        note("choices", "materials.three_choices", has=len(choices))
    for number, choice in enumerate(choices[:CHOICES]):
        _length(note, f"choices.{LETTERS[number]}", choice.get("text", ""), 1, 30)
        _length(note, f"then.{LETTERS[number]}", choice.get("then", ""), *THEN)
    if body.get("right") not in tuple(LETTERS[:CHOICES]):
        note("right", "materials.which_choice")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def otherwise(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    """What one body says where another says something else, a line each."""
    return "\n".join(line for name, value in theirs.items() if value != mine.get(name) for line in _said(value))


def _said(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [line for each in value for line in _said(each)]
    return [str(value)]


def joined(paragraphs: Iterable[str]) -> str:
    """Paragraphs as one text, an empty line between them."""
    return "\n\n".join(paragraphs)
