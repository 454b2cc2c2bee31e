"""Every way a miner writes an answer, and how it is marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.quiz import answers
from content.bank import LETTERS, Bank
from tests.conftest import CONTENT

BANK = Bank.read(Path(__file__).parent.parent / "bank")
SINGLE, MULTIPLE, JUDGE, HOURS, WORD, FALSE = BANK.questions.values()
WORDS = CONTENT.answers


@pytest.mark.parametrize(
    ("said", "letter"),
    [
        *[
            (said, "A")
            for said in (
                "A",
                "a",
                "Ａ",
                "ａ",
                "1",
                "１",
                "一",
                "①",
                "选A",
                "选 a",
                "我选A",
                "答案是A",
                "第一个",
                "A。",
                "选A吧",
                "A项",
            )
        ],
        *[(said, "B") for said in ("b", "二", "2", "第二个", "选第二个", "B. 香蕉", "B、香蕉", "b 香蕉", "香蕉")],
        *[(said, "D") for said in ("D", "④", "四", "４")],
        *[(said, None) for said in ("E", "5", "五", "AB", "苹果香蕉", "", "我不知道", "A和B都对吧", "0", "11")],
    ],
)
def test_a_single_choice_is_answered_in_any_hand(said: str, letter: str | None) -> None:
    assert answers.read(said, SINGLE, SINGLE.options, WORDS) == letter


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        *[
            (said, "AC")
            for said in (
                "AC",
                "ac",
                "ＡＣ",
                "A C",
                "A、C",
                "a,c",
                "A和C",
                "CA",
                "13",
                "一三",
                "选AC",
                "AC吧",
                "AACC",
                "A+C",
            )
        ],
        ("ABD", "ABD"),
        ("一二四", "ABD"),
        ("1 2 4", "ABD"),
        ("A", "A"),
        ("AE", None),
        ("都对", "ABCD"),
        ("全选", "ABCD"),
        ("A.B.C", "ABC"),
        ("", None),
    ],
)
def test_a_multiple_choice_is_answered_at_once(said: str, letters: str | None) -> None:
    assert answers.read(said, MULTIPLE, MULTIPLE.options, WORDS) == letters


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        *[
            (said, "T")
            for said in (
                "对",
                "√",
                "正确",
                "是",
                "对的",
                "没错",
                "选对",
                "对。",
                "对吧",
                "Y",
                "没毛病",
                "应该对",
                "勾",
                "⭕",
            )
        ],
        *[
            (said, "F")
            for said in ("错", "×", "x", "Ｘ", "不对", "错误", "不是", "错的", "选错", "N", "错了", "不行", "❌", "否")
        ],
        *[(said, None) for said in ("A", "也许", "", "1")],
    ],
)
def test_true_and_false_have_many_names(said: str, verdict: str | None) -> None:
    assert answers.read(said, JUDGE, (), WORDS) == verdict


@pytest.mark.parametrize(
    "said",
    [
        "24",
        "２４",
        "24小时",
        "24 小时",
        "二十四",
        "二十四小时",
        "24.0",
        "24。",
        "至少24小时",
        "24小时以上",
        "二十四个钟头",
        "24小时，对吗",
        "不少于二十四小时",
        "是24吧",
        "24 h",
        "二四",
        "大概24",
        "约24",
    ],
)
def test_a_number_is_right_in_any_spelling(said: str) -> None:
    typed = answers.read(said, HOURS, (), WORDS)
    assert typed is not None
    assert answers.score(typed, HOURS, "", WORDS) == 1


@pytest.mark.parametrize("said", ["12", "十二", "240", "2.4", "12小时", "十个小时", "至少12小时"])
def test_another_number_is_wrong(said: str) -> None:
    typed = answers.read(said, HOURS, (), WORDS)
    assert typed is not None
    assert answers.score(typed, HOURS, "", WORDS) == 0


@pytest.mark.parametrize(
    "said",
    [
        "随便",
        "不知道",
        "",
        "等一下",
        "我一会儿再答",
        "有一个人受伤了",
        "24天",
        "-24",
        "二十四吧要不就十二",
        "今天在井下碰见老张说了半天的话也没说清到底是二十四还是多少",
    ],
)
def test_a_story_is_no_try_at_a_number(said: str) -> None:
    assert answers.read(said, HOURS, (), WORDS) is None


TIMES = ("3次", "2次", "1次", "4次")
PERCENT = ("1.0%", "2.0%", "0.75%", "1.5%")


@pytest.mark.parametrize(
    ("said", "options", "meant"),
    [
        *[(said, TIMES, "AC") for said in ("1", "1。", "一")],
        ("2", TIMES, "B"),
        ("4", TIMES, "D"),
        *[(said, TIMES, "A") for said in ("3 次", "三次", "3次吧", "A. 3次", "a")],
        *[(said, TIMES, "AB") for said in ("B. 3次", "b 3 次")],
        *[(said, PERCENT, "D") for said in ("1.5", "1.5%。", "1.5%吧", "1.5%", "D. 1.5%", "D 1.5")],
        ("0.75", PERCENT, "C"),
        ("1", PERCENT, "A"),
        ("2", PERCENT, "B"),
        ("A.12个月", TIMES, ""),
        ("5次", TIMES, ""),
    ],
)
def test_a_number_may_be_a_place_or_a_value_and_is_asked_about_when_both(
    said: str, options: tuple[str, ...], meant: str
) -> None:
    assert answers.meanings(said, options, WORDS) == meant
    assert answers.read(said, SINGLE, options, WORDS) == (meant if len(meant) == 1 else None)


def test_a_word_is_taken_as_typed() -> None:
    assert answers.score(answers.read("黑色。", WORD, (), WORDS) or "", WORD, "", WORDS) == 1
    assert answers.score(answers.read("白", WORD, (), WORDS) or "", WORD, "", WORDS) == 0


@given(st.permutations("ABCD"))
def test_marking_follows_the_order_shown(order: list[str]) -> None:
    """However the options are shuffled, the keyed option is right and no other is."""
    shuffle = "".join(order)
    right = LETTERS[shuffle.index("A")]
    assert [answers.score(letter, SINGLE, shuffle, WORDS) for letter in "ABCD"] == [
        float(letter == right) for letter in "ABCD"
    ]
    keyed = answers.shown("AC", shuffle)
    assert answers.score(keyed, MULTIPLE, shuffle, WORDS) == 1
    assert {shuffle[LETTERS.index(letter)] for letter in keyed} == {"A", "C"}


@given(st.text(max_size=60))
def test_no_text_is_too_strange_to_read(said: str) -> None:
    for question in BANK.questions.values():
        read = answers.read(said, question, question.options, WORDS)
        if read is not None and question.kind != "fill":
            assert set(read) <= set("TF" if question.kind == "judge" else LETTERS[: len(question.options)])
        if read is not None:
            assert answers.score(read, question, "ABCD", WORDS) in (0.0, 1.0)


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("B 猜的", "b"),
        ("猜B", "b"),
        ("我猜是B", "b"),
        ("B，蒙的", "b"),
        ("ＡＢＤ瞎猜", "abd"),
        ("24 不确定", "24"),
        ("猜的", ""),
        ("对 我猜的", "对"),
    ],
)
def test_whoever_guesses_says_so_beside_his_answer(said: str, rest: str) -> None:
    assert answers.owned_up(said, WORDS) == (rest, True)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("猜错了", True),
        ("我猜错了。", True),
        ("蒙对了", True),
        ("猜不对", True),
        ("猜错", False),
        ("我猜是错的", False),
        ("错了，猜的", False),
        ("对了 我猜的", False),
        ("错了", False),
    ],
)
def test_a_guess_that_may_tell_how_it_came_out_is_asked_about_and_no_other(said: str, asked: bool) -> None:
    assert answers.told(said, JUDGE, WORDS) is asked
    assert answers.told(said, SINGLE, WORDS) is False


@pytest.mark.parametrize("said", ["B", "香蕉", "大概24", "我觉得是B", ""])
def test_an_answer_without_such_words_is_no_guess(said: str) -> None:
    assert answers.owned_up(said, WORDS) == (said, False)
