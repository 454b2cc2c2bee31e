"""Sheets of own material: the template, five hundred rows with twenty errors, and what is written out comes back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import content
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import Material
from bot.services import units
from bot.services.exchange import files, paper
from bot.services.exchange.importing import Report, Wishes, take_in
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from content.exchange import ExchangeWords
from tests.cast import NOON
from tests.rules.mine import CONTENT, MINE, SAY, session
from tests.rules.mine import WORDS as MINE_WORDS

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")
FRAME = Frame.of(CONTENT)
HEADING = list(WORDS.columns["question"].name_of.values())
AT = {name: place for place, name in enumerate(WORDS.columns["question"].name_of)}
NOTES = ("怎么填", ["一行一份"])
ROWS = 500


@pytest.fixture
def db(make_kit: Any, sqlite_url: str) -> Iterator[Session]:
    kit: Kit = make_kit(sqlite_url)
    with session(kit) as db:
        units.ensure(db, MINE, words=MINE_WORDS)
        yield db


def row(number: int, **change: str) -> list[str]:
    said = {
        "kind": "单选", "stem": f"本矿第{number}条规定超前支护不得少于多少米？", "option_a": "10米", "option_b": "20米",
        "option_c": "30米", "answer": "B", "why": "少于20米，来压时没有缓冲。", "source": f"作业规程第{number}条",
        "topic": "顶板", "point": "超前支护", "trades": "采煤、班组长", "level": "2",
    } | change  # fmt: skip
    return [said.get(name, "") for name in AT]


def workbook(file: Path, rows: list[list[Any]], title: str = "题目") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for each in rows:
        book.active.append(each)
    book.save(file)
    return file


def take(db: Session, file: Path, **wishes: Any) -> Report:
    where = units.get(db, MINE).id
    chosen = Wishes(where, "operator", **wishes)
    return take_in(db, files.read(file, WORDS), CONTENT.bank, FRAME, chosen, now=NOON)


def count(db: Session) -> int:
    return db.execute(select(func.count()).select_from(Material)).scalar_one()


# What is planted, by row of the file: the change, and the column and sentence that must name it.
PLANTED: dict[int, tuple[dict[str, str], str, str]] = {
    7: ({"stem": ""}, "题干", "materials.empty"),
    31: ({"stem": "太短"}, "题干", "materials.short"),
    58: ({"stem": "长" * 70}, "题干", "materials.long"),
    80: ({"kind": "猜谜"}, "题型", "materials.unknown_kind"),
    99: ({"answer": ""}, "答案", "materials.no_answer"),
    123: ({"answer": "E"}, "答案", "materials.no_such_option"),
    150: ({"answer": "乙"}, "答案", "exchange.no_letters"),
    177: ({"answer": "AB"}, "答案", "materials.one_letter"),
    200: ({"kind": "多选", "answer": "A"}, "答案", "materials.two_letters"),
    222: ({"option_b": ""}, "B", "materials.empty"),
    250: ({"option_c": "10 米"}, "C", "materials.same_option"),
    277: ({"option_b": "", "option_c": "", "answer": "A"}, "A-F", "materials.options_count"),
    300: ({"why": ""}, "解析", "materials.empty"),
    333: ({"source": ""}, "依据", "materials.no_source"),
    350: ({"source": "", "law": "煤矿安全规程"}, "条款", "materials.half_cited"),
    376: ({"topic": "顶版"}, "专项", "materials.unknown_topic"),
    400: ({"trades": "采煤、飞行员"}, "工种", "materials.unknown_trade"),
    432: ({"level": "特难"}, "难度", "materials.level"),
    466: ({"kind": "判断", "option_a": "", "option_b": "", "option_c": "", "answer": "也许"}, "答案", "materials.judge_answer"),
    491: ({"stem": "本矿第3条规定超前支护，不得少于多少米"}, "题干", "exchange.twice"),
}  # fmt: skip


def big(folder: Path) -> Path:
    rows = [row(number, **PLANTED.get(number + 1, ({},))[0]) for number in range(1, ROWS + 1)]
    return workbook(folder / "big.xlsx", [HEADING, *rows])


def test_twenty_errors_in_five_hundred_rows_are_each_named_and_nothing_is_taken_until_they_are_mended(
    db: Session, tmp_path: Path
) -> None:
    file = big(tmp_path)
    report = take(db, file)
    assert {problem.line: (problem.column, problem.key) for problem in report.refused} == {
        line: (column, key) for line, (_, column, key) in PLANTED.items()
    }
    assert len(report.refused) == len(PLANTED) == 20
    assert (report.written, count(db)) == (False, 0)
    for problem in report.refused:
        assert SAY(problem.key, **problem.values)
    skipping = take(db, file, skip_bad=True)
    assert (skipping.written, skipping.added, count(db)) == (True, ROWS - 20, ROWS - 20)
    assert set(db.execute(select(Material.state)).scalars()) == {"draft"}
    mended = workbook(tmp_path / "mended.xlsx", [HEADING, *(row(number) for number in range(1, ROWS + 1))])
    whole = take(db, mended, again=True)
    assert (whole.refused, whole.added, whole.unchanged, count(db)) == ([], 20, ROWS - 20, ROWS)


def test_a_mended_file_is_taken_whole_and_trying_writes_nothing(db: Session, tmp_path: Path) -> None:
    file = workbook(tmp_path / "good.xlsx", [HEADING, *(row(number) for number in range(1, 6))])
    assert (take(db, file, dry_run=True).written, count(db)) == (False, 0)
    assert (take(db, file).added, count(db)) == (5, 5)
    again = take(db, file)
    assert {problem.key for problem in again.refused} == {"exchange.had_already"}
    assert count(db) == 5


def test_the_template_can_be_filled_in_and_its_samples_are_passed_over(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "样表.xlsx"
    paper.template(file, WORDS, FRAME, NOTES)
    report = take(db, file)
    assert (report.refused, report.added, len(report.skipped)) == ([], 0, 7)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:5] == ["题目", "学习卡", "案例", "应知应会", "怎么填"]
    chosen = {str(rule.sqref).partition(":")[0] for rule in book["题目"].data_validations.dataValidation}
    wanted = {f"{openpyxl.utils.get_column_letter(AT[name] + 1)}2" for name in ("kind", "topic", "trades", "level")}
    assert chosen == wanted
    book["题目"].append(row(1))
    book.save(file)
    assert take(db, file).added == 1


def test_only_what_begins_as_a_sample_does_is_passed_over(db: Session, tmp_path: Path) -> None:
    rows = [
        row(1, stem="示例煤矿的超前支护不得少于多少米？"), row(2, why="示例：少于20米，来压时没有缓冲。"),
        row(3, source="示例矿作业规程第3条"), row(4, stem="示例:冒号窄一点的也算例子吗？"), row(5, id="示例：第五行"),
    ]  # fmt: skip
    report = take(db, workbook(tmp_path / "x.xlsx", [HEADING, *rows]))
    assert (report.refused, report.added, report.skipped) == ([], 3, [5, 6])


EMPTY: dict[str, tuple[str, str]] = {
    "stem": ("题干", "请写 6 到 60 个字"), "option_b": ("B", "请写 1 到 40 个字"), "answer": ("答案", "选择题写字母，比如 B"),
    "why": ("解析", "请写 4 到 120 个字"), "source": ("依据", "请写本矿哪个规程第几条"), "topic": ("专项", "没有写。请从这些里选一个"),
    "trades": ("工种", "没有写。请从这些里选"),
}  # fmt: skip


def test_an_empty_cell_is_told_by_the_heading_of_the_template_and_by_what_to_write(db: Session, tmp_path: Path) -> None:
    rows = [row(number, **{name: ""}) for number, name in enumerate(EMPTY)]
    report = take(db, workbook(tmp_path / "x.xlsx", [HEADING, *rows]))
    told = [(problem.column, SAY(problem.key, **problem.values)) for problem in report.refused]
    assert len(told) == len(EMPTY)
    for (column, sentence), (name, (heading, what)) in zip(told, EMPTY.items(), strict=True):
        assert (column, what in sentence, "“”" in sentence) == (heading, True, False), (name, sentence)


def test_an_empty_cell_of_a_case_is_told_by_its_own_column(db: Session, tmp_path: Path) -> None:
    first = tmp_path / "t.xlsx"
    paper.template(first, WORDS, FRAME, NOTES)
    book = openpyxl.load_workbook(first)
    for sheet in book.worksheets[:4]:
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.value = cell.value.removeprefix("示例：") if cell.value else None
    at = {name: place for place, name in enumerate(WORDS.columns["case"].name_of, 1)}
    for name in ("story", "choice_b", "then_c", "right", "topic"):
        book["案例"].cell(2, at[name]).value = None
    card = {name: place for place, name in enumerate(WORDS.columns["card"].name_of, 1)}
    for name in ("kind", "trade"):
        book["应知应会"].cell(2, card[name]).value = None
    book.save(first)
    report = take(db, first)
    told = {(problem.sheet, problem.column): SAY(problem.key, **problem.values) for problem in report.refused}
    assert set(told) == {
        ("案例", "故事"), ("案例", "选择B"), ("案例", "选C的结果"), ("案例", "对的选择"), ("案例", "专项"),
        ("应知应会", "类别"), ("应知应会", "工种"),
    }  # fmt: skip
    assert [sentence for sentence in told.values() if "“”" in sentence or "0 " in sentence.split("。")[0]] == []


def test_the_samples_would_be_good_if_they_were_not_samples(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    paper.template(file, WORDS, FRAME, NOTES)
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets[:4]:
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.value = cell.value.removeprefix("示例：") if cell.value else None
    book.save(file)
    report = take(db, file)
    assert (report.refused, report.added) == ([], 7)


def test_what_is_written_out_comes_back_unchanged_and_what_was_changed_is_a_new_version(
    db: Session, tmp_path: Path
) -> None:
    first, file = tmp_path / "t.xlsx", tmp_path / "out.xlsx"
    paper.template(first, WORDS, FRAME, NOTES)
    book = openpyxl.load_workbook(first)
    for sheet in book.worksheets[:4]:
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.value = cell.value.removeprefix("示例：") if cell.value else None
    book.save(first)
    take(db, first)
    keys = list(db.execute(select(Material.key).order_by(Material.id)).scalars())
    rows = [desk.get(db, key) for key in keys]
    paper.save(file, [(each.kind, each.key, each.body) for each in rows], WORDS, FRAME, NOTES)
    same = take(db, file)
    assert (same.refused, same.added, same.changed, same.unchanged) == ([], 0, 0, 7)
    book = openpyxl.load_workbook(file)
    book["题目"].cell(2, AT["why"] + 1).value = "说法改了，意思没有变。"
    book.save(file)
    assert (take(db, file).changed, desk.get(db, keys[0]).version) == (1, 2)


def test_a_csv_without_our_order_and_with_other_names_is_read_the_same(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "题.csv"
    heading = ["序号", "正确答案", "试题", "A", "B", "主题", "岗位", "答案解析", "出处"]
    line = [
        "1",
        "Ａ",
        "本矿避灾路线是哪一条？",
        "主斜井",
        "副斜井",
        "避险自救",
        "井下",
        "副斜井走不通时有烟。",
        "应急预案第3条",
    ]
    with file.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows([["综采一队试题"], heading, line])
    report = take(db, file)
    assert (report.refused, report.added) == ([], 1)
    body = desk.get(db, "own-0001").body
    assert (body["kind"], body["answer"], body["level"], body["point"]) == ("single", "A", 2, "本矿避灾路线是哪一条")


def test_what_the_file_leaves_out_may_be_said_once_for_all(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "题.txt"
    file.write_text("1.超前支护不得少于多少米？\nA.10米 B.20米\n答案：B\n解析：少了没有缓冲。", "utf-8")
    assert [problem.key for problem in take(db, file).refused] == [
        "materials.no_topic", "materials.no_trade", "materials.no_source",
    ]  # fmt: skip
    assert take(db, file, topic="顶板", source="作业规程第12条", trades=("采煤",)).added == 1


def test_a_question_of_the_folder_is_not_taken_a_second_time(db: Session, tmp_path: Path) -> None:
    known = next(iter(CONTENT.bank.questions.values()))
    file = workbook(tmp_path / "x.xlsx", [HEADING, row(1, stem=known.stem)])
    report = take(db, file)
    assert [(problem.key, problem.values) for problem in report.refused] == [("exchange.had_already", {"id": known.id})]


def test_an_id_that_nobody_has_or_of_another_kind_is_refused(db: Session, tmp_path: Path) -> None:
    file = workbook(tmp_path / "x.xlsx", [HEADING, row(1, id="own-0042"), row(2, id="17")])
    assert [(problem.line, problem.key) for problem in take(db, file).refused] == [(2, "exchange.not_own")]


@pytest.mark.parametrize(
    ("name", "body", "key"),
    [
        ("x.pdf", b"%PDF", "exchange.suffix"), ("x.docx", b"no", "exchange.bad_docx"), ("x.xml", b"no", "exchange.bad_xml"),
        ("x.gift", b" ", "exchange.no_questions"), ("x.csv", "甲,乙\n1,2".encode(), "exchange.no_heading"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, body: bytes, key: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(Refusal) as refused:
        files.read(tmp_path / name, WORDS)
    assert refused.value.key == key
    assert SAY(key, **refused.value.values)
