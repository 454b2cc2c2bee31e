"""The write gate: in turn, never lost, and one process at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.db.gate import WriteGate
from bot.errors import Busy
from bot.kit import Kit
from tests.reliability.conftest import Plan
from tests.reliability.crew import HANG_S, at_once, until

ROOT = Path(__file__).parent.parent.parent
COUNTING = """
import sys
from pathlib import Path
from bot.db.gate import WriteGate

gate, number = WriteGate(Path(sys.argv[1]), timeout_s=100), Path(sys.argv[2])
for _ in range(int(sys.argv[3])):
    with gate.held():
        number.write_text(str(int(number.read_text()) + 1))
"""


def _queue(gate: WriteGate, act: Callable[[], Any]) -> threading.Thread:
    """A thread that waits at the gate by the time this returns."""
    before = set(gate._waiting)
    thread = threading.Thread(target=act)
    thread.start()
    until(lambda: set(gate._waiting) - before, "a thread at the gate")
    return thread


@pytest.mark.parametrize("files", [False, True])
def test_threads_are_served_in_the_order_they_came(tmp_path: Path, files: bool) -> None:
    gate, served = WriteGate(tmp_path / "lock" if files else None, timeout_s=HANG_S), []

    def enter(number: int) -> None:
        with gate.held():
            served.append(number)

    with gate.held():
        threads = [_queue(gate, lambda number=number: enter(number)) for number in range(12)]  # type: ignore[misc]
    for thread in threads:
        thread.join(HANG_S)
    assert served == list(range(12))
    gate.close()


def test_one_who_leaves_the_queue_keeps_nobody_waiting(tmp_path: Path) -> None:
    gate, impatient = WriteGate(None, timeout_s=HANG_S), threading.Event()
    served: list[str] = []

    def enter(name: str) -> None:
        with gate.held():
            served.append(name)

    def give_up() -> None:
        gate._timeout_s = 0.1
        with pytest.raises(Busy):
            enter("never")
        impatient.set()

    with gate.held():
        first = threading.Thread(target=give_up)
        first.start()
        until(lambda: gate._waiting or impatient.is_set(), "the impatient one at the gate")
        gate._timeout_s = HANG_S
        second = _queue(gate, lambda: enter("second"))
        assert impatient.wait(HANG_S)
    for thread in (first, second):
        thread.join(HANG_S)
    assert served == ["second"]


class _Guard:
    """The gate's own lock, except that the holder leaves in the very moment in which the waiter's time has run out."""

    def __init__(self, gate: WriteGate) -> None:
        self._lock, self._gate, self._entries = gate._guard, gate, 0

    def __enter__(self) -> None:
        if threading.current_thread().name == "waiter":
            self._entries += 1
            if self._entries == 2:  # once to queue, and now to leave the queue
                self._gate._leave()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_a_gate_handed_over_in_the_moment_the_wait_ran_out_is_not_lost() -> None:
    gate, entered = WriteGate(None, timeout_s=0.0), []

    def enter() -> None:
        with gate.held():
            entered.append(gate._taken)

    gate._enter(0.0)
    gate._guard = _Guard(gate)  # type: ignore[assignment]
    waiter = threading.Thread(target=enter, name="waiter")
    waiter.start()
    waiter.join(HANG_S)
    assert entered == [True]
    assert (gate._taken, list(gate._waiting)) == (False, [])


@pytest.mark.timeout(600)
def test_no_mixture_of_waits_that_run_out_ever_loses_the_gate(tmp_path: Path, plan: Plan) -> None:
    gate, inside, both, entered, refused = WriteGate(tmp_path / "lock", timeout_s=0.0005), [0], [0], [0], [0]
    rounds = plan.share(20_000)

    def enter() -> None:
        for _ in range(rounds):
            try:
                with gate.held():
                    inside[0] += 1
                    both[0] += inside[0] > 1
                    entered[0] += 1
                    inside[0] -= 1
            except Busy:
                refused[0] += 1

    at_once(*[enter] * 6, within_s=500)
    plan.note(entered=entered[0], refused=refused[0], together=both[0])
    assert (both[0], gate._taken, list(gate._waiting)) == (0, False, [])
    with gate.held():
        pass
    gate.close()


def test_an_error_inside_leaves_the_gate_open(tmp_path: Path) -> None:
    gate = WriteGate(tmp_path / "lock", timeout_s=0.0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.held():
            raise ZeroDivisionError
    other = WriteGate(tmp_path / "lock", timeout_s=0.0)
    with gate.held(), pytest.raises(Busy), other.held():
        pass
    with other.held():
        pass
    gate.close()
    other.close()


def test_processes_exclude_each_other(tmp_path: Path, plan: Plan) -> None:
    number, each = tmp_path / "number", plan.share(4_000)
    number.write_text("0")
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "lock"), str(number), str(each)]
    children = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    try:
        statuses = [child.wait(HANG_S) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    plan.note(counted=number.read_text(), of=3 * each)
    assert (statuses, int(number.read_text())) == ([0, 0, 0], 3 * each)


def test_a_process_that_dies_at_the_gate_does_not_keep_it(tmp_path: Path) -> None:
    script = COUNTING.replace("number.write_text(", "print('inside', flush=True), sys.stdin.read(), (")
    command = [sys.executable, "-c", script, str(tmp_path / "lock"), str(tmp_path / "number"), "1"]
    (tmp_path / "number").write_text("0")
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    gate = WriteGate(tmp_path / "lock", timeout_s=0.0)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"inside\n"
        with pytest.raises(Busy), gate.held():
            pass
    finally:
        child.kill()
        child.communicate()
    with gate.held():
        pass
    gate.close()


def test_what_was_waited_at_the_gate_is_not_waited_again_for_a_lock(
    make_kit: Callable[..., Kit], sqlite_url: str
) -> None:
    database = make_kit(sqlite_url).database
    patience: list[int] = []

    def write() -> None:
        with database.write() as connection:
            patience.append(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    write()
    with database.gate.held():
        waiting = _queue(database.gate, write)
        threading.Event().wait(0.3)  # which is what the other has waited at the least when it enters
    waiting.join(HANG_S)
    write()
    with database.read() as connection:
        patience.append(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())
    assert patience[0] == patience[2] == patience[3] == 4000
    assert 0 <= patience[1] <= 3700
