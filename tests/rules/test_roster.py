"""A roster as offices really have it: read in whatever shape, checked line by line, taken in whole."""

from __future__ import annotations

import csv
import io
import itertools
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, Grant, Member, Person, Unit
from bot.services import grants, units
from bot.services.roster import exporting, heading
from bot.services.roster.importing import Report, Wishes, take_in
from bot.services.sheets import sheet
from content.spelling import person_name, staff_number
from tests.cast import NOON
from tests.rules.mine import BRANCH, MINE, SAY, WORDS, add_member, add_person, session

HEAD = ["工号", "姓名", "单位", "党小组", "区队", "班组", "工种", "班次", "政治面貌", "职务", "手机号"]
ZHANG = ["100001", "张三", BRANCH, "第一党小组", "综采一队", "检修班", "电钳工", "早班", "中共党员", "", "13800000000"]
LI = ["100002", "李四", BRANCH, "", "综采一队", "", "采煤机司机", "中班", "群众", "", ""]
Grid = list[list[Any]]


def xlsx(grid: Grid, change: Callable[[Any], None] = lambda _: None, title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in grid:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(grid: Grid, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(grid)
    return out.getvalue().encode(encoding)


@pytest.fixture
def take(kit: Kit, tmp_path: Path) -> Callable[..., Report]:
    """Takes a file in."""
    numbers = itertools.count()

    def run(body: bytes | Grid, *, mine: str = "", **wishes: bool) -> Report:
        file = tmp_path / f"{next(numbers)}"
        file.write_bytes(body if isinstance(body, bytes) else xlsx(body))
        with session(kit) as db:
            table = heading.find(sheet.read(file), WORDS)
            return take_in(db, table, WORDS, Wishes(mine, **wishes), by="operator", now=NOON)

    return run


def people(kit: Kit) -> dict[str, dict[str, str]]:
    """The roster as it stands, by number, units as paths."""
    with session(kit) as db:
        paths = {None: ""} | dict(db.execute(select(Unit.id, Unit.path)).all())
        return {
            him.staff_no: {
                "name": him.name, "unit": paths[him.unit_id], "group": paths[him.group_id],
                "section": paths[him.section_id], "crew": paths[him.crew_id], "political": him.political,
                "trade": him.trade, "shift": him.shift, "phone": him.phone, "left": str(him.left_at is not None),
            }
            for him in db.execute(select(Member)).scalars()
        }  # fmt: skip


def said(report: Report) -> list[str]:
    """What is told of each refused line."""
    return [f"{problem.line} {problem.column} {SAY(problem.key, **problem.values)}" for problem in report.refused]


def test_a_plain_roster_is_taken_in_with_its_units(take: Callable[..., Report], kit: Kit) -> None:
    report = take([HEAD, ZHANG, LI])
    assert (report.added, report.refused, report.warnings, report.unknown_words) == ([2, 3], [], [], {})
    assert people(kit)["100001"] == {
        "name": "张三", "unit": BRANCH, "group": f"{BRANCH}/第一党小组", "section": f"{MINE}/综采一队",
        "crew": f"{MINE}/综采一队/检修班", "political": "full", "trade": "电钳工", "shift": "早班",
        "phone": "13800000000", "left": "False",
    }  # fmt: skip
    with session(kit) as db:
        kinds = dict(db.execute(select(Unit.name, Unit.kind)).all())
        assert kinds["第一党小组"] == "group"
        assert kinds["检修班"] == "crew"
        assert db.execute(select(AuditLine.detail)).scalar_one()["added"] == 2


def test_the_same_file_again_changes_nothing_and_a_change_is_found(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ZHANG, LI])
    report = take([HEAD, ZHANG, LI])
    assert (report.added, report.changed, report.unchanged) == ([], [], [2, 3])
    report = take([HEAD, [*ZHANG[:8], "中共预备党员", "", ""], LI])
    assert (report.changed, report.unchanged) == ([2], [3])
    assert people(kit)["100001"]["political"] == "probationary"
    assert people(kit)["100001"]["phone"] == ""


def test_a_column_that_is_not_there_changes_nothing(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ZHANG])
    assert take([["姓名", "单位", "工号"], ["张三", BRANCH, "100001"]]).unchanged == [2]
    assert people(kit)["100001"]["phone"] == "13800000000"
    assert people(kit)["100001"]["political"] == "full"


