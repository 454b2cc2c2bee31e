"""The load: a closed loop of kept-alive raw sockets in a process of its own, every 50th reply opened and read."""

from __future__ import annotations

import gc
import multiprocessing
import selectors
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

from tests.bench.traffic import Proof, Request

CONNECTIONS = 16
CHECK_EVERY = 50
STUCK_S = 15.0


@dataclass
class Outcome:
    """What one measurement saw. Latencies in seconds, in no particular order."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    checked: int = 0
    bad: list[str] = field(default_factory=list)
    cpu_s: float = 0.0
    """What the server's processes used meanwhile; its database server's share is not in it."""

    @property
    def count(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Good and bad replies per second."""
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def cpu_us(self) -> float:
        """Microseconds of the server's processor for each reply; 0 where the system does not tell."""
        return 1e6 * self.cpu_s / self.count if self.count else 0.0

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Line:
    """One connection, on which one request is under way."""

    __slots__ = ("asked", "received", "request", "socket")

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.received = b""
        self.request: Request
        self.asked = 0.0


def measure(port: int, requests: Sequence[Request], proof: Proof, *, seconds: float, again: bool) -> Outcome:
    """Load the port for some seconds, or until the requests are used up (`again`: start over with them)."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    load = Load(port, requests, again=again)
    process = context.Process(target=_child, args=(theirs, load, proof, seconds), daemon=True)
    process.start()
    theirs.close()
    try:
        outcome: Outcome = ours.recv()
    except EOFError:
        raise RuntimeError("the client died") from None
    finally:
        process.kill()
        process.join()
    return outcome


def _child(pipe: Pipe, load: Load, proof: Proof, seconds: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the parent's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    gc.disable()
    try:
        load.run(seconds)
        load.prove(proof)
    except OSError as problem:
        load.outcome.bad.append(f"the server is gone: {problem}")
    pipe.send(load.outcome)


class Load:
    """The loop: as soon as a connection has its answer it asks the next question."""

    def __init__(self, port: int, requests: Sequence[Request], *, again: bool) -> None:
        self.outcome = Outcome()
        self._address = ("127.0.0.1", port)
        self._requests, self._again, self._next = requests, again, 0
        self._deadline = 0.0
        self._samples: list[tuple[Request, bytes]] = []
        self._busy = 0

    def run(self, seconds: float) -> None:
        """Ask until the time is up, then wait for the answers still owed."""
        self._selector = selectors.DefaultSelector()  # not before: an epoll must not cross the fork
        started = time.perf_counter()
        self._deadline = started + seconds
        for _ in range(CONNECTIONS):
            self._ask(Line())
        while self._busy:
            ready = self._selector.select(timeout=STUCK_S)
            if not ready:
                self.outcome.bad += [f"no answer within {STUCK_S:.0f} s"] * self._busy
                break
            for key, _ in ready:
                self._hear(key.data)
        self.outcome.seconds = time.perf_counter() - started

    def prove(self, proof: Proof) -> None:
        """Read the replies that were put aside, now that nobody's time is measured."""
        self.outcome.checked = len(self._samples)
        self.outcome.bad += [wrong for request, body in self._samples if (wrong := proof(request, body))]

    def _ask(self, line: Line) -> None:
        if time.perf_counter() >= self._deadline or (self._next >= len(self._requests) and not self._again):
            self._hang_up(line)
            return
        line.request = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._busy += 1
        line.asked = time.perf_counter()
        self._send(line)

    def _send(self, line: Line) -> None:
        if line.socket is None:
            line.socket = socket.create_connection(self._address, timeout=STUCK_S)
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(line.socket, selectors.EVENT_READ, line)
        line.socket.sendall(line.request.raw)

    def _hear(self, line: Line) -> None:
        assert line.socket is not None
        try:
            data = line.socket.recv(65536)
        except OSError:
            data = b""
        line.received += data
        head_end = line.received.find(b"\r\n\r\n")
        if head_end >= 0:
            head = line.received[:head_end].lower()
            if len(line.received) >= head_end + 4 + _length(head):
                self._heard(line, head, line.received[head_end + 4 :])
                return
        if not data:
            self._broken(line)

    def _heard(self, line: Line, head: bytes, body: bytes) -> None:
        self.outcome.latencies.append(time.perf_counter() - line.asked)
        self._busy -= 1
        line.received = b""
        if head[9:12] != b"200" or not body or body == b"success":
            self.outcome.bad.append(f"{head[:12].decode()}, {len(body)} bytes")
        elif self.outcome.count % CHECK_EVERY == 1:
            self._samples.append((line.request, body))
        if b"connection: close" in head:
            self._hang_up(line)
        self._ask(line)

    def _broken(self, line: Line) -> None:
        self.outcome.bad.append("the connection broke before the answer")
        self._busy -= 1
        line.received = b""
        self._hang_up(line)
        self._ask(line)

    def _hang_up(self, line: Line) -> None:
        if line.socket is not None:
            self._selector.unregister(line.socket)
            line.socket.close()
            line.socket = None


def _length(head: bytes) -> int:
    found = head.find(b"content-length:")
    return int(head[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
