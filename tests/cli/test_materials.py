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


QUESTION = "瓦斯比空气轻，聚在顶上。{T####轻的往上走。}"
WISHES = ("--topic", "瓦斯", "--source", "作业规程第12条", "--trades", "采煤")


def test_where_every_row_is_bad_skipping_them_says_so_and_is_no_success(say: Callable[..., str], folder: Path) -> None:
    say("roster", "import", "people.csv")
    (folder / "b.csv").write_text("题干,A,B,答案\n短,10,20,C\n也短,10,20,乙\n", "utf-8")
    for more in ((), ("--dry-run",)):
        told = say("content", "import", "b.csv", "--skip-bad", *more, ok=False)
        assert "2 份全都有问题，一份也没有收" in told
        assert "没有要收的" not in told
    (folder / "none.csv").write_text("题干,A,B,答案\n示例：例子,10,20,C\n", "utf-8")
    assert "没有要收的" in say("content", "import", "none.csv", "--skip-bad")


def test_the_same_file_again_is_no_error_and_beside_bad_ones_is_not_called_taken(
    say: Callable[..., str], folder: Path
) -> None:
    say("roster", "import", "people.csv")
    (folder / "a.gift").write_text(QUESTION, "utf-8")
    assert "收好了 1 份" in say("content", "import", "a.gift", *WISHES)
    told = say("content", "import", "a.gift", *WISHES)
    assert "没变 1" in told
    assert "一个字没变" in told
    (folder / "a.gift").write_text(f"{QUESTION}\n\n写写今天。{{}}", "utf-8")
    assert "没有新收的" in say("content", "import", "a.gift", "--skip-bad", *WISHES, ok=False)


def test_the_bank_brought_back_as_it_was_written_out_is_counted_and_not_refused(
    say: Callable[..., str], folder: Path
) -> None:
    say("roster", "import", "people.csv")
    written = say("content", "export", "bank.xlsx")
    told = say("content", "import", "bank.xlsx")
    assert f"没变 {written.split('共 ')[1].split(' ')[0]}　有问题 0" in told
    assert "一个字没变" in told


def test_a_unit_no_roster_names_is_made_where_it_is_asked_for_and_a_slip_of_the_pen_makes_none(
    say: Callable[..., str], folder: Path
) -> None:
    (folder / "a.gift").write_text(QUESTION, "utf-8")
    assert "--new-unit" in say("content", "import", "a.gift", *WISHES, ok=False)
    assert "--new-unit" in say("content", "import", "a.gift", "--unit", "新庄煤矿/机电队", *WISHES, ok=False)
    slip = say("content", "import", "a.gift", "--unit", "新壮煤矿/机电队", "--new-unit", *WISHES, ok=False)
    assert "请从矿名写起，比如：新庄煤矿/" in slip
    made = ("--unit", "新庄煤矿/机电队", "--new-unit")
    assert "收好了" not in say("content", "import", "a.gift", *made, *WISHES, "--dry-run")
    assert "--new-unit" in say("content", "import", "a.gift", *made[:2], *WISHES, ok=False)
    assert "收好了 1 份" in say("content", "import", "a.gift", *made, *WISHES)
    assert "没变 1" in say("content", "import", "a.gift", "--unit", "机电队", *WISHES)


def test_what_is_wrong_in_a_pasted_text_names_the_question_and_how_it_begins(
    say: Callable[..., str], folder: Path
) -> None:
    say("roster", "import", "people.csv")
    text = "一、单选题\n1.头一道题问什么？\nA.甲 B.乙\n答案：A\n解析：说清为什么。\n12.超前支护不得少于多少米才算够？\nA.甲\nB.乙\n答案：D\n解析：说清为什么。"
    (folder / "p.txt").write_text(text, "utf-8")
    told = say("content", "import", "p.txt", *WISHES, ok=False)
    assert "第 6 行，第 12 题“超前支护不得少于多少米才”　答案：答案“D”里有没写的选项" in told


def test_verdicts_that_cannot_be_read_are_all_told_in_chinese_with_their_lines(
    say: Callable[..., str], folder: Path
) -> None:
    (folder / "v.txt").write_text("# 第一遍\n\ngas-0001 对\ngas-0001 好\ngas-0001\nno-such 对\n", "gb18030")
    told = say("content", "reviewed", "v.txt", ok=False)
    assert [line.partition("。")[0] for line in told.splitlines()[:3]] == [
        "第 4 行的 gas-0001，没写看得怎么样", "第 5 行的 gas-0001，没写看得怎么样", "第 6 行的 no-such，内容里没有这个编号",
    ]  # fmt: skip
    assert "写“对”或“改过”，比如：gas-0001 对" in told
    assert "v.txt 有 3 行要改" in told
    (folder / "v.txt").write_text("# 还没看\n", "utf-8")
    assert "一行也没有写" in say("content", "reviewed", "v.txt", ok=False)
    assert "找不到文件" in say("content", "reviewed", "nowhere.txt", ok=False)
