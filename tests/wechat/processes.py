"""What runs in processes of its own: keepers that share nothing but the database, as workers do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import requests

from bot.config import Settings
from bot.db import Database
from bot.wechat.tokens import TokenKeeper

START_S = 60.0


def keeper_of(settings: Settings, now: datetime) -> TokenKeeper:
    """A keeper with its own engine and session, at a moment that does not pass."""
    session = requests.Session()
    session.trust_env = False
    return TokenKeeper(settings.wechat, Database(settings.database, threads=8), lambda: now, session)


def at_once(work: Callable[[], Any], threads: int, *, wait: Callable[[], Any] = lambda: None) -> list[Any]:
    """The results of the same work begun in many threads together; `wait` lets processes begin together, too."""
    ready = threading.Barrier(threads, action=wait)

    def begin(_: int) -> Any:
        ready.wait(START_S)
        return work()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def ask_in_threads(settings: Settings, now: datetime, threads: int, ready: Any, told: Any) -> None:
    """Ask for a token in several threads; what each got goes into the queue."""
    keeper = keeper_of(settings, now)

    def ask() -> str:
        try:
            return keeper.get()
        except Exception as problem:
            return repr(problem)

    told.put(at_once(ask, threads, wait=lambda: ready.wait(START_S)))


def ask_once(settings: Settings, now: datetime) -> None:
    """Ask for a token; a process to be killed meanwhile."""
    keeper_of(settings, now).get()
