"""What is owed rides with the next reply, the most urgent first, and its claim takes it from what waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.delivery import claims
from bot.delivery.outcome import Outcome, Result
from bot.kit import Kit
from bot.models import OutboxItem, Person
from bot.router import Router, Turn
from bot.services import dialogs, outbox
from handlers import ROUTERS
from tests.cast import NOON, Chat, StillClock
from tests.rules.mine import add_person, session

SOON_AFTER = NOON + timedelta(minutes=1)


def _owe(kit: Kit, *urgencies: int, window: int = 5) -> int:
    with session(kit) as db:
        person = add_person(db, "oOWED")
        person.window_until, person.window_left = NOON + timedelta(hours=48), window
        db.flush()
        for number, urgency in enumerate(urgencies):
            outbox.queue(db, person.id, kind="test.thing", text=f"{number}", now=NOON, urgency=urgency)
        return person.id


def _person(kit: Kit, person_id: int) -> tuple[int, int]:
    with kit.database.read() as connection:
        row = connection.execute(select(Person.waiting, Person.window_left).where(Person.id == person_id)).one()
        return row.waiting, row.window_left


def _items(kit: Kit) -> list[tuple[str, str]]:
    with kit.database.read() as connection:
        rows = connection.execute(select(OutboxItem.state, OutboxItem.reason).order_by(OutboxItem.id))
        return [tuple(row) for row in rows]


def test_the_most_urgent_is_handed_over_first(kit: Kit) -> None:
    person = _owe(kit, outbox.WHENEVER, outbox.SOON, outbox.DANGER)
    with kit.database.write() as connection:
        assert outbox.hand_over(connection, person, now=NOON) == (["2", "1"], 1)
        assert outbox.hand_over(connection, person, now=NOON) == (["0"], 0)


def test_what_is_not_urgent_is_never_pushed(kit: Kit) -> None:
    _owe(kit, outbox.WHENEVER)
    with kit.database.read() as connection:
        assert claims.due(connection, now=SOON_AFTER) == []


def test_one_claim_takes_it_and_the_next_finds_nothing(kit: Kit) -> None:
    person = _owe(kit, outbox.SOON)
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=SOON_AFTER)
    with kit.database.write() as connection:
        assert claims.claim(connection, owed, now=SOON_AFTER) is not None
    with kit.database.write() as connection:
        assert claims.claim(connection, owed, now=SOON_AFTER) is None
        assert outbox.hand_over(connection, person, now=SOON_AFTER) == ([], 0)
    assert _person(kit, person) == (0, 4)


@pytest.mark.parametrize(
    ("result", "state", "waiting", "left"),
    [
        (Result(Outcome.SENT), "sent", 0, 4),
        (Result(Outcome.AGAIN, "-1"), "waiting", 1, 5),
        (Result(Outcome.WAIT, "45011", timedelta(seconds=60)), "waiting", 1, 5),
        (Result(Outcome.PERSON, "45015"), "waiting", 1, 0),
        (Result(Outcome.NEVER, "45002"), "waiting", 1, 5),
        (Result(Outcome.UNKNOWN, "unreachable"), "unknown", 0, 4),
    ],
    ids=lambda value: value.outcome.value if isinstance(value, Result) else "",
)
def test_every_result_leaves_one_true_state(kit: Kit, result: Result, state: str, waiting: int, left: int) -> None:
    person = _owe(kit, outbox.SOON)
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=SOON_AFTER)
    with kit.database.write() as connection:
        assert claims.claim(connection, owed, now=SOON_AFTER)
        claims.keep(connection, owed, result, now=SOON_AFTER)
    assert _items(kit) == [(state, result.reason)]
    assert _person(kit, person) == (waiting, left)


def test_danger_that_may_be_lost_is_handed_over_too_but_never_pushed_again(kit: Kit) -> None:
    person = _owe(kit, outbox.DANGER)
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=SOON_AFTER)
    with kit.database.write() as connection:
        claims.claim(connection, owed, now=SOON_AFTER)
        claims.keep(connection, owed, Result(Outcome.UNKNOWN, "unreachable"), now=SOON_AFTER)
    assert _items(kit) == [("unknown", "unreachable"), ("waiting", "unknown")]
    assert _person(kit, person)[0] == 1
    with kit.database.write() as connection:
        assert claims.due(connection, now=SOON_AFTER + timedelta(hours=40)) == []
        assert outbox.hand_over(connection, person, now=SOON_AFTER) == (["0"], 0)


def test_a_busy_platform_is_asked_again_three_times_and_then_no_more(kit: Kit) -> None:
    _owe(kit, outbox.SOON)
    now, tried = NOON, 0
    for _ in range(10):
        now += timedelta(minutes=1)
        with kit.database.write() as connection:
            for owed in claims.due(connection, now=now):
                claims.claim(connection, owed, now=now)
                claims.keep(connection, owed, Result(Outcome.AGAIN, "-1"), now=now)
                tried += 1
    assert tried == 4
    assert _items(kit) == [("waiting", "-1")]


def test_a_late_answer_of_a_lost_claim_still_counts_as_sent(kit: Kit) -> None:
    person = _owe(kit, outbox.SOON)
    later = SOON_AFTER + claims.LEASE
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=SOON_AFTER)
    with kit.database.write() as connection:
        claims.claim(connection, owed, now=SOON_AFTER)
    with kit.database.write() as connection:
        assert claims.give_up_lost(connection, now=later) == 1
        claims.keep(connection, owed, Result(Outcome.PERSON, "45015"), now=later)
    assert _items(kit) == [("unknown", "lease")]
    with kit.database.write() as connection:
        claims.keep(connection, owed, Result(Outcome.SENT), now=later)
    assert _items(kit) == [("sent", "")]
    assert _person(kit, person)[0] == 0


def _queue(kit: Kit, text: str = "x", **more: object) -> bool:
    with session(kit) as db:
        person = add_person(db, "oOWED")
        return outbox.queue(db, person.id, kind="test.thing", text=text, **{"now": NOON, **more})


def test_what_is_owed_under_a_name_is_owed_once_whatever_became_of_it(kit: Kit) -> None:
    person = _owe(kit)
    assert _queue(kit, once="test.day:1")
    assert not _queue(kit, once="test.day:1")
    assert _person(kit, person)[0] == 1
    with kit.database.write() as connection:
        assert outbox.hand_over(connection, person, now=NOON) == (["x"], 0)
    assert not _queue(kit, once="test.day:1")
    assert _queue(kit, once="test.day:2")
    assert _queue(kit)
    assert _queue(kit)


def test_another_person_may_be_owed_the_same(kit: Kit) -> None:
    assert _queue(kit, once="test.day:1")
    with session(kit) as db:
        other = add_person(db, "oOTHER")
        assert outbox.queue(db, other.id, kind="test.thing", text="x", now=NOON, once="test.day:1")


def test_what_has_expired_is_never_handed_over(kit: Kit) -> None:
    person = _owe(kit)
    _queue(kit, "late", until=SOON_AFTER)
    _queue(kit, "fresh", until=SOON_AFTER + timedelta(seconds=1))
    _queue(kit, "timeless")
    with kit.database.write() as connection:
        assert outbox.hand_over(connection, person, now=SOON_AFTER, at_most=1) == (["fresh"], 1)
    assert _items(kit) == [("dropped", "expired"), ("handed", ""), ("waiting", "")]


def test_what_has_expired_is_never_pushed_and_its_person_is_not_owed_it(kit: Kit) -> None:
    person = _owe(kit)
    _queue(kit, "late", until=SOON_AFTER, urgency=outbox.SOON)
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=NOON)
        assert claims.due(connection, now=SOON_AFTER) == []
    with kit.database.write() as connection:
        assert claims.claim(connection, owed, now=SOON_AFTER) is None
    assert _person(kit, person) == (1, 5)
    with kit.database.write() as connection:
        assert outbox.drop_expired(connection, now=SOON_AFTER) == 1
        assert outbox.drop_expired(connection, now=SOON_AFTER) == 0
    assert _person(kit, person) == (0, 5)


def test_what_is_withdrawn_is_not_owed_and_not_owed_again(kit: Kit) -> None:
    person = _owe(kit)
    _queue(kit, once="test.exam:1")
    with session(kit) as db:
        assert not outbox.withdraw(db, person, "test.exam:2")
        assert outbox.withdraw(db, person, "test.exam:1")
        assert not outbox.withdraw(db, person, "test.exam:1")
    assert _items(kit) == [("dropped", "withdrawn")]
    assert _person(kit, person)[0] == 0
    assert not _queue(kit, once="test.exam:1")


def test_danger_owed_under_a_name_that_may_be_lost_is_handed_over_too(kit: Kit) -> None:
    person = _owe(kit)
    _queue(kit, "run", urgency=outbox.DANGER, once="test.danger:1")
    with kit.database.read() as connection:
        (owed,) = claims.due(connection, now=SOON_AFTER)
    with kit.database.write() as connection:
        claims.claim(connection, owed, now=SOON_AFTER)
        claims.keep(connection, owed, Result(Outcome.UNKNOWN, "unreachable"), now=SOON_AFTER)
    with kit.database.write() as connection:
        assert outbox.hand_over(connection, person, now=SOON_AFTER) == (["run"], 0)


def test_nothing_rides_in_the_middle_of_an_exam_question_but_danger(kit: Kit, clock: StillClock) -> None:
    router = Router()

    @router.during("test.exam", resume="general.menu", alone=True)
    def answered(turn: Turn) -> str:
        if turn.text == "丙丁":
            turn.leave()
        return f"考题：{turn.text}"

    chat = Chat(create_app(kit, (*ROUTERS, router)).test_client(), kit.settings, clock)
    chat.type("帮助")
    with session(kit) as db:
        (person,) = db.query(Person)
        dialogs.goto(db, person.id, step="test.exam", data={}, expires_at=NOON + timedelta(days=1))
        for urgency, text in ((outbox.WHENEVER, "不急的"), (outbox.SOON, "快点的"), (outbox.DANGER, "快跑")):
            outbox.queue(db, person.id, kind="test.thing", text=text, now=NOON, urgency=urgency)
        number = person.id
    said = chat.type("甲")
    assert "快跑" in said
    assert "考题：甲" in said
    assert "不急的" not in said
    assert "快点的" not in said
    assert chat.type("乙") == "考题：乙"
    assert _person(kit, number)[0] == 2
    done = chat.type("丙丁")
    assert "快点的" in done
    assert "不急的" in done
    assert _person(kit, number)[0] == 0
