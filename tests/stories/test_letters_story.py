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
MORE = "问他也不吭气，就摇摇头，饭也吃得比从前少多了"
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
    assert "政工部政工赵" in sent
    assert "没绑定的工友 #" in sent
    assert "没绑定的工友 #" in _owed(kit, cast.office)[0]


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
    with session(kit) as db:
        assert db.query(LetterLine).count() == 0


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


def test_an_account_with_agents_hands_the_talk_to_them(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    settings = {"account": "service_certified", "human_agents": True}

    kit = make_kit(sqlite_url, wechat=account()["wechat"] | settings)
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    assert "transfer_customer_service" in chat.type("转人工")
    assert "transfer_customer_service" in chat.type("我想换个班")
