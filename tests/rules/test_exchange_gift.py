"""Moodle's two formats: what Moodle can say is read or named, and our bank comes back whole."""

from __future__ import annotations

import random
from typing import Any

import pytest

import content
from bot.errors import Refusal
from bot.services.exchange import gift, gift_writing, moodle
from bot.services.exchange.drafts import Draft, Read
from content.exchange import ExchangeWords
from content.problem import read_toml

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")
BANK = [
    entry
    for path in sorted((content.HERE / "questions").glob("*.toml"))
    for entry in read_toml(path).get("question", [])
]
NASTY = {
    "id": "own-0001", "kind": "single", "stem": "符号 {一} ~二 =三 #四 五:六 \\七 // 八 [html] 都要留住？",
    "options": ["=甲", "~%50%乙", "丙 -> 丁", "{戊}"], "answer": "C", "why": "####也在 # 里，\\n 不是换行。",
    "law": "", "article": "", "source": "规程：第1条 [tag:假]", "evidence": ["a]b", "c:d"], "topic": "机/电",
    "point": "符号", "trades": ["采煤"], "level": 3,
}  # fmt: skip
EVERY_SYNTAX = r"""
// what the format's own page shows, in examples of ours
$CATEGORY: mine/safety/通风

::vent 1::[html]<p>Air flows <b>where</b> the door is?</p> {
  =open # right
  ~shut # look again
  ~locked
}

One and one make {=two =2} every day.

The lamp hangs {~%50%on the helmet ~%50%on the cap ~%-100%on the boot} underground.

Gas rises.{T}

Gas sinks.{FALSE#No, it is light.#Right!####It is lighter than air.}

How many legs has a horse?{#4}

How much is a third?{#0.33:0.01}

A number from one to five?{#1..5}

When was it built?{#
  =1822:0 # yes
  =%50%1822:2 # nearly
}

Match them. {
  =miner -> lamp
  =driver -> locomotive
}

Write about your day. {}

This text only tells what comes next.

// [id:fan-7] [tag:通防] [tag:采煤]
::escaped::What is 1 \= 1 \{ or \} 2\: \~ \# ?{~nothing =everything \= all\\n}

Two right answers of full worth?{=red =blue ~green}

No right one?{~red ~blue}

Most is worth half?{=all ~%50%half ~none}
"""


def entry_of(body: dict[str, Any], number: str) -> dict[str, Any]:
    return {"id": number, **{name: value for name, value in body.items() if value not in ("", [])}}


def bare(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value not in ("", [])}


def differing(read: Read, given: list[dict[str, Any]]) -> list[str]:
    assert read.refused == []
    assert [note for draft in read.drafts for note in draft.notes] == []
    back = {draft.number: entry_of(draft.body, draft.number) for draft in read.drafts}
    return [entry["id"] for entry in given if back.get(entry["id"]) != bare(entry)]


@pytest.mark.parametrize("given", [BANK, [NASTY]], ids=["the bank", "every mark of the grammar"])
def test_through_gift_and_back_nothing_is_lost(given: list[dict[str, Any]]) -> None:
    assert differing(gift.read(gift_writing.written(given), WORDS), given) == []


@pytest.mark.parametrize("given", [BANK, [NASTY]], ids=["the bank", "every mark of the grammar"])
def test_through_xml_and_back_nothing_is_lost(given: list[dict[str, Any]]) -> None:
    assert differing(moodle.read(moodle.written(given), WORDS), given) == []


def test_the_round_trip_would_see_a_loss() -> None:
    text = gift_writing.written([NASTY]).replace("// point: ", "// ")
    assert differing(gift.read(text, WORDS), [NASTY]) == ["own-0001"]


def by_stem(read: Read, begins: str) -> Draft:
    return next(draft for draft in read.drafts if draft.body["stem"].startswith(begins))


