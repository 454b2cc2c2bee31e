"""The HTTP side of the interfaces: one door for all, with the universal rules, the faults and the log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from bot.simulator import curl
from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.faults import SLEEP_LIMIT_SECONDS, Fault
from bot.simulator.api.table import Call, Platform, Raw, Upload, answer
from bot.simulator.wire_log import pretty, without_secrets

CONTENT_TYPE = "application/json; encoding=utf-8"
NAMED_IN = ("touser", "openid", "user_id")


@dataclass(frozen=True, slots=True)
class Said:
    """What went back: the response, and of it what the log keeps."""

    response: Response
    text: str
    errcode: int | None
    rid: str = ""


def blueprint(platform: Platform) -> Blueprint:
    """Serves `api/...`; HTTP 200 always, unless a fault was ordered."""
    routes = Blueprint("api", __name__, url_prefix="/api")

    @routes.route("/<path:endpoint>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    def door(endpoint: str) -> Response:
        begun = time.monotonic()
        call = _call()
        person = _person(call)
        with platform.calls.under_way(endpoint):
            fault = platform.faults.take(endpoint, person)
            time.sleep(platform.faults.delay(endpoint))
            said = _answer(platform, endpoint, call, fault)
            millis = round((time.monotonic() - begun) * 1000)
            _log(platform, endpoint, call, person, said, fault=fault, millis=millis)
        return said.response

    return routes


def _call() -> Call:
    """The body as it came, whatever its header calls it: curl names JSON a form, and the platform reads it all the same."""
    query, address = request.args.to_dict(), request.remote_addr or ""
    if request.mimetype != "multipart/form-data":
        return Call(query, request.get_data(), address=address)
    files = {
        name: Upload(file.filename or "", file.content_type or "", file.read()) for name, file in request.files.items()
    }
    return Call(query, b"", files, request.form.to_dict(), address)


def _person(call: Call) -> str:
    """The OpenID a call is about, where it is about one."""
    try:
        given = json.loads(call.body) if call.body else {}
    except (ValueError, RecursionError):
        given = {}
    told = {**call.query, **(given if isinstance(given, dict) else {})}
    return next((told[name] for name in NAMED_IN if isinstance(told.get(name), str)), "")


def _answer(platform: Platform, endpoint: str, call: Call, fault: Fault | None) -> Said:
    kind = fault.kind if fault else ""
    if fault is not None and kind == "errcode":
        return _refused(platform, RefusedError(fault.errcode, fault.errmsg))
    if fault is not None and kind == "status":
        return _plain("server error", status=fault.status)
    if kind == "html":
        return _plain("<html><body><h1>502 Bad Gateway</h1></body></html>", content_type="text/html")
    if kind == "drop_before":
        return _torn(None)
    if fault is not None and kind == "sleep":
        time.sleep(min(fault.seconds, SLEEP_LIMIT_SECONDS))
    try:
        said = _told(answer(platform, INTERFACES, endpoint, request.method, call))
    except RefusedError as refused:
        said = _refused(platform, refused)
    return _torn(said.errcode) if kind == "drop_after" else said


def _told(body: dict[str, Any] | Raw) -> Said:
    if isinstance(body, Raw):
        response = Response(body.content, body.status, body.headers, content_type=body.content_type)
        shown = body.content_type.startswith(("text/", "application/json"))
        return Said(response, body.content.decode("utf-8", "replace") if shown else body.content_type, 0)
    text = json.dumps(body, ensure_ascii=False)
    return Said(Response(text, content_type=CONTENT_TYPE), text, int(body.get("errcode", 0)))


def _refused(platform: Platform, refused: RefusedError) -> Said:
    rid = platform.chance.rid()
    text = json.dumps(refused.as_json(rid), ensure_ascii=False)
    return Said(Response(text, refused.status, content_type=CONTENT_TYPE), text, refused.errcode, rid)


def _plain(text: str, *, status: int = 200, content_type: str = "text/plain") -> Said:
    return Said(Response(text, status=status, content_type=content_type), text, None)


def _torn(errcode: int | None) -> Said:
    """An answer that promises more than it brings: the server must break the connection in the middle."""

    def begin() -> Iterator[bytes]:
        yield b'{"errc'

    response = Response(begin(), content_type=CONTENT_TYPE)
    response.headers["Content-Length"] = "4096"
    return Said(response, '{"errc', errcode)


def _log(
    platform: Platform, endpoint: str, call: Call, person: str, said: Said, *, fault: Fault | None, millis: int
) -> None:
    sent = call.body.decode("utf-8", "replace") or "".join(
        f"[{name}: {upload.content_type} {len(upload.content)} bytes]" for name, upload in call.files.items()
    )
    query, body = without_secrets(call.query, endpoint), "" if call.files else without_secrets(sent, endpoint)
    address = f"{platform.root()}/api/{endpoint}"
    files = [(name, upload.name, upload.content_type) for name, upload in call.files.items()]
    entry = platform.world.wire.add(
        {
            "way": "call",
            "at": platform.world.now(),
            "phone": platform.world.phone_id_of(person),
            "name": endpoint,
            "method": request.method,
            "url": f"{address}?{urlencode(query)}" if query else address,
            "query": query,
            "request": without_secrets(sent, endpoint),
            "request_clear": pretty(sent, endpoint),
            "status": said.response.status_code,
            "response": without_secrets(said.text, endpoint),
            "response_clear": pretty(said.text, endpoint),
            "errcode": said.errcode,
            "rid": said.rid,
            "fault": fault.kind if fault else None,
            "curl": curl.of_call(request.method, address, query, body, files),
            "ms": millis,
        }
    )
    platform.calls.add(entry)
