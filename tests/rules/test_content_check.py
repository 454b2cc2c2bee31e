"""`content check`: what disappoints on a phone, what is asked twice, what is out of balance, who has read it."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import content
from bot.cli.content_verbs import content_group
from bot.messages import TEXT_LIMIT_BYTES
from content import checker
from content.bank import Question, read_question
from content.checking import balance, likeness, review, sizes
from content.checking.raw import pieces
from content.problem import ContentProblem
from content.teaching import Teaching
from tests.conftest import CONTENT
from tests.rules.content_pieces import LESSON, QUESTION, dump, write, write_all, write_law

SHOWN = sizes.Shown(CONTENT.say, CONTENT.words)
TODAY = date(2026, 3, 1)


def _question(**changed: object) -> Question:
    return read_question("questions/gas.toml", {**QUESTION, **changed})


def test_everything_wrong_in_a_folder_is_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    ours = shutil.ignore_patterns("*.py", "__pycache__", "questions", "lessons", "cases", "cards", "tracks", "pledges")
    shutil.copytree(content.HERE, folder, ignore=ours)
    write_all(folder)
    write(
        folder,
        "questions/more.toml",
        dump("question", QUESTION, {**QUESTION, "id": "gas-0002"}, {**QUESTION, "id": "gas-0003", "level": 9}),
    )
    write(
        folder, "lessons/more.toml", dump("lesson", {**LESSON, "id": "lesson-0002", "law": "没有的法", "question": ""})
    )
    found = checker.inspect(folder, write_law(tmp_path / "law"))
    length = len(QUESTION) + 2
    assert {(problem.where, problem.reason) for problem in found.problems} == {
        ("questions/more.toml:2", "id_taken"),
        (f"questions/more.toml:{length + 4}", "same_stem"),
        (f"questions/more.toml:{3 * length - 1}", "level"),
        ("lessons/more.toml:7", "no_such_law"),
    }
    assert [(warning.where, warning.reason) for warning in found.warnings] == [
        ("lessons/more.toml:10", "no_question"),
        (f"questions/more.toml:{length + 2}", "alike"),
    ]
    assert len(found.unread) == 8
    assert {name: total for name, total, _ in found.counts}["topics"] == 2


def test_the_verb_prints_counts_on_demand_and_ids_alone_for_a_list() -> None:
    counted = CliRunner().invoke(content_group, ["check", "--counts"])
    assert counted.exit_code == 0
    assert all(CONTENT.say(f"checking.count_{name}") in counted.output for name in ("topics", "trades", "cases"))
    listed = CliRunner().invoke(content_group, ["check", "--unreviewed"]).output.split()
    known = {raw.id for raw in pieces(content.HERE)}
    assert set(listed) <= known


def test_a_problem_is_worded_with_file_line_key_and_reason() -> None:
    problem = ContentProblem("lessons/gas.toml", "lesson-0001", "unknown_topic", "topic 天气", 7)
    said = content.worded(problem)
    assert said.startswith("lessons/gas.toml:7")
    assert "lesson-0001" in said
    assert said.endswith("topic 天气")


def test_the_bytes_of_a_question_are_those_of_its_links_too() -> None:
    question = _question()
    shown = SHOWN.question(question)
    assert shown.count("weixin://bizmsgmenu") == len(question.options) + 2, (
        "those of its options, of giving up, and of stopping"
    )
    assert all(option in shown for option in question.options)
    assert list(SHOWN.problems(question)) == []


def test_a_question_that_one_message_cannot_carry_is_refused() -> None:
    several = _question(kind="multiple", answer="AB", options=[f"{n}" + "很长的选项" * 12 for n in range(6)])
    found = {problem.reason: int(problem.detail) for problem in SHOWN.problems(several)}
    assert found["too_many_bytes"] > TEXT_LIMIT_BYTES
    assert found["too_many_bytes"] == len(SHOWN.question(several).encode())
    assert "too_long" in found


def test_a_question_that_has_to_be_scrolled_is_pointed_at() -> None:
    tall = _question(options=[f"{n}" + "一长串字" * 9 for n in range(3)], stem="长" * 60)
    assert [warning.reason for warning in SHOWN.warnings(tall)] == []
    tall = _question(options=[f"{n}" + "一长串字" * 12 for n in range(6)])
    assert [warning.reason for warning in SHOWN.warnings(tall)] == ["tall"]


def test_lines_are_counted_as_a_phone_breaks_them() -> None:
    assert sizes.lines(["字" * 18]) == 1
    assert sizes.lines(["字" * 19, "", "ab" * 18 + "c"]) == 5


def test_pieces_fit_into_one_message(tmp_path: Path) -> None:
    write_all(tmp_path)
    teaching = Teaching.read(tmp_path)
    assert list(sizes.pieces(teaching)) == []
    swollen = dataclasses.replace(teaching.lessons["lesson-0001"], text="字" * 700)
    found = sizes.pieces(dataclasses.replace(teaching, lessons={swollen.id: swollen}))
    assert [problem.reason for problem in found] == ["too_many_bytes"]


def test_stems_that_ask_nearly_the_same_are_found_and_others_are_not() -> None:
    stems = [
        ("a", "采掘工作面风流里甲烷到多少就得停工撤人？"),
        ("b", "自救器多久检查一次？"),
        ("c", "采掘工作面风流中甲烷到多少，就得停工、撤人？"),
    ]
    ((later, earlier, share),) = likeness.pairs(stems)
    assert (later, earlier) == ("c", "a")
    assert 0.7 < share < 1


def test_likeness_by_index_is_likeness_of_all_with_all() -> None:
    stems = [(str(n), f"{'风门水泵电缆炸药'[n % 8]}每班检查几次才算够{n % 5}回记在本上") for n in range(60)]
    grams = {name: likeness._grams(text) for name, text in stems}
    by_hand = {
        (b, a)
        for i, (a, _) in enumerate(stems)
        for b, _ in stems[i + 1 :]
        if len(grams[a] & grams[b]) >= likeness.ALIKE * len(grams[a] | grams[b])
    }
    assert {(later, earlier) for later, earlier, _ in likeness.pairs(stems)} == by_hand


def test_a_bank_whose_answer_is_always_b_is_pointed_at() -> None:
    same = [_question(answer="B") for _ in range(50)]
    told = {warning.key for warning in balance.warnings(same)}
    assert {"A", "B", "C"} <= told
    assert list(balance.warnings(same[: balance.FEW - 1])) == []


def test_a_review_holds_for_the_wording_that_was_read(tmp_path: Path) -> None:
    write_all(tmp_path)
    lines = ["gas-0001 right | 没问题", "# 一句说明", "", "lesson-0001 mended"]
    verdicts = review.merged({}, lines, pieces(tmp_path), file="verdicts.txt", on=TODAY)
    write(tmp_path, review.FILE, review.written(verdicts, "说明"))
    again = review.read(tmp_path)
    assert again == verdicts
    assert list(again) == sorted(again)
    assert "gas-0001" not in list(review.unread(pieces(tmp_path), again))
    write(tmp_path, "questions/gas.toml", dump("question", {**QUESTION, "why": "换了一句话的道理。"}))
    assert "gas-0001" in list(review.unread(pieces(tmp_path), again))
    assert "lesson-0001" not in list(review.unread(pieces(tmp_path), again))


def test_a_hash_cares_for_words_and_not_for_the_order_of_keys() -> None:
    turned = dict(reversed(QUESTION.items()))
    assert review.hash_of(turned) == review.hash_of(QUESTION)
    assert len(review.hash_of(QUESTION)) == 16
    assert review.hash_of({**QUESTION, "level": 2}) != review.hash_of(QUESTION)


@pytest.mark.parametrize(
    ("line", "reason"), [("gas-0001 fine", "unknown_verdict"), ("gas-0404 right", "no_such_piece")]
)
def test_a_verdict_that_says_nothing_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    write_all(tmp_path)
    with pytest.raises(ContentProblem) as caught:
        review.merged({}, ["gas-0001 right", line], pieces(tmp_path), file="verdicts.txt", on=TODAY)
    assert (caught.value.reason, caught.value.where) == (reason, "verdicts.txt:2")


def test_a_review_of_what_is_gone_goes_with_it(tmp_path: Path) -> None:
    write_all(tmp_path)
    old = {"gas-0404": review.Verdict("0" * 16, "right", TODAY)}
    assert "gas-0404" not in review.merged(old, ["gas-0001 right"], pieces(tmp_path), file="v", on=TODAY)


def test_a_review_written_by_hand_and_wrong_is_told(tmp_path: Path) -> None:
    write(tmp_path, review.FILE, '[reviews]\n"gas-0001" = { hash = "xyz", verdict = "right", on = 2026-01-01 }\n')
    with pytest.raises(ContentProblem, match="review_out_of_shape"):
        review.read(tmp_path)
