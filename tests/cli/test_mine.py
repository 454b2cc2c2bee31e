"""The verbs of the mine as an operator meets them: rosters, roles, and the rights of a person."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, update

from bot.cli.demo import SAMPLE
from bot.config import Database as DatabaseSettings
from bot.db import Database
from bot.models import Member, OutboxItem, Person
from bot.services import people
from bot.services.roster import heading
from bot.services.sheets import sheet
from content.problem import read_toml
from tests.cast import NOON
from tests.cli.test_command_line import ACCOUNT, Bot, bot, refused
from tests.conftest import CONTENT

__all__ = ["bot"]

HEAD = "工号,姓名,单位,党小组,区队,班组,工种,班次,政治面貌,职务,手机号"
BRANCH = "新庄煤矿/综采一队党支部"
PEOPLE = f"""{HEAD}
100001,张三,{BRANCH},第一党小组,综采一队,检修班,电钳工,早班,中共党员,支部书记,13800000000
100002,李四,{BRANCH},,综采一队,,,,群众,,
"""


@pytest.fixture
def mine(bot: Bot, tmp_path: Path) -> Path:
    """A folder with a database and a roster of two."""
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    assert bot("db", "upgrade", cwd=tmp_path).returncode == 0
    assert bot("roster", "import", "people.csv", cwd=tmp_path).returncode == 0
    return tmp_path


def test_a_roster_says_what_it_did_with_line_numbers(bot: Bot, mine: Path) -> None:
    changed = PEOPLE.replace("李四", "李肆") + f"100003,王五,{BRANCH},,,,魔术师,,,,\n"
    (mine / "people.csv").write_text(changed, "utf-8")
    run = bot("roster", "import", "people.csv", cwd=mine)
    assert run.returncode == 0
    for said in (
        "新增 1 人（第 4 行）",
        "改动 1 人（第 3 行）",
        "没变 1 人（第 2 行）",
        "不收 0 行",
        "魔术师",
        "原来是李四",
    ):
        assert said in run.stdout, said


def test_a_bad_line_stops_the_whole_roster(bot: Bot, mine: Path) -> None:
    (mine / "bad.csv").write_text(PEOPLE.replace("群众", "民主人士") + f"100003,王五,{BRANCH}\n", "utf-8")
    run = bot("roster", "import", "bad.csv", cwd=mine)
    assert "--skip-bad" in refused(run)
    assert "第 3 行　政治面貌：" in run.stdout
    assert "王五" not in bot("roster", "export", "out.csv", cwd=mine).stdout
    assert "王五" not in (mine / "out.csv").read_text("utf-8-sig")
    assert bot("roster", "import", "bad.csv", "--skip-bad", cwd=mine).returncode == 0
    bot("roster", "export", "out.csv", cwd=mine)
    assert "王五" in (mine / "out.csv").read_text("utf-8-sig")


def test_a_trial_says_so_and_writes_nothing(bot: Bot, mine: Path) -> None:
    (mine / "more.csv").write_text(PEOPLE + f"100003,王五,{BRANCH}\n", "utf-8")
    run = bot("roster", "import", "more.csv", "--dry-run", cwd=mine)
    assert (run.returncode, "新增 1 人" in run.stdout, "没有写" in run.stdout) == (0, True, True)
    assert "新增 1 人" in bot("roster", "import", "more.csv", cwd=mine).stdout


def test_who_is_not_in_the_file_is_counted_and_leaves_when_asked(bot: Bot, mine: Path) -> None:
    (mine / "one.csv").write_text("\n".join(PEOPLE.splitlines()[:2]) + "\n", "utf-8")
    assert (
        "花名册里没有的 1 人没有动；要按离矿处理请加 --leavers" in bot("roster", "import", "one.csv", cwd=mine).stdout
    )
    assert "按离矿处理 1 人" in bot("roster", "import", "one.csv", "--leavers", cwd=mine).stdout
    assert "离矿" in refused(bot("grant", "100002", "secretary", BRANCH, cwd=mine))
    assert "离矿后又回来的 1 人" in bot("roster", "import", "people.csv", cwd=mine).stdout


def test_who_has_joined_is_told_of_his_new_branch(bot: Bot, mine: Path) -> None:
    database = Database(DatabaseSettings(url=f"sqlite:///{mine / 'var' / 'bot.db'}"))
    with database.write() as connection:
        people.meet(connection, "oONE", now=NOON)
        him = select(Member.id).where(Member.staff_no == "100002").scalar_subquery()
        connection.execute(update(Person).values(member_id=him))
    (mine / "people.csv").write_text(PEOPLE.replace(f"李四,{BRANCH}", "李四,新庄煤矿/机电队党支部"), "utf-8")
    assert bot("roster", "import", "people.csv", cwd=mine).returncode == 0
    with database.read() as connection:
        told = connection.execute(select(OutboxItem.text)).scalars().all()
    database.close()
    assert len(told) == 1
    assert "机电队党支部" in told[0]


def test_no_progress_bar_stands_in_a_pipe(bot: Bot, mine: Path) -> None:
    run = bot("roster", "import", "people.csv", cwd=mine)
    assert "正在核对" not in run.stdout
    assert "\r" not in run.stdout


def test_an_empty_roster_is_written_out_as_a_form_to_fill_in(bot: Bot, tmp_path: Path) -> None:
    bot("db", "upgrade", cwd=tmp_path)
    run = bot("roster", "export", "form.xlsx", cwd=tmp_path)
    assert "空表" in run.stdout
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    assert [cell.value for cell in book["花名册"][1]] == HEAD.split(",")
    assert "预备党员" in "".join(str(row[0]) for row in book["填写说明"].values)
    assert bot("roster", "import", "form.xlsx", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("roster", "import", "nowhere.xlsx"), "nowhere.xlsx"),
        (("roster", "export", "out.pdf"), "out.pdf"),
        (("grant", "999999", "secretary", BRANCH), "999999"),
        (("grant", "100001", "皇帝", BRANCH), "支部书记(secretary)"),
        (("grant", "100001", "secretary", "综采1队支部"), BRANCH),
        (("revoke", "100001", "secretary", BRANCH), "没有这个授权"),
        (("grants", "--unit", "月球"), "月球"),
        (("person", "export", "999999", "--out", "x.json"), "999999"),
        (("person", "erase", "999999"), "999999"),
        (("person", "release", "999999"), "999999"),
    ],
)
def test_a_mistake_is_one_line_of_reason(bot: Bot, mine: Path, words: tuple[str, ...], reason: str) -> None:
    assert reason in refused(bot(*words, cwd=mine))


def test_before_the_tables_are_there_the_way_to_them_is_told(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    for words in (
        ("roster", "import", "people.csv"),
        ("grants",),
        ("person", "erase", "1"),
        ("roster", "export", "x.csv"),
    ):
        assert "db upgrade" in refused(bot(*words, cwd=tmp_path))


def test_who_forgot_to_name_the_demos_settings_hears_which_are_in_use_and_how_to_name_them(
    bot: Bot, tmp_path: Path
) -> None:
    bare = refused(bot("grants", cwd=tmp_path))
    assert "没有配置文件" in bare
    assert "var/bot.db" in bare
    assert "BOT_CONFIG" not in bare  # there is no demo here
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "demo.toml").write_text('[database]\nurl = "sqlite:///var/demo.db"\n', "utf-8")
    for words in (("grants",), ("job", "list"), ("db", "check"), ("roster", "export", "x.csv")):
        assert "BOT_CONFIG=var/demo.toml python -m bot" in refused(bot(*words, cwd=tmp_path)), words
    its_own = refused(bot("grants", cwd=tmp_path, BOT_CONFIG="var/demo.toml"))
    assert "用的配置：var/demo.toml" in its_own
    assert "BOT_CONFIG=" not in its_own


def test_a_role_is_given_listed_and_taken_back_in_english_or_chinese(bot: Bot, mine: Path) -> None:
    assert "马上生效" in bot("grant", "100001", "书记", "综采一队党支部", cwd=mine).stdout
    assert "本来就有" in bot("grant", "１００００１", "secretary", BRANCH, cwd=mine).stdout
    assert bot("grant", "100002", "on_duty", "新庄煤矿", cwd=mine).returncode == 0
    listed = bot("grants", cwd=mine).stdout.splitlines()
    assert listed == [
        "新庄煤矿　值班　李四（100002）　有效，还没绑定手机",
        f"{BRANCH}　支部书记　张三（100001）　有效，还没绑定手机",
    ]
    assert bot("grants", "--unit", "综采一队党支部", cwd=mine).stdout.splitlines() == listed[1:]
    assert "收回了" in bot("revoke", "100001", "支部书记", "综采一队党支部", cwd=mine).stdout
    assert bot("grants", "--unit", BRANCH, cwd=mine).stdout.strip() == "还没有给过授权。"


def test_a_department_that_no_roster_names_is_made_by_its_whole_path_and_said(bot: Bot, mine: Path) -> None:
    run = bot("grant", "100002", "safety_office", "新庄煤矿/安监科", cwd=mine)
    assert (run.returncode, "新建了单位" in run.stdout) == (0, True)
    assert refused(bot("grant", "100002", "safety_office", "通风科", cwd=mine))
    assert refused(bot("grant", "100002", "secretary", "新庄煤矿/综采一对党支部", cwd=mine))


def test_any_other_unit_that_no_roster_names_is_made_only_when_asked(bot: Bot, mine: Path) -> None:
    words = ("grant", "100001", "crew_leader", "新庄煤矿/机电队")
    assert "--new-unit" in refused(bot(*words, cwd=mine))
    assert bot(*words, "--new-unit", cwd=mine).returncode == 0
    assert bot(*words, cwd=mine).returncode == 0


def test_what_is_held_of_a_person_is_written_as_json_in_plain_chinese(bot: Bot, mine: Path) -> None:
    bot("grant", "100001", "secretary", BRANCH, cwd=mine)
    assert bot("person", "export", "100001", "--out", "his.json", cwd=mine).returncode == 0
    raw = (mine / "his.json").read_bytes().decode("utf-8")
    assert "张三" in raw
    told = json.loads(raw)
    assert told["花名册"]["手机号"] == "13800000000"
    assert told["花名册"]["政治面貌"] == "中共党员"
    assert told["授权"][0]["单位"] == BRANCH


def test_a_person_is_erased_without_asking_where_nobody_can_answer(bot: Bot, mine: Path) -> None:
    assert bot("person", "erase", "100001", cwd=mine).returncode == 0
    assert "100001" in refused(bot("person", "export", "100001", "--out", "x.json", cwd=mine))
    assert bot("person", "erase", "100002", "--yes", cwd=mine).returncode == 0
    with sqlite3.connect(mine / "var" / "bot.db") as raw:
        assert raw.execute("SELECT count(*) FROM members").fetchone() == (0,)
    raw.close()


def test_erasing_prints_where_the_name_still_stands_before_people(bot: Bot, mine: Path) -> None:
    with sqlite3.connect(mine / "var" / "bot.db") as raw:
        name, unit = raw.execute("SELECT name, unit_id FROM members WHERE staff_no = '100001'").fetchone()
        now = "2026-11-23 04:00:00.000000"
        raw.execute(
            "INSERT INTO materials VALUES (1, 'own-0001', 'card', ?, 'live', 0, 1, 'operator', ?, ?)", (unit, now, now)
        )
        raw.execute(
            "INSERT INTO material_versions VALUES (1, 1, 1, ?, 'x', 'operator', ?)",
            (json.dumps({"title": "找谁", "text": f"有事找{name}"}), now),
        )
    raw.close()
    assert "own-0001" in bot("person", "erase", "100001", cwd=mine).stdout


def test_a_freeze_is_ended_by_the_operator(bot: Bot, mine: Path) -> None:
    assert "解绑手机 0 部" in bot("person", "release", "100001", cwd=mine).stdout


def test_the_doctor_misses_people_and_somebody_on_duty(bot: Bot, mine: Path) -> None:
    said = bot("doctor", cwd=mine, **ACCOUNT).stdout
    assert "好　花名册：2 人" in said
    assert "留意　值班的人：0 个" in said
    bot("grant", "100001", "值班", BRANCH, cwd=mine)
    assert "好　值班的人：1 个" in bot("doctor", cwd=mine, **ACCOUNT).stdout


def test_the_sample_mine_is_a_roster_without_a_fault_and_nobody_could_take_it_for_a_real_one(
    bot: Bot, tmp_path: Path
) -> None:
    bot("db", "upgrade", cwd=tmp_path)
    run = bot("roster", "import", str(SAMPLE / "roster.csv"), cwd=tmp_path)
    assert (run.returncode, "留意" in run.stdout, "新增 40 人" in run.stdout) == (0, False, True)
    rows = list(csv.DictReader((SAMPLE / "roster.csv").read_text("utf-8").splitlines()))
    assert all(row["姓名"].startswith("示例") and row["单位"].startswith("示例矿/示例") for row in rows)
    assert len({row["单位"] for row in rows}) == 3
    assert not any(row["手机号"] for row in rows)
    for each in read_toml(SAMPLE / "grants.toml")["grant"]:
        assert bot("grant", each["staff_no"], each["role"], each["unit"], cwd=tmp_path).returncode == 0
    listed = bot("grants", cwd=tmp_path).stdout
    for role in ("支部书记", "值班", "调度员", "政工部"):
        assert role in listed
    table = heading.find(sheet.read(SAMPLE / "roster.csv"), CONTENT.mine)
    assert set(table.columns) == set(CONTENT.mine.columns.name_of)


def test_a_changed_roster_changes_the_shift_of_who_said_nothing_himself(bot: Bot, mine: Path) -> None:
    database = Database(DatabaseSettings(url=f"sqlite:///{mine / 'var' / 'bot.db'}"))
    with database.write() as connection:
        for openid, number in (("oONE", "100001"), ("oTWO", "100002")):
            people.meet(connection, openid, now=NOON)
            him = select(Member.id).where(Member.staff_no == number).scalar_subquery()
            connection.execute(update(Person).where(Person.openid == openid).values(member_id=him))
        his_word = {"shift": "night", "shift_from": "self"}
        connection.execute(update(Person).where(Person.openid == "oTWO").values(his_word))
    (mine / "people.csv").write_text(PEOPLE.replace("电钳工,早班", "电钳工,中班"), "utf-8")
    assert bot("roster", "import", "people.csv", "--dry-run", cwd=mine).returncode == 0
    assert _shifts(database) == [("", ""), ("night", "self")]
    assert bot("roster", "import", "people.csv", cwd=mine).returncode == 0
    assert _shifts(database) == [("swing", "roster"), ("night", "self")]
    database.close()


def _shifts(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(Person.shift, Person.shift_from).order_by(Person.id)).all()
    return [(row.shift, row.shift_from) for row in rows]
