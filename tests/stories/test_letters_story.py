"""来信: a miner, his secretary, another branch's secretary, and the office; over the signed, encrypted webhook."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from bot.app import create_app
from bot.kit import Kit
from bot.models import Letter, LetterLine, Member, OutboxItem, Person
from bot.services import grants, units
from tests.cast import Chat, StillClock, account, plain
from tests.rules.mine import BRANCH, MINE, WORDS, add_member, add_person, session

STORY = "班里老李最近老是一个人闷着抽烟大家都有点担心他"
MORE = "问他他就摆摆手不愿意说，饭也吃得比从前少多了"
OTHER_BRANCH = f"{MINE}/机电队党支部"


@dataclasses.dataclass
class Cast:
    """Everybody's phone."""

    miner: Chat
    stranger: Chat
    secretary: Chat
    other: Chat
    """Secretary of another branch."""
    office: Chat


@pytest.fixture
def cast(app: Flask, kit: Kit, chat: Chat, stranger: Chat, clock: StillClock) -> Cast:
    client = app.test_client()
    cast = Cast(
        chat, stranger, *(Chat(client, kit.settings, clock, openid=f"o{who}") for who in ("SEC", "OTHER", "OFFICE"))
    )
    with session(kit) as db:
        crew = units.ensure(db, f"{MINE}/综采一队/生产一班", words=WORDS)
        add_person(db, cast.miner.openid, add_member(db, "1", "张三", crew_id=crew.id))
        for phone, name, role, path in (
            (cast.secretary, "李书记", "secretary", BRANCH),
            (cast.other, "王书记", "secretary", OTHER_BRANCH),
            (cast.office, "政工赵", "party_office", MINE),
        ):
            member = add_member(db, phone.openid[1:], name, path if role == "secretary" else BRANCH)
            add_person(db, phone.openid, member)
            grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=clock())
    return cast


def _letter(kit: Kit) -> Letter:
    with session(kit) as db:
        return db.query(Letter).order_by(Letter.id.desc()).first()


def _lines(kit: Kit) -> list[LetterLine]:
    with session(kit) as db:
        return db.query(LetterLine).order_by(LetterLine.id).all()


def _owed(kit: Kit, phone: Chat) -> list[str]:
    with session(kit) as db:
        person = db.query(Person).filter_by(openid=phone.openid).one()
        waiting = db.query(OutboxItem).filter_by(person_id=person.id, state="waiting").order_by(OutboxItem.id)
        return [plain(item.text) for item in waiting]


def test_a_story_goes_to_the_secretary_only_when_agreed_to_and_comes_back_answered(cast: Cast, kit: Kit) -> None:
    said = cast.miner.type(STORY)
    assert "谢谢您" in said
    assert _letter(kit).state == "kept"
    assert _owed(kit, cast.secretary) == []

    sent = cast.miner.tap("转给书记")
    assert "支部书记李书记" in sent
    assert "张三（生产一班）" in sent  # he is told how he is seen
    assert _letter(kit).state == "sent"

    page = cast.secretary.type("帮助")
    assert all(each in page for each in ("来信1", "张三（生产一班）", STORY))
    asked = cast.secretary.tap("回复")
    assert "张三" in asked
    assert "回过去了" in cast.secretary.type("明天上午我去班里看看他")
    assert _letter(kit).state == "answered"

    answer = cast.miner.type("帮助")
    assert "支部书记李书记回您（来信1）" in answer
    assert "明天上午我去班里看看他" in answer
    cast.miner.tap("回他")
    assert "支部书记李书记" in cast.miner.type("好 那我跟他说一声")
    assert "好 那我跟他说一声" in cast.secretary.type("帮助")
    assert _letter(kit).state == "sent"

    assert "办结了" in cast.secretary.type("办结1")
    assert "办结" in cast.miner.type("帮助")
    assert "没有没办结的来信" in cast.secretary.type("来信")


