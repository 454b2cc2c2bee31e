"""What each kind of material is asked for, in order, and how a line he wrote becomes the value of a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.router import Turn
from bot.services.exchange import values, word
from bot.services.materials import bodies
from bot.services.materials.bodies import Fault
from content.folding import fold
from content.spelling import shown
from handlers.materials.drafts import CASE, HOME, LESSON, LINES, PASTE, QUESTION, Writing, frame, words

ORDER = {
    QUESTION: (HOME, "kind", "stem", "options", "answer", "unit", "why", "source", "topic", "trades"),
    LESSON: (HOME, "title", "text", "source", "topic", "trades"),
    CASE: (HOME, "title", "story", "choices", "then", "right", "lesson", "source", "topic", "trades"),
    PASTE: (HOME, LINES, "why", "source", "topic", "trades"),
}
SEVERAL = "multiple"
_LETTERED = re.compile(r"\s*[A-Fa-f\uff21-\uff26]\s*[.\u3001:\uff0e\uff1a)\uff09]\s*")
_NUMBERED = re.compile(r"\s*(?:[(\uff08]\d{1,4}[)\uff09]|\d{1,4}\s*[.\u3001:\uff0e\uff1a])\s*(?!\d)")
_ASKS = re.compile(r"[?\uff1f\u3002]$")
SHORT_OPTION, SHORT_SOURCE = 12, 4
_APART = re.compile(r"[;|\uff1b\uff5c]")
_LISTED = re.compile(r"\u3001")
_WITHIN = re.compile(r"[,\uff0c\s]")
_LAW = re.compile(r"\s*\u300a([^\u300a\u300b]{2,40})\u300b\s*(\S.*)?")


def following(writing: Writing, field: str, step: int = 1) -> str:
    """The next field that applies, or with -1 the one before; empty past either end."""
    order = [each for each in ORDER[writing.kind] if each == field or _applies(writing, each)]
    at = order.index(field) + step if field in order else (len(order) - 1 if step < 0 else 0)
    return order[at] if 0 <= at < len(order) else ""


def first(writing: Writing) -> str:
    """The field it begins with."""
    return next(each for each in ORDER[writing.kind] if _applies(writing, each))


def changeable(writing: Writing) -> list[str]:
    """The fields he may pick to mend; of what kind a question is stays."""
    return [each for each in ORDER[writing.kind] if each not in (HOME, "kind", LINES) and _applies(writing, each)]


def picks_several(writing: Writing) -> bool:
    """True where taps toggle and he says when he is done."""
    return writing.at == "trades" or (writing.at == "answer" and writing.body.get("kind") == SEVERAL)


def picked(writing: Writing) -> list[str]:
    """What stands ticked when he comes to a field of taps that holds something already."""
    return list(writing.body.get(writing.at) or []) if picks_several(writing) else []


def take(turn: Turn, writing: Writing, text: str) -> str:
    """Write the value into the body; what is wrong with it as a sentence, empty when nothing is."""
    field = writing.at
    before = dict(writing.body)
    fault = _READERS.get(field, _plain)(turn, writing, text)
    faults = [fault] if fault is not None else []
    if not faults and writing.kind != PASTE and field not in (HOME, "kind"):
        found = bodies.faults(writing.kind, writing.body, frame(turn))
        faults = [each for each in found if each.field.partition(".")[0] in _GROUPS.get(field, (field,))]
    if faults and faults[0].key == "materials.not_a_question":
        faults = []
    if not faults:
        return ""
    writing.body = before
    return said(turn, faults[0])


def said(turn: Turn, fault: Fault) -> str:
    """A fault in words, with the letter of the option it is about."""
    letter = fault.field.partition(".")[2]
    sentence = turn.say(fault.key, **fault.values)
    return turn.say("materials.of_option", letter=letter, fault=sentence) if letter else sentence


def whole_question(text: str) -> dict[str, Any] | None:
    """A question with its options, answer and all, sent in one message; None for what is only a stem."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    read = word.read(_as_first(lines), words())
    body = read.drafts[0].body
    return body if len(read.drafts) == 1 and body.get("options") else None


def _applies(writing: Writing, field: str) -> bool:
    kind = writing.body.get("kind")
    if writing.kind == PASTE and field not in (HOME, LINES):
        return field in writing.lacks
    if writing.kind == QUESTION and field == "options":
        return kind in ("single", SEVERAL)
    if field == "unit":
        return kind == "fill"
    return field != HOME or writing.several


