"""Danger told of, somebody on duty goes after it, and his colleagues know who."""

from __future__ import annotations

import pytest

from bot.app import create_app
from bot.kit import Kit
from bot.services import grants, units
from tests.cast import Chat, StillClock
from tests.rules.mine import BRANCH, MINE, WORDS, add_member, add_person, session


@pytest.fixture
def duty(kit: Kit, clock: StillClock) -> list[Chat]:
    """Two on duty and the secretary of another branch."""
    client = create_app(kit).test_client()
    other = f"{MINE}/机电队党支部"
    people = [("王班", "on_duty", BRANCH), ("李班", "on_duty", MINE), ("赵书记", "secretary", other)]
    with session(kit) as db:
        for number, (name, role, path) in enumerate(people):
            member = add_member(db, f"9{number}", name, path)
            add_person(db, f"oDUTY{number}", member)
            grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=kit.clock())
    return [Chat(client, kit.settings, clock, openid=f"oDUTY{number}") for number in range(len(people))]


def test_one_goes_after_it_and_the_others_know(kit: Kit, chat: Chat, clock: StillClock, duty: list[Chat]) -> None:
    wang, li, zhao = duty
    with session(kit) as db:
        add_person(db, chat.openid, add_member(db, "1", "张三", phone="13800000001"))
    assert "0000-1234567" in chat.type("工作面冒顶了 快来人").splitlines()[0]
    page = wang.type("帮助")
    assert "张三" in page
    assert "13800000001" in page
    assert "第1号您来处理" in wang.tap("我来处理")
    assert "第1号您来处理" in wang.tap("我来处理", page)
    heard = li.type("帮助")
    assert heard.count("王班说他来处理") == 1
    assert "王班已经在处理" in li.tap("我来处理", page)
    assert "李班说他来处理" in wang.type("帮助")
    assert "我来处理" not in zhao.type("帮助")
    assert "给值班的人点的" in zhao.type("我来处理险情1")
