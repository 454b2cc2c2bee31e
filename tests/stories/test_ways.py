"""What beats what: danger, a person he talks to, a step that takes his own words, and the ways out."""

from __future__ import annotations

from bot.kit import Kit
from bot.models import LetterLine, OutboxItem, Person
from bot.services import outbox
from tests.cast import Chat, StillClock, plain
from tests.rules.mine import session
from tests.stories.test_letters_story import STORY, Cast, cast

__all__ = ["cast"]


def _lines(kit: Kit) -> list[str]:
    with session(kit) as db:
        return [line.text for line in db.query(LetterLine).order_by(LetterLine.id)]


def test_a_letter_or_a_tick_goes_to_the_person_he_talks_to(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    for said in ("对", "1", "A", "好的"):
        cast.miner.type(said)
    assert _lines(kit)[-4:] == ["对", "1", "A", "好的"]


def test_danger_told_to_a_person_reaches_him_too(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    assert cast.miner.type("井下透水了快跑").startswith("马上打调度室")
    assert "井下透水了快跑" in _lines(kit)


def test_the_ways_out_work_while_words_are_awaited(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    assert "帮助" in cast.secretary.type("帮助")
    cast.secretary.type("回复1")
    assert "回过去了" in cast.secretary.type("收到")  # a word of ours, and an answer all the same
    cast.secretary.type("回复1")
    assert "继续" not in cast.secretary.type("退出") or "接着写信" in cast.secretary.heard


def test_an_answer_that_speaks_of_danger_is_sent_with_the_number_above(cast: Cast, kit: Kit) -> None:
    cast.miner.type(STORY)
    cast.miner.tap("转给书记")
    cast.secretary.type("回复1")
    said = cast.secretary.type("瓦斯超限了我马上派人过去，你们先撤")
    assert "0000-1234567" in plain(said).splitlines()[0]
    assert "回过去了" in said
    assert "瓦斯超限了我马上派人过去" in cast.miner.type("帮助")


def test_nothing_stands_above_the_number_to_phone(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.type("帮助")
    with session(kit) as db:
        person = db.query(Person).one()
        outbox.queue(db, person.id, kind="test.owed", text="攒着没说的话", now=clock())
    said = chat.type("透水了快跑")
    assert "0000-1234567" in plain(said).splitlines()[0]
    assert "攒着没说的话" not in said
    with session(kit) as db:
        assert db.query(OutboxItem).one().state == "waiting"
    assert "攒着没说的话" in chat.type("帮助")


def test_a_long_complaint_with_a_word_of_danger_is_kept_below_the_number(cast: Cast, kit: Kit) -> None:
    said = cast.miner.type("昨天我们队瓦斯超限了班长不让往上报还说谁报扣谁的分我想让书记知道这事儿")
    assert "0000-1234567" in plain(said).splitlines()[0]
    assert "转给书记" in said


def test_phone_numbers_are_told_even_while_he_talks_to_a_person(cast: Cast, kit: Kit) -> None:
    cast.miner.type("转人工")
    assert "120" in cast.miner.type("急救电话")


def test_danger_in_every_step_gets_its_answer(cast: Cast, chat: Chat, kit: Kit) -> None:
    for opens in ("每日一题", "绑定", "解绑", "注销", "班次", "提醒", "授权码", "有人冒了我的号", "转人工"):
        cast.miner.type(opens)
        assert cast.miner.type("冒顶了快来人埋了两个").startswith("马上打调度室"), opens
        cast.miner.type("退出")
