"""Danger told of at the same moment by those who are themselves paged for it: every call counted, everybody paged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.app import create_app
from bot.kit import Kit
from bot.models import DangerCall, OutboxItem, Person
from bot.services import grants, units
from tests.cast import Chat, StillClock
from tests.reliability.conftest import Plan
from tests.reliability.crew import at_once, count
from tests.rules.mine import MINE, WORDS, add_member, add_person, session

TOGETHER = 4
ROUNDS = 60
PHONE = "0000-1234567"


@pytest.fixture
def duty(kit: Kit, clock: StillClock) -> Callable[[bool], list[Chat]]:
    """Four on duty for the whole mine, of one branch or of four."""

    def make(same: bool) -> list[Chat]:
        client = create_app(kit)
        for number in range(TOGETHER):
            with session(kit) as db:
                member = add_member(db, f"9{number}", f"D{number}", f"{MINE}/B{0 if same else number}")
                add_person(db, f"oDUTY{number}", member)
                grants.grant(db, member, "on_duty", units.ensure(db, MINE, words=WORDS), by="operator", now=clock())
        return [Chat(client.test_client(), kit.settings, clock, openid=f"oDUTY{n}") for n in range(TOGETHER)]

    return make


@pytest.mark.parametrize("same", [True, False], ids=["one branch", "four branches"])
def test_all_who_tell_at_once_are_counted_and_paged(
    kit: Kit, clock: StillClock, duty: Callable[[bool], list[Chat]], plan: Plan, same: bool
) -> None:
    chats, rounds = duty(same), max(3, plan.alike(ROUNDS))
    for _ in range(rounds):
        said = at_once(*(partial(chat.type, "井下透水了快跑") for chat in chats))
        assert all(PHONE in each and "自救器" in each for each in said)
        clock.tick(hours=2)
    calls = rounds * TOGETHER
    assert count(kit.database, DangerCall) == calls
    assert count(kit.database, DangerCall, DangerCall.paged == TOGETHER - 1) == calls
    assert count(kit.database, OutboxItem, OutboxItem.urgency == 2) == calls * (TOGETHER - 1)
    more = count(kit.database, OutboxItem, OutboxItem.kind == "danger.more")
    assert more == (rounds * (TOGETHER - 1) if same else 0)
    with kit.database.read() as connection:  # what each is owed is what is counted at him
        owed = select(OutboxItem.person_id, func.count()).where(OutboxItem.state == "waiting")
        waits = dict(connection.execute(owed.group_by(OutboxItem.person_id)).all())
        counted = dict(connection.execute(select(Person.id, Person.waiting).where(Person.waiting > 0)).all())
    assert waits == counted


def test_all_who_take_it_at_once_are_told_of_the_first(
    kit: Kit, clock: StillClock, duty: Callable[[bool], list[Chat]], stranger: Chat
) -> None:
    chats = duty(True)
    for number in range(1, 4):
        clock.now += timedelta(hours=1)
        stranger.type("井下透水了快跑")
        said = at_once(*(partial(chat.type, f"我来处理险情{number}") for chat in chats))
        assert sum(f"第{number}号您来处理" in each for each in said) == 1
        assert sum("已经在处理" in each for each in said) == TOGETHER - 1
    assert count(kit.database, OutboxItem, OutboxItem.kind == "danger.taken") == 3 * TOGETHER * (TOGETHER - 1)
