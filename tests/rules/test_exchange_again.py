"""What is here already and comes in again: passed over where nothing changed, told what to do where something did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

import content
from bot.kit import Kit
from bot.models import AuditLine, Material, MaterialVersion
from bot.services import units
from bot.services.exchange import files, paper
from bot.services.exchange.importing import Report, Wishes, take_in
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from content.exchange import ExchangeWords
from content.problem import read_toml
from tests.cast import NOON
from tests.rules.mine import CONTENT, MINE, SAY, session
from tests.rules.mine import WORDS as MINE_WORDS

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")
FRAME = Frame.of(CONTENT)
BANK = [
    entry
    for path in sorted((content.HERE / "questions").glob("*.toml"))
    for entry in read_toml(path).get("question", [])
]
NOTES = ("怎么填", ["一行一份"])
ROWS = 500
LESSON = {
    "title": "交接班看三样", "text": "接班先看顶板，敲帮问顶听声音，再看设备牌板。", "source": "交接班制度第2条", "topic": "顶板",
    "trades": ["采煤"],
}  # fmt: skip


@pytest.fixture
def db(make_kit: Any, sqlite_url: str) -> Iterator[Session]:
    yield from _mine(make_kit(sqlite_url))


@pytest.fixture
def on_both(make_kit: Any, database_url: str) -> Iterator[Session]:
    yield from _mine(make_kit(database_url))


def _mine(kit: Kit) -> Iterator[Session]:
    with session(kit) as db:
        units.ensure(db, MINE, words=MINE_WORDS)
        yield db


def take(db: Session, file: Path, **wishes: Any) -> Report:
    chosen = Wishes(units.get(db, MINE).id, "operator", **{"again": True, **wishes})
    return take_in(db, files.read(file, WORDS), CONTENT.bank, FRAME, chosen, now=NOON)


def counts(report: Report) -> tuple[int, int, int, int]:
    """New, changed, unchanged, bad."""
    return report.added, report.changed, report.unchanged, report.bad


def body(number: int) -> dict[str, Any]:
    return {
        "kind": "single", "stem": f"本矿第{number}条规定超前支护不得少于多少米？", "options": ["10米", "20米"], "answer": "B",
        "why": "少于20米，来压时没有缓冲。", "source": f"作业规程第{number}条", "topic": "顶板", "point": "超前支护",
        "trades": ["采煤"], "level": 2,
    }  # fmt: skip


def written(file: Path, pieces: list[tuple[str, str, dict[str, Any]]]) -> Path:
    paper.save(file, pieces, WORDS, FRAME, NOTES)
    return file


def bank(folder: Path, suffix: str) -> Path:
    file = folder / f"bank{suffix}"
    if suffix == ".xlsx":
        return written(file, [("question", entry["id"], entry) for entry in BANK])
    files.write(file, BANK)
    return file


@pytest.mark.parametrize("suffix", [".xlsx", ".gift", ".xml"])
def test_the_bank_written_out_and_brought_back_is_here_already(db: Session, tmp_path: Path, suffix: str) -> None:
    report = take(db, bank(tmp_path, suffix))
    assert (counts(report), report.refused, report.notes) == ((0, 0, len(BANK), 0), [], [])
    assert db.query(Material).count() == 0


def test_a_question_of_the_bank_that_was_changed_is_told_where_and_what_to_do(db: Session, tmp_path: Path) -> None:
    file = bank(tmp_path, ".xlsx")
    book = openpyxl.load_workbook(file)
    at = {name: place for place, name in enumerate(WORDS.columns["question"].name_of, 1)}
    planted = {
        2: ("stem", "题干"),
        3: ("why", "解析"),
        4: ("level", "难度"),
        5: ("trades", "工种"),
        6: ("source", "依据"),
    }
    for line, (name, _) in planted.items():
        cell = book["题目"].cell(line, at[name])
        said = {"level": "1" if cell.value != "1" else "2", "trades": "地面", "source": "本矿规程第1条"}
        cell.value = said.get(name, "这里改成了别的一句话。")
    for line in (7, 8):  # what is not said is not changed
        book["题目"].cell(line, at["point"]).value = book["题目"].cell(line, at["level"]).value = None
    book.save(file)
    report = take(db, file, skip_bad=True)
    assert [(problem.line, problem.column, problem.key) for problem in report.refused] == [
        (line, heading, "exchange.built_in") for line, (_, heading) in planted.items()
    ]
    assert BANK[0]["id"] in SAY(report.refused[0].key, **report.refused[0].values)
    assert (counts(report), db.query(Material).count()) == ((0, 0, len(BANK) - 5, 5), 0)


def test_the_same_sheet_twice_is_taken_once_whatever_is_on_it(db: Session, tmp_path: Path) -> None:
    pieces = [("question", "", body(1)), ("question", "", body(2)), ("lesson", "", LESSON)]
    assert counts(take(db, written(tmp_path / "a.xlsx", pieces))) == (3, 0, 0, 0)
    assert counts(take(db, tmp_path / "a.xlsx")) == (0, 0, 3, 0)
    mended = written(tmp_path / "b.xlsx", [*pieces, ("question", "", body(3))])
    assert counts(take(db, mended)) == (1, 0, 3, 0)
    assert db.query(Material).count() == 4
    other = written(tmp_path / "c.xlsx", [("question", "", {**body(1), "answer": "A"})])
    assert [problem.key for problem in take(db, other).refused] == ["exchange.had_already"]


def test_without_being_told_so_a_double_is_refused(db: Session, tmp_path: Path) -> None:
    file = written(tmp_path / "a.xlsx", [("question", "", body(1))])
    take(db, file)
    assert [problem.key for problem in take(db, file, again=False).refused] == ["exchange.had_already"]


def test_what_somebody_reviews_is_named_with_its_line_before_anything_is_written(db: Session, tmp_path: Path) -> None:
    take(db, written(tmp_path / "a.xlsx", [("question", "", body(1)), ("question", "", body(2))]))
    db.query(Material).filter_by(key="own-0002").update({"state": desk.IN_REVIEW})
    changed = [("question", f"own-{n:04d}", {**body(n), "why": "话换了一种说法。"}) for n in (1, 2)]
    report = take(db, written(tmp_path / "b.xlsx", changed))
    assert [(problem.line, problem.key) for problem in report.refused] == [(3, "materials.in_review")]
    assert (report.written, desk.get(db, "own-0001").version) == (False, 1)


def test_one_id_on_two_rows_is_refused(db: Session, tmp_path: Path) -> None:
    take(db, written(tmp_path / "a.xlsx", [("question", "", body(1))]))
    twice = [("question", "own-0001", body(number)) for number in (2, 3)]
    report = take(db, written(tmp_path / "b.xlsx", twice))
    assert [(problem.line, problem.column, problem.key) for problem in report.refused] == [
        (3, "编号", "exchange.id_twice")
    ]


def test_five_hundred_pieces_are_written_in_as_many_statements_as_ten(on_both: Session) -> None:
    db, unit = on_both, units.get(on_both, MINE).id
    seen: list[str] = []
    event.listen(db.get_bind().engine, "before_cursor_execute", lambda *told: seen.append(told[2]))

    def write(start: int, count: int) -> tuple[list[desk.MaterialRow], int]:
        seen.clear()
        given = [body(number) for number in range(start, start + count)]
        made = desk.write_many(db, "question", given, frame=FRAME, unit_id=unit, author="operator", now=NOON)
        return made, sum(statement.startswith(("INSERT", "UPDATE")) for statement in seen)

    few, of_few = write(0, 10)
    many, of_many = write(10, ROWS)
    assert of_few == of_many == 4
    assert [row.key for row in few + many] == [f"own-{number:04d}" for number in range(1, ROWS + 11)]
    assert [row.body["stem"] for row in few + many] == [body(number)["stem"] for number in range(ROWS + 10)]
    assert {(row.state, row.version, row.author, row.unit_id) for row in many} == {("draft", 1, "operator", unit)}
    assert desk.get(db, "own-0300").body == body(299)
    assert db.query(MaterialVersion).count() == ROWS + 10
    audited = db.query(AuditLine).filter_by(act="materials.written").order_by(AuditLine.id).all()
    assert [line.detail for line in audited] == [{"key": row.key, "version": 1} for row in few + many]
    seen.clear()
    changed = {row.key: {**row.body, "why": "少于20米就没有缓冲。"} for row in many[1:]} | {many[0].key: many[0].body}
    desk.revise_many(db, changed, frame=FRAME, author="operator", now=NOON)
    assert sum(statement.startswith(("INSERT", "UPDATE")) for statement in seen) == 3
    assert [desk.get(db, row.key).version for row in (*few[:1], *many[:2], many[-1])] == [1, 1, 2, 2]
    assert desk.get(db, many[-1].key).body["why"] == "少于20米就没有缓冲。"
    assert desk.write_many(db, "question", [], frame=FRAME, unit_id=unit, author="operator", now=NOON) == []
