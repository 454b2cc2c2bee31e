"""Numbers as they are typed into a fill-in: the situations of goflow's router cases that are not bound to a language.

goflow looks for a number anywhere in a sentence. A fill-in is marked, so here a number counts only when it is the answer:
a story that holds a number is a story.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.services.quiz import answers
from content.bank import Bank
from tests.conftest import CONTENT

BANK = Bank.read(Path(__file__).parent.parent / "bank")
HOURS = next(q for q in BANK.questions.values() if q.kind == "fill" and q.unit)


def _marked(said: str, accepted: str) -> float | None:
    """The mark of what was said where `accepted` is right; None where it is no answer at all."""
    question = dataclasses.replace(HOURS, accepted=(accepted,))
    read = answers.read(said, question, (), CONTENT.answers)
    return None if read is None else answers.score(read, question, "", CONTENT.answers)


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("10", "10"),
        ("是10", "10"),
        ("答案是 10", "10"),
        ("24小时", "24"),
        ("24个小时", "24"),
        ("24h", "24"),
        ("约24小时左右", "24"),
        ("1,000,000", "1000000"),
        ("1,000", "1000"),
        ("1，000", "1000"),
        ("500", "五百"),
        ("0.51", "0.51"),
        (".51", "0.51"),
        ("0.50", "0.5"),
        ("１２３４", "1234"),
        ("\u0661\u0662\u0663\u0664", "1234"),
        ("\u06f1\u06f2\u06f3\u06f4", "1234"),
        ("\u0660.\u0665", "0.5"),
        ("①", "1"),
        ("⑩", "10"),
        ("𝟐𝟒", "24"),
        (" 24 ", "24"),
        ("\u200b24\u200b", "24"),
        ("24。", "24"),
        ("24！！", "24"),
        ("24📴", "24"),
        ("二十四", "24"),
        ("廿四", "24"),
        ("貳拾肆", "24"),
        ("贰拾肆", "24"),
        ("一百零五", "105"),
        ("一百", "100"),
        ("两百", "200"),
        ("一点五", "1.5"),
        ("零点五", "0.5"),
    ],
)
def test_a_number_counts_in_whatever_digits(said: str, accepted: str) -> None:
    assert _marked(said, accepted) == 1


@pytest.mark.parametrize(
    ("said", "accepted"),
    [("11", "10"), ("-10", "10"), ("0.61", "0.51"), ("15", "1.5"), ("1.10", "1.01"), ("二十五", "24"), ("1,0", "10")],
)
def test_another_number_is_another_number(said: str, accepted: str) -> None:
    assert _marked(said, accepted) != 1


@pytest.mark.parametrize(
    "said",
    [
        "",
        "  ",
        "lOO",
        "这里啥也没有",
        "我今年24了，孩子还小",
        "1-15",
        "59:77",
        "31/02/2022",
        "foo@bar.com",
        "0788123123转人工",
        "<html>24</html>",
        "二十四号那天我没上班",
        "\U0001f600",
    ],
)
def test_what_only_holds_a_number_is_no_answer(said: str) -> None:
    assert _marked(said, "24") is None
