"""The pump under what really happens: death between claim and send, two at once, full windows, silence after sending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from bot.db import Database
from bot.delivery import claims
from bot.delivery.claims import Addressee
from bot.delivery.outcome import Outcome, Result
from bot.delivery.pump import Pump, by_day
from bot.errors import Busy
from bot.kit import Kit
from bot.models import OutboxItem, Person
from bot.services import outbox
from bot.wechat.errors import PlatformError, reaction_to
from bot.wechat.sending import result_of
from tests.cast import NOON, StillClock
from tests.reliability.crew import HANG_S, until
from tests.rules.mine import add_person, session


class Post:
    """A sender that answers as it is told, the same for ever or one after another."""

    def __init__(self, *results: Result) -> None:
        self._results = list(results)
        self.sent: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def send_text(self, openid: str, text: str) -> Result:
        with self._lock:
            self.sent.append((openid, text))
            return self._results.pop(0) if len(self._results) > 1 else self._results[0]


def refused(code: int) -> Result:
    return result_of(PlatformError(code, reaction_to(code)), NOON)


def _owe(kit: Kit, count: int = 1, *, people: int = 1, urgency: int = outbox.SOON, left: int = 5) -> None:
    with session(kit) as db:
        for person in range(people):
            who = add_person(db, f"oPERSON{person}")
            who.window_until, who.window_left = NOON + timedelta(hours=48), left
            db.flush()
            for number in range(count):
                outbox.queue(db, who.id, kind="test.thing", text=f"{person}.{number}", now=NOON, urgency=urgency)


def _states(kit: Kit) -> list[str]:
    with kit.database.read() as connection:
        return list(connection.execute(select(OutboxItem.state).order_by(OutboxItem.id)).scalars())


def _waiting(kit: Kit) -> list[int]:
    with kit.database.read() as connection:
        return list(connection.execute(select(Person.waiting).order_by(Person.id)).scalars())


@pytest.fixture
def pump(kit: Kit, clock: StillClock) -> Callable[[Post], Pump]:
    return lambda post: Pump(kit.database, clock, post)


def test_what_is_urgent_is_sent_and_owed_no_longer(kit: Kit, pump: Callable[[Post], Pump]) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit, 2)
    assert pump(post).once() == 2
    assert pump(post).once() == 0
    assert sorted(post.sent) == [("oPERSON0", "0.0"), ("oPERSON0", "0.1")]
    assert (_states(kit), _waiting(kit)) == (["sent", "sent"], [0])


def test_who_died_between_claim_and_send_is_never_made_up_for_by_push(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump]
) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit)
    with kit.database.write() as connection:
        (owed,) = claims.due(connection, now=NOON)
        claims.claim(connection, owed, now=NOON)
    other = pump(post)
    other.tidy()
    assert _states(kit) == ["sending"]  # its lease still runs
    clock.tick(minutes=2)
    other.tidy()
    other.once()
    assert post.sent == []
    assert _states(kit) == ["unknown"]


def test_danger_lost_with_a_dead_pump_still_reaches_the_person_with_his_next_message(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump]
) -> None:
    _owe(kit, urgency=outbox.DANGER)
    with kit.database.write() as connection:
        (owed,) = claims.due(connection, now=NOON)
        claims.claim(connection, owed, now=NOON)
    clock.tick(minutes=2)
    pump(Post(Result(Outcome.SENT))).tidy()
    assert (_states(kit), _waiting(kit)) == (["unknown", "waiting"], [1])


def test_several_pumps_send_each_thing_once(kit: Kit, clock: StillClock) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit, 3, people=8)
    pumps = [Pump(kit.database, clock, post) for _ in range(3)]
    threads = [threading.Thread(target=each.once) for each in pumps for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    for each in pumps:
        each.once()
    assert len(post.sent) == len(set(post.sent)) == 24
    assert set(_states(kit)) == {"sent"}
    assert _waiting(kit) == [0] * 8


def test_a_window_used_up_keeps_the_rest_for_the_next_contact(kit: Kit, pump: Callable[[Post], Pump]) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit, 3, left=2)
    pump(post).once()
    pump(post).once()
    assert len(post.sent) == 2
    assert sorted(_states(kit)) == ["sent", "sent", "waiting"]
    assert _waiting(kit) == [1]


@pytest.mark.parametrize("code", [45015, 45047, 43004])
def test_a_person_the_platform_refuses_is_left_alone_until_he_writes(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump], code: int
) -> None:
    post = Post(refused(code))
    _owe(kit)
    mine = pump(post)
    for _ in range(3):
        mine.once()
        clock.tick(hours=1)
    assert len(post.sent) == 1
    assert (_states(kit), _waiting(kit)) == (["waiting"], [1])


def test_who_does_not_follow_is_sent_nothing(kit: Kit, pump: Callable[[Post], Pump]) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit)
    with session(kit) as db:
        db.query(Person).one().followed = False
    pump(post).once()
    assert post.sent == []


def test_what_may_have_been_sent_is_never_sent_again(kit: Kit, clock: StillClock, pump: Callable[[Post], Pump]) -> None:
    post = Post(Result(Outcome.UNKNOWN, "unreachable"))
    _owe(kit)
    mine = pump(post)
    for _ in range(5):
        mine.once()
        mine.tidy()
        clock.tick(hours=1)
    assert len(post.sent) == 1
    assert _states(kit) == ["unknown"]


@pytest.mark.parametrize("code", [48001, 40001, 40164])
def test_what_only_the_operator_can_mend_is_told_once_and_not_hammered(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump], code: int
) -> None:
    post = Post(refused(code))
    _owe(kit, people=20)
    mine = pump(post)
    with capture_logs() as told:
        for _ in range(10):
            mine.once()
            clock.tick(seconds=2)
        assert len(post.sent) <= 8  # what was in flight together
        clock.tick(hours=2)
        mine.once()
    assert sum(each["event"] == "push_needs_operator" for each in told) == 1
    assert set(_states(kit)) == {"waiting"}
    assert set(_waiting(kit)) == {1}


def test_a_network_that_comes_back_finds_everything_waiting(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump]
) -> None:
    gone = Result(Outcome.WAIT, "unreachable", timedelta(seconds=15))
    post = Post(gone, Result(Outcome.SENT))
    _owe(kit)
    mine = pump(post)
    mine.once()
    assert (_states(kit), _waiting(kit)) == (["waiting"], [1])
    clock.tick(seconds=16)
    mine.once()
    assert (_states(kit), _waiting(kit)) == (["sent"], [0])


def test_at_night_only_danger_is_pushed_and_the_rest_in_the_morning(
    kit: Kit, clock: StillClock, pump: Callable[[Post], Pump]
) -> None:
    post = Post(Result(Outcome.SENT))
    _owe(kit, urgency=outbox.SOON)
    _owe(kit, urgency=outbox.DANGER)
    clock.now = NOON.replace(hour=23)
    mine = pump(post)
    mine.once()
    assert sorted(_states(kit)) == ["sent", "waiting"]
    clock.now = NOON.replace(hour=7, minute=1) + timedelta(days=1)
    mine.once()
    assert _states(kit) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("hour", "wrote_ago", "may"),
    [(12, 600, True), (23, 600, False), (23, 10, True), (6, 600, False), (7, 600, True), (22, 600, False)],
)
def test_where_no_shift_is_known_the_night_is_quiet(hour: int, wrote_ago: int, may: bool) -> None:
    now = datetime(2026, 11, 23, hour, tzinfo=NOON.tzinfo)
    person = Addressee(1, "o", now - timedelta(minutes=wrote_ago), "", "", None, {})
    assert by_day(person, now) is may


def test_a_poke_with_the_commit_sends_without_waiting_for_the_next_round(kit: Kit, clock: StillClock) -> None:
    post = Post(Result(Outcome.SENT))
    running = Pump(kit.database, clock, post, wake_s=2 * HANG_S)
    running.start()
    try:
        until(lambda: running._wake._cond._waiters, "the pump sleeps, for longer than this test will wait")
        _owe(kit, urgency=outbox.DANGER)
        until(lambda: post.sent, "it is woken and sends")
    finally:
        running.stop()
    assert _states(kit) == ["sent"]


def test_a_hook_that_fails_stops_neither_the_others_nor_the_pump(kit: Kit, clock: StillClock) -> None:
    ran: list[str] = []

    def broken() -> None:
        raise RuntimeError

    Pump(kit.database, clock, None, every_minute=[broken, lambda: ran.append("second")]).chores()
    assert ran == ["second"]


def test_danger_does_not_wait_for_chores(kit: Kit, clock: StillClock) -> None:
    post, begun, go = Post(Result(Outcome.SENT)), threading.Event(), threading.Event()

    def tags() -> None:
        begun.set()
        go.wait(HANG_S)

    running = Pump(kit.database, clock, post, every_minute=[tags], wake_s=0.05)
    running.start()
    try:
        assert begun.wait(HANG_S)
        _owe(kit, urgency=outbox.DANGER)
        until(lambda: post.sent, "danger is sent")
        assert not go.is_set()
    finally:
        go.set()
        running.stop()


def test_danger_queued_meanwhile_goes_next(kit: Kit, clock: StillClock) -> None:
    class Alarmed(Post):
        def send_text(self, openid: str, text: str) -> Result:
            with alarm:
                if not self.sent:
                    with session(kit) as db:
                        who = db.query(Person).filter_by(openid="oPERSON19").one()
                        outbox.queue(db, who.id, kind="t.d", text="danger", now=NOON, urgency=outbox.DANGER)
                return super().send_text(openid, text)

    alarm = threading.Lock()
    post = Alarmed(Result(Outcome.SENT))
    _owe(kit, people=20)
    assert Pump(kit.database, clock, post).once() == 21
    assert post.sent[8] == ("oPERSON19", "danger")


def test_what_cannot_be_claimed_is_tried_once_a_round(kit: Kit, clock: StillClock) -> None:
    """A sending that changes nothing must not be looked for for ever."""
    post = Post(refused(45015))
    _owe(kit, 2, people=10, urgency=outbox.DANGER)
    Pump(kit.database, clock, post).once()
    assert len(post.sent) <= 20
    assert set(_states(kit)) == {"waiting"}


def test_an_account_that_may_not_send_first_pushes_nothing(kit: Kit, clock: StillClock) -> None:
    _owe(kit, urgency=outbox.DANGER)
    assert Pump(kit.database, clock, None).once() == 0
    assert _waiting(kit) == [1]


def test_a_pump_outlives_a_database_that_is_away(kit: Kit, clock: StillClock) -> None:
    post = Post(Result(Outcome.SENT))
    running = Pump(Away(kit.database), clock, post, wake_s=0.05)
    _owe(kit)
    running.start()
    try:
        until(lambda: post.sent, "it is sent once the database is back")
    finally:
        running.stop()
    assert len(post.sent) == 1


class Away(Database):
    """A database that cannot be had the first two times it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.engine = database.engine
        self._asked = 0

    def read(self) -> AbstractContextManager[Connection]:
        return self._once(self._database.read)

    def write(self) -> AbstractContextManager[Connection]:
        return self._once(self._database.write)

    def _once(self, real: Callable[[], AbstractContextManager[Connection]]) -> AbstractContextManager[Connection]:
        self._asked += 1
        if self._asked <= 2:
            raise Busy
        return real()