def _plain(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body[writing.at] = shown(text)
    return None


def _stem(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body["stem"] = shown(_NUMBERED.sub("", text, count=1))
    return None


def _text(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body["text"] = "\n".join(shown(line) for line in text.splitlines() if line.strip())
    return None


def _story(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body["story"] = [shown(line) for line in text.splitlines() if line.strip()]
    return None


def _kind(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    found = words().kinds.find(text)
    if found is None:
        return Fault("kind", "materials.unknown_kind", {"said": shown(text)[:20]})
    if found != writing.body.get("kind"):
        writing.body = {name: value for name, value in writing.body.items() if name not in ("options", "answer")}
    writing.body["kind"] = found
    return None


def _options(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    lines = [line for line in text.splitlines() if line.strip()]
    if _LETTERED.match(text):
        stem = writing.body.get("stem") or "-"
        read = word.read([f"1. {stem}", *lines], words())
        read_ones = read.drafts[0].body.get("options", [])
        writing.body["options"] = [
            option.rstrip(values.LISTED + ",; " + chr(0xFF0C) + chr(0xFF1B)) for option in read_ones
        ]
    elif len(lines) == 1:
        parts = options_of(lines[0])
        if not parts:
            return Fault("options", "materials.one_a_line")
        writing.body["options"] = parts
    else:
        writing.body["options"] = [shown(line) for line in lines]
    return None


def options_of(line: str) -> list[str]:
    """Options written in one line: parted by semicolons or upright strokes where there is one, else by the mark of a list where
    nothing else stands between short words. A comma or a blank parts nothing: it may belong to one option. Empty for neither.
    """
    explicit = _APART.search(line) is not None
    parts = [shown(each) for each in (_APART if explicit else _LISTED).split(line) if each.strip()]
    if len(parts) < 2:
        return []
    doubtful = any(_WITHIN.search(each) or len(each) > SHORT_OPTION or _ASKS.search(each) for each in parts)
    return [] if not explicit and doubtful else parts


def _answer(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body["answer"], fault = values.answer(writing.body["kind"], shown(text), words())
    return fault


def _unit(turn: Turn, writing: Writing, text: str) -> Fault | None:
    skipped = fold(text) == fold(turn.say("materials.choice_skip"))
    writing.body["unit"] = "" if skipped else shown(text)
    return None


def _why(turn: Turn, writing: Writing, text: str) -> Fault | None:
    """Of a batch: one for all that have none; skipped, they wait."""
    if writing.kind != PASTE:
        return _plain(turn, writing, text)
    writing.body.pop("why", None)
    if fold(text) == fold(turn.say("materials.choice_skip")):
        return None
    (least, most), has = bodies.LENGTHS[QUESTION]["why"], len(shown(text))
    if not least <= has <= most:
        key = "materials.short" if has < least else "materials.long"
        return Fault("why", key, {"least": least, "most": most, "has": has, "over": has - most})
    writing.body["why"] = shown(text)
    return None


def _source(turn: Turn, writing: Writing, text: str) -> Fault | None:
    """A law we know by name with an article, or whatever else he names as the place it stands in."""
    for name in ("source", "law", "article"):
        writing.body.pop(name, None)
    plain = shown(text)
    if writing.kind == PASTE and fold(text) == fold(turn.say("materials.choice_skip")):
        return None
    laws = {question.law for question in turn.content.bank.questions.values()}
    marked = _LAW.fullmatch(plain)
    law = marked[1] if marked else next((each for each in laws if plain.startswith(each)), "")
    rest = (marked[2] or "") if marked else plain[len(law) :].strip()
    if law and rest:
        writing.body |= {"law": law, "article": rest}
    elif law and not rest:
        return Fault("article", "materials.half_cited")
    elif not _names_a_rule(turn, plain):
        return Fault("source", "materials.odd_source", {"said": plain[:20]})
    else:
        writing.body["source"] = plain
    return None


def _names_a_rule(turn: Turn, plain: str) -> bool:
    """A rule by the kind of paper it is, or a place in one by its number."""
    named = any(each in plain for each in turn.say("materials.source_words").split())
    return len(plain) >= SHORT_SOURCE and (named or any(each.isdigit() for each in plain))


def _topic(turn: Turn, writing: Writing, text: str) -> Fault | None:
    plain = shown(text)
    topics = frame(turn).topics
    if plain not in topics:
        return Fault("topic", "materials.which_topic", {"said": plain[:20]})
    writing.body["topic"] = plain
    return None


def _trades(turn: Turn, writing: Writing, text: str) -> Fault | None:
    found = values.several(text)
    known = frame(turn).trades
    if odd := [each for each in found if each not in known]:
        return Fault("trades", "materials.which_trade", {"said": odd[0][:20]})
    writing.body["trades"] = found
    return None


def _choices(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    then = [each.get("then", "") for each in writing.body.get("choices", ())]
    texts = _three(text)
    then += [""] * len(texts)
    writing.body["choices"] = [{"text": each, "then": then[at]} for at, each in enumerate(texts)]
    return None


def _then(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    told = _three(text)
    if len(told) != bodies.CHOICES:
        return Fault("then", "materials.three_choices", {"has": len(told)})
    choices = writing.body["choices"]
    writing.body["choices"] = [{"text": c["text"], "then": t} for c, t in zip(choices, told, strict=True)]
    return None


def _right(_turn: Turn, writing: Writing, text: str) -> Fault | None:
    writing.body["right"] = values.letters(text)[:1] if len(values.letters(text)) == 1 else shown(text)[:20]
    return None


def _three(text: str) -> list[str]:
    return [shown(_LETTERED.sub("", line, count=1)) for line in text.splitlines() if line.strip()]


def _as_first(lines: list[str]) -> list[str]:
    return [f"1. {_NUMBERED.sub('', lines[0], count=1)}", *lines[1:]]


_Reader = Callable[[Turn, Writing, str], Fault | None]
_READERS: dict[str, _Reader] = {
    "kind": _kind,
    "stem": _stem,
    "options": _options,
    "answer": _answer,
    "unit": _unit,
    "why": _why,
    "source": _source,
    "topic": _topic,
    "trades": _trades,
    "text": _text,
    "story": _story,
    "choices": _choices,
    "then": _then,
    "right": _right,
}
_GROUPS = {"source": ("source", "law", "article")}
