"""The real server: `python -m bot serve` in a process group of its own, and lines into it that stay open."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bot.config import Settings
from tests.cast import Request, account
from tests.reliability.door import Answer

ROOT = Path(__file__).parent.parent.parent
START_S = 60.0
STOP_S = 40.0
MESSAGES_A_LINE = 16  # a line stays with the worker that took it: new ones now and then reach both


def settings_of(url: str) -> Settings:
    """The test account's, on a database."""
    return Settings(**(account() | {"database": {"url": url}}))


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> dict[int, float]:
        """Seconds of processor time by worker, where /proc tells."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            return {}
        ticks = os.sysconf("SC_CLK_TCK")
        stats = {
            int(pid): Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            for pid in children.read_text().split()
        }
        return {pid: (int(stat[11]) + int(stat[12])) / ticks for pid, stat in stats.items()}


@contextmanager
def serving(url: str, folder: Path, *, workers: int = 2, threads: int = 8) -> Iterator[Server]:
    """Serves until the block is left; whatever happens in it, nothing of the process group stays."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bot", "serve", "--web-only", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--threads", str(threads)]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(url), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _until_ready(process, port, folder / "serve.log")
            yield Server(port, process)
        finally:
            _stop(process)


def _environment(url: str) -> dict[str, str]:
    usual = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    given = account()["wechat"] | {"account": "service_certified"}
    made = {f"BOT__WECHAT__{name.upper()}": str(value) for name, value in given.items()}
    return usual | made | {"BOT__DATABASE__URL": url, "BOT__LOGS__LEVEL": "error", "PYTHONPATH": str(ROOT)}


def _until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline, pause = time.monotonic() + START_S, threading.Event()
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        line = HTTPConnection("127.0.0.1", port, timeout=5)  # "not yet" is an answer too: closed either way
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(line):
            line.request("GET", "/readyz")
            with line.getresponse() as response:
                if response.status == 200:
                    return
        pause.wait(0.05)
    raise AssertionError(f"not ready after {START_S} s\n{log.read_text('utf-8', 'replace')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, STOP_S)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # a worker that outlived its parent


class Line:
    """A connection that is used again and again, as the platform's front ends use theirs."""

    def __init__(self, port: int) -> None:
        self._port, self._used = port, 0
        self._connection: HTTPConnection | None = None

    def post(self, request: Request) -> Answer:
        if self._connection is None or self._used % MESSAGES_A_LINE == 0:
            self.close()
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        self._used += 1
        self._connection.request("POST", "/wechat?" + urlencode(request.query), request.body)
        with self._connection.getresponse() as response:
            return Answer(response.status, response.read())

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
