"""出题和疑题: what transcripts cannot show: who is told, who is not paged, what old taps do, and what fits the phone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import create_app
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import AuditLine, DangerCall, Doubt, Material, Member, OutboxItem, Person, Unfinished
from bot.services import grants, units
from bot.services.materials import desk, names
from bot.services.materials.frame import Frame
from content.bank import Bank
from tests.cast import NOON, Chat, StillClock, plain
from tests.rules.mine import BRANCH, CONTENT, MINE, WORDS, add_member, add_person, row_of, session

OTHER = f"{MINE}/机电队党支部"
BODY = {
    "kind": "single", "stem": "本矿超前支护不得少于多少米？", "options": ["10米", "20米", "30米"], "answer": "B",
    "why": "少于20米，来压时没有缓冲。", "source": "综采一队作业规程第12条", "topic": "顶板", "point": "超前支护20米",
    "trades": ["全员"], "level": 1,
}  # fmt: skip
BANK = Bank.read(Path(__file__).parent.parent / "bank")


@dataclasses.dataclass
class Cast:
    """Everybody's phone."""

    author: Chat
    """A committee member."""
    secretary: Chat
    safety: Chat
    other: Chat
    """Secretary of another branch."""
    workers: list[Chat]


@pytest.fixture
def kit(make_kit: Callable[..., Kit], sqlite_url: str) -> Kit:
    usual = make_kit(sqlite_url)
    return dataclasses.replace(usual, content=dataclasses.replace(usual.content, bank=BANK))


@pytest.fixture
def cast(kit: Kit, clock: StillClock) -> Cast:
    client = create_app(kit).test_client()
    phones = {}
    people = [
        ("AUTHOR", "committee", BRANCH), ("SECRETARY", "secretary", BRANCH), ("SAFETY", "safety_office", f"{MINE}/安监处"),
        ("OTHER", "secretary", OTHER), ("W1", "", BRANCH), ("W2", "", BRANCH), ("W3", "", BRANCH),
    ]  # fmt: skip
    with session(kit) as db:
        for name, role, path in people:
            phones[name] = Chat(client, kit.settings, clock, openid=f"o{name}")
            member = add_member(db, name, name, path)
            person = add_person(db, f"o{name}", member)
            person.noticed_at = NOON
            if role:
                grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=NOON)
    workers = [phones[name] for name in ("W1", "W2", "W3")]
    return Cast(phones["AUTHOR"], phones["SECRETARY"], phones["SAFETY"], phones["OTHER"], workers)


def _row(kit: Kit) -> Material:
    with session(kit) as db:
        return db.query(Material).order_by(Material.id.desc()).first()


def _owed(kit: Kit, phone: Chat) -> list[str]:
    with session(kit) as db:
        person = db.query(Person).filter_by(openid=phone.openid).one()
        waiting = db.query(OutboxItem).filter_by(person_id=person.id, state="waiting").order_by(OutboxItem.id)
        return [plain(item.text) for item in waiting]


def _author(db: Session) -> Member:
    return db.execute(select(Member).where(Member.staff_no == "AUTHOR")).scalar_one()


def _draft(kit: Kit, **changed: object) -> None:
    """A draft of the author's branch, as the desk would have left it."""
    with session(kit) as db:
        author = _author(db)
        body = {**BODY, **changed}
        frame, unit = Frame.of(CONTENT), author.unit_id
        desk.write_many(db, "question", [body], frame=frame, unit_id=unit, author=author.alias, now=NOON)


def _live(kit: Kit, cast: Cast) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.tap("通过")
    cast.secretary.tap("上线")


