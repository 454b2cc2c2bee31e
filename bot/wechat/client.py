"""wechatpy's client, kept to one bounded retry, one address, our time-outs and our errors (wechat_platform §7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qsl

import requests
from wechatpy import WeChatClient
from wechatpy.session import SessionStorage

from bot.clock import Clock
from bot.config import WeChat
from bot.db import Database
from bot.wechat import api
from bot.wechat.errors import PlatformError, Reaction, Unreachable
from bot.wechat.tokens import TokenKeeper

BINARY = ("media/get", "material/get_material", "showqrcode")


class _Nothing(SessionStorage):  # type: ignore[misc]
    """wechatpy wants somewhere to keep a token; ours is in the database, so this keeps nothing."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002
        return default

    def set(self, key: str, value: Any, ttl: int | None = None) -> None: ...

    def delete(self, key: str) -> None: ...

    def __len__(self) -> int:
        return 1  # a storage that counts as empty is silently replaced


class PlatformClient(WeChatClient):  # type: ignore[misc]
    """`client.menu.create(…)`, `client.media.upload(…)`: raises PlatformError and Unreachable, nothing else."""

    def __init__(self, settings: WeChat, keeper: TokenKeeper, session: requests.Session) -> None:
        self._keeper = keeper
        self._base = settings.api_base_url
        super().__init__(
            settings.app_id, None, session=_Nothing(), timeout=api.TIMEOUT_S, auto_retry=False
        )  # the secret stays with the keeper
        self._http = session

    @property
    def access_token(self) -> str:
        """Wechatpy evaluates every property before __init__ has run: no keeper yet is an AttributeError then."""
        return self._keeper.get()

    def fetch_access_token(self) -> None:
        """A new token, as wechatpy's own code may ask for."""
        self._keeper.refresh(rejected=self._keeper.get())

    def _request(self, method: str, url_or_endpoint: str, **request: Any) -> Any:
        own_base: str = request.pop("api_base_url", "")  # of the families that live beside /cgi-bin
        process: Callable[[Any], Any] | None = request.pop("result_processor", None)
        whole = url_or_endpoint.startswith(("http://", "https://"))
        url = api.address(self._base, url_or_endpoint if whole else own_base + url_or_endpoint)
        _prepare(request)
        token = self._keeper.get()
        try:
            answer = self._send(method, url, token, request)
        except PlatformError as refused:
            if refused.reaction is not Reaction.REFRESH:
                raise
            answer = self._send(method, url, self._keeper.refresh(rejected=token), request)
        if process is None or not isinstance(answer, dict):
            return answer
        try:
            return process(answer)
        except (LookupError, TypeError):
            raise Unreachable("not the expected answer", sent=True) from None

    def _send(self, method: str, url: str, token: str, request: dict[str, Any]) -> Any:
        call = {**request, "params": {**request["params"], "access_token": token}}
        response = api.call(self._http, method.upper(), url, **call)
        if url.endswith(BINARY) and response.status_code == 200 and _is_file(response.content):
            return response
        return api.read(response.status_code, response.content)


def _prepare(request: dict[str, Any]) -> None:
    """Bring a request into a shape that can be sent twice, with JSON as the platform wants it."""
    params = request.get("params") or {}
    request["params"] = dict(parse_qsl(params) if isinstance(params, str) else params)
    if request.get("files"):
        request["files"] = {name: _in_memory(name, given) for name, given in request["files"].items()}
    elif "json" in request:
        request["data"] = api.dump(request.pop("json"))
    elif isinstance(request.get("data"), dict):
        request["data"] = api.dump(request["data"])


def _in_memory(name: str, given: Any) -> tuple[Any, ...]:
    """An upload read once: a file object would be at its end when the retry came to it."""
    filename, content, *rest = given if isinstance(given, tuple) else (_file_name(given) or name, given)
    return filename, content.read() if hasattr(content, "read") else content, *rest


def _file_name(file: Any) -> str:
    named = getattr(file, "name", "")
    return PurePath(named).name if isinstance(named, str) else ""


def _is_file(content: bytes) -> bool:
    """True for a picture or a sound; an error is JSON, and a page is somebody else's."""
    return content.lstrip()[:1] not in (b"", b"{", b"<")


def connect(settings: WeChat, database: Database, clock: Clock) -> PlatformClient:
    """A client of the account with the token shared by all processes."""
    api.hush()
    session = _session()
    return PlatformClient(settings, TokenKeeper(settings, database, clock, session), session)


def platform_time(settings: WeChat) -> datetime | None:
    """The platform's clock, by the Date of any answer; None when it gives none."""
    try:
        with _session() as session:
            answer = api.call(session, "GET", api.address(settings.api_base_url, "getcallbackip"))
        told = parsedate_to_datetime(answer.headers["Date"])
        return told if told.tzinfo is not None else None
    except (Unreachable, KeyError, ValueError):
        return None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy variable of the machine must not carry the secret elsewhere
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # the one thing threads would share
    return session
