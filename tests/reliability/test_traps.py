"""The traps of performance.md §3 that others have fallen into: 1, 2, 4 and 5."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from bot import inbox
from bot.clock import Clock
from bot.conversation import Conversation
from bot.db import checkpoint
from bot.db.checkpoint import Checkpointer
from bot.kit import Kit
from bot.messages import Incoming
from bot.models import Dialog, InboxMessage, Page, Person
from bot.router import Router, Turn
from bot.services import pages
from tests.cast import ACCOUNT, StillClock
from tests.reliability.conftest import Plan, waiters
from tests.reliability.crew import HANG_S, at_once, count, until


def _said(key: str, text_: str, clock: Clock, openid: str = "oTRAP") -> Incoming:
    return Incoming(key, "text", openid, ACCOUNT, int(clock().timestamp()), text_)


def test_trap_1_a_duplicate_is_seen_where_rowcount_says_nothing(kit: Kit, clock: StillClock) -> None:
    with kit.database.write() as connection:
        assert inbox.claim(connection, "k", now=clock()) is None
        inbox.keep(connection, "k", "the reply", person_id=None)
    for _ in range(3):
        with kit.database.write() as connection:
            kept = inbox.claim(connection, "k", now=clock())
            assert kept is not None
            assert (kept.done, kept.reply) == (True, "the reply")
    assert count(kit.database, InboxMessage) == 1


def test_trap_1_of_sixteen_claims_at_once_one_is_the_first(kit: Kit, clock: StillClock, plan: Plan) -> None:
    def claims(key: str) -> bool:
        with kit.database.write() as connection:
            return inbox.claim(connection, key, now=clock()) is None

    rounds = plan.alike(200)
    firsts = [sum(at_once(*[lambda key=f"k{number}": claims(key)] * 16)) for number in range(rounds)]
    plan.note(rounds=rounds, firsts=sum(firsts))
    assert firsts == [1] * rounds


def _counting(holding: Callable[[], None]) -> Router:
    """「帮助」 adds one to a number in the person's dialog by reading and writing it: wrong as soon as a turn sees an
    old row or loses it. It writes the row early and stays in its transaction until `holding` returns."""
    router = Router()

    @router.on("general.help")
    @router.on("general.not_understood")
    def add(turn: Turn) -> str:
        number = turn.dialog.data["number"] if turn.dialog is not None else 0
        turn.goto("trap.count", number=number + 1)
        turn.db.execute(update(Person).where(Person.id == turn.person.id).values(last_wrote_at=turn.now))
        holding()
        return f"{number + 1}"

    return router


def test_trap_2_a_turn_that_waited_for_the_persons_row_sees_it_as_it_is_now(
    kit: Kit, clock: StillClock, plan: Plan
) -> None:
    begun, rounds = threading.Semaphore(0), plan.alike(1_000)

    def until_the_other_waits() -> None:
        begun.release()
        until(lambda: waiters(kit.database) or second_may_go.is_set(), "the second turn at the first one's row")

    second_may_go = threading.Event()
    conversation = Conversation(kit, [_counting(until_the_other_waits)])
    heard: list[str] = []
    for number in range(rounds):
        second_may_go.clear()

        def second(number: int = number) -> object:
            assert begun.acquire(timeout=HANG_S)  # the first has changed the row and keeps its transaction open
            reply = conversation.reply_to(_said(f"b{number}", "帮助", clock))
            assert begun.acquire(timeout=HANG_S)
            return reply

        def first(number: int = number) -> object:
            reply = conversation.reply_to(_said(f"a{number}", "帮助", clock))
            second_may_go.set()
            return reply

        heard += [str(reply).split("\n")[0] for reply in at_once(first, second)]
    plan.note(rounds=rounds, lost=2 * rounds - len(set(heard)))
    assert heard == [str(number + 1) for number in range(2 * rounds)]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("people", [5, 1_000_000], ids=["known", "strangers"])
def test_trap_2_eight_messages_of_one_person_at_once_lose_nothing(
    kit: Kit, clock: StillClock, plan: Plan, people: int
) -> None:
    """A stranger is nobody's row yet, so there is nothing to lock: all eight may be the first."""
    conversation, rounds = Conversation(kit, [_counting(lambda: None)]), plan.alike(500)
    heard: list[str] = []
    for number in range(rounds):
        messages = [_said(f"{number}-{each}", "帮助", clock, openid=f"o{number % people}") for each in range(8)]
        heard += [str(r) for r in at_once(*(lambda m=message: conversation.reply_to(m) for message in messages))]
    with kit.database.read() as connection:
        numbers = [data["number"] for data in connection.execute(select(Dialog.data)).scalars()]
    plan.note(rounds=rounds, lost=8 * rounds - sum(numbers))
    assert sum(numbers) == 8 * rounds
    assert not [reply for reply in heard if not reply.split("\n")[0].isdigit()]


