"""What a secretary may get wrong in a file of sayings is told with file, key and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import content
from content import checker
from content.pattern import Pattern
from content.problem import ContentProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(content.HERE, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return tmp_path / "content"


def _found(folder: Path) -> list[tuple[str, str, str]]:
    return [(problem.file, problem.key, problem.reason) for problem in checker.check(folder)]


def _append(folder: Path, text: str) -> None:
    (folder / "sayings" / "zz_more.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("written", "key", "reason"),
    [
        ('["no.such"]\nsays = ["说"]\n', "no.such", "unknown_action"),
        ('["quiz.daily"]\nsays = ["说"]\n', "quiz.daily", "action_twice"),
        ('["roles.grant"]\nsays = "说"\n', "roles.grant", "not_sayings"),
        ('["roles.grant"]\nsays = [""]\n', "roles.grant", "not_sayings"),
        ('["roles.grant"]\nsay = ["说"]\n', "roles.grant", "unknown_key"),
        ('["roles.grant"]\nsays = ["{说"]\n', "roles.grant", "bad_saying"),
        ('["roles.grant"]\nsays = ["[说][话]"]\n', "roles.grant", "empty_saying"),
        ('["roles.grant"]\nnames = ["错题本"]\n', "roles.grant", "word_taken"),
        ('["roles.grant"]\nsays = [\n', "-", "not_toml"),
    ],
)
def test_a_slip_in_a_file_is_named(folder: Path, written: str, key: str, reason: str) -> None:
    _append(folder, written)
    assert ("zz_more.toml", key, reason) in _found(folder)


def test_all_slips_are_named_at_once(folder: Path) -> None:
    _append(folder, '["roles.grant"]\nsays = ["{说", "[说]", "好说"]\n\n["no.such"]\nsays = ["说"]\n')
    reasons = [reason for file, _, reason in _found(folder) if file == "zz_more.toml"]
    assert sorted(reasons) == ["bad_saying", "empty_saying", "unknown_action"]


@pytest.mark.parametrize("name", ["speech.toml", "shapes.toml", "senses.toml"])
def test_a_missing_list_is_named(folder: Path, name: str) -> None:
    path = folder / "sayings" / name
    path.write_text(path.read_text("utf-8").replace("\n[", "\n[x", 1), "utf-8")
    assert any(file == name for file, _, _ in _found(folder))


@pytest.mark.parametrize(
    ("was", "written", "key", "reason"),
    [
        ("\n[signs]\n", '\n[signs]\n"no.such" = ["停"]\n', "no.such", "unknown_action"),
        ("\n[signs]\n", '\n[signs]\n"roles.grant" = "停"\n', "roles.grant", "not_sayings"),
        ("\n[signs]\n", '\n[signs]\n"roles.grant" = ["-停"]\n', "roles.grant", "bad_saying"),
        ("\n[signs]\n", '\n[signs]\n"roles.grant" = ["停 =x"]\n', "roles.grant", "bad_saying"),
        ("\n[signs]\n", '\n[signs]\n"roles.grant" = ["停/"]\n', "roles.grant", "bad_saying"),
        ("\n[words]\n", '\n[words]\n"甲" = []\n"乙" = ["{停"]\n', "乙", "bad_saying"),
        ("\n[words]\n", '\n[words]\n"甲" = ["停…了"]\n', "甲", "bad_saying"),
        ("\n[words]\n", '\n[words]\n"甲" = "停"\n', "甲", "not_sayings"),
        ("always = [", 'always = "x"\nnever = [', "from", "not_sayings"),
    ],
)
def test_a_slip_in_the_senses_is_named(folder: Path, was: str, written: str, key: str, reason: str) -> None:
    path = folder / "sayings" / "senses.toml"
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, written, 1), "utf-8")
    assert ("senses.toml", key, reason) in _found(folder)


def test_every_problem_can_be_said() -> None:
    for reason in ("unknown_action", "action_twice", "not_sayings", "bad_saying", "empty_saying", "unknown_shape"):
        assert reason not in content.worded(ContentProblem("f", "k", reason))


@pytest.mark.parametrize(
    ("source", "said", "unsaid"),
    [
        ("看{通知|公告}", ["看通知", "看公告"], ["看", "通知"]),
        ("[去]看[看]通知", ["看通知", "去看通知", "看看通知", "去看看通知"], ["去通知"]),
        ("报…名", ["报名", "报上名", "报个大大的名"], ["名报", "报"]),
    ],
)
def test_a_saying_says_what_its_brackets_say(source: str, said: list[str], unsaid: list[str]) -> None:
    pattern = Pattern.read(source, str)
    assert all(len(text) in pattern.ends(text, 0) for text in said)
    assert not any(len(text) in pattern.ends(text, 0) for text in unsaid)