def test_what_we_cannot_hold_is_named_by_its_line() -> None:
    read, lines = gift.read(EVERY_SYNTAX, WORDS), EVERY_SYNTAX.splitlines()
    assert [(lines[problem.line - 1][:12], problem.key) for problem in read.refused] == [
        ("How much is ", "exchange.gift_span"),
        ("A number fro", "exchange.gift_span"),
        ("Match them. ", "exchange.gift_matching"),
        ("Write about ", "exchange.gift_essay"),
        ("This text on", "exchange.gift_no_answer"),
        ("Two right an", "exchange.gift_several_right"),
        ("No right one", "exchange.gift_none_right"),
    ]


def test_every_kind_we_have_is_read() -> None:
    read = gift.read(EVERY_SYNTAX, WORDS)
    single = by_stem(read, "Air flows")
    assert single.body["stem"] == "Air flows where the door is?"
    assert (single.body["kind"], single.body["options"], single.body["answer"]) == (
        "single",
        ["open", "shut", "locked"],
        "A",
    )
    assert single.body["topic"] == "通风"
    blank = by_stem(read, "One and one")
    assert (blank.body["stem"], blank.body["answer"]) == ("One and one make____every day.", ["two", "2"])
    several = by_stem(read, "The lamp")
    assert (several.body["kind"], several.body["answer"]) == ("multiple", "AB")
    assert by_stem(read, "Gas rises").body["answer"] is True
    assert by_stem(read, "Gas sinks").body["answer"] is False
    assert by_stem(read, "Gas sinks").body["why"] == "It is lighter than air."
    assert by_stem(read, "How many").body["answer"] == ["4"]
    assert by_stem(read, "When was").body["answer"] == ["1822"]  # what is nearly right gives a part of the mark: told
    escaped = by_stem(read, "What is")
    assert escaped.body["stem"] == "What is 1 = 1 { or } 2: ~ # ?"
    assert (escaped.number, escaped.body["trades"]) == ("fan-7", ["通防", "采煤"])


def test_what_is_lost_though_the_question_is_kept_is_told() -> None:
    read = gift.read(EVERY_SYNTAX, WORDS)
    told = {draft.body["stem"][:8]: [note.key for note in draft.notes] for draft in read.drafts if draft.notes}
    assert told == {
        "Air flow": ["exchange.gift_why_taken", "exchange.gift_feedback_lost"],
        "The lamp": ["exchange.gift_blank_made"],
        "Gas sink": ["exchange.gift_feedback_lost"],
        "When was": ["exchange.gift_weights_lost", "exchange.gift_why_taken", "exchange.gift_feedback_lost"],
        "Most is ": ["exchange.gift_weights_lost"],
    }


MOODLES = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
 <question type="category"><category><text>$course$/top/通风</text></category></question>
 <question type="multichoice"><name><text>Q1</text></name>
  <questiontext format="html"><text><![CDATA[<p>风门能不能&nbsp;同时开？</p>]]></text></questiontext>
  <answer fraction="100"><text>不能</text><feedback><text>对</text></feedback></answer>
  <answer fraction="0"><text>能</text></answer>
 </question>
 <question type="essay"><name><text>写写</text></name><questiontext><text>写写今天</text></questiontext></question>
 <question type="numerical"><name><text>Q3</text></name><questiontext><text>多少？</text></questiontext>
  <answer fraction="100"><text>3.2</text><tolerance>0.1</tolerance></answer></question>
</quiz>"""


def test_a_file_as_moodle_writes_it_is_read() -> None:
    read = moodle.read(MOODLES.encode(), WORDS)
    assert [draft.body["stem"] for draft in read.drafts] == ["风门能不能 同时开？"]
    assert read.drafts[0].body["topic"] == "通风"
    assert [(problem.line, problem.key) for problem in read.refused] == [
        (9, "exchange.gift_essay"), (10, "exchange.gift_span"),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"<html/>", b"no xml", b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>'])
def test_what_is_no_bank_of_moodles_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        moodle.read(body, WORDS)
    assert refused.value.key == "exchange.bad_xml"


def test_no_text_breaks_the_reader() -> None:
    dice = random.Random(5)
    for _ in range(300):
        text = "".join(dice.choice("ab{}=~#%:\\/\n -> 50T$::") for _ in range(60))
        try:
            gift.read(text, WORDS)
        except Refusal:
            continue