def test_words_of_danger_in_a_question_page_nobody(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.tap("单选")
    heard = cast.author.type("井下着火了，瓦斯爆炸，快跑，先做什么？")
    assert "0000-1234567" in heard
    assert "选项" in heard
    with session(kit) as db:
        assert db.query(DangerCall).filter_by(sure=True).count() == 0
    assert _owed(kit, cast.safety) == []


def test_what_is_begun_outlives_anything_else_he_does(cast: Cast, kit: Kit, clock: StillClock) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.tap("单选")
    cast.author.type(str(BODY["stem"]))
    cast.author.tap("先放一放")
    cast.author.type("每日一题")
    clock.tick(days=40)
    cast.author.type("出题")
    assert "一行一个" in cast.author.tap("接着出题")
    clock.tick(days=2)
    cast.author.type("退出")
    cast.author.type("没写完的不要了")
    with session(kit) as db:
        assert db.query(Unfinished).count() == 0


def test_a_tap_of_an_older_message_changes_nothing(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    kinds = cast.author.heard
    cast.author.tap("单选")
    cast.author.type(str(BODY["stem"]))
    assert "不算" in cast.author.tap("填空", kinds)
    with session(kit) as db:
        assert db.query(Unfinished).one().data["body"]["kind"] == "single"
    cast.author.type("退出")
    cast.author.type("没写完的不要了")
    assert "过时" in cast.author.tap("填空", kinds)


def test_who_writes_for_two_units_is_asked_for_which(cast: Cast, kit: Kit) -> None:
    with session(kit) as db:
        unit = units.ensure(db, OTHER, words=WORDS)
        grants.grant(db, _author(db), "organiser", unit, by="operator", now=NOON)
    cast.author.type("出题")
    asked = plain(cast.author.tap("学习卡"))
    assert "机电队党支部" in asked
    assert "综采一队党支部" in asked
    assert "标题" in cast.author.type("机电队党支部")
    assert "哪个单位" in cast.author.type("返回")


def test_nobody_reviews_his_own_nor_another_units(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    taps = cast.secretary.heard
    assert "不能自己审" in cast.author.tap("通过", taps)
    assert "审不了" in cast.other.tap("通过", taps)
    assert _row(kit).state == "in_review"
    cast.secretary.tap("通过")
    assert _row(kit).state == "reviewed"
    assert "支部书记、安全部门" in cast.author.type("材料1第1版上线")
    assert _row(kit).live_version is None


def test_a_pass_of_what_was_changed_meanwhile_shows_the_new_words(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    old = cast.secretary.heard
    cast.safety.type("审题")
    cast.safety.tap("退回")
    cast.safety.type("写清楚是哪个面")
    assert "写清楚是哪个面" in cast.author.type("我出的")
    cast.author.type("材料1改一版")
    cast.author.tap("改一处")
    cast.author.tap("题干")
    cast.author.type("本矿一号面超前支护不得少于多少米？")
    cast.author.tap("提交审核")
    heard = cast.secretary.tap("通过", old)
    assert "一号面" in heard
    assert _row(kit).state == "in_review"


def test_the_reviewer_sees_a_title_that_is_not_on_the_list(cast: Cast, kit: Kit) -> None:
    with session(kit) as db:
        names.replace(db, [("王大山", "矿长")])
    _draft(kit, why="矿里王大山书记讲过，少于20米没有缓冲。")
    with session(kit) as db:
        names.replace(db, [("王大山", "矿长"), ("李小河", "书记")])
    cast.author.type("材料1交审")
    assert "名单上是“矿长”" in cast.secretary.type("审题")


def test_a_live_question_is_doubted_rests_and_its_unit_is_told_once(cast: Cast, kit: Kit, clock: StillClock) -> None:
    _live(kit, cast)
    clock.tick(seconds=10)
    for worker in cast.workers:
        for _ in range(len(BANK.order) + 1):
            if BODY["stem"] in worker.type("再来一题"):
                break
            worker.tap("不会，看答案")
        worker.tap("不会，看答案")
        worker.tap("这题有问题")
    told = [text for text in _owed(kit, cast.secretary) if "先停问" in text]
    assert len(told) == 1
    assert _owed(kit, cast.safety) == []
    cast.secretary.type("疑题")
    cast.secretary.tap("1. ")
    assert "改一版新的" in plain(cast.secretary.tap("确实有问题"))
    assert "停用" in "".join(_owed(kit, cast.workers[0]))
    with session(kit) as db:
        assert {row.verdict for row in db.query(Doubt)} == {"wrong"}
        assert db.query(AuditLine).filter_by(act="doubts.settled").count() == 1
    assert "手机上就是这个样子" in cast.secretary.tap("改一版新的")
    cast.secretary.tap("改一处")
    cast.secretary.tap("题干")
    cast.secretary.type("本矿一号面超前支护不得少于多少米？")
    cast.secretary.tap("提交审核")
    cast.safety.type("审题")
    cast.safety.tap("通过")
    cast.safety.tap("上线")
    clock.tick(seconds=10)
    with session(kit) as db:  # asked again, though its options and its key are what they were
        person = row_of(db, cast.workers[0].openid, now=clock())
        assert "own-0001" in kit.shelf.bank(db, kit.content, person, now=clock()).order


def test_lists_of_taps_fit_one_message_of_the_real_content(
    make_kit: Callable[..., Kit], sqlite_url: str, cast: Cast, clock: StillClock
) -> None:
    real = make_kit(sqlite_url)
    phone = Chat(create_app(real).test_client(), real.settings, clock, openid="oAUTHOR")
    phone.type("出题")
    phone.tap("学习卡")
    for said in ("交接班先看三样", "接班先看顶板，敲帮问顶听声音，听清了再进。", "综采一队交接班制度第2条", "安全"):
        phone.type(said)
    assert len(phone.links) == len(CONTENT.topics.areas["safety"]) + 2
    phone.type("没有的主题")
    assert len(phone.heard.encode()) <= TEXT_LIMIT_BYTES
    assert "接着看" not in phone.heard
    phone.type("顶板")
    phone.tap("选好了")
    assert "✔" not in phone.heard
    assert "接着看" not in phone.heard
    assert "党员" not in phone.links


def test_who_writes_over_anothers_words_is_shown_them_first_and_loses_none_of_his_own(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1改一版")
    for phone, stem in (
        (cast.secretary, "本矿二号面超前支护不得少于多少米？"),
        (cast.author, "本矿一号面超前支护不得少于多少米？"),
    ):
        phone.type("材料1改一版")
        if phone is cast.author:
            phone.tap("接着出题")
        phone.tap("改一处")
        phone.tap("题干")
        phone.type(stem)
        heard = phone.tap("提交审核" if phone is cast.author else "先存着")
    assert "二号面" in heard
    assert "一号面" in heard
    cast.author.tap("提交审核")
    assert _row(kit).state == "in_review"


def test_a_step_back_from_a_return_shows_the_very_piece_again(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    _draft(kit, stem="本矿端头支护少了一根柱怎么办？")
    cast.author.type("草稿都交审")
    cast.secretary.type("审题")
    second = plain(cast.secretary.tap("先看下一份"))
    assert "题2" in second
    cast.secretary.tap("退回")
    assert plain(cast.secretary.tap("上一步")) == second
    cast.secretary.tap("退回")
    assert "退回了：题2" in plain(cast.secretary.tap("看不懂"))


def test_words_after_a_step_back_from_a_return_send_nothing_back(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.tap("退回")
    cast.secretary.tap("上一步")
    cast.secretary.type("这道题写得挺好的")
    assert _row(kit).state == "in_review"


def test_a_reason_too_short_to_mend_by_is_asked_for_again(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.tap("退回")
    assert "4 到 200 个字" in cast.secretary.type("对")
    assert _row(kit).state == "in_review"
    assert "退回了" in cast.secretary.type("太长")


def test_the_unit_is_no_part_of_the_answer_and_holds_no_figures(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    for said in ("填空", str(BODY["stem"]), "20米；二十米"):
        cast.author.type(said)
    for odd in ("二十;20", "20", "二十", "一米二三四"):
        assert "不像单位" in cast.author.type(odd)
    assert "为什么" in cast.author.type("米")
    for said in (str(BODY["why"]), str(BODY["source"]), "顶板"):
        cast.author.type(said)
    assert "正确答案：20、二十米\n" in plain(cast.author.type("全员"))
    cast.author.tap("先存着")
    with session(kit) as db:
        assert desk.get(db, "own-0001").body["answer"] == ["20", "二十"]


def test_a_word_of_the_bots_own_is_no_source_of_a_batch(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("粘贴一批")
    cast.author.type("1. 本矿单人可以进采空区吗？\nA. 可以\nB. 不可以\n答案 B\n解析：里面没有风，进去出不来。")
    assert "有 1 道没写依据" in cast.author.tap("选好了")
    for odd in ("选好了", "没了", "我也不知道", "顶板"):
        assert "看不出是哪条规定" in cast.author.type(odd)
    assert "有 1 道没写主题" in cast.author.tap("跳过")
    cast.author.type("顶板")
    assert "没有写依据" in cast.author.type("全员")
    cast.author.tap("接着粘")
    cast.author.tap("选好了")
    cast.author.type("综采一队作业规程第12条")
    cast.author.type("顶板")
    assert "1 道都好" in cast.author.type("全员")


def test_a_sentence_with_a_comma_is_no_pair_of_options(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.type("单选")
    cast.author.type(str(BODY["stem"]))
    for said in ("本矿综采一队的人要往哪边走，往哪边撤？", "停电、撤人，报告", "10米，20米，30米", "10米 20米", "停电"):
        assert "一行写一个" in cast.author.type(said)
    heard = plain(cast.author.type("停电、撤人，报告；接着干；先躲一躲"))
    assert "读成了 3 个选项" in heard
    assert "A. 停电、撤人，报告\nB. 接着干\nC. 先躲一躲" in heard
    cast.author.tap("上一步")
    assert "A. 停电，撤人\nB. 接着干" in plain(cast.author.type("停电，撤人\n接着干"))
    cast.author.tap("上一步")
    assert "A. 停电、撤人，报告\nB. 接着干" in plain(cast.author.type("A. 停电、撤人，报告 B. 接着干"))
    cast.author.tap("上一步")
    assert "A. 10米\nB. 20米\nC. 30米" in plain(cast.author.type("10米、20米、30米"))


def test_a_step_back_shows_what_stands_there(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.type("判断")
    assert "现在写的是" not in cast.author.type(str(BODY["stem"]))
    assert f"现在写的是：{BODY['stem']}" in plain(cast.author.tap("上一步"))


def _begun(kit: Kit) -> dict[str, object]:
    with session(kit) as db:
        return dict(db.query(Unfinished).one().data["body"])


def test_a_command_is_asked_about_before_it_becomes_a_piece_of_a_question(cast: Cast, kit: Kit) -> None:
    """Once 导出我的数据 became the stem, and 出题 was told that it is too short."""
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.type("单选")
    cast.author.type("菜单")
    heard = cast.author.type("导出我的数据")
    assert "您是要办这个，还是写进去" in heard
    assert "stem" not in _begun(kit)
    assert "工号AUTHOR" in cast.author.tap("去办这个")
    assert "stem" not in _begun(kit)
    cast.author.type("接着出题")
    cast.author.type("导出我的数据")
    assert "选项" in cast.author.tap("写进去")
    assert _begun(kit)["stem"] == "导出我的数据"


def test_a_command_said_twice_is_done(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.type("单选")
    cast.author.type(str(BODY["stem"]))
    cast.author.type("10米\n20米")
    assert "还是写进去" in cast.author.type("考试")
    assert "还是写进去" not in cast.author.type("考试")
    assert "接着出题" in cast.author.type("出题"), "a word of the desk is never an answer"
    assert "哪个对" in cast.author.type("接着出题")
    assert "接着出题" in cast.author.type("先存着"), "at any field"
    assert "哪个对" in cast.author.type("接着出题")


def test_an_option_is_named_by_its_words_and_the_preview_by_what_sheets_call_things(cast: Cast, kit: Kit) -> None:
    cast.author.type("出题")
    cast.author.tap("一道一道出")
    cast.author.type("单选")
    cast.author.type(str(BODY["stem"]))
    cast.author.type("查瓦斯\n停下升架再割\n接着割")
    assert "不照做会出什么事" in cast.author.type("停下升架再割")
    assert _begun(kit)["answer"] == "B"
    cast.author.type(str(BODY["why"]))
    cast.author.type("综采一队作业规程第12条")
    cast.author.type("顶板")
    cast.author.type("全员")
    cast.author.tap("改一处")
    assert "少于20米" in cast.author.type("解析")
    cast.author.type("没有缓冲，来压时人躲不开。")
    cast.author.tap("改一处")
    assert "哪个主题" in cast.author.type("专项")
    cast.author.type("采掘")
    assert "交上去了" in cast.author.type("送审")


def test_out_of_a_change_one_step_back_leads_to_the_piece_itself(cast: Cast, kit: Kit) -> None:
    """Once it led into the trades, where nothing was ticked and nothing led out."""
    _draft(kit)
    cast.author.type("看材料1")
    cast.author.tap("改一改")
    assert "没改" in cast.author.type("上一步")
    with session(kit) as db:
        assert db.query(Unfinished).count() == 0
    cast.author.tap("看原来的")
    cast.author.tap("改一改")
    cast.author.tap("改一处")
    assert "✔全员" in cast.author.type("工种")
    assert "手机上就是这个样子" in cast.author.tap("选好了")


BATCH = """1. 本矿端头超前支护不得少于多少米？
A. 10米
B. 20米
答案：B
2. 判断题：本矿规定单人可以进采空区取工具。
答案：错
解析：顶板随时会落，一个人进去没人救。
3. 本矿几点交接班？
A. 八点
B. 九点
答案：D
解析：晚了接不上班。
依据：综采一队交接班制度第2条"""


def test_a_question_pasted_again_takes_the_place_of_the_broken_one(cast: Cast, kit: Kit) -> None:
    """Once the mended one was refused as a double of the broken one, for ever."""
    cast.author.type("出题")
    cast.author.tap("粘贴一批")
    cast.author.type(BATCH)
    assert "有 1 道没写解析" in cast.author.tap("选好了")
    cast.author.tap("跳过")
    cast.author.type("综采一队作业规程第12条")
    cast.author.type("采掘")
    heard = cast.author.type("全员")
    assert "好的 1 道，要改的 2 道" in heard
    assert "判断题" not in heard
    cast.author.tap("接着粘")
    cast.author.type(
        "3. 本矿几点交接班？\nA. 八点\nB. 九点\n答案：B\n解析：晚了接不上班。\n依据：综采一队交接班制度第2条"
    )
    cast.author.tap("选好了")
    cast.author.type("少于20米，来压时没有缓冲。")
    cast.author.type("综采一队作业规程第12条")
    cast.author.type("采掘")
    assert "读完了：3 道都好" in cast.author.type("全员")
    cast.author.tap("好的存成草稿")
    with session(kit) as db:
        assert db.query(Material).count() == 3


def test_a_broken_question_is_known_by_its_number_where_its_stem_was_wrong(cast: Cast) -> None:
    cast.author.type("出题")
    cast.author.tap("粘贴一批")
    cast.author.type(BATCH.replace("本矿几点交接班？", "几点？").replace("答案：D", "答案：B"))
    for said in ("选好了", "少于20米，来压时没有缓冲。", "综采一队作业规程第12条", "采掘"):
        cast.author.type(said)
    assert "要改的 1 道" in cast.author.type("全员")
    cast.author.tap("接着粘")
    assert "读出 3 道" in cast.author.type("3. 本矿几点交接班？\nA. 八点\nB. 九点\n答案：B\n解析：晚了接不上班。")


def test_a_case_that_tells_who_where_and_when_is_remarked_on_at_once(cast: Cast) -> None:
    cast.author.type("出题")
    asked = cast.author.tap("案例")
    assert "交接班先看三样" not in asked, "that is a lesson's title"
    cast.author.type("没升紧的那一晚")
    told = "2024年3月5日夜班，我矿综采面割煤，工人张建国看见一架支架没有升紧，班长说先割完这一刀再说，大伙就接着割了下去，谁也没有停。"
    heard = cast.author.type(told + "割到一半，顶板上有轻轻的响声，掉了几块渣。")
    for each in ("2024年3月5日", "我矿", "张建国"):
        assert f"“{each}”" in heard
    assert "要改就点“上一步”" in heard
    assert "三种做法" in heard


def test_the_author_hears_by_name_who_brings_it_before_people(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.tap("通过")
    assert "SECRETARY（支部书记）" in _owed(kit, cast.author)[-1]


def test_whom_it_waits_for_is_told_by_name_and_a_crews_head_hears_how_far_his_right_goes(cast: Cast, kit: Kit) -> None:
    """Once a committee member was sent to a head of a crew below, who saw nothing and was not told why."""
    with session(kit) as db:
        head = db.query(Member).filter_by(staff_no="W1").one()
        crew = units.ensure(db, f"{BRANCH}/采煤一队", words=WORDS)
        grants.grant(db, head, "section_head", crew, by="operator", now=NOON)
        writer = db.query(Member).filter_by(staff_no="SECRETARY").one()
        body, frame = dict(BODY), Frame.of(CONTENT)
        desk.write_many(db, "question", [body], frame=frame, unit_id=writer.unit_id, author=writer.alias, now=NOON)
    cast.secretary.type("材料1交审")
    assert "SAFETY（安全部门）" in cast.author.type("审题")
    assert "W1" not in cast.author.heard
    assert "采煤一队" in cast.workers[0].type("审题")
    assert "没有等您审的" in cast.workers[0].type("接着审")


def test_a_question_that_was_stopped_tells_its_key_to_nobody_any_more(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.type("AB")
    worker.tap("这题有问题")
    worker.tap("不说了")
    cast.safety.type("疑题")
    cast.safety.tap("1.")
    cast.safety.tap("确实有问题")
    heard = worker.type("每日一题")
    assert "停用了" in heard
    assert "正确答案" not in heard
    assert "记下" not in heard
