"""Moodle's XML, read and written; our own fields travel as tags, which Moodle itself keeps."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from bot.errors import Refusal
from bot.services.exchange import markup
from bot.services.exchange.drafts import Draft, Problem, Read
from bot.services.exchange.gift import JSON_FIELDS, CannotHold, explained, meant
from bot.services.materials.bodies import Fault
from bot.services.sheets import sheet
from content.bank import LETTERS
from content.exchange import ExchangeWords

_IN_TAGS = ("law", "article", "source", "topic", "point", "level", "unit", "read", "evidence")
_TAG = re.compile(rf"({'|'.join(_IN_TAGS)}):(.*)", re.DOTALL)
_KINDS = {"multichoice", "truefalse", "shortanswer", "numerical"}


def read(body: bytes, words: ExchangeWords) -> Read:
    """All questions, each with its place in the file. Raises Refusal for what is no such file."""
    try:
        root, lines = markup.parsed(sheet.decoded(body))
    except markup.Unreadable:
        raise Refusal("exchange.bad_xml") from None
    if root.tag != "quiz":
        raise Refusal("exchange.bad_xml")
    found = Read()
    columns = dict(words.columns["question"].name_of) | {f"options.{letter}": letter for letter in LETTERS}
    category, nth = "", 0
    for each in root.iter("question"):
        if each.get("type") == "category":
            category = _text(each, "category").rpartition("/")[2]
            continue
        nth, number = nth + 1, lines[each]
        try:
            draft = _draft(each, category, number)
        except CannotHold as reason:
            title = _text(each, "name") or _text(each, "questiontext")
            found.refused.append(Problem("", number, "", str(reason), {"title": title[:20]}, nth))
            continue
        draft.columns, draft.nth = columns, nth
        found.drafts.append(draft)
    if not found.drafts and not found.refused:
        raise Refusal("exchange.no_questions")
    return found


def _draft(each: Element, category: str, line: int) -> Draft:
    draft = Draft("question", {"stem": _text(each, "questiontext")}, line, may_wait=True)
    draft.body["why"] = _text(each, "generalfeedback")
    kind = each.get("type", "")
    if kind not in _KINDS:
        known = {"essay": "exchange.gift_essay", "matching": "exchange.gift_matching"}
        raise CannotHold(known.get(kind, "exchange.xml_kind"))
    answers = [
        (_number(answer.get("fraction", "0")), _text(answer), _text(answer, "feedback"), _text(answer, "tolerance"))
        for answer in each.findall("answer")
    ]
    right = next((feedback for fraction, _, feedback, _ in answers if fraction == 100), "")
    explained(draft, right, sum(bool(feedback) for _, _, feedback, _ in answers) > bool(right))
    if kind == "multichoice":
        _options(draft, [(fraction, text) for fraction, text, _, _ in answers])
    elif kind == "truefalse":
        draft.body |= {"kind": "judge", "answer": any(f > 0 and text == "true" for f, text, _, _ in answers)}
    else:
        if any(fraction == 100 and tolerance and _number(tolerance) for fraction, _, _, tolerance in answers):
            raise CannotHold("exchange.gift_span")
        draft.body |= {"kind": "fill", "answer": [text for fraction, text, _, _ in answers if fraction == 100]}
        if any(0 < fraction < 100 for fraction, _, _, _ in answers):
            draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
    _ours(each, category, draft)
    return draft


def _options(draft: Draft, answers: list[tuple[float, str]]) -> None:
    if len(answers) > len(LETTERS):
        raise CannotHold("exchange.gift_too_many")
    full = [n for n, (fraction, _) in enumerate(answers) if fraction == 100]
    partly = [n for n, (fraction, _) in enumerate(answers) if 0 < fraction < 100]
    if len(full) > 1:
        raise CannotHold("exchange.gift_several_right")
    keyed = full or partly
    if not full and len(partly) < 2:
        raise CannotHold("exchange.gift_none_right")
    if (full and partly) or len({round(answers[n][0], 1) for n in keyed}) > 1:
        draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
    draft.body |= {
        "kind": "single" if full else "multiple",
        "options": [text for _, text in answers],
        "answer": "".join(LETTERS[n] for n in keyed),
    }


def _ours(each: Element, category: str, draft: Draft) -> None:
    trades: list[str] = []
    for tag in each.iterfind("tags/tag"):
        told = _TAG.fullmatch(_text(tag))
        if told is None:
            trades.append(_text(tag))
        else:
            draft.body[told[1]] = meant(told[1], told[2])
    draft.guessed = frozenset({"topic", "trades"} - draft.body.keys())
    draft.body.setdefault("topic", category)
    draft.body.setdefault("trades", trades)
    draft.number = _text(each, "idnumber") or _text(each, "name")


def _number(text: str) -> float:
    """Raises CannotHold for what is none: somebody mended the file by hand."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise CannotHold("exchange.xml_number")
    return found


