"""The leader killed, frozen, cut off from the database (T-03): another takes over, and the old one can do no harm."""

from __future__ import annotations

import contextlib
import os
import select as readiness
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.clock import system_clock
from bot.kit import Kit
from bot.models import OutboxItem, ScheduleLeader, ScheduleRun
from tests.reliability.conftest import Plan
from tests.reliability.crew import until
from tests.reliability.live import ROOT
from tests.reliability.timekeepers import each_second, kit_of
from tests.rules.mine import add_person

TOGETHER = 3
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def kit(database_url: str) -> Iterator[Kit]:
    kit = kit_of(database_url, system_clock)
    with kit.database.write() as connection, Session(bind=connection) as db:
        add_person(db, "oLINES")
        db.flush()
    yield kit
    kit.database.close()


@contextmanager
def _timekeeper(url: str, silent_s: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.reliability.timekeepers", "live", url, str(silent_s)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        yield process
    finally:
        for sign in (signal.SIGCONT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(sign)
        process.wait(30)


def _leader(kit: Kit) -> int:
    """The leader's process id, 0 for none."""
    with kit.database.read() as connection:
        name = connection.execute(select(ScheduleLeader.name)).scalar()
    return int(name.rpartition(":")[2]) if name else 0


def _ran(kit: Kit) -> dict[datetime, datetime]:
    """When each due time was run."""
    with kit.database.read() as connection:
        return dict(connection.execute(select(ScheduleRun.due_at, ScheduleRun.ran_at)).all())


def _another_leads(kit: Kit, old: int, since: datetime) -> Callable[[], bool]:
    """Another says that it leads, and has run what has become due since."""
    return lambda: _leader(kit) not in (0, old) and any(due > since and ran > since for due, ran in _ran(kit).items())


def _counts(kit: Kit) -> tuple[int, int]:
    """Runs too many, and due times between the first and the last that nobody ran."""
    with kit.database.read() as connection:
        lines = Counter(connection.execute(select(OutboxItem.text)).scalars())
        rows = connection.execute(select(ScheduleRun.due_at, ScheduleRun.outcome)).all()
    ran = {due for due, outcome in rows if outcome == "ran"}
    promised = set(each_second()[0].dues(min(ran), max(ran)))
    return sum(lines.values()) - len(ran), len(promised - ran)


def _took_over(kit: Kit, since: datetime) -> float:
    """Seconds until the first due time after it was run."""
    return min((ran - since).total_seconds() for due, ran in _ran(kit).items() if due > since)


def test_t03_when_the_leader_is_killed_another_takes_over(kit: Kit, database_url: str, plan: Plan) -> None:
    with ExitStack() as stack:
        crew = {
            each.pid: each for each in (stack.enter_context(_timekeeper(database_url, 20)) for _ in range(TOGETHER))
        }
        seconds = []
        for _ in range(TOGETHER - 1):
            until(lambda: _leader(kit) in crew and _ran(kit), "somebody leads")
            old = _leader(kit)
            killed = system_clock()
            crew.pop(old).kill()
            until(_another_leads(kit, old, killed), "another leads")
            seconds.append(_took_over(kit, killed))
    duplicates, missing = _counts(kit)
    plan.note(took_over_s=max(seconds), duplicates=duplicates, missing=missing)
    assert (duplicates, missing) == (0, 0)


@pytest.mark.nightly
def test_t03_a_frozen_leader_is_replaced_and_does_no_harm_when_it_thaws(
    kit: Kit, database_url: str, plan: Plan
) -> None:
    frozen_s, silent_s = (60, 20) if plan.nightly else (6, 3)
    with ExitStack() as stack:
        crew = {each.pid: each for each in (stack.enter_context(_timekeeper(database_url, silent_s)) for _ in range(2))}
        until(lambda: _leader(kit) in crew and _ran(kit), "somebody leads")
        old, frozen = _frozen(kit, crew)
        until(_another_leads(kit, old, frozen), "another leads")
        seconds = _took_over(kit, frozen)
        until(lambda: system_clock() - frozen > timedelta(seconds=frozen_s), "it was frozen for long")
        crew[old].send_signal(signal.SIGCONT)
        thawed = system_clock()
        until(lambda: sum(due > thawed for due in _ran(kit)) > silent_s + 1, "life goes on")
        assert _leader(kit) != old
    duplicates, missing = _counts(kit)
    plan.note(frozen_s=frozen_s, silent_s=silent_s, took_over_s=seconds, duplicates=duplicates, missing=missing)
    assert (duplicates, missing) == (0, 0)


def _frozen(kit: Kit, crew: dict[int, subprocess.Popen[bytes]]) -> tuple[int, datetime]:
    """Freeze the leader, but not in the midst of a transaction: that would be a database that nobody can write to."""
    old = _leader(kit)
    while True:
        crew[old].send_signal(signal.SIGSTOP)
        with contextlib.suppress(Exception), kit.database.write():
            return old, system_clock()
        crew[old].send_signal(signal.SIGCONT)


class Wire:
    """A line to the database that can be cut: nothing comes through any more, and nobody is told."""

    def __init__(self, to: tuple[str, int]) -> None:
        self._to = to
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.whole = threading.Event()
        self.whole.set()
        self._open: list[socket.socket] = [self._door]
        threading.Thread(target=self._let_in, daemon=True).start()

    def close(self) -> None:
        self.whole.set()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(self._to)
                self._open += (near, far)
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                for each in readiness.select([near, far], [], [])[0]:
                    said = each.recv(65536)
                    self.whole.wait()
                    if not said:
                        near.shutdown(socket.SHUT_RDWR)
                        far.shutdown(socket.SHUT_RDWR)
                        return
                    (far if each is near else near).sendall(said)


@pytest.mark.nightly
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_t03_a_leader_cut_off_from_the_database_is_replaced(kit: Kit, database_url: str, plan: Plan) -> None:
    silent_s, server = (20 if plan.nightly else 3), urlsplit(database_url.replace("+psycopg", ""))
    wire = Wire((server.hostname or "127.0.0.1", server.port or 5432))
    through_it = database_url.replace(f"@{server.hostname}:{server.port}", f"@127.0.0.1:{wire.port}")
    assert through_it != database_url
    with ExitStack() as stack:
        stack.callback(wire.close)
        old = stack.enter_context(_timekeeper(through_it, silent_s)).pid
        until(lambda: _leader(kit) == old and _ran(kit), "the first leads")
        stack.enter_context(_timekeeper(database_url, silent_s))
        since = system_clock()
        until(lambda: sum(due > since for due in _ran(kit)) > 2, "the second stands by")
        wire.whole.clear()
        cut = system_clock()
        until(_another_leads(kit, old, cut), "the second leads")
        seconds = _took_over(kit, cut)
        wire.whole.set()
        healed = system_clock()
        until(lambda: sum(due > healed for due in _ran(kit)) > silent_s + 1, "life goes on")
    duplicates, missing = _counts(kit)
    plan.note(silent_s=silent_s, took_over_s=seconds, duplicates=duplicates, missing=missing)
    assert (duplicates, missing) == (0, 0)


@pytest.mark.nightly
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_t03_a_leader_whose_session_is_ended_leads_again_or_is_replaced(
    kit: Kit, database_url: str, plan: Plan
) -> None:
    """As when PostgreSQL is restarted: every connection ends at once."""
    with _timekeeper(database_url, 20), _timekeeper(database_url, 20):
        until(lambda: _leader(kit) and _ran(kit), "somebody leads")
        with kit.database.read() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            mine = " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(others + mine))
        ended = system_clock()
        until(lambda: sum(due > ended for due in _ran(kit)) > TOGETHER, "somebody leads again")
        seconds = _took_over(kit, ended)
    duplicates, missing = _counts(kit)
    plan.note(took_over_s=seconds, duplicates=duplicates, missing=missing)
    assert (duplicates, missing) == (0, 0)
