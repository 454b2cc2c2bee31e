"""Moodle's GIFT read: what a question of ours can hold is taken, what it cannot is named by its line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.errors import Refusal
from bot.services.exchange import markup, values
from bot.services.exchange.drafts import Draft, Problem, Read
from bot.services.exchange.gift_blocks import BASE, Block, blocks
from bot.services.materials.bodies import Fault
from content.bank import LETTERS
from content.exchange import ExchangeWords

JSON_FIELDS = ("evidence", "level", "read", "trades")
BLANK = "____"
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TITLE = re.compile(r"::(.*?)::", re.DOTALL)
_PERCENT = re.compile(r"%\s*(-?\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True, slots=True)
class _Choice:
    mark: str
    text: str
    weight: float | None
    feedback: str


class CannotHold(Exception):
    """A question of a kind we have not; the reason is a copy key."""


def looks_like(text: str) -> bool:
    """True for a text that is GIFT, whatever its file is called."""
    return bool(re.search(r"^(\$CATEGORY:|::.+?::)", text, re.MULTILINE))


def read(text: str, words: ExchangeWords) -> Read:
    """All questions. Raises Refusal when there are none."""
    found = Read()
    columns = dict(words.columns["question"].name_of) | {f"options.{letter}": letter for letter in LETTERS}
    if not (found_blocks := blocks(text)):
        raise Refusal("exchange.no_questions")
    for block in found_blocks:
        try:
            draft = _draft(block)
        except CannotHold as reason:
            found.refused.append(Problem("", block.line, "", str(reason), {"title": _named(block)}))
            continue
        draft.columns = columns
        found.drafts.append(draft)
    return found


def _draft(block: Block) -> Draft:
    if block.fault:
        raise CannotHold(block.fault)
    title, text = _titled(block.text)
    open_at, close_at = text.find("{"), text.rfind("}")
    if open_at < 0 or close_at < open_at:
        raise CannotHold("exchange.gift_no_answer")
    before, inside, after = text[:open_at], text[open_at + 1 : close_at], text[close_at + 1 :]
    draft = Draft("question", {}, block.line, may_wait=True)
    inside, _, general = inside.partition("####")
    draft.body["why"] = _shown(_unformatted(general))
    kind, answer, options = _answers(inside.strip(), draft)
    stem = _shown(_unformatted(before))
    if after.strip():
        stem = f"{stem.rstrip()}{BLANK}{_shown(after).lstrip()}"
        if kind != "fill":
            draft.notes.append(Fault("stem", "exchange.gift_blank_made"))
    draft.body |= {"kind": kind, "stem": stem, "answer": answer}
    if options:
        draft.body["options"] = options
    _ours(block, title, draft)
    return draft


def _titled(text: str) -> tuple[str, str]:
    found = _TITLE.match(text.strip())
    return (_shown(found[1]), text.strip()[found.end() :]) if found else ("", text.strip())


def _ours(block: Block, title: str, draft: Draft) -> None:
    """Our own fields, from the comments; what is not there is read from title, tags and category."""
    body = draft.body
    for name, told in block.said.items():
        body[name] = meant(name, told)
    draft.guessed = frozenset({"topic", "trades"} - body.keys())
    body.setdefault("topic", re.split(r"(?<!/)/(?!/)", block.category)[-1].strip() if block.category else "")
    body.setdefault("trades", list(block.tags))
    draft.number = block.id or title


def meant(name: str, told: str) -> Any:
    """One of our own fields as a body holds it; what cannot be read stays the text it is, for the checks to name."""
    if name not in JSON_FIELDS:
        return told
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        found = told
    if name == "level":
        return found if type(found) is int else told
    if name == "read":
        return found
    return found if isinstance(found, list) and all(isinstance(each, str) for each in found) else values.several(told)


def explained(draft: Draft, of_right: str, others: bool) -> None:
    """What is said to whoever chose the right one explains it, where nothing else does; the rest is lost, and told."""
    if of_right and not draft.body.get("why"):
        draft.body["why"] = of_right
        draft.notes.append(Fault("why", "exchange.gift_why_taken"))
        of_right = ""
    if of_right or others:
        draft.notes.append(Fault("answer", "exchange.gift_feedback_lost"))


def _answers(inside: str, draft: Draft) -> tuple[str, Any, list[str]]:
    """Kind, answer and options of what stands in the braces."""
    if not inside:
        raise CannotHold("exchange.gift_essay")
    if inside.startswith("#"):
        return "fill", _numbers(inside[1:], draft), []
    if truth := re.match(r"(TRUE|FALSE|T|F)\s*(#|$)", inside, re.IGNORECASE):
        wrong, _, right = inside[truth.start(2) + 1 :].partition("#") if truth[2] else ("", "", "")
        explained(draft, _shown(_unformatted(right)), bool(wrong.strip()))
        return "judge", truth[1].upper().startswith("T"), []
    choices = _choices(inside)
    if not choices:
        raise CannotHold("exchange.gift_no_answer")
    if all(each.mark == "=" for each in choices):
        if all("->" in each.text for each in choices):
            raise CannotHold("exchange.gift_matching")
        _explained(draft, choices, [n for n, each in enumerate(choices) if each.weight in (None, 100.0)])
        if any(each.weight not in (None, 100.0) for each in choices):
            draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
        return "fill", [each.text for each in choices if each.weight is None or each.weight > 0], []
    return _of_options(choices, draft)


def _of_options(choices: list[_Choice], draft: Draft) -> tuple[str, Any, list[str]]:
    options = [each.text for each in choices]
    keyed = [n for n, each in enumerate(choices) if each.mark == "=" or each.weight == 100.0]
    partly = [n for n, each in enumerate(choices) if each.mark == "~" and each.weight and 0 < each.weight < 100]
    if len(choices) > len(LETTERS):
        raise CannotHold("exchange.gift_too_many")
    _explained(draft, choices, keyed)
    if len(keyed) == 1:
        if any(each.weight for n, each in enumerate(choices) if n not in keyed):
            draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
        return "single", LETTERS[keyed[0]], options
    if len(keyed) > 1:
        raise CannotHold("exchange.gift_several_right")
    if len(partly) < 2:
        raise CannotHold("exchange.gift_none_right")
    weights = {round(choices[n].weight or 0, 1) for n in partly}
    if len(weights) > 1:
        draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
    return "multiple", "".join(LETTERS[n] for n in partly), options


def _explained(draft: Draft, choices: list[_Choice], right: list[int]) -> None:
    first = choices[right[0]].feedback if right else ""
    explained(draft, first, any(each.feedback for n, each in enumerate(choices) if n not in right[:1]))


def _choices(inside: str) -> list[_Choice]:
    found = []
    for mark, told in re.findall(r"([=~])([^=~]*)", inside):
        weight = _PERCENT.match(told.strip())
        text = told.strip()[weight.end() :] if weight else told
        text, _, feedback = text.partition("#")
        said = _shown(_unformatted(text))
        if said:
            told_of_it = _shown(_unformatted(feedback))
            found.append(_Choice(mark, said, float(weight[1]) if weight else None, told_of_it))
    return found


def _numbers(inside: str, draft: Draft) -> list[str]:
    """Exact numbers of full worth; a span or a tolerance would have us mark right what the key calls near."""
    several = _choices(inside) if re.match(r"\s*[=~]", inside) else []
    number, _, feedback = inside.partition("#")
    told = several or [_Choice("=", _shown(number), None, _shown(_unformatted(feedback)))]
    full = [n for n, each in enumerate(told) if each.mark == "=" and each.weight in (None, 100.0)]
    if not full:
        raise CannotHold("exchange.gift_no_answer")
    if len(full) < len(told):
        draft.notes.append(Fault("answer", "exchange.gift_weights_lost"))
    _explained(draft, told, full)
    return [_exact(told[n].text) for n in full]


def _exact(text: str) -> str:
    number, _, tolerance = text.partition(":")
    low, dots, high = number.partition("..")
    if (dots and low.strip() != high.strip()) or (tolerance.strip() and _float(tolerance) != 0):
        raise CannotHold("exchange.gift_span")
    return low.strip()


def _float(text: str) -> float | None:
    """The number a text says; None for no number."""
    try:
        return float(text)
    except ValueError:
        return None


def _named(block: Block) -> str:
    """Its title, or how it begins."""
    title, rest = _titled(block.text)
    return (title or _shown(rest.partition("{")[0]))[:20]


def _unformatted(text: str) -> str:
    """Without the name of its format, which stands before it if anywhere."""
    found = _FORMAT.match(text)
    return text[found.end() :] if found else text


def _shown(text: str) -> str:
    """What a reader of Moodle sees: marks back, line breaks and tags as blanks."""
    plain = " ".join(markup.freed(text.replace("\\n", " ")).split())
    return "".join(chr(ord(c) - BASE) if BASE <= ord(c) < BASE + 128 else c for c in plain)
