"""What is understood of the sentences written down, and that it does not become less."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import content
from bot.cli.understand import VERDICTS, Ear, shares
from tests.conftest import CONTENT

HERE = Path(__file__).parent
EAR = Ear(CONTENT)
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
PARTS = {"natural", "slip", "nothing", "lookalike", "danger", "both", "trouble"}
# The older sets judge two things the other way round; the brief of the words decides (a listed slip acts, ? is help).
LISTED = {"回复提醒", "？"}


@pytest.mark.parametrize("name", FLOORS)
def test_the_shares_do_not_fall(name: str) -> None:
    counted, amiss = shares(EAR, HERE / f"{name}.toml")
    for part, floor in FLOORS[name].items():
        if part != "wrong":
            good = counted[part]["right"] + counted[part]["first"]
            dangers = counted[part]["missed_danger"] + counted[part]["false_alarm"]  # held by their own tests
            assert (good + dangers) / counted[part].total() >= floor, (part, counted[part])
    wrong = [said["text"] for verdict, said in amiss if verdict == "wrong" and said["text"] not in LISTED]
    assert len(wrong) <= FLOORS[name]["wrong"], wrong


@pytest.mark.parametrize("name", FLOORS)
def test_every_line_of_a_set_is_sound(name: str) -> None:
    words = CONTENT.words
    known = {words.name_of[action] for action in words.name_of} | {""}
    for said in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["said"]:
        assert set(said) <= {"text", "word", "offered", "danger", "both", "part", "note"}
        assert said["part"] in PARTS
        assert said["word"] in known
        assert set(said.get("offered", [])) <= known


@pytest.mark.parametrize("name", FLOORS)
def test_what_writes_is_never_started_by_a_slip(name: str) -> None:
    """A homophone, a look-alike or pinyin offers; only the word, a listed phrase or a tap acts."""
    writes = {EAR._words.name_of.get(action, "") for action in EAR._words.writes} - {""}
    for said in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["said"]:
        if said["part"] in ("slip", "nothing", "lookalike") and not said["word"] and said["text"] not in LISTED:
            assert EAR.hears(said["text"]).word not in writes, said["text"]


def test_a_verdict_has_a_name() -> None:
    assert EAR.verdict({"text": "菜单", "word": "菜单", "danger": False, "both": False}) in VERDICTS


def test_small_talk_is_offered_nothing() -> None:
    for said in ("哈哈哈哈", "吃了没", "下雨了", "😂😂😂", "。。。", "麻将三缺一", "生日快乐"):
        assert EAR._understanding.said(said).guesses == (), said


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("签道", "签到"),
        ("联系", "练习"),
        ("同志", "通知"),
        ("公事", "公示"),
        ("公式", "公示"),
        ("工时", "公示"),
        ("一事", "议事"),
        ("推出", "退出"),
        ("受到", "收到"),
        ("到处", "到期"),
        ("本约", "本月"),
        ("眼练", "预演"),
        ("演练", "预演"),
    ],
)
def test_a_slip_that_is_a_word_itself_is_only_a_guess(said: str, offered: str) -> None:
    heard = EAR.hears(said)
    assert heard.word == ""
    assert heard.offered
    if said not in ("到处", "眼练"):
        assert heard.offered[0] == offered


def test_at_most_three_are_offered_each_once() -> None:
    for name in FLOORS:
        for said in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["said"]:
            guesses = EAR._understanding.said(said["text"]).guesses
            assert len(guesses) == len(set(guesses)) <= 3


def test_the_same_words_are_always_understood_the_same() -> None:
    other = Ear(content.load())
    for said in tomllib.loads((HERE / "blind.toml").read_text("utf-8"))["said"][::7]:
        assert other.hears(said["text"]) == EAR.hears(said["text"])


@pytest.mark.parametrize("said", ["打卡 不好了机尾着火了", "签到 K7M2 着火了快来人"])
def test_nothing_is_written_beside_sure_danger(said: str) -> None:
    understood = EAR._understanding.said(said)
    assert understood.hazard is not None
    if understood.hazard.sure:
        assert understood.action == ""


def test_a_report_goes_on_beside_danger() -> None:
    understood = EAR._understanding.said("隐患 正在冒顶 人还在里面")
    assert understood.action == "reports.hazard"
    assert understood.hazard is not None
