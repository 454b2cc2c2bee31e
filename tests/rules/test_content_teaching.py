"""Lessons, cases, cards and the rest: read as they are written, and what is wrong is told with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import content
from content.bank import Bank
from content.problem import ContentProblem, located
from content.teaching import Teaching, Topics, crossing
from tests.conftest import CONTENT
from tests.rules.content_pieces import (
    CARD,
    CASE,
    EXAMPLE,
    LESSON,
    QUESTION,
    STEP,
    dump,
    write,
    write_all,
)

TOPICS = Topics.read(content.HERE / "topics.toml")


def _teaching(folder: Path) -> Teaching:
    write_all(folder)
    return Teaching.read(folder)


def test_a_folder_without_anything_teaches_nothing_and_still_starts(tmp_path: Path) -> None:
    teaching = Teaching.read(tmp_path)
    assert [*teaching.lessons, *teaching.cases, *teaching.cards, *teaching.examples, *teaching.bulletin] == []
    assert teaching.tracks == {"secretary": (), "committee": (), "crew_leader": ()}
    assert [*teaching.calendar.mix, *teaching.calendar.festivals, *teaching.coach.rules] == []


def test_a_lesson_keeps_its_lines_its_source_and_its_question(tmp_path: Path) -> None:
    lesson = _teaching(tmp_path).lessons["lesson-0001"]
    assert (lesson.law, lesson.article, lesson.question, lesson.level) == ("示例规程", "第三条", "gas-0001", 1)
    assert len(lesson.text.split("\n")) == 3


def test_a_case_stops_where_somebody_has_to_decide(tmp_path: Path) -> None:
    case = _teaching(tmp_path).cases["case-0001"]
    assert case.choices[0].text == "马上停机断电，带人撤"
    assert (case.right, case.grounds[0].article, case.questions) == ("A", "第三条", ("gas-0001",))


def test_a_track_is_studied_in_the_order_of_its_file(tmp_path: Path) -> None:
    write(tmp_path, "tracks/committee.toml", dump("card", {**STEP, "id": "b-2"}, {**STEP, "id": "a-1"}))
    assert [step.id for step in Teaching.read(tmp_path).tracks["committee"]] == ["b-2", "a-1"]


def test_the_year_the_coach_and_the_page_are_read(tmp_path: Path) -> None:
    teaching = _teaching(tmp_path)
    assert teaching.calendar.mix == {"safety": 7, "party": 3, "skill": 2}
    assert teaching.calendar.week == {"wednesday": ("case",)}
    assert (teaching.calendar.month["exam_pass"], teaching.calendar.seasons[0].months) == (80, (6, 7, 8))
    assert (teaching.calendar.campaigns[0].title, teaching.calendar.festivals[0].days_before) == ("安全生产月", 3)
    assert (teaching.coach.rules[0].stops, teaching.coach.marks[0].number) == (True, True)
    assert (teaching.bulletin[0].most, teaching.examples["pledge-0001"].period) == (60, "month")


SPOILED: list[tuple[str, Mapping[str, Any], str, str]] = [
    ("lessons/a.toml lesson", {**LESSON, "title": "短"}, "length", "title"),
    ("lessons/a.toml lesson", {**LESSON, "text": LESSON["text"].replace("\n", "")}, "lines", "text"),
    ("lessons/a.toml lesson", {**LESSON, "area": "sports"}, "unknown_area", "area"),
    ("lessons/a.toml lesson", {**LESSON, "title": "看<b>这里</b>"}, "markup", "title"),
    ("lessons/a.toml lesson", {**LESSON, "titel": "多的"}, "unknown_key", "titel"),
    ("lessons/a.toml lesson", {**LESSON, "level": True}, "wrong_type", "level"),
    ("lessons/a.toml lesson", {**LESSON, "evidence": ["矿"]}, "evidence_length", "evidence"),
    ("lessons/a.toml lesson", {**LESSON, "evidence": []}, "length", "evidence"),
    ("cases/a.toml case", {**CASE, "right": "D"}, "right_letter", "right"),
    ("cases/a.toml case", {**CASE, "choices": CASE["choices"][:2]}, "choices", "choices"),
    ("cases/a.toml case", {**CASE, "choices": [CASE["choices"][0]] * 3}, "choices", "choices"),
    ("cases/a.toml case", {**CASE, "story": ["太短了。", "没说清。"]}, "length", "story"),
    ("cases/a.toml case", {**CASE, "story": [*CASE["story"], "换\n行"]}, "markup", "story"),
    ("cases/a.toml case", {**CASE, "grounds": []}, "grounds_count", "grounds"),
    ("cards/a.toml card", {**CARD, "kind": "may"}, "card_kind", "kind"),
    ("tracks/secretary.toml card", {**STEP, "text": "太短"}, "length", "text"),
    ("pledges/examples.toml example", {**EXAMPLE, "period": "shift"}, "unknown_period", "period"),
]


@pytest.mark.parametrize(("where", "entry", "reason", "field"), SPOILED)
def test_a_mistake_is_told_with_its_file_its_line_and_its_key(
    tmp_path: Path, where: str, entry: Mapping[str, Any], reason: str, field: str
) -> None:
    file, table = where.split()
    text = "# 写给人看的\n\n" + dump(table, entry)
    write(tmp_path, file, text)
    with pytest.raises(ContentProblem) as caught:
        Teaching.read(tmp_path)
    problem = located(caught.value, tmp_path)
    assert (problem.file, problem.key, problem.reason) == (file, entry["id"], reason)
    assert text.splitlines()[problem.line - 1].startswith(f"{field} =")


def test_an_entry_without_an_id_is_found_by_its_place(tmp_path: Path) -> None:
    nameless = {key: value for key, value in CARD.items() if key != "id"}
    write(tmp_path, "cards/a.toml", dump("card", CARD, nameless))
    with pytest.raises(ContentProblem) as caught:
        Teaching.read(tmp_path)
    problem = located(caught.value, tmp_path)
    assert (problem.key, problem.reason, problem.line) == ("#2 card", "missing_key", len(CARD) + 3)


def test_what_is_not_toml_is_told_with_the_line_the_reader_gave_up_on(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.toml", '[[lesson]]\nid = "a"\ntitle = 没加引号\n')
    with pytest.raises(ContentProblem) as caught:
        Teaching.read(tmp_path)
    assert located(caught.value, tmp_path).where == "lessons/a.toml:3"


def test_all_that_is_wrong_can_be_had_at_once(tmp_path: Path) -> None:
    write(tmp_path, "lessons/a.toml", dump("lesson", {**LESSON, "title": "短"}, LESSON, LESSON))
    write(tmp_path, "cards/a.toml", dump("card", {**CARD, "kind": "may"}))
    write(tmp_path, "tracks/cook.toml", dump("card", STEP))
    amiss: list[ContentProblem] = []
    teaching = Teaching.read(tmp_path, amiss)
    assert sorted(problem.reason for problem in amiss) == ["card_kind", "id_taken", "length", "unknown_track"]
    assert list(teaching.lessons) == ["lesson-0001"]


@pytest.mark.parametrize(
    ("section", "changed", "reason"),
    [
        ("safety = 7", "safety = 700", "out_of_range"),
        ("safety = 7", "sports = 7", "missing_key"),
        ("exam_day = 25", "exam_day = 31", "out_of_range"),
        ('wednesday = ["case"]', 'wednesday = ["film"]', "unknown_offer"),
        ('wednesday = ["case"]', 'wodnesday = ["case"]', "unknown_key"),
        ("months = [6, 7, 8]", "months = [6, 13]", "out_of_range"),
        ("month = 6", 'month = "六"', "wrong_type"),
        ("days_before = 3", "days_before = 40", "out_of_range"),
    ],
)
def test_a_day_that_does_not_exist_is_refused(tmp_path: Path, section: str, changed: str, reason: str) -> None:
    write_all(tmp_path)
    file = tmp_path / "calendar.toml"
    file.write_text(file.read_text("utf-8").replace(section, changed), "utf-8")
    with pytest.raises(ContentProblem) as caught:
        Teaching.read(tmp_path)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("file", "table", "entry", "reason"),
    [
        ("lessons/gas.toml", "lesson", {**LESSON, "question": "gas-0404"}, "no_such_question"),
        ("lessons/gas.toml", "lesson", {**LESSON, "topic": "天气"}, "unknown_topic"),
        ("lessons/gas.toml", "lesson", {**LESSON, "trades": ["采煤", "船员"]}, "unknown_trade"),
        ("lessons/gas.toml", "lesson", {**LESSON, "id": "gas-0001"}, "id_taken"),
        ("cases/gas.toml", "case", {**CASE, "questions": ["gas-0001", "gas-0404"]}, "no_such_question"),
        ("cards/coal.toml", "card", {**CARD, "trade": "船员"}, "unknown_trade"),
        ("cards/coal.toml", "card", {**CARD, "id": "case-0001"}, "id_taken"),
        ("questions/gas.toml", "question", {**QUESTION, "topic": "天气"}, "unknown_topic"),
        ("questions/gas.toml", "question", {**QUESTION, "trades": ["船员"]}, "unknown_trade"),
        ("pledges/examples.toml", "example", {**EXAMPLE, "category": "体育"}, "unknown_category"),
    ],
)
def test_what_does_not_fit_the_rest_is_found(
    tmp_path: Path, file: str, table: str, entry: Mapping[str, Any], reason: str
) -> None:
    write_all(tmp_path)
    write(tmp_path, file, dump(table, entry))
    found = crossing.problems(Bank.read(tmp_path / "questions"), Teaching.read(tmp_path), TOPICS)
    problems = [located(problem, tmp_path) for problem in found]
    assert [(problem.file, problem.key, problem.reason) for problem in problems] == [(file, entry["id"], reason)]
    assert problems[0].line > 0


def test_sound_pieces_fit_together(tmp_path: Path) -> None:
    write_all(tmp_path)
    assert list(crossing.problems(Bank.read(tmp_path / "questions"), Teaching.read(tmp_path), TOPICS)) == []


def test_a_lesson_may_wait_for_its_question(tmp_path: Path) -> None:
    write(tmp_path, "lessons/gas.toml", dump("lesson", {**LESSON, "question": ""}))
    assert list(crossing.problems(Bank({}, ()), Teaching.read(tmp_path), TOPICS)) == []


def test_a_word_for_an_area_means_all_of_it() -> None:
    assert TOPICS.within("冲击地压") == ("冲击地压",)
    assert set(TOPICS.within("权益与责任")) == {"劳动权益", "工会", "工伤"}
    assert "党章" in TOPICS.within("党务")
    assert TOPICS.within("天气") == ()


def test_every_topic_can_be_asked_for_by_name_and_every_name_is_a_topic() -> None:
    said = CONTENT.words.sayings.shapes.topics
    assert sorted(topic for topic in TOPICS.area_of if said.get(topic) != topic) == []
    assert sorted({topic for topic in said.values() if not TOPICS.within(topic)}) == []


def test_the_trades_of_the_roster_are_trades_of_questions() -> None:
    assert sorted(set(CONTENT.mine.trades) - TOPICS.trades) == []


@pytest.mark.parametrize(
    ("written", "trades"),
    [
        ("通防", ("通防",)),
        ("瓦斯检查工", ("通防",)),
        ("综采机电维修工", ("采煤", "机电")),
        ("理发师", ()),
        ("", ()),
    ],
)
def test_what_a_roster_calls_a_trade_is_one_or_several_of_questions(written: str, trades: tuple[str, ...]) -> None:
    assert CONTENT.mine.trades_of(written) == trades
