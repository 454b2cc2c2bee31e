"""One spelling for what people type: nothing is lost that means something, nothing is kept that does not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import content
from content.folding import fold, simplified
from tests.conftest import CONTENT

FOLDED = [
    ("ＡＢＣ１２３", "abc123"),
    ("①②③", "123"),
    ("收到。", "收到"),
    ("收到！！！", "收到"),
    ("  收到\t\n", "收到"),
    ("收\u200b到", "收到"),
    ("\u202e收到\u202c", "收到"),
    ("\ufeff收到", "收到"),
    ("收\u00ad到", "收到"),
    ("收到\ufe0f", "收到\ufe0f"),
    ("報名", "报名"),
    ("導出我的數據", "导出我的数据"),
    ("臺賬", "台账"),
    ("檯賬", "台账"),
    ("恢復提醒", "恢复提醒"),
    ("註銷", "注销"),
    ("轉人工", "转人工"),
    ("簽到", "签到"),
    ("後退", "后退"),
    ("皇后", "皇后"),
    ("乾燥", "干燥"),
    ("乾坤", "乾坤"),
    ("乾活", "干活"),
    ("幹部", "干部"),
    ("著火了", "着火了"),
    ("接著來", "接着来"),
    ("看著皮帶", "看着皮带"),
    ("著名", "著名"),
    ("顯著", "显著"),
    ("有题没有么", "有题没有么"),
    ("這裡面", "这里面"),
    ("冒頂了", "冒顶了"),
    ("皮带一坏就停", "皮带一坏就停"),
    ("？", "?"),
    ("???", "???"),
    ("", ""),
    ("Help", "help"),
]


@pytest.mark.parametrize(("typed", "meant"), FOLDED)
def test_a_spelling_is_folded(typed: str, meant: str) -> None:
    assert fold(typed) == meant


@pytest.mark.parametrize(("typed", "_"), FOLDED)
def test_folding_twice_changes_nothing_more(typed: str, _: str) -> None:
    assert fold(fold(typed)) == fold(typed)


def test_simplified_text_comes_back_as_it_was() -> None:
    for path in [*content.HERE.glob("questions/*.toml"), *content.HERE.glob("copy/*.toml")]:
        for line in path.read_text("utf-8").splitlines():
            assert simplified(line) == line, path


def test_the_length_of_what_is_simplified_stays() -> None:
    for name in ("spoken.toml", "blind.toml"):
        for said in tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))["said"]:
            assert len(simplified(said["text"])) == len(said["text"])


def test_no_word_is_broken_by_folding() -> None:
    words = CONTENT.words
    for word, action in words.by_word.items():
        assert words.by_word[fold(word)] == action
