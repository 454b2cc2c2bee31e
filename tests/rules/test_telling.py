"""Words of people who call for help or tell of themselves: every word of the lists can be heard."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import content
from content import checker
from content.checking import review
from content.checking.raw import pieces
from content.problem import ContentProblem
from content.telling import Telling
from tests.rules.content_pieces import write, write_all
from tests.rules.test_content_check import TODAY

OURS = Telling.read()
OTHERS = 'own = ["我"]\nasks = ["吗"]\nendings = ["埋人"]\nleads = ["就能"]\npresent = ["现在"]\n'


def test_every_call_in_the_list_is_heard_as_one_and_every_story_as_a_story() -> None:
    assert list(OURS.problems()) == []
    assert [word for word in OURS.calls if not OURS.is_call(word)] == []
    assert [word for word in OURS.own if not OURS.is_story(f"{word}今天又多推了一车煤。")] == []


def test_a_question_that_quotes_a_call_is_none_and_where_somebody_is_asked_for_it_is_one() -> None:
    assert OURS.is_call("来人哪，顶板下来了")
    assert OURS.is_call("救命，你们在哪")
    assert not OURS.is_call("听到有人喊救命，下列哪个做法对")
    assert not OURS.is_call("出事了先往哪边撤")


@pytest.mark.parametrize(
    "told",
    [
        "瓦斯超限时不查就送电开机，一个火花就能引爆，人跑不出来。",
        "不探放水就往前掘，老空水会把巷道灌满，人跑不出去。",
        "空顶干活，顶板掉下来就会埋住人。",
        "瓦斯一炸就能出人命",
    ],
)
def test_what_comes_of_breaking_a_rule_is_written_down_and_no_call(told: str) -> None:
    assert not OURS.is_call(told)


@pytest.mark.parametrize(
    "told",
    [
        "一个火花就引爆了，人跑不出来了",
        "人跑不出来",
        "顶板会掉下来，我们跑不出来",
        "再不来就会出人命，快来人",
        "刚才一送电就能看见火，人跑不出来",
        "压住人 就会没命的",
        "埋住了，会死人的",
    ],
)
def test_whoever_calls_with_a_consequence_in_his_words_is_heard(told: str) -> None:
    assert OURS.is_call(told)


@pytest.mark.parametrize("mark", ["?", "？"])
def test_a_mark_of_question_at_the_end_makes_a_question_of_a_story(mark: str) -> None:
    assert OURS.is_story("我昨天忘带矿灯")
    assert not OURS.is_story(f"我昨天忘带矿灯{mark}")


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ('calls = ["救命", "来人哪"]\ntaught = ["哪"]', "word_undone", "来人哪 哪"),
        ('calls = ["ＳＯＳ"]\ntaught = ["必须"]', "not_folded", "ＳＯＳ"),
        ('calls = ["救命", "救命"]\ntaught = ["必须"]', "word_twice", "救命"),
        ('calls = "救命"\ntaught = ["必须"]', "not_word_list", ""),
    ],
)
def test_the_check_of_all_content_reads_these_lists_too(tmp_path: Path, change: str, reason: str, detail: str) -> None:
    folder = tmp_path / "content"
    ours = shutil.ignore_patterns("*.py", "__pycache__", "questions", "lessons", "cases", "cards", "tracks", "pledges")
    shutil.copytree(content.HERE, folder, ignore=ours)
    write_all(folder)
    assert [problem for problem in checker.check(folder) if problem.file == "telling.toml"] == []
    write(folder, "telling/telling.toml", f"{change}\n{OTHERS}")
    found = [problem for problem in checker.check(folder) if problem.file == "telling.toml"]
    assert [(problem.where, problem.reason, problem.detail) for problem in found] == [
        ("telling.toml:1", reason, detail)
    ]
    assert reason not in content.worded(found[0])


def test_a_verdict_may_be_given_in_chinese(tmp_path: Path) -> None:
    write_all(tmp_path)
    lines = ["gas-0001 对", "lesson-0001　改过　题干少个字", "case-0001 right", "", "# 完"]
    verdicts = review.merged({}, lines, pieces(tmp_path), file="v.txt", on=TODAY)
    assert {name: each.verdict for name, each in verdicts.items()} == {
        "gas-0001": "right", "lesson-0001": "mended", "case-0001": "right",
    }  # fmt: skip
    with pytest.raises(ContentProblem, match="unknown_verdict") as told:
        review.merged({}, ["gas-0001 对", "case-0001 可以"], pieces(tmp_path), file="v.txt", on=TODAY)
    assert told.value.line == 2
