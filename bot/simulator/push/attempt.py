"""One HTTP exchange that ends at its deadline, however slowly the other side drips its answer."""

from __future__ import annotations

import http.client
import io
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

BODY_LIMIT_BYTES = 1_000_000  # an answer read to one byte more is judged oversized


class LostError(Exception):
    """No whole answer arrived; `reason` is a key of words.toml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, as it came."""

    status: int
    content_type: str
    body: bytes


class _Incoming(io.RawIOBase):
    """Reads a socket and allows each read only what is left until the deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)


class _Bounded:
    """What http.client needs of a socket, with the deadline in every operation.

    A plain socket timeout counts from byte to byte: a bot dripping one byte a second would never be cut.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._deadline))

    def close(self) -> None:
        """Leaves the socket open: http.client closes as soon as it has the headers of a last answer."""


def exchange(method: str, url: str, body: bytes, headers: dict[str, str], seconds: float) -> Answer:
    """The whole answer to one request, redirects not followed. Raises LostError; the socket is closed either way."""
    deadline = time.monotonic() + seconds
    connection = _connection(urlsplit(url), seconds)
    raw: socket.socket | None = None
    try:
        connection.connect()
        raw = connection.sock
        connection.sock = _Bounded(raw, deadline)
        target = urlsplit(url)
        connection.request(method, (target.path or "/") + (f"?{target.query}" if target.query else ""), body, headers)
        response = connection.getresponse()
        content = response.read(BODY_LIMIT_BYTES + 1)
        if response.length and len(content) <= BODY_LIMIT_BYTES:  # http.client keeps quiet about a body cut short
            raise LostError("broken")
        return Answer(response.status, response.getheader("Content-Type", ""), content)
    except TimeoutError:
        raise LostError("timeout") from None
    except socket.gaierror:
        raise LostError("unknown_host") from None
    except ConnectionRefusedError:
        raise LostError("refused") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise LostError("broken") from None
    finally:
        connection.close()
        if raw is not None:
            raw.close()


def _connection(target: SplitResult, seconds: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    return kind(target.hostname or "", target.port, timeout=seconds)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
