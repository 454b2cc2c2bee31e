"""Servers under test: gunicorn on a port of its own, in a process group of its own, stopped whatever happens."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S = 60.0
WORKERS, THREADS = 2, 4
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is up: where it answers, and the process group it is."""

    port: int
    group: int

    def cpu_s(self) -> float:
        """Seconds of processor its processes have used so far; 0 where the system does not tell."""
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            if int(fields[2]) == self.group:
                used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")


class NotServing(Exception):
    """A server that did not come up; what it said."""


@contextmanager
def serving(app: str, kind: str, environ: Mapping[str, str], said: Path) -> Iterator[Server]:
    """Gunicorn answering for `app` with workers of a kind. Raises NotServing."""
    listener = socket.socket()
    try:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        process = _start(app, kind, environ, said, listener.fileno())
    finally:
        listener.close()  # the server holds its own; a dead one must refuse, not hang
    try:
        _wait_until_up(process, port, said)
        yield Server(port, process.pid)
    finally:
        _stop(process)


def _start(app: str, kind: str, environ: Mapping[str, str], said: Path, listening: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", app, "--bind", f"fd://{listening}", "--workers", str(WORKERS)]
    command += ["--worker-class", kind, "--keep-alive", "15", "--log-level", "warning", "--no-control-socket"]
    if kind == "gthread":
        command += ["--threads", str(THREADS)]
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("BOT_")}
    with said.open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=inherited | dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[listening],
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - we run no threads
        )


def _die_with_parent() -> None:
    """Should we be killed outright, so is the arbiter, and workers leave when they lose it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_until_up(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.05)
    raise NotServing(said.read_text("utf-8", "replace")[-2000:])


def _answers(port: int) -> bool:
    """True once a worker says anything at all: the socket listens long before that."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
            probe.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return probe.recv(12).startswith(b"HTTP/1.1")
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """At once and altogether: what was answered is kept all the same, and whoever counts it afterwards proves that."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
