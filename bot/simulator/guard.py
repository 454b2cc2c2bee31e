"""Keeps the simulator to the machine it runs on: a toy that can speak for anybody must not be reached by anybody else."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask, Response, request

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' http: https:; "
    "frame-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Answers 403 to a remote address that is not loopback, to a host name that is not this machine's, and to a proxy.

    The name matters too: a web page elsewhere can point its own name at 127.0.0.1 and speak through a visitor's browser.
    """

    @app.before_request
    def only_from_here() -> Response | None:
        host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
        brought_by_a_proxy = any(name in request.headers for name in FORWARDED)
        if _is_loopback(request.remote_addr or "") and host.lower() in LOCAL_NAMES and not brought_by_a_proxy:
            return None
        return Response("the simulator answers this machine only\n", status=403, content_type="text/plain")

    @app.before_request
    def only_json() -> Response | None:
        """A form on another site can POST here without asking, but never as JSON."""
        foreign = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        if request.blueprint == "control" and (
            foreign or (request.method == "POST" and request.content_length and not request.is_json)
        ):
            return Response("JSON from the simulator's own page only\n", status=415, content_type="text/plain")
        return None

    @app.after_request
    def fenced(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if request.blueprint == "control":
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
