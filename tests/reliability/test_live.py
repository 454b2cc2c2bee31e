"""Two workers of eight threads, as `serve` starts them, under four copies of everything at once (W-02)."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.config import Settings
from bot.db import Database
from bot.models import InboxMessage
from tests.cast import message, signed
from tests.reliability.conftest import Plan
from tests.reliability.crew import COPIES, PLAY_S, AtOnce, Player, Tally, at_once, count, extra_effects
from tests.reliability.live import Line, Server, serving, settings_of

PEOPLE = 6


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(settings_of(database_url).database)
    yield database
    database.close()


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(database_url, tmp_path) as server:
        yield server


@pytest.mark.timeout(1800)
def test_w02_four_copies_at_one_barrier_on_two_workers_have_one_effect_and_one_reply(
    server: Server, database: Database, database_url: str, plan: Plan
) -> None:
    settings, each = settings_of(database_url), plan.share(10_000) // PEOPLE + 1
    with contextlib.ExitStack() as stack:
        crew = []
        for number in range(PEOPLE):
            lines = [stack.enter_context(contextlib.closing(Line(server.port))) for _ in range(COPIES)]
            copies = stack.enter_context(contextlib.closing(AtOnce([line.post for line in lines])))
            crew.append(Player(settings, system_clock, f"oLIVE-{number}", copies))
        at_once(*(lambda player=player: player.play(each) for player in crew), within_s=PLAY_S)
    tally, extra, workers = sum((p.tally for p in crew), Tally()), extra_effects(database, crew), server.workers()
    plan.note(tally=tally, extra_effects=extra, seconds_by_worker=list(workers.values()))
    assert (tally.wrong, extra) == (0, 0), (tally, extra)
    assert tally.deliveries >= plan.share(10_000) * COPIES
    assert len(workers) in (0, 2)


@pytest.mark.parametrize("workers", [1, 2], ids=["waitress", "gunicorn"])
def test_hostile_requests_on_the_wire_are_refused_by_the_server_as_by_the_door(
    sqlite_url: str, tmp_path: Path, workers: int
) -> None:
    settings, now = settings_of(sqlite_url), system_clock()
    with serving(sqlite_url, tmp_path, workers=workers) as server:
        assert _status(server, b"signature=\xff&timestamp=1&nonce=2", b"<xml/>") in (400, 403)  # gunicorn's own, ours
        assert _status(server, b"", b"x" * 70_000) == 403
        for build in (_status, _chunked):
            assert build(server, *_genuine(settings, now, 70_000)) == 413
            assert build(server, *_genuine(settings, now, 10)) == 200
    database = Database(settings.database)
    assert count(database, InboxMessage) == 1
    database.close()


def _genuine(settings: Settings, now: datetime, length: int) -> tuple[bytes, bytes]:
    xml = message("oWIRE", int(now.timestamp()), MsgType="text", Content="x" * length, MsgId="1")
    request = signed(settings, xml, now=now)
    return "&".join(f"{name}={value}" for name, value in request.query.items()).encode(), request.body


def _chunked(server: Server, query: bytes, body: bytes) -> int:
    pieces = [body[at : at + 4_000] for at in range(0, len(body), 4_000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return _status(server, query, chunks, b"Transfer-Encoding: chunked")


def _status(server: Server, query: bytes, body: bytes, header: bytes | None = None) -> int:
    """The status of a request written byte by byte."""
    header = header or b"Content-Length: %d" % len(body)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as wire_:
        wire_.sendall(b"POST /wechat?%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n\r\n" % (query, header))
        with contextlib.suppress(ConnectionError):  # refused before all of it was read
            wire_.sendall(body)
        return int(wire_.makefile("rb").readline().split()[1])
