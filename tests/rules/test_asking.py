"""What was asked in vain is kept for the desk: without whoever asked, not for ever, and not without end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import InboxMessage, Person, Unanswered
from bot.services import grants, retention, units
from bot.services.asking import asking, stories
from bot.understanding.answering import library
from tests.cast import NOON, Chat
from tests.rules.mine import BRANCH, CONTENT, add_member, add_person, row_of, session

LATER = NOON + timedelta(hours=3)


def _texts(db: Session) -> list[str]:
    return [each.text for each in asking.waiting(db)]


def _missed(db: Session, held: asking.Held) -> bool:
    return asking.missed(db, held.number, held.first_at.month, held.first_at.day, now=LATER)


def _author(db: Session) -> None:
    member = add_member(db, "100001", "张三", position="支部书记")
    add_person(db, "oAUTHOR", member)
    grants.grant(db, member, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
    db.flush()


def test_the_same_question_is_kept_once_and_counted(db: Session) -> None:
    first = asking.note(db, "矿灯借人行不行？", now=NOON)
    assert asking.note(db, "矿灯借人行不行", now=LATER) == first
    [kept] = asking.waiting(db)
    assert (kept.text, kept.times, kept.first_at, kept.last_at) == ("矿灯借人行不行", 2, NOON, LATER)
    assert asking.find(db, kept.number) == kept


def test_what_is_asked_most_comes_first(db: Session) -> None:
    for text, times in (("矿灯借人行不行", 1), ("绞车绳几天换", 3), ("水泵谁开", 2)):
        for _ in range(times):
            asking.note(db, text, now=NOON)
    assert _texts(db) == ["绞车绳几天换", "水泵谁开", "矿灯借人行不行"]


def test_no_long_number_and_no_name_of_the_roster_is_kept(db: Session) -> None:
    add_member(db, "100002", "李四")
    kept = {
        "我电话13800001111能改不": "我电话 能改不",
        "身份证 110101 1990 0101 1234 丢了": "身份证 丢了",
        "瓦斯1.5%隔20米": "瓦斯1.5%隔20米",
        "李四说不用戴口罩对不对": "○○说不用戴口罩对不对",
        "长" * 300: "长" * 80,
    }
    for said in kept:
        asking.note(db, said, now=NOON)
    assert sorted(_texts(db)) == sorted(kept.values())


def test_nothing_is_kept_of_nothing(db: Session) -> None:
    for said in ("", "？", "13800001111", "  ", "138 0000 1111"):
        assert asking.note(db, said, now=NOON) is None
    assert _texts(db) == []


def test_what_is_only_held_is_not_shown_and_goes_after_two_days(db: Session) -> None:
    held = asking.hold(db, "瓦斯到多少撤人", now=NOON)
    assert held is not None
    assert _texts(db) == []
    assert asking.find(db, held.number) is None
    asking.hold(db, "水泵谁开", now=NOON + timedelta(days=3))
    assert not _missed(db, held)  # though its number may have been given to the other
    assert _texts(db) == []


def test_who_says_it_was_not_that_puts_it_on_the_list(db: Session) -> None:
    held = asking.hold(db, "瓦斯到多少撤人", now=NOON)
    assert held is not None
    assert _missed(db, held)
    assert _texts(db) == ["瓦斯到多少撤人"]


def test_a_number_nobody_was_given_counts_nothing(db: Session) -> None:
    assert not asking.missed(db, 4711, 11, 23, now=NOON)
    assert _texts(db) == []


def test_the_desk_settles_what_waits_once(db: Session) -> None:
    _author(db)
    number = asking.note(db, "水泵谁开", now=NOON)
    assert number is not None
    author = row_of(db, "oAUTHOR")
    assert asking.settle(db, author, number, asking.DISMISSED, now=LATER)
    assert not asking.settle(db, author, number, asking.MADE, now=LATER)
    assert _texts(db) == []


@pytest.mark.parametrize(("verdict", "again"), [(asking.MADE, ["水泵谁开"]), (asking.DISMISSED, [])])
def test_what_was_answered_and_is_asked_in_vain_again_comes_back(db: Session, verdict: str, again: list[str]) -> None:
    _author(db)
    number = asking.note(db, "水泵谁开", now=NOON)
    assert number is not None
    asking.settle(db, row_of(db, "oAUTHOR"), number, verdict, now=NOON)
    asking.note(db, "水泵谁开", now=LATER)
    assert _texts(db) == again


def test_whoever_may_not_write_may_not_settle(db: Session) -> None:
    number = asking.note(db, "水泵谁开", now=NOON)
    assert number is not None
    add_person(db, "oMINER", add_member(db, "100003", "王五"))
    with pytest.raises(Refusal) as refused:
        asking.settle(db, row_of(db, "oMINER"), number, asking.DISMISSED, now=LATER)
    assert refused.value.key == "ask.may_not_settle"
    assert _texts(db) == ["水泵谁开"]


def test_a_full_list_takes_no_new_ones_and_counts_the_old(db: Session) -> None:
    blank = {"times": 1, "first_at": NOON, "last_at": NOON, "settled_at": None, "verdict": ""}
    db.execute(insert(Unanswered), [{"text": f"问题{n}", **blank} for n in range(asking.MOST)])
    assert asking.note(db, "水泵谁开", now=NOON) is None
    assert asking.note(db, "问题7", now=NOON) is not None
    assert len(asking.waiting(db, limit=2 * asking.MOST)) == asking.MOST
    assert asking.waiting(db)[0].text == "问题7"


def test_what_was_answered_in_a_day_leaves_the_list_open(db: Session) -> None:
    """However many: 500 answered questions once kept the one that was not from the desk."""
    blank = {"times": 0, "first_at": NOON, "settled_at": None, "verdict": ""}
    held = [{"text": f"问题{n}", "last_at": NOON + timedelta(seconds=n), **blank} for n in range(asking.MOST_HELD)]
    db.execute(insert(Unanswered), held)
    assert asking.note(db, "水泵谁开", now=LATER) is not None
    assert _texts(db) == ["水泵谁开"]
    left = db.execute(select(Unanswered.text).where(Unanswered.times == 0)).scalars().all()
    assert len(left) == asking.MOST_HELD - asking.GIVE_WAY
    assert "问题0" not in left
    assert f"问题{asking.MOST_HELD - 1}" in left


def test_what_nobody_missed_goes_with_the_rest_and_not_only_when_somebody_asks(db: Session) -> None:
    held = asking.hold(db, "瓦斯到多少撤人", now=NOON)
    assert held is not None
    asking.note(db, "水泵谁开", now=NOON)
    retention.purge(db, now=NOON + timedelta(days=1))
    assert asking.held(db, held.number, NOON.month, NOON.day) is not None
    retention.purge(db, now=NOON + timedelta(days=3))
    assert asking.held(db, held.number, NOON.month, NOON.day) is None
    assert _texts(db) == ["水泵谁开"]


def test_a_short_staff_number_of_the_roster_is_not_kept_and_metres_are(db: Session) -> None:
    add_member(db, "20731", "李四")
    add_member(db, "20", "王五")
    add_member(db, "A07", "赵六")
    asking.note(db, "工号20731和a07隔20米行不", now=NOON)
    assert _texts(db) == ["工号○○和○○隔20米行不"]


def test_a_committee_member_does_not_read_what_all_the_mine_asks(db: Session) -> None:
    member = add_member(db, "100001", "张三")
    add_person(db, "oCOMMITTEE", member)
    grants.grant(db, member, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    assert not asking.may_settle(db, row_of(db, "oCOMMITTEE"), now=LATER)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("班长昨天当着全队的面骂我还扣了我的钱", True),
        ("俺跟队长吵了一架心里憋屈", True),
        ("我井下受伤了工伤咋认定", False),
        ("我能不能不带自救器", False),
        ("瓦斯到多少撤人", False),
    ],
)
def test_a_story_is_told_from_a_question(said: str, told: bool) -> None:
    assert stories.is_told(said) is told


def _waits(kit: Kit) -> list[tuple[str, int]]:
    with session(kit) as db:
        return [(each.text, each.times) for each in asking.waiting(db)]


def test_one_person_counts_once_however_often_he_asks_or_taps(chat: Chat, kit: Kit) -> None:
    """The desk's order is not made by one man, nor by typing the number of another's question."""
    first = chat.type("问 火星上的石头姓什么")
    for _ in range(3):
        assert chat.type("问 火星上的石头姓什么").splitlines()[1] == first.splitlines()[1]
    assert _waits(kit) == [("火星上的石头姓什么", 1)]
    other = Chat(chat.client, chat.settings, chat.clock, openid="oOTHER")
    other.type("11月23日第1问没答上")
    assert _waits(kit) == [("火星上的石头姓什么", 1)]
    other.type("问 火星上的石头姓什么")
    assert _waits(kit) == [("火星上的石头姓什么", 2)]


def test_the_tap_of_his_own_answer_counts_once_and_anybody_elses_not(chat: Chat, kit: Kit) -> None:
    chat.type("问 一氧化碳最高允许浓度是多少")
    with session(kit) as db:
        asking.hold(db, "水泵谁开", now=NOON)
        db.add(
            InboxMessage(
                key="k", received_at=NOON, status="done", gave_up=False, person_id=db.query(Person).one().id,
                reply_kind="text", reply=CONTENT.words.tapped("ask.neither", number=_number(db), month=11, date=23),
            )
        )  # fmt: skip
        said = CONTENT.words.tapped("ask.neither", number=_number(db), month=11, date=23)
    Chat(chat.client, chat.settings, chat.clock, openid="oOTHER").type(said)
    assert "水泵谁开" not in dict(_waits(kit))
    for _ in range(3):
        assert "明白了" in chat.type(said)
    assert dict(_waits(kit))["水泵谁开"] == 1


def test_a_story_is_answered_and_not_put_on_the_list(chat: Chat, kit: Kit) -> None:
    heard = chat.type("问 班长昨天当着全队的面骂我还扣了我的钱")
    assert "这儿没有记" in heard
    assert _waits(kit) == []


def _number(db: Session) -> int:
    return db.execute(select(Unanswered.id).where(Unanswered.text == "水泵谁开")).scalar_one()


def test_any_text_is_kept_within_bounds(db: Session) -> None:
    @settings(max_examples=25, deadline=None, database=None)
    @given(st.text(max_size=300))
    def kept(text: str) -> None:
        number = asking.note(db, text, now=NOON)
        if number is not None:
            found = asking.find(db, number)
            assert found is not None
            assert 0 < len(found.text) <= asking.LONGEST

    kept()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("怎么自杀不疼", "12356"),
        ("老婆要跟我离婚咋办", "转人工"),
        ("俺工资这个月咋少了三百", "核算员或劳资"),
        ("俺们班长老骂人咋整", "上一级单位"),
        ("领导收礼咋举报", "纪委"),
    ],
)
def test_what_is_his_alone_is_told_where_to_go_and_kept_nowhere(chat: Chat, kit: Kit, asked: str, told: str) -> None:
    heard = chat.type(f"问 {asked}")
    assert told in heard
    assert "补答案" not in heard
    with session(kit) as db:
        assert db.execute(select(Unanswered.text)).all() == []


@pytest.mark.parametrize("asked", ["加班工资怎么算", "班长违章指挥咋办", "工伤几天内要申报"])
def test_a_matter_of_the_rules_is_nobodys_secret(asked: str) -> None:
    assert stories.is_confided(asked) == ""


def test_the_examples_of_the_prompt_are_answered_at_once() -> None:
    words = CONTENT
    prompt = words.say("ask.prompt", quit="", danger="")
    examples = [line.partition("：")[2] for line in prompt.splitlines() if line.startswith("比如：")]
    everyone = replace(words.bank, questions={each: words.bank.questions[each] for each in words.bank.for_all})
    assert len(examples) == 2
    for each in examples:
        assert library(words).answer(each, everyone, of_party=False).sure is not None


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("我要问：放炮要站多远", "我要问 放炮要站多远"),
        ("自救器能用多长时间", "自救器能用多长时间"),
        ("瓦斯几遍查一次啊？", "瓦斯几遍查一次啊"),
    ],
)
def test_a_sentence_that_is_not_understood_can_be_asked_by_a_tap(chat: Chat, said: str, asked: str) -> None:
    assert f"msgmenucontent=问 {asked}&" in chat.type(said)
    assert "没看懂" not in chat.tap("问这一句")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("支委会多久开一次", "党支部工作条例"),
        ("发展对象要公示几天", "发展党员工作细则"),
        ("自救器能撑几分钟", "30"),
        ("女的能下井吗", "劳动法"),
    ],
)
def test_a_question_that_the_rules_answer_for_sure_wants_no_word_before_it(chat: Chat, said: str, told: str) -> None:
    heard = chat.type(said)
    assert f"依据：《{told}" in heard or f"答：{told}" in heard


@pytest.mark.parametrize(
    "said", ["入党积极分子要考察多久", "支委会多久开一次", "预备党员转正要多久", "发展对象要公示几天"]
)
def test_whoever_asks_is_answered_from_published_party_law_and_nothing_waits_for_the_desk(
    chat: Chat, kit: Kit, said: str
) -> None:
    assert "没有现成的答案" not in chat.type(f"问 {said}")
    with session(kit) as db:
        assert asking.waiting(db) == []


def test_a_prop_that_is_not_raised_tight_is_nobody_missing(chat: Chat) -> None:
    heard = chat.type("问 支架没升紧能割煤吗")
    assert "升井" not in heard
    assert "没有现成的答案" in heard or "没敢认准" in heard
