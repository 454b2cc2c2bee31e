"""A platform of a few lines: over HTTP for our client, as a transport for the library's own, whose addresses are fixed."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

STABLE, CLASSIC = "/cgi-bin/stable_token", "/cgi-bin/token"
SEND = "/cgi-bin/message/custom/send"
PATIENCE_S = 20.0
RID = "5f0d1e2a-3b4c5d6e-7f8a9b0c"


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    method: str
    host: str
    path: str
    query: dict[str, list[str]]
    headers: Any
    body: bytes
    timeout: object = None
    """What the library told its transport; empty for what came over HTTP."""

    @property
    def token(self) -> str:
        return self.query.get("access_token", [""])[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What goes back: a body, or nothing at all."""

    body: bytes | dict[str, Any] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    """Says nothing until the test is over."""
    drop: bool = False
    """Hangs up without a word, having read the request."""

    @property
    def content(self) -> bytes:
        return json.dumps(self.body, ensure_ascii=False).encode() if isinstance(self.body, dict) else self.body


OK = Answer({"errcode": 0, "errmsg": "ok"})


def refusal(code: object, text: str = "no", **more: Any) -> Answer:
    """The platform's no: HTTP 200, a code and a support handle."""
    return Answer({"errcode": code, "errmsg": f"{text} rid: {RID}", **more})


class FakePlatform:
    """Counts what it is asked, gives out tokens of both families, and says what it was told to say."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.over = threading.Event()
        self.rejects_everything = False
        self.issues_anew = False
        """The stable endpoint gives another token each time, as if somebody else kept replacing ours."""
        self.lasts_s = 7200
        self.in_token_call: Callable[[], None] = lambda: None
        self._guard = threading.Lock()
        self._said: dict[str, deque[Answer]] = {}
        self._issued = 0
        self._stable = ""
        self._good: set[str] = set()

    def say(self, path: str, *answers: Answer) -> None:
        """Answer that path with these in turn, the last for ever; an accepted token is not asked for."""
        self._said[path] = deque(answers)

    def revoke(self) -> None:
        """Every token so far is rejected from now on."""
        self._good.clear()
        self._stable = ""

    def reject_the_stable(self) -> None:
        """The stable token is rejected, and still the one given out until a refresh is forced."""
        self._good.clear()

    def times(self, path: str) -> int:
        return len(self.to(path))

    def to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    @property
    def fetches(self) -> int:
        """Token calls of either family."""
        return self.times(STABLE) + self.times(CLASSIC)

    @property
    def forced(self) -> int:
        return sum(call.json["force_refresh"] for call in self.to(STABLE))

    def answer(self, call: Call) -> Answer:
        with self._guard:
            self.calls.append(call)
            told = self._said.get(call.path)
            if told:
                return told.popleft() if len(told) > 1 else told[0]
        if call.path == CLASSIC:
            self.in_token_call()
            return self._token(self._issue())
        if call.path == STABLE:
            self.in_token_call()
            with self._guard:
                if self.issues_anew or not self._stable or call.json["force_refresh"]:
                    self._stable = self._issue()
                return self._token(self._stable)
        if call.token not in self._good or self.rejects_everything:
            return refusal(40001, "invalid credential, access_token is invalid or not latest")
        return OK

    def _issue(self) -> str:
        self._issued += 1
        token = f"TOKEN-{self._issued}-{'x' * 20}"
        self._good.add(token)
        return token

    def _token(self, value: str) -> Answer:
        return Answer({"access_token": value, "expires_in": self.lasts_s})


class Transport(BaseAdapter):
    """Brings what a requests session sends to a fake platform without a network, whatever host it was meant for."""

    def __init__(self, platform: FakePlatform) -> None:
        super().__init__()
        self._platform = platform

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        parts = urlsplit(request.url)
        body = request.body or b""
        call = Call(
            request.method,
            parts.netloc,
            parts.path,
            parse_qs(parts.query, keep_blank_values=True),
            request.headers,
            body if isinstance(body, bytes) else body.encode(),
            how.get("timeout"),
        )
        answer = self._platform.answer(call)
        if answer.drop or answer.hang:
            raise requests.ConnectionError(f"no answer from {request.url}", request=request)
        response = requests.Response()
        response.status_code = answer.status
        response._content = answer.content
        response.headers = CaseInsensitiveDict(answer.headers)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None: ...


@contextmanager
def served(platform: FakePlatform) -> Iterator[str]:
    """The platform's address on an ephemeral loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            query = parse_qs(parts.query, keep_blank_values=True)
            answer = platform.answer(Call(self.command, self.headers["Host"], parts.path, query, self.headers, body))
            if answer.hang:
                platform.over.wait(PATIENCE_S)
            if answer.hang or answer.drop:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in {
                "Date": self.date_time_string(),
                "Content-Type": "application/json; encoding=utf-8",
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform.url
    finally:
        platform.over.set()
        server.shutdown()
        thread.join(PATIENCE_S)
        with suppress(OSError):
            server.server_close()
