"""`content import`, `content export`, `content names` as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.config import Settings
from bot.db import Database
from tests.cli.test_command_line import Bot, bot, refused

__all__ = ["bot"]


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{sqlite_url}"\n[mine]\nname = "新庄煤矿"\n', "utf-8")
    (tmp_path / "people.csv").write_text("工号,姓名,单位\n1,王作者,新庄煤矿/综采一队党支部\n", "utf-8")
    return tmp_path


@pytest.fixture
def say(bot: Bot, folder: Path) -> Callable[..., str]:
    """Run a verb there; all it said, which must be done or, with `ok` false, refused."""

    def run(*words: str, ok: bool = True) -> str:
        done = bot(*words, cwd=folder)
        if not ok:
            return str(done.stdout + refused(done))
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    return run


def test_an_operator_hands_out_the_template_takes_it_in_and_writes_it_out_again(
    say: Callable[..., str], folder: Path
) -> None:
    say("roster", "import", "people.csv")
    assert "样表写好了" in say("content", "export", "--template", "t.xlsx")
    book = openpyxl.load_workbook(folder / "t.xlsx")
    sheet = book["题目"]
    for column, text in ((3, "本矿超前支护不得少于多少米？"), (4, "10米"), (5, "20米"), (10, "B")):
        sheet.cell(6, column).value = text
    book.save(folder / "t.xlsx")
    told = say("content", "import", "t.xlsx", ok=False)
    assert "题目表第 6 行　解析：没有写" in told
    assert "一份都没收" in told
    fixed = {11: "少于20米没有缓冲。", 12: "作业规程第12条", 15: "顶板", 17: "采煤"}
    for column, text in fixed.items():
        sheet.cell(6, column).value = text
    book.save(folder / "t.xlsx")
    assert "收好了 1 份" in say("content", "import", "t.xlsx", "--unit", "综采一队党支部", "--author", "1")
    for suffix in ("gift", "xml", "json", "xlsx"):
        assert "共 1 份" in say("content", "export", "--own", f"own.{suffix}")
        if suffix != "json":
            assert "没变 1" in say("content", "import", f"own.{suffix}")
    assert json.loads((folder / "own.json").read_text("utf-8"))[0]["id"] == "own-0001"


def test_the_list_of_names_is_taken_in_and_printed(say: Callable[..., str], folder: Path) -> None:
    (folder / "n.csv").write_text("姓名,职务\n张建国,党委书记\n", "utf-8")
    assert "名单还是空的" in say("content", "names")
    assert "共 1 行" in say("content", "names", "n.csv")
    assert say("content", "names") == "张建国　党委书记\n"
    assert "没有找到表头" in say("content", "names", "people.csv", ok=False)


def test_an_export_of_another_suffix_is_refused(say: Callable[..., str]) -> None:
    assert "认不得" in say("content", "export", "x.pdf", ok=False)


def test_a_dry_run_of_a_bank_of_moodles_waits_for_nobody_and_names_questions(
    say: Callable[..., str], folder: Path, sqlite_url: str
) -> None:
    """All in one line, while somebody else is writing."""
    say("roster", "import", "people.csv")
    asked = "".join(
        f'<question type="truefalse"><questiontext><text>{stem}</text></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question>'
        for stem in ("瓦斯比空气轻，聚在顶上。", "井下可以带打火机吗？", "<![CDATA[甲<乙]]>")
    )
    (folder / "m.xml").write_text(f"<quiz>{asked}</quiz>", "utf-8")
    wishes = ("--topic", "瓦斯", "--source", "作业规程第12条", "--trades", "采煤")
    database = Database(Settings(database={"url": sqlite_url}).database)
    try:
        with database.write():
            told = say("content", "import", "m.xml", "--dry-run", *wishes, ok=False)
    finally:
        database.close()
    assert "第 3 题（第 1 行）　题干：有尖括号" in told
    assert "留意　第 1 题（第 1 行）　解析：没有写" in told
    assert "有 1 份要改" in told
    told = say("content", "import", "m.xml", "--skip-bad", "--why", "照本矿规程讲过的。", *wishes)
    assert "收好了 2 份" in told
    assert "还没写全" not in told
