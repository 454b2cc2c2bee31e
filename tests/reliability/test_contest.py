"""擂台 under load: eight crews answer within the same seconds, every message more than once, while the host looks and collects."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from bot.app import create_app
from bot.db.upsert import table
from bot.kit import Kit
from bot.models import Contest, ContestAnswer, InboxMessage, Person
from bot.services.contests import Room, Team, hosting, playing, results
from tests import contest_stage as stage
from tests.cast import Chat, Request, StillClock, message, opened, signed
from tests.exam_stage import with_bank
from tests.reliability.conftest import Plan
from tests.reliability.crew import HANG_S, at_once, count
from tests.reliability.door import Door
from tests.reliability.test_statements import counted, within
from tests.rules.mine import session

CREWS, EACH, COPIES = 8, 30, 3
CLIENTS = 16
KEPT, SHUT, TWICE = "记下了", "收了", "答过了"
RIGHT, WRONG = 6, 8
"""Statements of one answer: the message claimed, who he is, where he stands, the answer, when he wrote, the reply kept; and
what he missed is read and put where it comes back."""
_ids = itertools.count(2**59)


@dataclass
class Meeting:
    """A room at an open question, and who plays in it."""

    kit: Kit
    door: Door
    room: Room
    teams: list[Team]
    players: dict[str, Team]
    """openid to team."""

    def said(self, openid: str, text: str) -> Request:
        """One signed message."""
        words = {"MsgType": "text", "Content": text, "MsgId": str(next(_ids))}
        xml = message(openid, int(self.kit.clock().timestamp()), **words)
        return signed(self.kit.settings, xml, now=self.kit.clock())

    def heard(self, request: Request) -> str:
        """The reply to one delivery."""
        answer = self.door.carry(request)
        assert answer.status == 200
        inner = opened(self.kit.settings, answer)  # type: ignore[arg-type]
        return ET.fromstring(inner).findtext("Content") or ""


@pytest.fixture
def meeting(kit: Kit) -> Callable[[int], Meeting]:
    """A meeting of so many to each crew, all in the room and standing in it."""

    def make(each: int) -> Meeting:
        ready = with_bank(kit)
        players: dict[str, Team] = {}
        with session(ready) as db:
            room, teams = stage.room(db, stage.host(db), crews=CREWS)
            for number, team in enumerate(teams, 1):
                for mate in range(each):
                    openid = f"oC{number}-{mate}"
                    person_id = stage.phone(db, openid, f"{number}-{mate}", number)
                    playing.join(db, room, person_id, team.id, now=ready.clock())
                    players[openid] = team
            hosting.ask(db, room, 1, now=ready.clock())
            room = stage.again(db, room)
            everybody = update(table(Person)).values(noticed_at=ready.clock())
            db.execute(everybody)
        found = Meeting(ready, Door(create_app(ready)), room, teams, players)
        for openid in players:
            assert "第1题" in found.heard(found.said(openid, "擂台"))
        return found

    return make


def rows(kit: Kit) -> dict[str, tuple[str, float, int]]:
    """What is kept: openid to answer, score and team."""
    with kit.database.read() as connection:
        wanted = select(Person.openid, ContestAnswer.answer, ContestAnswer.score, ContestAnswer.team_id)
        found = connection.execute(wanted.join(ContestAnswer, ContestAnswer.person_id == Person.id)).all()
    assert len(found) == len({row[0] for row in found}), "somebody has two answers"
    return {row[0]: (row[1], row[2], row[3]) for row in found}


@pytest.mark.timeout(900)
def test_eight_crews_answer_at_once_each_delivery_thrice_and_every_answer_counts_once(
    meeting: Callable[[int], Meeting], plan: Plan
) -> None:
    each = EACH if plan.nightly else EACH // 4
    at = meeting(each)
    dice = random.Random(11)
    right, wrong = stage.right_letter(at.room, 1), stage.wrong_letter(at.room, 1)
    chosen = {openid: dice.choice((right, wrong)) for openid in at.players}
    spelled = {  # a tap and a typed answer mean the same
        openid: dice.choice((f"擂台第{at.room.id}场第1题选{letter}", letter, letter.lower()))
        for openid, letter in chosen.items()
    }
    requests = {openid: at.said(openid, text) for openid, text in spelled.items()}
    deliveries = [openid for openid in requests for _ in range(COPIES)]
    dice.shuffle(deliveries)
    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = list(pool.map(lambda openid: at.heard(requests[openid]), deliveries, timeout=5 * HANG_S))
    heard: dict[str, set[str]] = {}
    for openid, reply in zip(deliveries, replies, strict=True):
        heard.setdefault(openid, set()).add(reply)
    assert all(len(found) == 1 for found in heard.values()), "two copies of a message were answered differently"
    assert all(f"第1题{KEPT}：{chosen[openid]}。" in found.pop() for openid, found in heard.items())
    scores = {right: 1.0, wrong: 0.0}
    assert rows(at.kit) == {
        openid: (letter, scores[letter], at.players[openid].id) for openid, letter in chosen.items()
    }
    with session(at.kit) as db:
        assert [found.answered for found in results.counts(db, at.room)] == [each] * CREWS
        shares = {found.team.id: found.share for found in results.standing(db, at.room)}
    for team in at.teams:
        good = sum(chosen[openid] == right for openid, his in at.players.items() if his == team)
        assert shares[team.id] == math.floor(100 * good / each + 0.5)
    assert count(at.kit.database, InboxMessage) == 2 * len(at.players)
    plan.note(players=len(at.players), deliveries=len(deliveries), answers=len(chosen))


@pytest.mark.timeout(900)
def test_who_answers_while_the_host_collects_is_either_counted_or_told_that_he_was_late(
    meeting: Callable[[int], Meeting], plan: Plan
) -> None:
    at = meeting(EACH if plan.nightly else EACH // 4)
    letter = stage.right_letter(at.room, 1)
    requests = {openid: at.said(openid, letter) for openid in at.players}
    collect = at.said("oHOST", f"擂台第{at.room.id}场收第1题")
    counted_then: list[int] = []

    def host() -> str:
        reply = at.heard(collect)
        counted_then.append(count(at.kit.database, ContestAnswer))
        return reply

    order = [*requests]
    acts: list[Callable[[], str]] = [partial(at.heard, requests[openid]) for openid in order]
    middle = len(acts) // 2
    acts.insert(middle, host)
    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = [each.result(HANG_S) for each in [pool.submit(act) for act in acts]]
    assert "第1题收了" in replies.pop(middle)
    told = dict(zip(order, replies, strict=True))
    kept = {openid for openid, reply in told.items() if f"第1题{KEPT}" in reply}
    late = {openid for openid, reply in told.items() if f"第1题已经{SHUT}" in reply or f"第1题{SHUT}" in reply}
    assert kept | late == set(told)
    assert not kept & late
    assert set(rows(at.kit)) == kept
    assert counted_then == [len(kept)], "an answer came in after the host had collected"
    plan.note(kept=len(kept), late=len(late))


def test_one_person_on_two_phones_copies_apart_has_one_answer(meeting: Callable[[int], Meeting]) -> None:
    """Four different messages of one person at one barrier: one is kept, the others hear that the first counts."""
    at = meeting(1)
    openid = next(iter(at.players))
    requests = [at.said(openid, letter) for letter in "ABCD"]
    replies = at_once(*(partial(at.heard, request) for request in requests))
    assert sorted((KEPT in reply, TWICE in reply) for reply in replies) == [(False, True)] * 3 + [(True, False)]
    assert len(rows(at.kit)) == 1


def test_hosts_who_open_at_the_same_moment_have_rooms_of_their_own(kit: Kit, clock: StillClock) -> None:
    ready = with_bank(kit)
    hosts = [f"oHOST{number}" for number in range(6)]
    with session(ready) as db:
        for number, openid in enumerate(hosts):
            stage.host(db, openid, number=1 + number % 2)
    app: Flask = create_app(ready)
    chats = [Chat(app.test_client(), ready.settings, clock, openid=openid) for openid in hosts]
    for chat in chats:
        assert "就这样开房间" in chat.type("摆擂台")
    replies = at_once(*(partial(chat.type, "就这样开房间") for chat in chats))
    assert all("房间开好了" in reply for reply in replies)
    with ready.database.read() as connection:
        found = connection.execute(select(func.count(Contest.code.distinct()))).scalar_one()
    assert found == len(hosts)


@pytest.mark.parametrize(("right", "gesture"), [(True, "type"), (False, "type"), (True, "tap"), (False, "tap")])
def test_an_answer_costs_few_statements(
    meeting: Callable[[int], Meeting], clock: StillClock, plan: Plan, right: bool, gesture: str
) -> None:
    at = meeting(1)
    app = create_app(at.kit)
    chat = Chat(app.test_client(), at.kit.settings, clock, openid=next(iter(at.players)))
    chat.type("擂台")
    letter = stage.right_letter(at.room, 1) if right else stage.wrong_letter(at.room, 1)
    with counted(at.kit) as seen:
        reply = getattr(chat, gesture)(letter)
    assert KEPT in reply
    plan.note(statements=len(seen))
    within(at.kit, RIGHT if right else WRONG, seen)
