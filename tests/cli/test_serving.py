"""`serve`, `demo` and the WSGI entry as real processes: they start, answer, stop cleanly and keep the data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Response

from bot.clock import system_clock
from bot.config import Settings
from tests.cast import account, message, opened, signed
from tests.cli.test_command_line import ACCOUNT
from tests.laws.source import ROOT

PATIENCE_SECONDS = 100
"""What takes longer hangs. A start is four seconds' work, of which a loaded machine does a tenth a second."""

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="signals"), pytest.mark.timeout(900)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*words: str, cwd: Path, port: int, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A process in the foreground with its children in its group, up when /readyz says so."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=cwd,
        env={**plain, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while get(port, "/readyz")[0] != 200:
            assert process.poll() is None, process.stdout.read()
            assert time.monotonic() < deadline, "never ready"
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def get(port: int, path: str, data: bytes | None = None) -> tuple[int, str]:
    """Status and body; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data=data, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, ""
    except OSError:
        return 0, ""


def talk(port: int, text: str, msg_id: str) -> str:
    """Say something over the wire as the platform would; the reply from its type onward."""
    settings = Settings(**account())
    now = system_clock()
    request = signed(
        settings, message("oSERVE", int(now.timestamp()), MsgType="text", Content=text, MsgId=msg_id), now=now
    )
    query = urllib.parse.urlencode(request.query)
    status, body = get(port, f"/wechat?{query}", request.body)
    assert status == 200

    return opened(settings, Response(body)).split("</CreateTime>")[1]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_answers_stops_and_keeps_the_data(tmp_path: Path, workers: str) -> None:
    port = free_port()
    words = ("-m", "bot", "serve", "--port", str(port), "--workers", workers, "--threads", "4")
    with running(*words, cwd=tmp_path, port=port, **ACCOUNT) as process:
        first = talk(port, "每日一题", "1")
        assert talk(port, "每日一题", "1") == first
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    with running(*words, cwd=tmp_path, port=port, **ACCOUNT) as process:
        assert talk(port, "每日一题", "1") == first
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0


def test_serve_starts_over_stale_locks_and_after_a_kill(tmp_path: Path) -> None:
    port = free_port()
    words = ("-m", "bot", "serve", "--port", str(port), "--workers", "2")
    with running(*words, cwd=tmp_path, port=port, **ACCOUNT) as process:
        first = talk(port, "每日一题", "1")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with running(*words, cwd=tmp_path, port=port, **ACCOUNT):
        assert talk(port, "每日一题", "1") == first


def _children(parent: int, verb: str) -> list[int]:
    """Process ids of a master's children: `serve` for its workers, `schedule` for its scheduler."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=3) for line in listed.splitlines()]
    return [
        int(pid)
        for pid, ppid, state, args in rows
        if int(ppid) == parent and not state.startswith("Z") and f" {verb}" in args
    ]


def _schedulers(parent: int) -> list[int]:
    return _children(parent, "schedule")


def _workers(parent: int) -> list[int]:
    return _children(parent, "serve")


def _until(found: Callable[[], list[int]], wanted: Callable[[list[int]], bool]) -> list[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not wanted(now := found()):
        assert time.monotonic() < deadline, now
        time.sleep(0.1)
    return now


@pytest.mark.skipif(shutil.which("ps") is None, reason="ps, from procps, tells who lives")
def test_the_scheduler_outlives_a_reload_and_is_started_again_when_it_dies(tmp_path: Path) -> None:
    port = free_port()
    words = ("-m", "bot", "serve", "--port", str(port), "--workers", "2", "--threads", "2")
    with running(*words, cwd=tmp_path, port=port, **ACCOUNT) as process:
        (first,) = _until(lambda: _schedulers(process.pid), lambda found: len(found) == 1)
        old = set(_until(lambda: _workers(process.pid), lambda found: len(found) == 2))
        process.send_signal(signal.SIGHUP)
        _until(lambda: _workers(process.pid), lambda found: len(found) == 2 and not old & set(found))
        assert "Content" in talk(port, "帮助", "1")
        assert _schedulers(process.pid) == [first]
        os.kill(first, signal.SIGKILL)
        _until(lambda: _schedulers(process.pid), lambda found: len(found) == 1 and found != [first])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
        told = process.stdout.read()
        assert "Traceback" not in told
        assert told.count("Handling signal: term") == 1


def test_gunicorn_and_flask_find_the_application(tmp_path: Path, sqlite_url: str) -> None:
    for words in (
        ("-m", "gunicorn", "bot.wsgi:app", "--no-control-socket", "-b", "127.0.0.1:{port}"),
        ("-m", "flask", "--app", "bot.wsgi", "run", "--port", "{port}"),
    ):
        port = free_port()
        environ = {**ACCOUNT, "BOT__DATABASE__URL": sqlite_url}
        with running(*(word.format(port=port) for word in words), cwd=tmp_path, port=port, **environ):
            assert "Content" in talk(port, "帮助", words[1])


def test_a_taken_port_is_named_with_what_to_type(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 1
    assert f"--port {port + 1}" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_the_demo_opens_a_sample_mine_and_keeps_it(tmp_path: Path) -> None:
    port = free_port()
    for _ in range(2):
        with running("-m", "bot", "demo", "--port", str(port), cwd=tmp_path, port=port) as process:
            status, page = get(port, "/simulator/")
            assert (status, "<html" in page) == (200, True)
            while f"http://127.0.0.1:{port}/simulator/" not in process.stdout.readline():
                assert process.poll() is None
            while "BOT_CONFIG=var/demo.toml python -m bot" not in process.stdout.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
    assert (tmp_path / "var" / "demo.db").exists()


def test_a_stranger_learns_nothing_from_the_probes(tmp_path: Path) -> None:
    port = free_port()
    with running("-m", "bot", "serve", "--port", str(port), cwd=tmp_path, port=port, **ACCOUNT):
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ready\n")
        assert get(port, "/")[0] == 404
        assert get(port, "/simulator/")[0] == 404
