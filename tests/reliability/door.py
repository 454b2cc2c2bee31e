"""The webhook called as the WSGI application it is: quick, and with whatever environment a server might hand over."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from tests.cast import Request

Query = Mapping[str, str] | Sequence[tuple[str, str]] | str


@dataclass(frozen=True)
class Answer:
    """What came back; readable by tests.cast.opened."""

    status: int
    body: bytes

    def get_data(self, *, as_text: bool = True) -> str:
        assert as_text
        return self.body.decode()


REFUSED = Answer(403, b"")


class Unreadable(io.RawIOBase):
    """A body nobody may touch: whoever reads it before the signature is proved fails the test."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("the body was read")

    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("the body was read")


class Door:
    """POST /wechat."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def post(self, query: Query, body: bytes | io.RawIOBase = b"", **environ: Any) -> Answer:
        """One request; `environ` overrides, and None takes a key away. A WSGI string: latin-1 for bytes on the wire."""
        started: list[str] = []
        given: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/wechat",
            "QUERY_STRING": query if isinstance(query, str) else urlencode(query),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "text/xml",
            "CONTENT_LENGTH": str(len(body)) if isinstance(body, bytes) else "1000",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        } | environ
        given = {key: value for key, value in given.items() if value is not None}
        parts = self._app.wsgi_app(given, lambda status, _headers, _info=None: started.append(status))  # type: ignore[arg-type,func-returns-value]
        try:
            content = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return Answer(int(started[-1][:3]), content)

    def carry(self, request: Request) -> Answer:
        """A request of the cast's."""
        return self.post(request.query, request.body)
