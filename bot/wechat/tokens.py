"""The access token: one row for all processes, fetched by one at a time, refreshed at most twice for an incident."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any

import requests
import structlog
from sqlalchemy import Row, select, update

from bot.clock import Clock
from bot.config import WeChat
from bot.db import Database
from bot.models import Token
from bot.services.upsert import insert_for
from bot.wechat import api
from bot.wechat.errors import PlatformError, Reaction, Unreachable

MARGIN = timedelta(seconds=60)
LEASE = timedelta(seconds=10)  # connect and read time-outs, and a little
FORCE_APART = timedelta(minutes=90)  # the platform allows 20 forced refreshes a day, 30 s apart
PATIENCE_S = 12.0
POLL_S = 0.1

log = structlog.get_logger()


class TokenKeeper:
    """Hands out the account's token. Threads queue behind a lock, processes behind a lease in the row."""

    def __init__(self, settings: WeChat, database: Database, clock: Clock, session: requests.Session) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._session = session
        self._lock = threading.Lock()

    def get(self) -> str:
        """A token believed good. Raises PlatformError or Unreachable when none can be had."""
        row = self._row()
        if row is not None and row.value and row.expires_at > self._clock():
            return str(row.value)
        return self.refresh(rejected=None)

    def refresh(self, *, rejected: str | None) -> str:
        """A token other than the rejected one: somebody else's newer one if there is, else fetched now."""
        deadline = time.monotonic() + PATIENCE_S
        with self._lock:
            while True:
                row = self._row()
                if row is not None and row.value not in ("", rejected) and row.expires_at > self._clock():
                    return str(row.value)
                if self._lease():
                    return self._fetch(rejected, forced_at=row.forced_at if row is not None else None)
                if time.monotonic() > deadline:
                    raise Unreachable("token being fetched elsewhere", sent=False)
                time.sleep(POLL_S)

    def _fetch(self, rejected: str | None, *, forced_at: datetime | None) -> str:
        now = self._clock()
        try:
            value, lasts = self._ask(force=False)
            forced = False
            if value == rejected:
                value, lasts = self._force(forced_at, now)
                forced = True
        except (PlatformError, Unreachable):
            self._store(fetching_until=now)
            raise
        log.info("token_fetched", seconds=lasts, forced=forced)
        expires_at = now + max(timedelta(seconds=lasts) - MARGIN, timedelta(seconds=30))
        kept: dict[str, Any] = {"forced_at": now} if forced else {}
        self._store(value=value, expires_at=expires_at, fetched_at=now, fetching_until=now, **kept)
        return value

    def _force(self, forced_at: datetime | None, now: datetime) -> tuple[str, int]:
        """The platform insists on a token it rejects: make it kill that one, as seldom as it allows."""
        if forced_at is not None and now - forced_at < FORCE_APART:
            raise PlatformError(40001, Reaction.REFRESH)
        return self._ask(force=True)

    def _ask(self, *, force: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        url = api.address(self._settings.api_base_url, "stable_token")
        response = api.call(self._session, "POST", url, data=api.dump(body))
        answer = api.read(response.status_code, response.content)
        value, lasts = answer.get("access_token"), answer.get("expires_in", 7200)
        if not isinstance(value, str) or not value or not isinstance(lasts, int):
            raise Unreachable("no token in the answer", sent=True)
        return value, lasts

    def _row(self) -> Row[str, datetime, datetime] | None:
        with self._database.read() as connection:
            wanted = select(Token.value, Token.expires_at, Token.forced_at)
            return connection.execute(wanted.where(Token.app_id == self._settings.app_id)).first()

    def _lease(self) -> bool:
        now = self._clock()
        long_ago = datetime.fromtimestamp(0, now.tzinfo)
        with self._database.write() as connection:
            row = {"value": "", "expires_at": long_ago, "fetched_at": long_ago, "forced_at": long_ago}
            entered = insert_for(connection, Token).values(app_id=self._settings.app_id, fetching_until=long_ago, **row)
            connection.execute(entered.on_conflict_do_nothing(index_elements=["app_id"]))
            free = update(Token).where(Token.app_id == self._settings.app_id, Token.fetching_until <= now)
            return (
                connection.execute(free.values(fetching_until=now + LEASE).returning(Token.app_id)).first() is not None
            )

    def _store(self, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(Token).where(Token.app_id == self._settings.app_id).values(**values))
