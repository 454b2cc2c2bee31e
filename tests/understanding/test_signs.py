"""What words mean together: senses in any order, and what the opposite word beside them changes."""

from __future__ import annotations

import pytest

from bot.cli.understand import Ear
from bot.understanding.signs import ends
from tests.conftest import CONTENT

EAR = Ear(CONTENT)
SENSES = CONTENT.words.sayings.senses


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("提醒太吵 给我停了吧", "暂停提醒"),
        ("提醒上回停了 给我接着发吧", "恢复提醒"),
        ("接着发吧 上回叫停的那个提醒", "恢复提醒"),
        ("我不去那个座谈会了 名字给我划了", "取消报名"),
        ("座谈会那天我值班 去不了", "请假"),
        ("座谈会把我名字添上", "报名"),
        ("昨天那个通知 哪些人没点开", "谁没看"),
        ("昨天那个通知 送到几个人", "发送情况"),
        ("昨天那个通知 再给我看看", "通知"),
        ("大前天夜班没打上 补一个", "补卡"),
        ("今天歇班 打卡就不算了", "跳过"),
        ("旁人都承诺的啥 想瞅瞅", "公示"),
        ("他承诺的事压根没办", "监督"),
        ("给他的承诺打几分", "评诺"),
        ("他承诺的我在场 能作证", "见证"),
    ],
)
def test_the_distinguishing_word_decides(said: str, first: str) -> None:
    heard = EAR.hears(said)
    assert heard.word == first or (heard.word == "" and heard.offered[0] == first), heard


@pytest.mark.parametrize("said", ["转正了 请客", "那个活动我不去了 把名给我撤了", "之前报的志愿服务 帮我退了"])
def test_one_clause_does_not_act_for_a_text_that_says_something_else(said: str) -> None:
    assert EAR.hears(said).word == ""


def test_signs_only_offer() -> None:
    """Whatever the words mean together, what writes is started by its phrase or a tap alone."""
    writes = {CONTENT.words.name_of.get(action, "") for action in CONTENT.words.writes} - {""}
    for sign in SENSES.signs:
        if sign.action in CONTENT.words.writes and len(sign.needs) > 1:
            parts = [next((w for w, s in SENSES.words.items() if s & need), min(need)) for need in sign.needs]
            said = "老王他们，".join(parts)
            assert EAR.hears(said).word not in writes, (said, sign)


def test_a_sense_that_is_always_heard_is_listed() -> None:
    listed = {sense for senses in SENSES.words.values() for sense in senses}
    assert SENSES.always <= listed
    assert SENSES.nothing in listed
    assert not SENSES.always & set(SENSES.very.values())


def test_of_a_long_story_both_ends_are_heard() -> None:
    assert ends("a" * 200) == "a" * 200
    assert len(ends("a" * 5000)) <= 201
    assert EAR.hears("这事说来话长" * 60 + " 提醒给我停了吧 吵死了").offered[0] == "暂停提醒"
