"""The sample mine from a phone's end: what a newcomer does in his first minutes."""

from __future__ import annotations

import requests

from tests.e2e.conftest import SampleMine


def test_a_newcomer_follows_and_answers_by_taps(mine: SampleMine) -> None:
    phone = mine.phone()
    assert "每日一题" in phone.follow()
    question = phone.press("每日一题")
    assert "第1题" in question
    for letter in ("A", "B", "C", "D"):
        phone.say(letter)
    phone.say("选好了")
    assert any("为什么" in bubble["text"] and "《" in bubble["text"] for bubble in phone.chat()) or "数" in question


def test_no_reply_ever_shows_the_fault_notice(mine: SampleMine) -> None:
    phone = mine.phone()
    phone.follow()
    for said in (
        "帮助",
        "菜单",
        "每日一题",
        "A",
        "返回",
        "退出",
        "随便说说",
        "再来一题",
        "B",
        "😀",
        "]]>",
        "<a href='x'>y</a>",
    ):
        phone.say(said)
    assert [bubble for bubble in phone.chat() if bubble["side"] == "system" and "故障" in bubble["text"]] == []


def test_two_people_do_not_see_each_other(mine: SampleMine) -> None:
    first, second = mine.phone(), mine.phone("乙（示例）")
    for phone in (first, second):
        phone.follow()
    first.say("每日一题")
    assert "第1题" not in second.heard
    assert "没找到第1题" in second.say("第1题选A")


def test_old_phones_and_taps_without_ids_are_understood(mine: SampleMine) -> None:
    phone = mine.phone()
    phone.follow()
    for client in ({"decodes_twice": True}, {"without_id": True}, {"without_id": True, "without_msg_id": True}):
        assert "这里能做什么" in phone.tap("帮助", **client)


def test_the_menu_came_from_the_bot_and_its_buttons_work(mine: SampleMine) -> None:
    menu = requests.get(f"{mine.address}/simulator/control/menu", timeout=10).json()["menu"]
    assert [button["name"] for button in menu["button"]] == ["每日一题", "刷题学习", "更多"]
    phone = mine.phone()
    phone.follow()
    assert "这里能做什么" in phone.press("帮助")


def test_who_leaves_hears_nothing_and_is_welcomed_back(mine: SampleMine) -> None:
    phone = mine.phone()
    phone.follow()
    phone.say("每日一题")
    assert phone.unfollow() == ""
    assert "您好" in phone.follow()
    assert "第1题" in phone.say("接着答")


def test_the_platform_verifies_the_address(mine: SampleMine) -> None:
    verified = requests.post(f"{mine.address}/simulator/control/verify", json={}, timeout=10).json()
    assert verified["ok"] is True, verified
