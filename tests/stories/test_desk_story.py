"""出题和审题: a right taken back meanwhile, drafts that want a word yet, and passing only what was shown."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import delete

from bot.app import create_app
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import Doubt, Grant, Material, Person, Unfinished
from bot.services import grants, units
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from bot.services.rights import erasing
from content.folding import fold
from tests.cast import LINK, NOON, Chat, StillClock, plain
from tests.rules.mine import BRANCH, CONTENT, WORDS, add_member, add_person, session
from tests.stories.test_materials_story import BODY, OTHER, Cast, _author, _draft, cast, kit

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


WALK = """
author > 出题
author >> 一道一道出
author >> 单选
author > 本矿端头超前支护不得少于多少米？
author > 10米；20米
author >> B. 20米
author > 少于20米容易冒顶伤人。
author > 综采一队作业规程第12条
author >> 上一步
author > 综采一队作业规程第12条
author >> 安全类
author >> 顶板
author >> 采煤
author >> ✔采煤
author >> 掘进
author >> 选好了
author >> 改一处
author >> 答案
author >> A. 10米
author >> 改一处
author >> 为什么
author > 少于10米容易冒顶伤人。
author >> 不要了
author >> 先放一放
author > 接着出题
author >> 留着
author >> 先存着
author >> 提交审核
secretary > 审题
secretary >> 退回
secretary >> 上一步
secretary >> 退回
secretary >> 依据对不上
secretary >> 接着审
author > 我出的
author >> 看一看，改一改
author > 我出的
author >> 题
author >> 改一改
author >> 改一处
author >> 依据
author > 综采一队作业规程第13条
author >> 提交审核
author > 出题
author >> 粘贴一批
author > 1. 本矿副斜井下车要等车停稳吗？\\nA. 要\\nB. 不要\\n答案：A\\n解析：车没停稳容易摔。
author >> 选好了
author > 运输队作业规程第3条
author >> 安全类
author >> 运输
author >> 全员
author >> 接着粘
author >> 选好了
author > 运输队作业规程第3条
author >> 安全类
author >> 运输
author >> 全员
author >> 好的存成草稿
author >> 草稿都交审
secretary > 审题
secretary >> 先看下一份
secretary >> 先看下一份
secretary >> 通过
secretary >> 上线
secretary > 审题
secretary >> 通过
secretary >> 接着审
secretary >> 上线
author > 出题
author >> 本单位在用的
author >> 题
author >> 改一版（在用的先不动）
author >> 不要了
author >> 扔掉
secretary > 在用的题
secretary >> 题
secretary >> 下线
secretary >> 恢复成草稿
worker > 每日一题
worker >> 不会，看答案
worker >> 这题有问题
worker >> 跟现场不一样
worker > 这题有问题
worker >> 不说了
secretary > 疑题
secretary >> #
secretary >> 没问题，接着用
worker2 > 每日一题
worker2 >> 不会，看答案
worker2 >> 这题有问题
worker2 >> 答案不对
worker2 >> 还有别的不对
secretary > 疑题
secretary >> #
secretary >> 确实有问题，停用
secretary >> 点错了，恢复这道题
"""


def _walk(kit: Kit, clock: StillClock, branch: str, *, typing: bool) -> tuple[list[str], list[str]]:
    """What everybody of a branch hears, numbers and the branch left out, and the labels that were printed on the way."""
    client = create_app(kit).test_client()
    people = {"author": "committee", "secretary": "secretary", "worker": "", "worker2": ""}
    with session(kit) as db:
        for name, role in people.items():
            number = f"{name}{int(typing)}"
            member = add_member(db, number, name, branch)
            add_person(db, f"o{number}", member).noticed_at = NOON
            if role:
                grants.grant(db, member, role, units.ensure(db, branch, words=WORDS), by="operator", now=NOON)
    phones = {name: Chat(client, kit.settings, clock, openid=f"o{name}{int(typing)}") for name in people}
    heard, printed = [], []
    for line in WALK.split("\n")[1:-1]:
        name, sign, what = line.split(" ", 2)
        phone = phones[name]
        clock.tick(seconds=10)
        if sign == ">":
            phone.type(what.replace("\\n", "\n"))
        else:
            shown = [label for _, label in LINK.findall(phone.heard)]
            labels = [each for each in shown if each.startswith(what) or (what == "#" and re.match(r"[0-9]+\. ", each))]
            assert labels, f"{line}: {plain(phone.heard)}"
            (phone.type if typing else phone.tap)(labels[0])
        told = re.sub(r"[0-9]+|[A-F](?=[、\n]|$)", "0", plain(phone.heard)).replace(branch.rpartition("/")[2], "")
        heard.append("\n".join([line, *(each for each in told.split("\n") if not re.match(r"[A-F]\.", each))]))
        printed += [shown for _, shown in LINK.findall(phone.heard)]
    return heard, printed


def test_whatever_stands_on_a_tap_of_the_desk_may_be_typed_as_well(kit: Kit, clock: StillClock) -> None:
    """A law of the desk: one branch taps its way through all of it, another types what stands on the taps."""
    tapped, printed = _walk(kit, clock, BRANCH, typing=False)
    typed, _ = _walk(kit, clock, OTHER, typing=True)
    assert typed == tapped
    walked = [line.split(" >> ")[1] for line in WALK.split("\n") if " >> " in line]
    rows = re.compile(r"题\d+ |\d+\. |[A-F]\. ")
    left = {
        label for label in printed if CONTENT.words.by_word.get(fold(label)) is None and not rows.match(label)
        and not any(label.startswith(each) for each in walked)
    }  # fmt: skip
    trades, topics = set(CONTENT.topics.trades_shown), set(CONTENT.topics.area_of)
    assert {label.lstrip("✔").partition("：")[0] for label in left} - trades - topics <= UNWALKED


UNWALKED = {
    "学习卡", "案例", "多选", "判断", "填空", "党务类", "权益与责任类", "题干", "选项", "主题", "工种", "审题（0）", "疑题（0）",
    "没答上来的（0）", "答案不对", "看不懂", "太长",
}  # fmt: skip
"""Of the same kind as others that were walked."""


def test_among_hundreds_of_questions_a_branch_gets_its_own_new_one_next(
    cast: Cast, kit: Kit, make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.type("通过")
    cast.secretary.type("上线")
    real = make_kit(sqlite_url)
    client = create_app(real).test_client()
    worker, elsewhere = (Chat(client, real.settings, clock, openid=name) for name in ("oW1", "oOTHER"))
    clock.tick(seconds=10)
    assert BODY["stem"] in worker.type("再来一题")
    assert BODY["stem"] not in elsewhere.type("再来一题")
    clock.tick(days=8)
    late = Chat(client, real.settings, clock, openid="oW2")
    assert BODY["stem"] not in late.type("再来一题")


def test_the_number_to_phone_stands_once_in_what_one_writes(cast: Cast) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.tap("单选")
    number = "0000-1234567"
    assert number in cast.author.type("井下着火了，瓦斯爆炸，快跑，先做什么？")
    assert number not in cast.author.type("端头容易冒顶伤人，先支护\n等冒顶伤人了再支护")
    cast.author.tap("A. ")
    assert number not in cast.author.type("少于20米，来压时没有缓冲，端头容易冒顶伤人。")
    cast.author.type("没写完的不要了")
    cast.author.type("退出")
    cast.author.type("没写完的不要了")
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.tap("判断")
    assert number in cast.author.type("井下着火了，瓦斯爆炸，大家快跑。"), "in another piece it stands again"
    assert number in cast.workers[0].type("井下着火了，瓦斯爆炸")


def test_what_is_ticked_stays_ticked_when_more_is_typed(cast: Cast) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    for said in ("多选", str(BODY["stem"]), "10米\n20米\n30米"):
        cast.author.type(said)
    cast.author.tap("A. ")
    heard = plain(cast.author.type("BC"))
    assert all(f"✔{letter}. " in heard for letter in "ABC")
    assert "✔B" not in plain(cast.author.type("✔B. 20米"))
    cast.author.tap("选好了")
    for said in (str(BODY["why"]), str(BODY["source"]), "顶板"):
        cast.author.type(said)
    cast.author.tap("采煤")
    for said, ticked in (("掘进 机电", "采煤 掘进 机电"), ("气象员", "采煤 掘进 机电"), ("采煤", "采煤 掘进 机电")):
        heard = plain(cast.author.type(said))
        assert re.findall("✔([^ \n]+)", heard) == ticked.split()
    assert "正确答案：A、C\n" in plain(cast.author.tap("选好了"))
    assert "工种：采煤、掘进、机电" in plain(cast.author.tap("改一处"))


def test_all_trades_ticked_still_fit_one_message(
    make_kit: Callable[..., Kit], sqlite_url: str, cast: Cast, clock: StillClock
) -> None:
    real = make_kit(sqlite_url)
    phone = Chat(create_app(real).test_client(), real.settings, clock, openid="oAUTHOR")
    phone.type("出题")
    phone.tap("学习卡")
    for said in ("交接班先看三样", "接班先看顶板，敲帮问顶听声音，听清了再进。", "综采一队交接班制度第2条", "顶板"):
        phone.type(said)
    trades = [label for label in phone.links if label in CONTENT.topics.trades_shown][1:]
    phone.tap(trades[0])
    heard = phone.type(" ".join(trades))
    assert heard.count("✔") == len(trades)
    assert len(heard.encode()) <= TEXT_LIMIT_BYTES
    assert "接着看" not in heard


def test_too_few_readers_are_told_at_once_with_whom_to_give_what(cast: Cast, kit: Kit) -> None:
    _draft(kit, topic="支部工作", trades=["党员"])
    heard = plain(cast.author.type("材料1交审"))
    assert "还差2个人：请支部书记给同事授“支部委员”" in heard
    assert "授权 工号 支部委员" in heard
    heard = plain(cast.secretary.type("审题"))
    assert "留着您做终审" in heard
    assert "还差2个人：请支部书记给同事授“支部委员”" in heard
    assert "自己写的" not in heard


def test_why_a_question_is_doubted_is_added_to_and_may_be_told_in_own_words(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.type("不会，看答案")
    heard = plain(worker.type("这题有问题"))
    stem = kit.content.bank.questions[_doubted(kit).question_id].stem
    assert stem[:20] in heard
    assert "记上了：答案不对" in plain(worker.tap("答案不对"))
    worker.tap("还有别的不对")
    assert "记上了：跟现场不一样" in plain(worker.type("跟现场不一样"))
    worker.tap("还有别的不对")
    assert stem[:20] in plain(worker.type("我们面上瓦斯到1.0%就停电，不是1.5%"))
    assert worker.type("菜单") == worker.type("菜单"), "a word of its own is no reason"
    assert (_doubted(kit).reason, _doubted(kit).note) == ("wrong site", "我们面上瓦斯到1.0%就停电，不是1.5%")
    cast.safety.type("疑题")
    heard = plain(cast.safety.type("1"))
    assert "答案不对1人，跟现场不一样1人\n“我们面上瓦斯到1.0%就停电，不是1.5%”" in heard
    heard = plain(cast.safety.type("确实有问题，停用"))
    assert "点错了不要紧" in heard
    assert cast.safety.links[0] == "点错了，恢复这道题"
    assert "恢复了" in cast.safety.type("点错了，恢复这道题")


def _doubted(kit: Kit) -> Doubt:
    with session(kit) as db:
        return db.query(Doubt).one()


def test_an_answer_typed_after_a_doubt_is_no_reason_and_reaches_the_question(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.type("这题有问题")
    assert "没看出哪儿不对" in worker.type("AB")
    assert _doubted(kit).note == ""
    assert "正确答案" in worker.type("不会")


def test_who_is_erased_takes_his_own_words_about_a_question_with_him(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.type("不会")
    worker.type("这题有问题")
    worker.type("我们面上不是这么干的")
    cast.safety.type("疑题")
    cast.safety.type("1")
    cast.safety.type("确实有问题，停用")
    with session(kit) as db:
        person = db.query(Person).filter_by(openid=worker.openid).one()
        erasing.forget_account(db, person.id, now=NOON, actor="operator")
    assert (_doubted(kit).note, _doubted(kit).person_id) == ("", None)


def test_taps_kept_to_be_typed_leave_nobody_standing_in_anything(cast: Cast) -> None:
    cast.author.type("出题")
    assert "没弄完" not in cast.author.type("帮助")
    cast.author.type("出题")
    assert "0000-1234567" in cast.author.type("井下着火了，瓦斯爆炸，快跑")
    assert "出哪种题" in cast.author.type("一道一道出")
