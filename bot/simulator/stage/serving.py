"""A WSGI application on a loopback port, in a thread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"
LOOK_SECONDS = 0.05
PARTING_SECONDS = 5.0


class _Quiet(WSGIRequestHandler):
    """A line for every poll would bury what is worth reading."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 as it is called there
        pass


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The address, without a slash at its end; port 0 is any free one. Raises OSError when the port is taken."""
    server = make_server(HOST, port or free_port(), app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": LOOK_SECONDS}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(PARTING_SECONDS)
        server.server_close()


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
