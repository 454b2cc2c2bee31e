"""The HTTP side of the interfaces: one door for all, with the universal rules, the faults and the log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.faults import SLEEP_LIMIT_SECONDS, Fault
from bot.simulator.api.platform import Call, Platform, answer

CONTENT_TYPE = "application/json; encoding=utf-8"
SECRETS = {"secret", "access_token"}


def blueprint(platform: Platform) -> Blueprint:
    """Serves `api/...`; HTTP 200 always, unless a fault was ordered."""
    routes = Blueprint("api", __name__, url_prefix="/api")

    @routes.route("/<path:endpoint>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    def door(endpoint: str) -> Response:
        begun = time.monotonic()
        call = Call(request.args.to_dict(), request.get_data())
        fault = platform.faults.take(endpoint)
        response, errcode = _answer(platform, endpoint, call, fault)
        platform.calls.add(
            endpoint,
            {
                "time": platform.world.now(),
                "method": request.method,
                "query": {key: "***" if key in SECRETS else value for key, value in call.query.items()},
                "body": _readable(call.body),
                "status": response.status_code,
                "errcode": errcode,
                "fault": fault.kind if fault else None,
                "ms": round((time.monotonic() - begun) * 1000),
            },
        )
        return response

    return routes


def _answer(platform: Platform, endpoint: str, call: Call, fault: Fault | None) -> tuple[Response, int | None]:
    kind = fault.kind if fault else ""
    if fault is not None and kind == "errcode":
        return _said(RefusedError(fault.errcode, fault.errmsg).as_json())
    if fault is not None and kind == "status":
        return Response("server error", status=fault.status, content_type="text/plain"), None
    if kind == "html":
        return Response("<html><body><h1>502 Bad Gateway</h1></body></html>", content_type="text/html"), None
    if kind == "drop_before":
        return _torn(), None
    if fault is not None and kind == "sleep":
        time.sleep(min(fault.seconds, SLEEP_LIMIT_SECONDS))
    try:
        response, errcode = _said(answer(platform, endpoint, request.method, call))
    except RefusedError as refused:
        response, errcode = _said(refused.as_json())
    return (_torn() if kind == "drop_after" else response), errcode


def _said(body: dict[str, Any]) -> tuple[Response, int | None]:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, content_type=CONTENT_TYPE), int(body.get("errcode", 0))


def _torn() -> Response:
    """An answer that promises more than it brings: the server must break the connection in the middle."""

    def begin() -> Iterator[bytes]:
        yield b'{"errc'

    response = Response(begin(), content_type=CONTENT_TYPE)
    response.headers["Content-Length"] = "4096"
    return response


def _readable(body: bytes) -> Any:
    """JSON as it is, other text as text; the secret of a token call is not kept."""
    try:
        value = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return {k: "***" if k in SECRETS else v for k, v in value.items()} if isinstance(value, dict) else value
