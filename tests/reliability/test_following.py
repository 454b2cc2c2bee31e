"""Follow and unfollow may arrive in any order and any number of times: the latest by CreateTime is what holds."""

from __future__ import annotations

import random
from collections.abc import Callable

from sqlalchemy import select

from bot.kit import Kit
from bot.models import Person
from tests.cast import Chat, StillClock, message, signed


def _followed(kit: Kit, chat: Chat) -> bool:
    with kit.database.read() as connection:
        return bool(connection.execute(select(Person.followed).where(Person.openid == chat.openid)).scalar_one())


def _event(chat: Chat, event: str, at: int) -> str:
    xml = message(chat.openid, at, MsgType="event", Event=event, EventKey="")
    return chat.post(signed(chat.settings, xml, now=chat.clock()))


def test_an_unfollow_that_overtakes_the_follow_before_it_stands(chat: Chat, kit: Kit, clock: StillClock) -> None:
    now = int(clock().timestamp())
    _event(chat, "unsubscribe", now)
    _event(chat, "subscribe", now - 5)
    assert not _followed(kit, chat)
    _event(chat, "subscribe", now + 5)
    assert _followed(kit, chat)


def test_a_shuffled_history_ends_as_it_was_lived(
    share: Callable[[int], int], chat: Chat, kit: Kit, clock: StillClock
) -> None:
    dice = random.Random(6)
    start = int(clock().timestamp())
    for number in range(share(1000)):
        chat.openid = f"oSHUFFLE{number}".ljust(28, "x")
        lived = [("subscribe" if step % 2 == 0 else "unsubscribe", start + step) for step in range(dice.randint(1, 6))]
        arrived = lived * dice.choice((1, 1, 2))
        dice.shuffle(arrived)
        for event, at in arrived:
            _event(chat, event, at)
        assert _followed(kit, chat) == (lived[-1][0] == "subscribe"), arrived