def _text(within: Element, name: str = "") -> str:
    """What stands in an element, or in one below it, freed of HTML where it says that it is."""
    found = within.find(name) if name else within
    if found is None:
        return ""
    inner = found.find("text")
    text = (inner.text if inner is not None else found.text) or ""
    if found.get("format") in ("html", "moodle_auto_format", "markdown"):
        text = html.unescape(markup.freed_of_all(text))
    return " ".join(text.split())


def written(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """All of them, by topic, as a file Moodle imports."""
    quiz = Element("quiz")
    category = None
    for entry in entries:
        if entry["topic"] != category:
            category = entry["topic"]
            _put(SubElement(quiz, "question", type="category"), "category", f"$course$/{category.replace('/', '//')}")
        _question(quiz, entry)
    ET.indent(quiz)
    return bytes(ET.tostring(quiz, encoding="utf-8", xml_declaration=True))


def _question(quiz: Element, entry: Mapping[str, Any]) -> None:
    answer = entry["answer"]
    kind = "truefalse" if isinstance(answer, bool) else "shortanswer" if isinstance(answer, list) else "multichoice"
    each = SubElement(quiz, "question", type=kind)
    _put(each, "name", entry["id"])
    _put(each, "questiontext", entry["stem"], format="plain_text")
    _put(each, "generalfeedback", entry.get("why", ""), format="plain_text")
    SubElement(each, "idnumber").text = entry["id"]
    if kind == "multichoice":
        SubElement(each, "single").text = "true" if len(answer) == 1 else "false"
        SubElement(each, "shuffleanswers").text = "true"
    for fraction, text in _fractions(entry):
        _put_answer(each, fraction, text)
    tags = SubElement(each, "tags")
    for trade in entry["trades"]:
        _put(tags, "tag", trade)
    for name in (name for name in _IN_TAGS if name in entry):
        told = json.dumps(entry[name], ensure_ascii=False) if name in JSON_FIELDS else str(entry[name])
        _put(tags, "tag", f"{name}:{told}")


def _fractions(entry: Mapping[str, Any]) -> list[tuple[float, str]]:
    answer = entry["answer"]
    if isinstance(answer, bool):
        return [(100.0 if answer else 0.0, "true"), (0.0 if answer else 100.0, "false")]
    if isinstance(answer, list):
        return [(100.0, each) for each in answer]
    options = list(zip(LETTERS, entry["options"], strict=False))
    if len(answer) == 1:
        return [(100.0 if letter == answer else 0.0, option) for letter, option in options]
    wrong = len(options) - len(answer)
    return [(100 / len(answer) if letter in answer else -100 / wrong, option) for letter, option in options]


def _put_answer(each: Element, fraction: float, text: str) -> None:
    told = f"{fraction:.5f}".rstrip("0").rstrip(".")
    SubElement(SubElement(each, "answer", fraction=told, format="plain_text"), "text").text = text


def _put(within: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(SubElement(within, name, attributes), "text").text = text
