"""The access token: one row for all processes, fetched by one at a time, refreshed at most twice for an incident."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import requests
import structlog
from sqlalchemy import Row, or_, select, update

from bot.clock import Clock
from bot.config import WeChat
from bot.db import Database
from bot.db.upsert import insert_for
from bot.models import Token
from bot.wechat import api
from bot.wechat.errors import PlatformError, Reaction, Unreachable

MARGIN = timedelta(seconds=60)
LEASE = timedelta(seconds=10)  # connect and read time-outs, and a little
LONGEST_LEASE = timedelta(minutes=1)  # one that ends later was taken before the clock was set back
FORCE_APART = timedelta(minutes=90)  # the platform allows 20 forced refreshes a day, 30 s apart
REJECTED_APART = timedelta(seconds=30)  # a token rejected again so soon is not mended by another
LONGEST_S = 7200
LONGEST_TOKEN = 512
PATIENCE_S = 12.0
POLL_S = 0.1

_Row = Row[str, datetime, datetime]
_COLUMNS = (Token.value, Token.expires_at, Token.forced_at)

log = structlog.get_logger()


class TokenKeeper:
    """Hands out the account's token. Threads queue behind a lock, processes behind a lease in the row."""

    def __init__(self, settings: WeChat, database: Database, clock: Clock, session: requests.Session) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._session = session
        self._lock = threading.Lock()
        self._failed: tuple[float, PlatformError | Unreachable] | None = None
        self._answered_at: datetime | None = None

    def get(self) -> str:
        """A token believed good. Raises PlatformError or Unreachable when none can be had."""
        if self._good(row := self._row(), None):
            return str(row.value)
        return self.refresh(rejected=None)

    def refresh(self, *, rejected: str | None) -> str:
        """A token other than the rejected one: somebody else's newer one if there is, else fetched now."""
        asked_at = time.monotonic()
        with self._lock:
            if self._failed is not None and self._failed[0] > asked_at:
                raise replace(self._failed[1])  # queued behind a fetch that failed: hanging once is enough for all
            try:
                return self._refreshed(rejected)
            except (PlatformError, Unreachable) as problem:
                self._failed = time.monotonic(), replace(problem)
                raise

    def _refreshed(self, rejected: str | None) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if self._good(row := self._row(), rejected):
                return str(row.value)
            if rejected is not None and _within(REJECTED_APART, self._answered_at, self._clock()):
                raise PlatformError(40001, Reaction.REFRESH)
            if (row := self._lease()) is not None:
                if self._good(row, rejected):  # fetched and let go by another between our look and our lease
                    self._store(fetching_until=self._clock())
                    return str(row.value)
                return self._fetch(rejected, forced_at=row.forced_at)
            if time.monotonic() > deadline:
                raise Unreachable("token being fetched elsewhere", sent=False)
            time.sleep(POLL_S)

    def _fetch(self, rejected: str | None, *, forced_at: datetime) -> str:
        now = self._clock()
        try:
            value, lasts = self._ask(force=False)
            if rejected is not None:
                self._answered_at = now
            forced = value == rejected
            if forced:
                now = self._clock()
                value, lasts = self._force(forced_at, now)
        except (PlatformError, Unreachable):
            self._store(fetching_until=now)
            raise
        log.info("token_fetched", seconds=lasts, forced=forced)
        expires_at = now + max(timedelta(seconds=lasts) - MARGIN, timedelta(seconds=30))
        self._store(value=value, expires_at=expires_at, fetched_at=now, fetching_until=now)
        return value

    def _force(self, forced_at: datetime, now: datetime) -> tuple[str, int]:
        """The platform insists on a token it rejects: make it kill that one, as seldom as it allows."""
        if _within(FORCE_APART, forced_at, now):
            raise PlatformError(40001, Reaction.REFRESH)
        # Written down before it is asked, and the lease drawn out: whoever takes over meanwhile must not ask as well.
        self._store(forced_at=now, fetching_until=now + LEASE)
        try:
            return self._ask(force=True)
        except (PlatformError, Unreachable) as problem:
            if not (isinstance(problem, Unreachable) and problem.sent):
                self._store(forced_at=forced_at)
            raise

    def _ask(self, *, force: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        url = api.address(self._settings.api_base_url, "stable_token")
        response = api.call(self._session, "POST", url, data=api.dump(body))
        try:
            answer = api.read(response.status_code, response.content)
        except PlatformError as refused:
            if refused.reaction is Reaction.REFRESH:  # no token was sent: here it is the secret that is wrong
                raise replace(refused, reaction=Reaction.OPERATOR) from None
            raise
        value, lasts = answer.get("access_token"), answer.get("expires_in", LONGEST_S)
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TOKEN or not isinstance(lasts, int):
            raise Unreachable("no token in the answer", sent=True)
        return value, min(lasts, LONGEST_S)

    def _good(self, row: _Row | None, rejected: str | None) -> TypeGuard[_Row]:
        return row is not None and row.value not in ("", rejected) and row.expires_at > self._clock()

    def _row(self) -> _Row | None:
        with self._database.read() as connection:
            return connection.execute(select(*_COLUMNS).where(Token.app_id == self._settings.app_id)).first()

    def _lease(self) -> _Row | None:
        """The row as it stands once the lease is ours; None while another has it."""
        now = self._clock()
        long_ago = datetime.fromtimestamp(0, now.tzinfo)
        with self._database.write() as connection:
            row = {"value": "", "expires_at": long_ago, "fetched_at": long_ago, "forced_at": long_ago}
            entered = insert_for(connection, Token).values(app_id=self._settings.app_id, fetching_until=long_ago, **row)
            connection.execute(entered.on_conflict_do_nothing(index_elements=["app_id"]))
            ended = or_(Token.fetching_until <= now, Token.fetching_until > now + LONGEST_LEASE)
            free = update(Token).where(Token.app_id == self._settings.app_id, ended)
            return connection.execute(free.values(fetching_until=now + LEASE).returning(*_COLUMNS)).first()

    def _store(self, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(Token).where(Token.app_id == self._settings.app_id).values(**values))


def _within(span: timedelta, then: datetime | None, now: datetime) -> bool:
    """True when the two are less than `span` apart, whichever way the clock was set in between."""
    return then is not None and abs(now - then) < span