def test_a_second_tap_sends_nothing_twice(cast: Cast, kit: Kit) -> None:
    said = cast.miner.type(STORY)
    cast.miner.tap("转给书记", said)
    assert "不会转两遍" in cast.miner.tap("转给书记", said)
    assert "不会转两遍" in cast.miner.tap("给上级", said)
    assert len(_owed(kit, cast.secretary)) == 1
    assert _owed(kit, cast.office) == []


def test_what_is_told_within_ten_minutes_is_one_letter(cast: Cast, kit: Kit, clock: StillClock) -> None:
    cast.miner.type(STORY)
    clock.tick(minutes=9)
    cast.miner.type(MORE)
    clock.tick(minutes=9)
    assert "记在一起" in cast.miner.type(MORE)
    clock.tick(minutes=11)
    cast.miner.type(MORE)
    with session(kit) as db:
        assert (db.query(Letter).count(), db.query(LetterLine).count()) == (2, 4)


def test_what_is_told_after_a_letter_was_sent_is_another_and_asked_for_again(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    pages = _owed(kit, cast.secretary)
    said = cast.miner.type("其实是李书记自己安排的班不公平大伙都不敢说")
    assert "要不要转给支部书记" in said
    assert (_letter(kit).id, _letter(kit).state) == (2, "kept")
    assert _owed(kit, cast.secretary) == pages
    assert "政工部" in cast.miner.tap("给上级")
    assert _owed(kit, cast.secretary) == pages


def test_who_wants_it_passed_on_to_nobody_begins_anew(cast: Cast, kit: Kit) -> None:
    said = cast.miner.type(STORY)
    cast.miner.tap("不用")
    assert "谢谢您跟我说这些" in cast.miner.type(MORE)
    cast.miner.tap("转给书记")
    assert STORY not in _owed(kit, cast.secretary)[0]
    assert "来信1转给支部书记" in plain(cast.miner.tap("转给书记", said))  # he may change his mind


def test_nobody_passes_on_another_ones_letter(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    for words in ("来信1转给书记", "来信1转给政工部", "来信1不用转", "来信1接着说"):
        assert "没找到" in cast.stranger.type(words)
    assert _letter(kit).state == "kept"


def test_a_complaint_about_the_secretary_never_passes_him(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    assert "政工部政工赵" in cast.miner.tap("给上级")
    assert _owed(kit, cast.secretary) == []
    assert "来信1" in cast.office.type("来信")
    for words in ("来信", "看来信1", "回复1", "办结1"):
        assert STORY not in cast.secretary.type(words)
    assert "没有这封来信" in cast.secretary.type("看来信1")


def test_not_even_when_he_sits_in_the_office_too(cast: Cast, kit: Kit, clock: StillClock) -> None:
    with session(kit) as db:
        member = db.query(Person).filter_by(openid=cast.secretary.openid).one().member_id
        grants.grant(db, db.get_one(Member, member), "party_office", units.get(db, MINE), by="operator", now=clock())
    cast.miner.type(STORY)
    cast.miner.tap("给上级")
    assert _owed(kit, cast.secretary) == []
    assert "没有这封来信" in cast.secretary.type("看来信1")
    assert STORY in cast.office.type("看来信1")


def test_a_secretary_sees_only_his_own_branch(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    assert _owed(kit, cast.other) == []
    assert "没有没办结的来信" in cast.other.type("来信")
    for words in ("看来信1", "回复1", "办结1", "看来信99"):
        assert "您这里没有这封来信" in cast.other.type(words)
    assert _letter(kit).state == "sent"


def test_others_are_told_who_may_read_letters(cast: Cast) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    for who in (cast.miner, cast.stranger):
        for words in ("来信", "看来信1", "回复1", "办结1"):
            said = who.type(words)
            assert "只有支部书记" in said
            assert "转人工" in who.links


def test_a_guest_writes_to_the_office_and_is_seen_without_a_name(cast: Cast, kit: Kit) -> None:
    cast.stranger.follow()
    cast.stranger.type(STORY)
    sent = cast.stranger.tap("转给书记")
    assert "转给政工部了" in sent
    assert "没绑定的工友 #" in sent
    assert "没绑定的工友 #" in _owed(kit, cast.office)[0]


def test_a_stranger_learns_the_office_and_never_a_name(cast: Cast) -> None:
    heard = [cast.stranger.follow(), cast.stranger.type(STORY), cast.stranger.tap("转给书记")]
    cast.office.type("回复 1 明天上午来办公室")
    heard += [cast.stranger.type("帮助"), cast.stranger.type("转人工"), cast.stranger.type("我想换个班")]
    cast.office.type("办结1")
    cast.office.type("办结2")
    heard.append(cast.stranger.type("帮助"))
    assert "明天上午来办公室" in heard[3]
    assert "政工部" in heard[4]
    assert not any("政工赵" in said for said in heard)


def test_where_nobody_reads_letters_he_is_told_so(chat: Chat, kit: Kit) -> None:
    chat.follow()
    chat.type(STORY)
    assert "说实话" in chat.tap("转给书记")
    assert _letter(kit).state == "kept"
    said = chat.type("转人工")
    assert "说实话" in said
    assert "12356" in said
    with session(kit) as db:
        assert db.query(Person).one().with_human_until is None


def test_with_a_human_the_bot_is_silent_and_comes_back_by_a_word(cast: Cast, kit: Kit, clock: StillClock) -> None:
    said = cast.miner.type("转人工")
    assert "支部书记李书记" in said
    assert _letter(kit).kind == "human"
    first = cast.miner.type("我想换个班")
    assert plain(first) == "已转给支部书记李书记，机器人先不插话；说“返回”叫我回来：返回"
    assert cast.miner.type("家里孩子没人接") == ""
    assert cast.miner.type("在吗") == ""  # manners too are for the person he speaks to
    pages = _owed(kit, cast.secretary)
    assert len(pages) == 2  # that he asked, and all he said since
    assert "我想换个班 家里孩子没人接" in pages[1]

    shown = cast.secretary.type("看来信1")
    assert all(each in shown for each in ("我想换个班", "家里孩子没人接", "在吗"))
    cast.secretary.type("回复 1")
    cast.secretary.type("明天班前会前来找我")
    assert "明天班前会前来找我" in cast.miner.type("好的谢谢您了书记我明天一早就过去找您")

    back = cast.miner.type("返回")
    assert "我回来了" in back
    assert "没看懂" in cast.miner.type("嗯呐知道")


@pytest.mark.parametrize("word", ["返回", "退出", "菜单"])
def test_named_words_end_the_talk(cast: Cast, kit: Kit, word: str) -> None:
    cast.miner.type("转人工")
    cast.miner.type(word)
    with session(kit) as db:
        assert db.query(Person).filter_by(openid=cast.miner.openid).one().with_human_until is None


def test_after_a_day_the_bot_answers_again(cast: Cast, clock: StillClock) -> None:
    cast.miner.type("转人工")
    clock.tick(hours=25)
    assert "没看懂" in cast.miner.type("嗯呐知道")


def test_asking_again_goes_on_in_the_same_letter(cast: Cast, kit: Kit, clock: StillClock) -> None:
    cast.miner.type("转人工")
    cast.miner.type("我想换个班")
    cast.miner.type("返回")
    clock.tick(hours=3)
    cast.miner.type("转人工")
    assert "已转给" in cast.miner.type("还是那件事")
    with session(kit) as db:
        assert db.query(Letter).count() == 1


def test_closing_gives_him_back_to_the_bot(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    cast.miner.type("我想换个班")
    cast.secretary.type("办结1")
    assert "办结" in cast.miner.type("帮助")
    assert "没看懂" in cast.miner.type("嗯呐知道")


def test_danger_is_answered_even_while_he_speaks_to_a_person(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    assert cast.miner.type("井下透水了快跑").startswith("马上打调度室")
    assert [line.text for line in _lines(kit)] == ["井下透水了快跑"]  # whom he talks to hears of it as well


def test_trouble_then_a_human_who_is_told_at_once(cast: Cast, kit: Kit) -> None:
    cast.miner.type("不想活了")
    cast.miner.tap("转人工")
    assert any("想找人说话" in page for page in _owed(kit, cast.secretary))


def test_answers_are_pushed_when_the_window_is_open(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    cast.secretary.type("明天上午我去班里看看他")
    with session(kit) as db:
        item = db.query(OutboxItem).filter_by(kind="letters.answer").one()
        person = db.get_one(Person, item.person_id)
        assert (item.urgency, item.try_after, item.state) == (1, None, "waiting")
        assert person.window_until > kit.clock() + timedelta(hours=47)


def test_an_answer_is_asked_for_again_after_a_look_elsewhere(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    cast.secretary.type("退出")
    assert "来信1" in cast.secretary.tap("接着写信")
    cast.secretary.type("明天上午我去班里看看他")
    assert "明天上午我去班里看看他" in cast.miner.type("帮助")


def test_an_answer_in_one_line(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    assert "回过去了" in cast.secretary.type("回复 1 明天上午我去班里看看他，12点前")
    assert "明天上午我去班里看看他，12点前" in cast.miner.type("帮助")


def test_his_own_letter_is_not_the_secretarys_to_answer(cast: Cast, kit: Kit) -> None:
    cast.secretary.type(STORY)
    assert "政工部政工赵" in cast.secretary.tap("转给书记")
    assert "没有这封来信" in cast.secretary.type("看来信1")


def test_a_message_repeated_adds_nothing(cast: Cast, kit: Kit) -> None:
    first = cast.miner.type(STORY)
    assert cast.miner.again() == first
    sent = cast.miner.tap("转给书记")
    assert cast.miner.again() == sent
    with session(kit) as db:
        assert db.query(LetterLine).count() == 1
    assert len(_owed(kit, cast.secretary)) == 1


def test_long_letters_fit_what_can_be_pushed(cast: Cast, kit: Kit) -> None:
    cast.miner.type("说来话长" * 160)
    cast.miner.tap("转给书记")
    with session(kit) as db:
        assert all(len(item.text.encode()) <= 2048 for item in db.query(OutboxItem))


def test_a_long_letter_is_read_whole(cast: Cast, kit: Kit) -> None:
    told = "".join(f"{number}句长话。" for number in range(200))
    cast.miner.type(told)
    cast.miner.tap("转给书记")
    page = cast.secretary.type("帮助")
    assert "太长没放下，全文：来信1" in plain(page)
    read = cast.secretary.tap("来信1", page)
    while "接着看下一段" in cast.secretary.links:
        read += cast.secretary.tap("接着看下一段")
    assert "199句长话。" in plain(read)


def test_lines_before_the_last_are_a_tap_away(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    for number in range(14):
        cast.miner.type(f"第{number}句话说给书记")
    cast.secretary.type("帮助")  # with what was owed
    shown = cast.secretary.type("看来信1")
    assert "第4句" in shown
    assert "第3句" not in shown
    assert "第0句" in cast.secretary.tap("前面还有4条", shown)


def test_an_answer_too_long_is_not_cut_but_asked_for_in_two(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    assert "太长了，600个字，最多500个" in cast.secretary.type("我" * 600)
    assert _letter(kit).state == "sent"
    assert "回过去了" in cast.secretary.type("我" * 500)
    cast.secretary.tap("回复")
    assert "回过去了" in cast.secretary.type("他" * 100)
    heard = cast.miner.type("帮助")
    assert "我" * 500 in heard
    cast.secretary.type("回复1")
    assert "太长了，600个字" in cast.secretary.type("😀" * 450)
    cast.secretary.type("😀" * 375)
    with session(kit) as db:
        assert all(len(item.text.encode()) <= 2048 for item in db.query(OutboxItem))


def test_a_step_that_sends_waits_half_an_hour(cast: Cast, kit: Kit, clock: StillClock) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    clock.tick(minutes=31)
    said = cast.secretary.type("晚上老同学聚会吃饭你们先吃吧饭菜不用给我留")
    assert "接着写信" in said
    assert "老同学" not in cast.miner.type("帮助")
    assert "来信1" in cast.secretary.tap("接着写信", said)


def test_a_picture_is_not_passed_on_and_said_so(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    assert plain(cast.miner.photo()) == "图片语音转不过去，请打字。叫机器人回来：返回"
    assert "已转给" in cast.miner.type("就是这块板子")
    assert "发来一张图片" in cast.secretary.type("看来信1")
    cast.miner.type("返回")
    assert "只看得懂文字" in cast.miner.photo()


def test_a_picture_is_no_answer(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    assert "请打字" in cast.secretary.photo()
    assert "回过去了" in cast.secretary.type("明天上午我去班里看看他")


def test_after_a_day_he_may_talk_on_with_whom_he_talked_to(cast: Cast, kit: Kit, clock: StillClock) -> None:
    cast.miner.type("转人工")
    cast.miner.type("我想换个班")
    clock.tick(hours=25)
    cast.miner.type(STORY)
    assert "支部书记李书记" in cast.miner.tap("接着跟支部书记李书记说")
    assert "已转给" in cast.miner.type("还是那件事")
    assert [line.letter_id for line in _lines(kit)] == [1, 2, 1]
    cast.miner.type("返回")
    clock.tick(days=8)
    assert "接着跟" not in cast.miner.type(MORE)


def test_a_report_in_one_line_is_kept_and_sent_when_agreed_to(cast: Cast, kit: Kit) -> None:
    said = cast.miner.type("隐患 三号皮带架子螺丝松了")
    assert said.startswith("有险情别在这里说")
    assert "0000-1234567" in said
    assert "还没开通" in said
    assert (_letter(kit).kind, _letter(kit).state) == ("story", "kept")
    cast.miner.tap("转给书记")
    assert "隐患：三号皮带架子螺丝松了" in _owed(kit, cast.secretary)[0]


@pytest.mark.parametrize("word", ["反映", "隐患", "建议", "困难"])
def test_a_report_by_its_word_is_asked_for(cast: Cast, kit: Kit, word: str) -> None:
    cast.miner.type(STORY)
    assert "请打字" in cast.miner.type(word)
    cast.miner.type("返回")
    assert "请打字" in cast.miner.tap("接着写信")
    said = cast.miner.type("食堂晚班的饭总是凉的")
    assert "还没开通" in said
    assert "刚才没弄完" not in said
    assert _lines(kit)[-1].text == f"{word}：食堂晚班的饭总是凉的"
    assert _lines(kit)[-1].letter_id == 2  # never part of what was told before
    assert "不转" in cast.miner.tap("不用")
    assert "没看懂" in cast.miner.type("嗯呐知道")


def test_a_step_takes_no_picture_for_a_report(cast: Cast, kit: Kit) -> None:
    cast.miner.type("隐患")
    assert "请打字" in cast.miner.photo()
    assert "还没开通" in cast.miner.type("护栏松了")


def test_a_screen_of_reports_is_short(cast: Cast) -> None:
    for words in ("隐患", "返回", "隐患 井下透水了快跑", "反映 食堂晚班的饭总是凉的", "建议"):
        assert len(cast.miner.type(words).splitlines()) <= 12, words


def test_an_account_with_agents_hands_the_talk_to_them(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    settings = {"account": "service_certified", "human_agents": True}

    kit = make_kit(sqlite_url, wechat=account()["wechat"] | settings)
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    assert "transfer_customer_service" in chat.type("转人工")
    assert "transfer_customer_service" in chat.type("我想换个班")
    assert "transfer_customer_service" in chat.photo()
