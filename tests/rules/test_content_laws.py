"""Every piece is held against the article it names: numbers by value, facts by their letters, copies by their length."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import content
from content import checker
from content.checking import form, laws
from content.checking.numerals import numbers, value
from content.checking.raw import Raw, festivals, pieces
from content.problem import ContentProblem
from tests.rules.content_pieces import CASE, LESSON, QUESTION, write_all, write_law

FALSE = {
    **QUESTION,
    "kind": "judge",
    "stem": "甲烷到2.0%才用停工撤人。",
    "answer": False,
}
TRUE = {**FALSE, "stem": "甲烷到1.5%就得停工撤人。", "answer": True}
FILL = {**QUESTION, "kind": "fill", "stem": "多少人以上的班组要撤？", "answer": ["30", "三十"], "unit": "人"}
for _filled in (FALSE, TRUE, FILL):
    del _filled["options"]
COPY = "切断电源，把三十人以上的班组撤到进风侧并且逐个清点人数后报告"


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, laws.Law]:
    return laws.read(write_law(tmp_path / "law"))


def _reasons(entry: Mapping[str, Any], texts: Mapping[str, laws.Law], kind: str = "questions") -> list[str]:
    raw = Raw(kind, "questions/gas.toml", entry["id"], entry)
    found = list(laws.problems(raw, texts))
    return [problem.reason for problem in (*found, *(form.question(raw) if kind == "questions" else ()))]


@pytest.mark.parametrize("entry", [QUESTION, FALSE, TRUE, FILL], ids=["single", "false", "true", "fill"])
def test_what_stands_in_the_article_passes(texts: dict[str, laws.Law], entry: Mapping[str, Any]) -> None:
    assert _reasons(entry, texts) == []


@pytest.mark.parametrize(
    ("entry", "reasons"),
    [
        ({**QUESTION, "law": "没有的法"}, ["no_such_law"]),
        ({**QUESTION, "article": "第九条"}, ["no_such_article"]),
        ({**QUESTION, "evidence": ["甲烷浓度达到1.6%时必须停止工作"]}, ["not_in_article", "number_untied"]),
        ({**QUESTION, "evidence": ["浓度达到1.5%"] * 5}, ["evidence_count"]),
        ({**QUESTION, "evidence": ["甲烷浓度达到1.5%时必须停止工作，切断电源"]}, ["evidence_length"]),
        ({**QUESTION, "evidence": ["切断电源"]}, ["number_untied"]),
        ({**QUESTION, "answer": "B"}, ["number_not_in_article", "number_untied"]),
        ({**QUESTION, "options": ["1.5%", "1.0%", " 1.5%"], "answer": "A"}, ["same_options"]),
        ({**QUESTION, "why": COPY}, ["copied"]),
        ({**QUESTION, "why": COPY[:25] + "，别等"}, []),
        ({**QUESTION, "trades": []}, ["no_trades"]),
        ({**FALSE, "stem": "甲烷浓度达到1.5%时必须停止工作，一个人也不用撤。"}, ["not_contradicted"]),
        ({**TRUE, "stem": "甲烷到2.5%就得停工撤人。"}, ["number_not_in_article"]),
        ({**FILL, "answer": ["31", "三十一"]}, ["fill_not_in_article"]),
        ({**FILL, "answer": ["进风侧"], "unit": ""}, []),
        (
            {
                **QUESTION,
                "article": "第四条",
                "evidence": ["水泵每班检查2次"],
                "options": ["1次", "2次", "4次"],
                "answer": "B",
            },
            ["table_unread"],
        ),
    ],
)
def test_what_does_not_stand_in_it_is_told(
    texts: dict[str, laws.Law], entry: Mapping[str, Any], reasons: list[str]
) -> None:
    assert _reasons(entry, texts) == reasons


def test_a_law_that_is_not_in_force_is_no_ground(tmp_path: Path) -> None:
    assert _reasons(QUESTION, laws.read(write_law(tmp_path, status="repealed"))) == ["law_not_in_force"]


def test_lessons_cases_cards_and_festivals_are_held_as_well(tmp_path: Path, texts: dict[str, laws.Law]) -> None:
    write_all(tmp_path)
    held = [*pieces(tmp_path), *festivals(tmp_path)]
    assert {raw.kind for raw in held} == {
        "questions", "lessons", "cases", "cards", "tracks", "pledges", "festivals",
    }  # fmt: skip
    assert [problem for raw in held for problem in laws.problems(raw, texts)] == []
    assert _reasons({**LESSON, "evidence": ["天气好"]}, texts, "lessons") == ["not_in_article"]
    spoiled = {**CASE, "grounds": [{**CASE["grounds"][0], "article": "第九条"}], "lesson": COPY}
    assert _reasons(spoiled, texts, "cases") == ["no_such_article"]
    assert _reasons({**CASE, "story": [COPY, "后来呢。"]}, texts, "cases") == ["copied"]


def test_a_number_of_its_own_in_a_lesson_is_only_pointed_at(texts: dict[str, laws.Law]) -> None:
    entry = {**LESSON, "text": LESSON["text"] + "\n一年要练12次。"}
    raw = Raw("lessons", "lessons/gas.toml", "lesson-0001", entry)
    assert [(doubt.reason, doubt.detail) for doubt in laws.doubts(raw, texts)] == [("number_of_its_own", "text 12")]
    assert list(laws.problems(raw, texts)) == []


@pytest.mark.parametrize("text", ['{"title": "没有条文"}', "[]", "不是 JSON"])
def test_a_file_that_is_no_law_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "坏的.json").write_text(text, "utf-8")
    with pytest.raises(ContentProblem, match="not_a_law"):
        laws.read(tmp_path)


def test_a_folder_without_laws_holds_nothing_up(tmp_path: Path) -> None:
    with pytest.raises(ContentProblem, match="no_laws"):
        laws.read(tmp_path)


def test_a_folder_that_is_not_there_is_a_problem_like_any_other(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    found = checker.inspect(content.HERE, missing)
    assert str(missing) in {problem.file for problem in found.problems}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("每班至少2次", {2}),
        ("每班至少两次", {2}),
        ("三十万元以上", {300000}),
        ("30万元", {300000}),
        ("一千二百五十米", {1250}),
        ("百分之五", {100}),
        ("1％与1.0%", {1}),
        ("第一百九十三条第（二）项", set()),
        ("断面8m2、每分钟4m3的风，不算CO2", {8, 4}),
        ("一切行动听指挥", set()),
    ],
)
def test_a_number_is_what_it_is_worth(text: str, held: set[float]) -> None:
    assert numbers(text) == held


def test_a_numeral_in_characters_has_a_value_and_a_word_has_none() -> None:
    assert (value("三十"), value("一百二"), value("三十分钟"), value("")) == (30.0, 102.0, None, None)