def test_with_one_line_refused_nothing_is_written_unless_bad_ones_are_skipped(
    take: Callable[..., Report], kit: Kit
) -> None:
    grid = [HEAD, ZHANG, ["", *LI[1:]]]
    report = take(grid)
    assert not report.written
    assert people(kit) == {}
    assert said(report) == ["3 工号 没写工号。请填上工号；不是人的行请删掉。"]
    assert take(grid, skip_bad=True).written
    assert list(people(kit)) == ["100001"]


def test_a_trial_writes_nothing(take: Callable[..., Report], kit: Kit) -> None:
    report = take([HEAD, ZHANG], dry_run=True)
    assert (report.added, report.written) == ([2], False)
    assert report.new_units[0] == MINE
    with session(kit) as db:
        assert db.execute(select(func.count()).select_from(Unit)).scalar_one() == 0


def test_people_of_one_name_are_two_people(take: Callable[..., Report], kit: Kit) -> None:
    assert take([HEAD, ZHANG, ["100009", *ZHANG[1:]]]).added == [2, 3]


def test_who_is_not_in_the_file_is_counted_and_leaves_only_when_asked(take: Callable[..., Report], kit: Kit) -> None:
    away = ["100003", "王五", "新庄煤矿/掘进队党支部", *[""] * 8]
    chief = ["100004", "赵六", MINE, *[""] * 8]
    take([HEAD, ZHANG, LI, away, chief])
    with session(kit) as db:
        li = db.execute(select(Member).where(Member.staff_no == "100002")).scalar_one()
        grants.grant(db, li, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
    report = take([HEAD, ZHANG])
    assert (report.absent, report.left) == (1, 0)
    report = take([HEAD, ZHANG], leavers=True)
    assert (report.absent, report.left, report.left_with_roles) == (1, 1, 1)
    assert {number for number, row in people(kit).items() if row["left"] == "True"} == {"100002"}
    assert take([HEAD, ZHANG]).absent == 0
    report = take([HEAD, ZHANG, LI])
    assert (report.changed, report.back) == ([3], [3])
    assert people(kit)["100002"]["left"] == "False"


def test_a_list_of_the_leaders_does_not_send_the_whole_mine_away(take: Callable[..., Report], kit: Kit) -> None:
    chief, other = ["100004", "赵六", MINE, *[""] * 8], ["100005", "钱七", MINE, *[""] * 8]
    take([HEAD, ZHANG, LI, chief, other])
    assert take([HEAD, chief], leavers=True).left == 1


def test_nobody_leaves_while_a_line_is_refused(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ZHANG, LI])
    report = take([HEAD, ZHANG, ["100002", "", *LI[2:]]], leavers=True, skip_bad=True)
    assert report.left == 0
    assert [problem.key for problem in report.warnings] == ["roster.leavers_wait"]
    assert people(kit)["100002"]["left"] == "False"


def test_another_name_for_a_known_number_is_pointed_out(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ZHANG, LI])
    with session(kit) as db:
        add_person(db, "oA", db.execute(select(Member).where(Member.staff_no == "100002")).scalar_one())
    report = take([HEAD, ["100001", "张叁", *ZHANG[2:]], ["100002", "李肆", *LI[2:]]])
    assert [problem.key for problem in report.warnings] == ["roster.renamed", "roster.renamed_bound"]
    assert people(kit)["100001"]["name"] == "张叁"


def reused(kit: Kit) -> tuple[int, str]:
    """Phones on the number of the next test, and its roles."""
    with session(kit) as db:
        phones = db.query(Person).filter(Person.member_id.is_not(None)).count()
        return phones, " ".join(db.execute(select(Grant.role)).scalars())


