"""A piece as it will look on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages import quoted
from bot.router import Turn
from bot.services.exchange import values
from bot.services.materials import bodies, names
from bot.services.materials.names import Hints
from content.bank import LETTERS
from handlers.materials import pasting
from handlers.materials.drafts import CASE, PASTE, QUESTION, Writing, frame, words

MOST_REMARKS = 6


def shown(turn: Turn, writing: Writing) -> str:
    """What he is writing."""
    return pasting.counted(turn, writing) if writing.kind == PASTE else piece(turn, writing.kind, writing.body)


def piece(turn: Turn, kind: str, body: Mapping[str, Any]) -> str:
    """A whole body: a question with what is read after answering it, a lesson, a case with its lesson."""
    if kind == QUESTION:
        return _question(turn, body)
    law, article = bodies.grounds(body, frame(turn))
    source = turn.say("materials.stands_in", law=law, article=article)
    if kind != CASE:
        return turn.say("materials.lesson", title=quoted(body["title"]), text=_lines(body["text"]), source=source)
    choices = [
        turn.say("materials.choice_then", letter=letter, text=quoted(each["text"]), then=quoted(each["then"]))
        for letter, each in zip(LETTERS, body["choices"], strict=False)
    ]
    return turn.say(
        "materials.case",
        title=quoted(body["title"]),
        story="\n".join(map(quoted, body["story"])),
        ask=quoted(body["ask"]),
        choices="\n".join(choices),
        right=body["right"],
        lesson=quoted(body["lesson"]),
        source=source,
    )


def remarks(turn: Turn, kind: str, body: Mapping[str, Any]) -> str:
    """What should be looked at in it before people see it: names, titles, dates, other mines; a line each, or nothing."""
    hints = Hints(
        titles=tuple(turn.say("materials.title_words").split()),
        surnames=turn.say("materials.surnames"),
        never=turn.say("materials.never_in_names"),
        mines=tuple(turn.say("materials.mine_words").split()),
        any_mine=tuple(turn.say("materials.any_mine_words").split()),
        own=turn.mine.name,
        given=turn.say("materials.given_names"),
        ours=tuple(turn.say("materials.our_mine_words").split()),
    )
    found = names.in_body(turn.db, body, hints, party=frame(turn).is_party(body), case=kind == CASE)
    return "\n".join(
        turn.say(f"materials.remark_{each.key}", name=quoted(each.name), title=quoted(each.title), listed=each.listed)
        for each in found[:MOST_REMARKS]
    )


def value(turn: Turn, writing: Writing, field: str) -> str:
    """What stands in a field now, in a line."""
    body = writing.body
    found = body.get(field)
    if field == "answer":
        return quoted(values.said_answer(body, words())) if found not in (None, "") else ""
    if field == "source":
        law, article = bodies.grounds(body, frame(turn))
        return quoted(str(body.get("source") or turn.say("materials.law_article", law=law, article=article)))
    if field == "choices":
        return quoted(turn.say("materials.listed").join(each["text"] for each in found or ()))
    if field == "then":
        return quoted(turn.say("materials.listed").join(each["then"] for each in body.get("choices", ())))
    if isinstance(found, list):
        return quoted(turn.say("materials.listed").join(map(str, found)))
    return quoted(" ".join(str(found or "").split("\n")))


def title(turn: Turn, body: Mapping[str, Any], most: int = 16) -> str:
    """A piece in a few words, for a list."""
    told = str(body.get("stem") or body.get("title") or "")
    return quoted(told if len(told) <= most else turn.say("materials.cut", text=told[:most]))


def _question(turn: Turn, body: Mapping[str, Any]) -> str:
    kind, options = body["kind"], body.get("options", [])
    unit, answer = str(body.get("unit", "")), body["answer"]  # a draft may not say all that a question says
    law, article = bodies.grounds(body, frame(turn))
    lines = [
        turn.say("quiz.option", letter=letter, text=quoted(text))
        for letter, text in zip(LETTERS, options, strict=False)
    ]
    if kind == "judge":
        lines = [turn.say("quiz.judge_right"), turn.say("quiz.judge_wrong")]
    if kind == "fill":
        lines = [turn.say("quiz.how_fill", unit=unit) if unit else turn.say("quiz.how_fill_no_unit")]
    if kind == "judge":
        right = turn.say("quiz.judge_right" if answer else "quiz.judge_wrong")
    elif kind == "fill":
        right = turn.say("materials.listed").join(answer) + unit
    else:
        right = turn.say("quiz.between_letters").join(answer)
    return turn.say(
        "materials.question",
        kind=turn.say(f"quiz.kind_{kind}"),
        stem=quoted(body["stem"]),
        options="\n".join(lines),
        right=quoted(right),
        why=quoted(body.get("why") or turn.say("materials.not_written")),
        source=turn.say("materials.stands_in", law=law, article=article),
    )


def _lines(text: str) -> str:
    return "\n".join(map(quoted, text.split("\n")))