@pytest.fixture
def sqlite_kit(make_kit: Callable[..., Kit], sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """On SQLite, with checkpoints taken only when the test says so, and a log that is long early."""
    monkeypatch.setattr(checkpoint, "EVERY_S", 10_000.0)
    monkeypatch.setattr(checkpoint, "WAL_BOUND_BYTES", BOUND)
    kit = make_kit(sqlite_url)
    kit.database.start_background()
    return kit


BOUND = 1024 * 1024
PAGE = "x" * 3_000


def _write(kit: Kit, clock: Clock, openid: str, number: int) -> None:
    router = Router()

    @router.on("general.not_understood")
    def keep(turn: Turn) -> str:
        pages.keep(turn.db, turn.person.id, PAGE, now=turn.now)
        return "kept"

    Conversation(kit, [router]).reply_to(_said(f"{openid}-{number}", "x", clock, openid))


def test_trap_4_the_log_stays_bounded_behind_writers_that_never_rest(
    sqlite_kit: Kit, clock: StillClock, plan: Plan
) -> None:
    assert sqlite_kit.database.file is not None
    checkpointer, rounds = Checkpointer(sqlite_kit.database, sqlite_kit.database.file), plan.alike(200)

    def writer(name: int, number: int) -> None:
        for each in range(5):
            _write(sqlite_kit, clock, f"o{name}", 5 * number + each)

    sizes = []
    for number in range(rounds):  # four writers and the checkpoint, all at once
        writers = [lambda name=name, number=number: writer(name, number) for name in range(4)]
        sizes.append(at_once(checkpointer.step, *writers)[0])
    plan.note(messages=20 * rounds, longest=max(sizes), bound=BOUND)
    assert max(sizes) <= 4 * BOUND
    assert count(sqlite_kit.database, Page) == 20 * rounds
    log = sqlite_kit.database.file.with_name("bot.db-wal")
    while log.stat().st_size <= BOUND:
        _write(sqlite_kit, clock, "oMORE", count(sqlite_kit.database, Page))
    checkpointer.step()
    assert log.stat().st_size == 0


def test_trap_4_without_checkpoints_the_log_does_grow(sqlite_kit: Kit, clock: StillClock) -> None:
    """What the other test would look like if it tested nothing."""
    assert sqlite_kit.database.file is not None
    for number in range(200):
        _write(sqlite_kit, clock, "o", number)
    assert sqlite_kit.database.file.with_name("bot.db-wal").stat().st_size > 3 * BOUND


def test_trap_4_a_long_reading_does_not_make_the_checkpoint_keep_the_gate(sqlite_kit: Kit, clock: StillClock) -> None:
    database = sqlite_kit.database
    assert database.file is not None
    with database.read() as reading:
        reading.execute(text("SELECT count(*) FROM people")).all()  # a snapshot the log cannot be emptied under
        log = database.file.with_name("bot.db-wal")
        while log.stat().st_size <= BOUND:
            _write(sqlite_kit, clock, "o", count(database, Page))
        held: list[bool] = []
        gate, usual = database.gate, database.pragma

        def pragma(statement: str, **given: float) -> object:
            held.append(gate._taken)
            return usual(statement, **given)

        database.pragma = pragma  # type: ignore[method-assign,assignment]
        asked = threading.Event()
        threading.Timer(2.0, asked.set).start()
        Checkpointer(database, database.file).step()
        assert held == [True]
        assert not asked.is_set(), "the gate was held for as long as the reading lasted"


def test_trap_5_neither_a_reading_nor_an_autocommit_connection_takes_the_write_lock(
    kit: Kit, clock: StillClock
) -> None:
    autocommit = kit.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with kit.database.read() as reading, autocommit.connect() as automatic:
        for connection in (reading, automatic):
            assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 0
        with _another_writer(kit):  # would be refused at once if one of them held the lock
            for connection in (reading, automatic):
                assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 0
        assert Conversation(kit, [_counting(lambda: None)]).reply_to(_said("k", "帮助", clock))
        assert reading.execute(text("SELECT count(*) FROM people")).scalar_one() == (0 if kit.database.sqlite else 1)
        assert automatic.execute(text("SELECT count(*) FROM people")).scalar_one() == 1


def test_trap_5_a_connection_that_was_autocommit_writes_under_the_lock_again(kit: Kit, clock: StillClock) -> None:
    kit.database.engine.dispose()
    with kit.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as automatic:
        automatic.execute(text("SELECT 1")).all()
    _takes_the_lock_at_once(kit, clock)  # on the same pooled connection


def test_a_write_takes_the_lock_before_its_first_statement(kit: Kit, clock: StillClock) -> None:
    """A deferred BEGIN reads first and then finds that it may not write: 73 % "database is locked" (reliability.md §2)."""
    _takes_the_lock_at_once(kit, clock)


def _takes_the_lock_at_once(kit: Kit, clock: StillClock) -> None:
    with kit.database.write() as connection:
        if kit.database.sqlite:
            with pytest.raises(sqlite3.OperationalError, match="locked"), _another_writer(kit):
                pass
        inbox.claim(connection, "k", now=clock())
        connection.rollback()
    assert count(kit.database, InboxMessage) == 0


class _another_writer:  # noqa: N801 - reads as the phrase it is
    """Another process's write transaction: on SQLite refused at once where anybody holds the lock."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def __enter__(self) -> None:
        if self._kit.database.sqlite:
            self._raw = sqlite3.connect(str(self._kit.database.file), timeout=0, isolation_level=None)
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                self._raw.close()
                raise
        else:
            self._open = self._kit.database.engine.connect()
            self._open.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE NOWAIT"))

    def __exit__(self, *_: object) -> None:
        if self._kit.database.sqlite:
            with closing(self._raw):
                self._raw.execute("ROLLBACK")
        else:
            self._open.rollback()
            self._open.close()


def test_leases_are_longer_than_every_wait_for_them() -> None:
    """A repeat must not take over what only waits for the database."""
    assert timedelta(seconds=2 * 4.5) < inbox.LEASE
