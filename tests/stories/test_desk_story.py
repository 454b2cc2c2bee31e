"""出题和审题: a right taken back meanwhile, drafts that want a word yet, and passing only what was shown."""

from __future__ import annotations

from sqlalchemy import delete

from bot.kit import Kit
from bot.models import Grant, Material, Unfinished
from bot.services import grants, units
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from tests.cast import NOON, plain
from tests.rules.mine import BRANCH, CONTENT, WORDS, session
from tests.stories.test_materials_story import BODY, OTHER, Cast, _author, cast, kit

__all__ = ["cast", "kit"]
PASTED = "1. 本矿端头超前支护不得少于多少米？\nA. 10米\nB. 20米\n答案：B\n解析：少于20米容易冒顶。"


def _paste(cast: Cast) -> None:
    cast.author.type("出题")
    cast.author.tap("粘贴一批")
    cast.author.type(f"{PASTED}\n依据：综采一队作业规程第12条\n专项：顶板\n工种：采煤")
    cast.author.tap("选好了")


def _revoke(kit: Kit, path: str) -> None:
    with session(kit) as db:
        unit = units.get(db, path)
        db.execute(delete(Grant).where(Grant.member_id == _author(db).id, Grant.unit_id == unit.id))


def test_pasted_questions_are_not_written_for_a_branch_whose_right_is_gone(cast: Cast, kit: Kit) -> None:
    with session(kit) as db:
        grants.grant(db, _author(db), "secretary", units.ensure(db, OTHER, words=WORDS), by="operator", now=NOON)
    cast.author.type("出题")
    cast.author.tap("粘贴一批")
    cast.author.type("机电队党支部")
    cast.author.type(f"{PASTED}\n依据：机电队规程第12条\n专项：顶板\n工种：采煤")
    cast.author.tap("选好了")
    _revoke(kit, OTHER)
    heard = cast.author.tap("好的存成草稿")
    assert "收回了" in heard
    assert "机电队党支部" not in "".join(cast.author.links)
    with session(kit) as db:
        assert db.query(Material).count() == 0
    cast.author.tap("1. 综采一队党支部")
    cast.author.tap("选好了")
    assert "存好 1 道" in cast.author.tap("好的存成草稿")
    with session(kit) as db:
        assert db.query(Material).one().unit_id == units.get(db, BRANCH).id


def test_who_may_write_nowhere_any_more_hears_who_may(cast: Cast, kit: Kit) -> None:
    _paste(cast)
    taps = cast.author.heard
    _revoke(kit, BRANCH)
    assert "出题要有授权" in cast.author.tap("好的存成草稿", taps)
    with session(kit) as db:
        assert (db.query(Material).count(), db.query(Unfinished).count()) == (0, 1)


def test_a_draft_without_its_why_is_shown_and_mended_before_it_is_handed_in(cast: Cast, kit: Kit) -> None:
    with session(kit) as db:
        author = _author(db)
        body = {name: value for name, value in BODY.items() if name != "why"}
        given = [body, {**BODY, "stem": "本矿端头超前支护不得少于多少米？"}]
        frame, unit = Frame.of(CONTENT), author.unit_id
        desk.write_many(db, "question", given, frame=frame, unit_id=unit, author=author.alias, now=NOON)
    cast.author.type("我出的")
    heard = plain(cast.author.tap("草稿都交审"))
    assert "还有 1 份没写全" in heard
    assert "1 份草稿都交上去了" in heard
    assert "为什么：没有写" in plain(cast.author.type("材料1交审"))
    assert "为什么：（还没写）" in plain(cast.author.tap("改一改"))
    assert "4 到 120 个字" in plain(cast.author.tap("提交审核"))
    cast.author.type("少于20米，来压时没有缓冲。")
    assert "交上去了" in cast.author.tap("提交审核")


def test_a_piece_of_two_pages_is_passed_on_its_last(cast: Cast, kit: Kit) -> None:
    case = {
        "title": "少打的一根柱", "topic": "顶板", "trades": ["采煤"], "source": "综采一队作业规程第12条", "right": "B",
        "story": ["中班快下班，端头还差一根单体柱没有打，煤壁也掉了几块渣，顶板轻轻响了一声。" * 3] * 3,
        "ask": "您是班长，您会怎么做？", "lesson": "顶板有响声，先支护后干活，缺一根也不行。",
        "choices": [{"text": f"第{n}种做法", "then": "这样做顶板的压力全落在旁边的柱上，人正好在底下。" * 4} for n in range(3)],
    }  # fmt: skip
    with session(kit) as db:
        author = _author(db)
        frame, unit = Frame.of(CONTENT), author.unit_id
        desk.write_many(db, "case", [case], frame=frame, unit_id=unit, author=author.alias, now=NOON)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    assert not any("通过" in each for each in cast.secretary.links)
    heard = cast.secretary.tap("接着看")
    while "依据：" not in heard:
        assert not any("通过" in each for each in cast.secretary.links)
        heard = cast.secretary.tap("接着看")
    assert "审完了" in cast.secretary.tap("通过")
