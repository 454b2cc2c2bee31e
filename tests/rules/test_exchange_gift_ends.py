"""Where a question of a GIFT file ends: two are never read as one, whether or not a blank line stands between them."""

from __future__ import annotations

import random

import pytest

import content
from bot.services.exchange import gift
from content.exchange import ExchangeWords
from tests.rules.mine import SAY

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")


def asked(text: str) -> list[tuple[int, str]]:
    """Line and stem of what was read."""
    return [(draft.line, draft.body["stem"]) for draft in gift.read(text, WORDS).drafts]


def refused(text: str) -> list[tuple[int, str]]:
    found = gift.read(text, WORDS).refused
    for problem in found:
        assert SAY(problem.key, **problem.values)
    return [(problem.line, problem.key) for problem in found]


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        (
            "甲能不能开？{T}\n乙能不能开？{F}\n丙是哪个？{=一 ~二}",
            [(1, "甲能不能开？"), (2, "乙能不能开？"), (3, "丙是哪个？")],
        ),
        ("甲能不能开？{\n=能\n~不能\n}\n乙是\n哪一个？\n{\n=一\n~二\n}", [(1, "甲能不能开？"), (5, "乙是 哪一个？")]),
        ("::一::甲能不能开？{T}\n::二::乙能不能开？{F}", [(1, "甲能不能开？"), (2, "乙能不能开？")]),
        ("本矿有{=三 =3}个井口。\n本矿有{=两 =2}个风井。", [(1, "本矿有____个井口。"), (2, "本矿有____个风井。")]),
        ("我们在{=三 =3}号\n井口上班。\n\n乙对不对？{T}", [(1, "我们在____号 井口上班。"), (4, "乙对不对？")]),
        ("甲对不对？{T\n\n####有空行也行}\n乙对不对？{F}", [(1, "甲对不对？"), (4, "乙对不对？")]),
        ((r"甲 \{一\} 对不对？{T}" "\n" r"乙 \{二\} 对不对？{F}"), [(1, "甲 {一} 对不对？"), (2, "乙 {二} 对不对？")]),
    ],
)
def test_where_only_one_thing_can_be_meant_a_new_question_needs_no_blank_line(
    text: str, stems: list[tuple[int, str]]
) -> None:
    assert (asked(text), refused(text)) == (stems, [])


def test_what_a_comment_says_goes_to_the_question_below_it() -> None:
    text = "// [id:own-0001]\n甲对不对？{T}\n// [id:own-0002]\n// topic: 顶板\n乙对不对？{F}\n// 只是一句闲话\n丙对不对？{F}"
    drafts = gift.read(text, WORDS).drafts
    assert [(each.number, each.body["topic"]) for each in drafts] == [("own-0001", ""), ("own-0002", "顶板"), ("", "")]


@pytest.mark.parametrize(
    ("text", "line", "key", "left"),
    [
        ("甲是哪个？{=一 ~二\n\n乙是哪个？{=三 ~四}", 1, "gift_unclosed", [(3, "乙是哪个？")]),
        ("甲是哪个？{~一 ~二\n\n只是说明\n\n// [id:x]\n乙对吗？{T}", 1, "gift_unclosed", [(6, "乙对吗？")]),
        ("甲是哪个？{=一 ~二\n乙是哪个？{~三 ~四}\n丙对吗？{T}", 1, "gift_unclosed", [(3, "丙对吗？")]),
        ("丙对吗？{T}\n\n甲是哪个？{=一 ~二", 3, "gift_unclosed", [(1, "丙对吗？")]),
        ("甲是哪个？{=一 ~二\n$CATEGORY: 顶板\n丙对吗？{T}", 1, "gift_unclosed", [(3, "丙对吗？")]),
        ("甲对吗？{T} 乙对吗？{F}\n\n丙对吗？{T}", 1, "gift_two_answers", [(3, "丙对吗？")]),
        ("甲是哪个？{=一 ~二}\n只是一句说明。\n\n丙对吗？{T}", 2, "gift_runs_on", [(4, "丙对吗？")]),
        ("这里有{=三 =3}个\n井口，还有一句。\n乙对吗？{T}\n\n丙对吗？{T}", 2, "gift_runs_on", [(5, "丙对吗？")]),
    ],
)
def test_where_nobody_can_tell_the_line_is_named_and_what_to_do(
    text: str, line: int, key: str, left: list[tuple[int, str]]
) -> None:
    found = [each for each in refused(text) if each[1] != "exchange.gift_no_answer"]
    assert (found, asked(text)) == ([(line, f"exchange.{key}")], left)


def test_whatever_stands_between_questions_none_is_glued_to_another() -> None:
    """Each stem and each option bears the number of its question: none is ever found with that of another."""
    dice = random.Random(11)
    for _ in range(400):
        text = ""
        for number in range(6):
            inside = dice.choice(
                ["{{=甲{0} ~乙{0}}}", "{{\n=甲{0}\n\n~乙{0}\n}}", "{{=甲{0} ~乙{0}", "{{~甲{0} =乙{0}}}尾{0}"]
            )
            stem = dice.choice(["问{0}？", "::题{0}::问{0}？", "问\n问{0}？"])
            text += (stem + inside).format(number) + dice.choice(["\n", "\n\n", "\n\n", " "])
        for draft in gift.read(text, WORDS).drafts:
            told = "".join([draft.body["stem"], *draft.body.get("options", [])])
            assert len({letter for letter in told if letter.isdigit()}) == 1, (text, told)