@pytest.mark.parametrize("name", ["王五", "李肆"])
def test_a_number_given_to_another_takes_neither_phone_nor_roles_along(
    take: Callable[..., Report], kit: Kit, name: str
) -> None:
    take([HEAD, LI])
    with session(kit) as db:
        him = db.execute(select(Member)).scalar_one()
        add_person(db, "oA", him)
        grants.grant(db, him, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
    grid = [HEAD, ["100002", name, *LI[2:]]]
    told = take(grid, dry_run=True).warnings[0]
    assert "解绑 1 部，授权收回 1 项" in SAY(told.key, **told.values)
    assert reused(kit) == (1, "secretary")
    report = take(grid)
    assert reused(kit) == (0, "")
    assert len(report.passed_on) == 1
    with session(kit) as db:
        acts = db.execute(select(AuditLine.act).order_by(AuditLine.id)).scalars().all()
    assert acts[-3:] == ["joining.unbound", "grants.revoked", "roster.imported"]


@pytest.mark.parametrize(("name", "renames"), [("李肆", True), ("李 四", False)])
def test_a_corrected_name_keeps_phone_and_roles(
    take: Callable[..., Report], kit: Kit, name: str, renames: bool
) -> None:
    take([HEAD, LI])
    with session(kit) as db:
        him = db.execute(select(Member)).scalar_one()
        add_person(db, "oA", him)
        grants.grant(db, him, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
    report = take([HEAD, ["100002", name, *LI[2:]]], renames=renames)
    assert [problem.key for problem in report.warnings] == ["roster.renamed_kept"] * renames
    assert reused(kit) == (1, "secretary")


def test_a_unit_without_its_path_is_found_or_put_under_the_mine(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ZHANG, ["100002", "李四", "综采一队党支部", *[""] * 8], ["100003", "王五", "机电科", *[""] * 8]])
    assert people(kit)["100002"]["unit"] == BRANCH
    assert people(kit)["100003"]["unit"] == f"{MINE}/机电科"


def test_without_any_path_the_mine_of_the_settings_is_meant(take: Callable[..., Report], kit: Kit) -> None:
    take([HEAD, ["100003", "王五", "机电科", *[""] * 8], ["100004", "赵六", "东山煤矿", *[""] * 8]], mine="东山煤矿")
    assert people(kit)["100003"]["unit"] == "东山煤矿/机电科"
    assert people(kit)["100004"]["unit"] == "东山煤矿"


def test_a_unit_that_two_branches_have_is_refused(take: Callable[..., Report], kit: Kit) -> None:
    with session(kit) as db:
        for above in ("一支部", "二支部"):
            units.ensure(db, f"新庄煤矿/{above}/机电班", words=WORDS)
    report = take([HEAD, ["100003", "王五", "机电班", *[""] * 8]])
    assert "新庄煤矿/一支部/机电班" in said(report)[0]


def test_five_thousand_lines_take_seconds(take: Callable[..., Report], kit: Kit) -> None:
    grid = [
        HEAD,
        *([str(200_000 + n), f"工友{chr(0x4E00 + n)}", f"新庄煤矿/第{n % 20}党支部", *ZHANG[3:]] for n in range(5000)),
    ]
    body = as_csv(grid)
    began = time.monotonic()
    assert len(take(body).added) == 5000
    for row in grid[1:]:
        row[6] = "瓦斯检查工"
    assert len(take(as_csv(grid)).changed) == 5000
    assert time.monotonic() - began < 100  # a hang limit: about five seconds where this was written


def second_sheet(ws: Any) -> None:
    people = ws.parent.create_sheet("人")
    for row in (HEAD, ZHANG):
        people.append(row)


# Shapes that are read all the same: what the file holds, and who is in it.
GOOD: dict[str, tuple[bytes, dict[str, str]]] = {
    "the heading stands below titles and an empty row": (
        xlsx([["新庄煤矿职工花名册"], ["制表：党群部", "", "2026年11月"], [], HEAD, ZHANG]),
        {"100001": "张三"},
    ),
    "columns in another order with other names and one too many": (
        xlsx([["序号", "姓 名", "职工编号（必填）", "所在支部*", "联系电话："], [1, "张三", "100001", BRANCH, "138"]]),
        {"100001": "张三"},
    ),
    "numbers that are numbers": (xlsx([HEAD, [100001, *ZHANG[1:10], 13800000000]]), {"100001": "张三"}),
    "numbers that became decimals": (xlsx([HEAD, [100001.0, *ZHANG[1:10], 13800000000.0]]), {"100001": "张三"}),
    "a number in scientific notation that lost nothing": (
        as_csv([HEAD, ["1.00001E+05", *ZHANG[1:]]]),
        {"100001": "张三"},
    ),
    "zeros that only the format shows": (
        xlsx([HEAD, [123, *ZHANG[1:]]], lambda ws: setattr(ws["A2"], "number_format", "000000")),
        {"000123": "张三"},
    ),
    "leading zeros kept as text": (xlsx([HEAD, ["000123", *ZHANG[1:]]]), {"000123": "张三"}),
    "an apostrophe that was to keep the zeros": (as_csv([HEAD, ["'000123", *ZHANG[1:]]]), {"000123": "张三"}),
    "an equals sign and quotes that were to keep the zeros": (
        as_csv([HEAD, ['="000123"', *ZHANG[1:]]]),
        {"000123": "张三"},
    ),
    "full-width digits and letters": (xlsx([HEAD, ["Ａ１００－１", *ZHANG[1:]]]), {"A100-1": "张三"}),
    "blanks inside a name and a number": (xlsx([HEAD, [" 100 001 ", "张　 三", *ZHANG[2:]]]), {"100001": "张三"}),
    "a long name with a dot of another kind": (
        xlsx([HEAD, ["100001", "阿不都 • 克里木", *ZHANG[2:]]]),
        {"100001": "阿不都·克里木"},
    ),
    "marks nobody sees": (xlsx([HEAD, ["\ufeff100001\u200b", "张\u200b三\xa0", *ZHANG[2:]]]), {"100001": "张三"}),
    "a rare character that only the private area has": (
        xlsx([HEAD, ["100001", "张\ue863", *ZHANG[2:]]]),
        {"100001": "张\ue863"},
    ),
    "UTF-8 with its mark": (as_csv([HEAD, ZHANG], "utf-8-sig"), {"100001": "张三"}),
    "GB18030": (as_csv([HEAD, ["100001", "张㐱", *ZHANG[2:]]], "gb18030"), {"100001": "张㐱"}),
    "UTF-16 with tabs, as Excel's Unicode text": (as_csv([HEAD, ZHANG], "utf-16", "\t"), {"100001": "张三"}),
    "semicolons": (as_csv([HEAD, ZHANG], "utf-8", ";"), {"100001": "张三"}),
    "a unit merged over its people": (
        xlsx([HEAD, ZHANG, ["100002", "李四", None, *LI[3:]]], lambda ws: ws.merge_cells("C2:C3")),
        {"100001": "张三", "100002": "李四"},
    ),
    "a merged title over the whole width, empty rows, a total at the end": (
        xlsx(
            [["花名册"], HEAD, [], ZHANG, [None] * 11, ["合计：1人"], ["制表人：", None, None, "张三"]],
            lambda ws: ws.merge_cells("A1:K1"),
        ),
        {"100001": "张三"},
    ),
    "the heading printed again on the second page": (
        xlsx([HEAD, ZHANG, HEAD, LI]),
        {"100001": "张三", "100002": "李四"},
    ),
    "a sheet of notes before the one with the people": (
        xlsx(
            [["填写说明"], ["工号要写全"]],
            second_sheet,
        ),
        {"100001": "张三"},
    ),
    "a stray blank cell a million rows down": (
        xlsx([HEAD, ZHANG], lambda ws: setattr(ws.cell(1_000_000, 3), "number_format", "@")),
        {"100001": "张三"},
    ),
    "a phone that cannot be dialled": (xlsx([HEAD, [*ZHANG[:10], "看微信"]]), {"100001": "张三"}),
    "markup in a column that is not read": (
        as_csv([["工号", "姓名", "单位", "备注"], ["100001", "张三", BRANCH, "<script>"]]),
        {"100001": "张三"},
    ),
}


@pytest.mark.parametrize("shape", GOOD)
def test_this_is_read_all_the_same(shape: str, take: Callable[..., Report], kit: Kit) -> None:
    body, expected = GOOD[shape]
    report = take(body)
    assert said(report) == []
    assert {number: row["name"] for number, row in people(kit).items()} == expected


def formula(ws: Any) -> None:
    ws["A2"] = "=100000+1"


def broken(ws: Any) -> None:
    ws["C2"] = "#REF!"


# Cells that say the wrong thing: the file, the line, the column, and a word of the advice.
BAD: dict[str, tuple[bytes, int, str, str]] = {
    "no name": (xlsx([HEAD, ["100001", None, *ZHANG[2:]]]), 2, "姓名", "请填上姓名"),
    "no unit": (xlsx([HEAD, [*ZHANG[:2], "", *ZHANG[3:]]]), 2, "单位", "请写全路径"),
    "a formula nobody has reckoned": (xlsx([HEAD, ZHANG], formula), 2, "工号", "选择性粘贴"),
    "a formula in a csv": (as_csv([HEAD, ["=A1+1", *ZHANG[1:]]]), 2, "工号", "公式"),
    "an error cell": (xlsx([HEAD, ZHANG], broken), 2, "单位", "#REF!"),
    "a crew that became a date": (xlsx([HEAD, [*ZHANG[:5], date(2026, 3, 1), *ZHANG[6:]]]), 2, "班组", "“文本”"),
    "a number whose end was cut off": (as_csv([HEAD, ["1.2E+11", *ZHANG[1:]]]), 2, "工号", "截掉"),
    "a number longer than Excel can hold": (xlsx([HEAD, [1234567890123456789, *ZHANG[1:]]]), 2, "工号", "截掉"),
    "no staff number at all": (xlsx([HEAD, ["没有 / 工号", *ZHANG[1:]]]), 2, "工号", "不像工号"),
    "a number in place of a name": (xlsx([HEAD, ["100001", 42, *ZHANG[2:]]]), 2, "姓名", "不像姓名"),
    "markup in a name": (xlsx([HEAD, ["100001", "<b>张三</b>", *ZHANG[2:]]]), 2, "姓名", "不像姓名"),
    "a reckoning name": (xlsx([HEAD, ["100001", '@SUM("1")', *ZHANG[2:]]]), 2, "姓名", "不像姓名"),
    "an unknown political status": (xlsx([HEAD, [*ZHANG[:8], "民主党派", "", ""]]), 2, "政治面貌", "中共预备党员"),
    "a number twice": (xlsx([HEAD, ZHANG, LI, ["100001", "王五", *LI[2:]]]), 4, "工号", "第 2 行"),
    "a staff number merged over two people": (
        xlsx([HEAD, ZHANG, [None, *LI[1:]]], lambda ws: ws.merge_cells("A2:A3")), 3, "工号", "第 2 行",
    ),
    "a name too long": (xlsx([HEAD, ["100001", "张" * 65, *ZHANG[2:]]]), 2, "姓名", "不像姓名"),
    "a unit too long": (xlsx([HEAD, [*ZHANG[:2], f"矿/{'长' * 65}", *ZHANG[3:]]]), 2, "单位", "太长"),
    "a trade too long": (xlsx([HEAD, [*ZHANG[:6], "工" * 33, *ZHANG[7:]]]), 2, "工种", "太长"),
    "a wrong line below a title is told by its own number": (
        xlsx([["花名册"], [], HEAD, ZHANG, [], ["100002", "", *LI[2:]]]), 6, "姓名", "请填上姓名",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", BAD)
def test_a_wrong_cell_is_told_with_its_place_and_what_to_write(
    shape: str, take: Callable[..., Report], kit: Kit
) -> None:
    body, line, column, advice = BAD[shape]
    report = take(body)
    assert len(report.refused) == 1, said(report)
    assert said(report)[0].startswith(f"{line} {column} ")
    assert advice in said(report)[0]
    assert people(kit) == {}


def zipped(name: str, body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, body)
    return out.getvalue()


# Files that are no roster: what they hold, and the sentence.
REFUSED: dict[str, tuple[bytes, str]] = {
    "an old Excel file, or one with a password": (b"\xd0\xcf\x11\xe0" + b"\x00" * 512, "sheets.old_excel"),
    "a web page called xls": (b"<html><table><tr><td>\xe5\xb7\xa5</td></tr></table>", "sheets.web_page"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "sheets.not_text"),
    "a zip of something else": (zipped("word/document.xml", "<w/>"), "sheets.not_a_sheet"),
    "a workbook cut short": (xlsx([HEAD, ZHANG])[:2000], "sheets.damaged"),
    "a workbook that is not XML": (zipped("xl/workbook.xml", "<<<"), "sheets.damaged"),
    "nothing": (b"", "roster.no_heading"),
    "a letter": ("各支部：请按时报送。".encode(), "roster.no_heading"),
    "a heading without units": (as_csv([["工号", "姓名"], ["1", "张三"]]), "roster.missing_columns"),
    "two columns for one thing": (
        as_csv([["员工号", "姓名", "单位", "人员编号"], ["1", "张三", "矿", "2"]]),
        "roster.column_twice",
    ),
    "more lines than any mine has people": (as_csv([HEAD, *([ZHANG] * 20_001)]), "sheets.too_long"),
    "a quote that never ends": (as_csv([HEAD]) + b'100001,"' + b"x" * 200_000, "sheets.bad_csv"),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_no_roster_is_refused_with_what_to_do(shape: str, tmp_path: Path) -> None:
    body, key = REFUSED[shape]
    file = tmp_path / "file"
    file.write_bytes(body)
    with pytest.raises(Refusal) as refused:
        heading.find(sheet.read(file), WORDS)
    assert refused.value.key == key
    assert "请" in SAY(key, **refused.value.values)


def test_the_proper_heading_beats_another_for_the_same_thing(take: Callable[..., Report], kit: Kit) -> None:
    take(as_csv([["工号", "姓名", "部门", "单位"], ["100001", "张三", "机电科", BRANCH]]))
    assert people(kit)["100001"]["unit"] == BRANCH


def test_unknown_trades_and_shifts_are_only_pointed_out_once_for_all_their_lines(take: Callable[..., Report]) -> None:
    odd = [["100003", "王五", BRANCH, "", "", "", "魔术师", "随缘", "", "", ""]]
    report = take([HEAD, ZHANG, *odd, ["100004", "赵六", *odd[0][2:]]])
    assert report.written
    assert report.unknown_words == {("trade", "魔术师"): [3, 4], ("shift", "随缘"): [3, 4]}


def test_a_number_shorter_than_all_others_may_have_lost_its_zeros(take: Callable[..., Report], kit: Kit) -> None:
    report = take([HEAD, ZHANG, LI, ["000003", "王五", *LI[2:]], [44, "赵六", *LI[2:]]])
    assert [SAY(each.key, **each.values) for each in report.warnings] == [
        "工号 44 比别人短，别人都是 6 位。要是丢了前面的 0，应写成 000044，请核对。"
    ]
    report = take([HEAD, ["3", "王五", *LI[2:]]])
    assert "000003" in said(report)[0]
    assert "3" not in people(kit)


def test_what_is_written_out_can_be_taken_in_again_and_changes_nothing(
    take: Callable[..., Report], kit: Kit, tmp_path: Path
) -> None:
    odd = ["100003", "王五", "新庄煤矿/机电科", "", "新庄煤矿/生产区/综采一队", "检修班", "", "", "", "+1", ""]
    take([HEAD, ZHANG, LI, odd, ["000123", "赵六", "新庄煤矿", *[""] * 8]])
    for suffix in ("xlsx", "csv"):
        file = tmp_path / f"out.{suffix}"
        with session(kit) as db:
            assert exporting.save(db, file, WORDS, title="花名册", explained=("填写说明", ["工号要写全"])) == 4
        report = take(file.read_bytes())
        assert (report.added, report.changed, said(report)) == ([], [], [])
        assert len(report.unchanged) == 4


def test_nothing_written_out_reckons_when_it_is_opened(kit: Kit, tmp_path: Path) -> None:
    with session(kit) as db:
        add_member(db, "-2+3", "张三", position='=HYPERLINK("http://x")', trade="@SUM(1)", phone="+86")
        for name in ("out.csv", "out.xlsx"):
            exporting.save(db, tmp_path / name, WORDS, title="花名册", explained=("填写说明", []))
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@"))]
    cells = openpyxl.load_workbook(tmp_path / "out.xlsx")["花名册"][2]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


def test_who_left_is_not_written_out_and_another_suffix_is_refused(kit: Kit, tmp_path: Path) -> None:
    with session(kit) as db:
        add_member(db, "1", "张三", left_at=NOON - timedelta(days=1))
        assert exporting.save(db, tmp_path / "x.csv", WORDS, title="花名册", explained=("", [])) == 0
        with pytest.raises(Refusal, match=r"roster\.suffix"):
            exporting.save(db, tmp_path / "x.pdf", WORDS, title="花名册", explained=("", []))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张 三", "张三"),
        ("阿不都.克里木", "阿不都·克里木"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("\u3000张三\t", "张三"),
    ],
)
def test_a_name_has_one_spelling(typed: str, kept: str) -> None:
    assert person_name(typed) == kept
    assert person_name(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("１００００１", "100001"), ("a-1", "A-1"), ("100001.0", "100001"), ("1.00001e5", "100001"), ("Ｂ—7", "B-7")],
)
def test_a_staff_number_has_one_spelling(typed: str, kept: str) -> None:
    assert staff_number(typed) == kept
    assert staff_number(kept) == kept
