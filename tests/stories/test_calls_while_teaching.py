"""A cry for help in the midst of writing a question is a cry for help; a question about danger is a question."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.app import create_app
from bot.kit import Kit
from bot.models import DangerCall, OutboxItem, Unfinished
from bot.services import grants, units
from tests.cast import NOON, Chat, StillClock
from tests.rules.mine import BRANCH, WORDS, add_member, add_person, session


@pytest.fixture
def author(kit: Kit, clock: StillClock) -> Chat:
    """A secretary at the stem of a new question; somebody is on duty."""
    client = create_app(kit).test_client()
    with session(kit) as db:
        for openid, number, role in (("oAUTHOR", "1", "secretary"), ("oDUTY", "2", "on_duty")):
            member = add_member(db, number, number)
            add_person(db, openid, member).noticed_at = NOON
            grants.grant(db, member, role, units.ensure(db, BRANCH, words=WORDS), by="operator", now=NOON)
    chat = Chat(client, kit.settings, clock, openid="oAUTHOR")
    chat.type("出题")
    chat.tap("一道一道出")
    chat.tap("单选")
    return chat


def _paged(kit: Kit) -> int:
    with session(kit) as db:
        pages = select(func.count()).select_from(OutboxItem).where(OutboxItem.kind == "danger.page")
        return db.execute(pages).scalar_one()


def _stem(kit: Kit) -> str:
    with session(kit) as db:
        return str(db.execute(select(Unfinished.data)).scalar_one()["body"].get("stem", ""))


@pytest.mark.parametrize(
    "said",
    [
        "快来人，综采面冒顶埋人了",
        "救命",
        "出事了快来人啊",
        "我在3号面跑不出去",
        "我们在运输巷出不去了，全是烟",
        "埋人了",
        "出事了",
    ],
)
def test_a_call_pages_and_is_not_taken_for_a_stem(author: Chat, kit: Kit, said: str) -> None:
    """Once only the soft line was said, and the cry became the stem."""
    heard = author.type(said)
    assert "0000-1234567" in heard.splitlines()[0]
    assert "如果现在正在发生" not in heard
    assert _paged(kit) == 1
    assert _stem(kit) == ""
    assert "题干" in author.tap("接着出题")


@pytest.mark.parametrize(
    "said",
    [
        "冒顶埋人了首先应该做什么？",
        "有人喊快来人，你该怎么做？",
        "听到救命声应当先做什么？",
        "发生透水跑不出去时应在哪里等待？",
        "瓦斯超限到多少必须立即撤人？",
    ],
)
def test_a_question_that_names_danger_is_taken_and_nobody_is_paged(author: Chat, kit: Kit, said: str) -> None:
    author.type(said)
    assert _paged(kit) == 0
    assert _stem(kit) == said
    with session(kit) as db:
        assert not any(db.execute(select(DangerCall.sure)).scalars())


@pytest.mark.parametrize(
    "said",
    [
        "瓦斯超限时不查就送电开机，一个火花就能引爆，人跑不出来。",
        "空顶作业，顶板一落，人就埋住了，救都来不及。",
        "着火了不报告，烟一堵，里头的人出不来了。",
    ],
)
def test_what_comes_of_not_obeying_is_taken_and_told_mildly_once(author: Chat, kit: Kit, said: str) -> None:
    """Once the whole text for somebody trapped came, again and again, and nothing was kept."""
    heard = author.type(said)
    assert heard.count("如果现在正在发生") <= 1
    assert "电话能通就别挂" not in heard
    assert "选项" in heard
    assert _paged(kit) == 0
    assert _stem(kit) == said
    author.tap("上一步")
    assert "如果现在正在发生" not in author.type(said)


def test_words_taken_for_a_call_are_kept_and_may_be_put_in_after_all(author: Chat, kit: Kit) -> None:
    said = "我被埋在3号面，顶板塌了"
    assert "0000-1234567" in author.type(said).splitlines()[0]
    assert _stem(kit) == ""
    assert said in author.tap("接着出题")
    author.tap("写进去")
    assert _stem(kit) == said
