"""擂台 over the signed, encrypted webhook, where a transcript would be too long: kinds of questions, clocks, what rides along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import ContestAnswer, Person
from bot.services import outbox
from bot.services.contests import Room, hosting, playing
from bot.services.contests.hosting import TeamPlan
from tests import contest_stage as stage
from tests.cast import Chat, StillClock
from tests.exam_stage import BANK, late, with_bank
from tests.rules.mine import session

OF_KIND = {
    kind: next(each for each in BANK.questions.values() if each.kind == kind) for kind in ("fill", "judge", "single")
}


@pytest.fixture
def staged(kit: Kit, clock: StillClock) -> Callable[[str], tuple[Kit, Chat, Room]]:
    """A room that stands at a question of that kind, and a player in it who has not looked yet."""

    def make(kind: str) -> tuple[Kit, Chat, Room]:
        ready = with_bank(kit)
        with session(ready) as db:
            room, teams = stage.room(db, stage.host(db), questions=[OF_KIND[kind], *stage.QUESTIONS])
            person_id = stage.phone(db, "oPLAYER", "player", 2)
            playing.join(db, room, person_id, teams[1].id, now=clock())
        chat = Chat(create_app(ready).test_client(), ready.settings, clock, openid="oPLAYER")
        chat.type("擂台")
        with session(ready) as db:
            hosting.ask(db, room, 1, now=clock())
        return ready, chat, room

    return make


def kept(kit: Kit) -> list[tuple[str, float]]:
    with kit.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(ContestAnswer.answer, ContestAnswer.score))]


@pytest.mark.parametrize("spelled", ["{}", "{}{unit}", " {} "])
def test_a_number_is_answered_by_typing_it_without_having_looked(
    staged: Callable[[str], tuple[Kit, Chat, Room]], spelled: str
) -> None:
    kit, chat, _ = staged("fill")
    asked = OF_KIND["fill"]
    chat.type(spelled.format(asked.accepted[0], unit=asked.unit))
    assert "第1题记下了" in chat.heard
    assert kept(kit) == [(asked.accepted[0], 1.0)]


def test_true_or_false_is_answered_by_its_word(staged: Callable[[str], tuple[Kit, Chat, Room]]) -> None:
    kit, chat, _ = staged("judge")
    chat.type("错")
    assert "第1题记下了：错" in chat.heard
    assert kept(kit) == [("F", float(OF_KIND["judge"].right == "F"))]


def test_no_reply_says_right_or_wrong_before_the_host_collects(
    staged: Callable[[str], tuple[Kit, Chat, Room]], clock: StillClock
) -> None:
    kit, chat, room = staged("single")
    for said in ("看题", stage.wrong_letter(room, 1), "对没对", "擂台", "B"):
        chat.type(said)
        assert OF_KIND["single"].why not in chat.heard
        assert "正确答案" not in chat.heard
    with session(kit) as db:
        hosting.collect(db, room, 1)
    chat.type("对没对")
    assert "正确答案" in chat.heard
    assert f"《{OF_KIND['single'].law}》{OF_KIND['single'].article}" in chat.heard


@pytest.mark.parametrize("word", ["下一题", "你好", "听不清"])
def test_whatever_he_says_first_brings_him_the_question(
    staged: Callable[[str], tuple[Kit, Chat, Room]], word: str
) -> None:
    _, chat, _ = staged("single")
    chat.type(word)
    assert OF_KIND["single"].stem in chat.heard


@pytest.mark.parametrize("word", ["每日一题", "我的", "班次", "提醒"])
def test_what_has_a_word_of_its_own_is_still_had_from_inside_a_room(
    staged: Callable[[str], tuple[Kit, Chat, Room]], word: str
) -> None:
    kit, chat, _ = staged("single")
    chat.type(word)
    assert OF_KIND["single"].stem not in chat.heard
    assert "没看出是" not in chat.heard
    chat.type("擂台")
    assert OF_KIND["single"].stem in chat.heard
    assert kept(kit) == []


def test_a_platform_whose_clock_is_a_little_behind_costs_nobody_his_answer(
    staged: Callable[[str], tuple[Kit, Chat, Room]], clock: StillClock
) -> None:
    kit, chat, _ = staged("single")
    clock.tick(seconds=57)
    assert "第1题记下了" in late(chat, 1, "A")
    assert len(kept(kit)) == 1


def test_words_sent_long_before_the_question_was_opened_are_not_its_answer(
    staged: Callable[[str], tuple[Kit, Chat, Room]],
) -> None:
    kit, chat, _ = staged("single")
    assert "没算" in late(chat, 1, "A")
    assert kept(kit) == []


def test_what_is_owed_to_him_waits_until_he_is_out_of_the_room(
    staged: Callable[[str], tuple[Kit, Chat, Room]], clock: StillClock
) -> None:
    kit, chat, room = staged("single")
    with session(kit) as db:
        person_id = db.execute(select(Person.id).where(Person.openid == "oPLAYER")).scalar_one()
        outbox.queue(db, person_id, kind="study.card", text="今天的学习卡", now=clock())
    chat.type("A")
    assert "第1题记下了" in chat.heard
    assert "今天的学习卡" not in chat.heard
    with session(kit) as db:
        hosting.end(db, room, now=clock())
    chat.type("看结果")
    assert "今天的学习卡" in chat.heard


def test_a_room_of_twelve_teams_with_long_names_fits_into_one_message(kit: Kit, clock: StillClock) -> None:
    ready = with_bank(kit)
    with session(ready) as db:
        host = stage.host(db)
        teams = [TeamPlan(f"机电运输通风联合第{number:02d}队") for number in range(hosting.MOST_TEAMS)]
        room = hosting.open_room(
            db, host, stage.crew(db, 1), title="班前擂台", teams=teams, questions=stage.QUESTIONS, now=clock()
        )
        stage.phone(db, "oPLAYER", "player", 2)
    client = create_app(ready).test_client()
    player = Chat(client, ready.settings, clock, openid="oPLAYER")
    leader = Chat(client, ready.settings, clock, openid="oHOST")
    player.type(f"擂台 {room.code}")
    assert len(player.heard.encode()) <= TEXT_LIMIT_BYTES
    assert len(player.links) == hosting.MOST_TEAMS
    for said in ("擂台", "开始", "几个人答了", "举手", "收题", "确定散场"):
        leader.type(said)
        assert len(leader.heard.encode()) <= TEXT_LIMIT_BYTES, said
        assert "接着看" not in leader.heard


def test_only_the_host_moves_a_room(staged: Callable[[str], tuple[Kit, Chat, Room]], clock: StillClock) -> None:
    kit, chat, room = staged("single")
    for said in ("收第1题", "散场", "确定散场", "几个人答了", "举手", "2队举手", "念第2题"):
        chat.type(f"擂台第{room.id}场{said}")
        assert "不是您在主持" in chat.heard, said
    with session(kit) as db:
        found = stage.again(db, room)
    assert (found.place, found.open, found.over(clock() + timedelta(hours=1))) == (1, True, False)
