"""Addresses and answers of the platform's API as pure functions, whichever transport carries them."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import requests

from bot.config import OFFICIAL_API
from bot.wechat.errors import PlatformError, Unreachable, reaction_to

TIMEOUT_S = (3.0, 5.0)  # to connect, to wait for bytes; on every call, the token's included
HOSTS = (OFFICIAL_API, "https://mp.weixin.qq.com")

_TOKEN = re.compile(r"(access_token=)[^&\s]*")


def address(base: str, endpoint: str) -> str:
    """The full address of an endpoint such as "menu/create"; whole addresses of the platform move to `base` too."""
    for host in HOSTS:
        if endpoint.startswith(host + "/"):
            return base + endpoint[len(host) :]
    if endpoint.startswith(("http://", "https://")):
        raise ValueError("not an address of the platform")
    return f"{base}/cgi-bin/{endpoint.lstrip('/')}"


def dump(body: Any) -> bytes:
    """JSON with raw characters: the platform refuses or shows escapes (40033)."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def read(status: int, body: bytes) -> dict[str, Any]:
    """A successful answer. Raises PlatformError for a refusal and Unreachable for what is no answer."""
    if status == 403:
        raise PlatformError(40164, reaction_to(40164))  # some pages say the whitelist answers so
    if status >= 400:
        raise Unreachable(f"http {status}", sent=True)
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"), strict=False)  # it quotes what it was sent, raw
    except (ValueError, RecursionError):
        raise Unreachable("not json", sent=True) from None
    if not isinstance(answer, dict):
        raise Unreachable("not an object", sent=True)
    if refused := PlatformError.read(answer):
        raise refused
    return answer


def call(session: requests.Session, method: str, url: str, **request: Any) -> requests.Response:
    """One HTTP call with our time-outs. Raises Unreachable; the library's own errors name the address and its secrets."""
    try:
        return session.request(method, url, timeout=TIMEOUT_S, allow_redirects=False, **request)
    except requests.ConnectTimeout:
        raise Unreachable("connect timeout", sent=False) from None
    except requests.ConnectionError as problem:
        raise Unreachable("no connection", sent=not _never_connected(problem)) from None
    except (requests.RequestException, ValueError) as problem:  # ValueError: sent on to an address that is none
        raise Unreachable(type(problem).__name__, sent=True) from None


def hush() -> None:
    """Keep the token out of urllib3's own log: at DEBUG it prints every address whole."""
    logging.getLogger("urllib3.connectionpool").addFilter(_without_token)


def _without_token(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(_TOKEN.sub(r"\1***", a) if isinstance(a, str) else a for a in record.args)
    return True


def _never_connected(problem: requests.ConnectionError) -> bool:
    """True when the connection was refused or the name not found: nothing left this machine."""
    told = repr(problem)
    return "NewConnectionError" in told or "NameResolutionError" in told
