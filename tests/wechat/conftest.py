"""A platform on loopback, our client and keeper connected to it, and the library's own client beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, settings
from wechatpy import WeChatClient

from bot.config import Settings
from bot.db import Database
from bot.wechat.client import PlatformClient, connect
from bot.wechat.tokens import TokenKeeper
from tests.cast import StillClock, account
from tests.wechat.platform import FakePlatform, Transport, served

APP_ID, SECRET = "wx1234567890abcdef", "an-app-secret-for-tests"


@pytest.fixture
def tries(share: Callable[[int], int]) -> Callable[[int], settings]:
    """Hypothesis for N examples, a twentieth of them by day; leaves no files behind."""
    return lambda n: settings(
        max_examples=share(n),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    fake = FakePlatform()
    with served(fake):
        yield fake


@pytest.fixture
def chosen(platform: FakePlatform) -> Settings:
    """The account whose platform is the fake one."""
    return Settings(**account("safe", api_base_url=platform.url))


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Database]]:
    """Databases as separate processes would hold them, closed afterwards."""
    opened: list[Database] = []

    def open_one(url: str, threads: int = 24) -> Database:
        opened.append(Database(Settings(database={"url": url}).database, threads=threads))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def make_keeper(
    chosen: Settings, open_database: Callable[[str], Database], clock: StillClock
) -> Iterator[Callable[..., TokenKeeper]]:
    """Keepers, each with a connection pool and a session of its own, as after a restart."""
    sessions: list[requests.Session] = []

    def make(url: str, **wechat: Any) -> TokenKeeper:
        sessions.append(requests.Session())
        sessions[-1].trust_env = False
        return TokenKeeper(chosen.wechat.model_copy(update=wechat), open_database(url), clock, sessions[-1])

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def make_client(
    chosen: Settings, open_database: Callable[[str], Database], clock: StillClock
) -> Iterator[Callable[..., PlatformClient]]:
    made: list[PlatformClient] = []

    def make(url: str, **wechat: Any) -> PlatformClient:
        made.append(connect(chosen.wechat.model_copy(update=wechat), open_database(url), clock))
        return made[-1]

    yield make
    for client in made:
        client._http.close()


@pytest.fixture
def client(make_client: Callable[..., PlatformClient], sqlite_url: str) -> PlatformClient:
    """Ours."""
    return make_client(sqlite_url)


@pytest.fixture
def naive(platform: FakePlatform) -> Callable[..., WeChatClient]:
    """The library's own client, talking to the same platform; `kind` may be a class derived from it."""

    def make(kind: type[WeChatClient] = WeChatClient, **options: Any) -> WeChatClient:
        made = kind(APP_ID, SECRET, **options)
        for scheme in ("https://", "http://"):
            made._http.mount(scheme, Transport(platform))
        return made

    return make
