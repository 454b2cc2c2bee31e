"""The database cannot be had: the person hears it within the wait, nothing is kept, and the same message works later."""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.app import create_app
from bot.db import Database
from bot.kit import Kit
from bot.models import Ask, InboxMessage, Person
from bot.router import Router, Turn
from tests.cast import Chat, Request, StillClock, message, opened, signed
from tests.conftest import CONTENT
from tests.reliability.crew import at_once, count
from tests.reliability.door import Door

BUSY = CONTENT.say("general.busy")
WAIT_S = 0.25
FAR_TOO_LONG_S = 20 * WAIT_S


@pytest.fixture
def hasty(make_kit: Callable[..., Kit], database_url: str) -> Iterator[Kit]:
    """A kit that waits a quarter of a second for its database."""
    usual = make_kit(database_url)
    kit = Kit(usual.settings, usual.clock, usual.content, Database(usual.settings.database, wait_s=WAIT_S))
    yield kit
    kit.database.close()


def _message(kit: Kit, openid: str, text_: str = "每日一题", number: int = 1) -> Request:
    xml = message(openid, int(kit.clock().timestamp()), MsgType="text", Content=text_, MsgId=str(number))
    return signed(kit.settings, xml, now=kit.clock())


def _hears(kit: Kit, door: Door, request: Request) -> str:
    answer = door.carry(request)
    assert answer.status == 200
    return opened(kit.settings, answer)  # type: ignore[arg-type]


@contextmanager
def lock_of_another_program(kit: Kit) -> Iterator[None]:
    """Somebody who knows nothing of our gate holds the tables."""
    if kit.database.sqlite:
        raw = sqlite3.connect(str(kit.database.file), isolation_level=None)
        raw.execute("BEGIN IMMEDIATE")
        yield
        raw.execute("ROLLBACK")
        raw.close()
    else:
        with kit.database.engine.connect() as connection:
            connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
            yield
            connection.rollback()


@contextmanager
def gate_of_another_process(kit: Kit) -> Iterator[None]:
    """Another worker stays in its write transaction."""
    if kit.database.sqlite:
        lock = os.open(str(kit.database.file) + ".lock", os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
        os.close(lock)
    else:
        with kit.database.engine.connect() as connection:
            connection.execute(text("LOCK TABLE people IN ACCESS EXCLUSIVE MODE"))
            yield
            connection.rollback()


@pytest.mark.parametrize("locked", [lock_of_another_program, gate_of_another_process])
def test_d02_a_lock_held_by_another_process_gets_a_busy_sentence_and_the_same_message_works_later(
    hasty: Kit, locked: Callable[[Kit], object]
) -> None:
    door = Door(create_app(hasty))
    requests = [_message(hasty, f"oD02-{number}") for number in range(6)]
    started = time.monotonic()
    with locked(hasty):  # type: ignore[attr-defined]
        heard = at_once(*(lambda request=request: _hears(hasty, door, request) for request in requests))
        assert all(BUSY in reply for reply in heard)
        assert time.monotonic() - started < FAR_TOO_LONG_S
    assert [count(hasty.database, table) for table in (InboxMessage, Person, Ask)] == [0, 0, 0]
    heard = [_hears(hasty, door, request) for request in requests]
    assert all("今天的题" in reply for reply in heard)
    assert [count(hasty.database, table) for table in (InboxMessage, Person, Ask)] == [6, 6, 6]


def test_d02_readers_and_the_probes_go_on_while_another_process_writes(hasty: Kit) -> None:
    client = create_app(hasty).test_client()
    with gate_of_another_process(hasty):
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200


def test_d02_a_person_told_to_try_again_succeeds_by_trying_again(hasty: Kit, clock: StillClock) -> None:
    chat = Chat(create_app(hasty).test_client(), hasty.settings, clock)
    chat.type("每日一题")
    with gate_of_another_process(hasty):
        assert chat.type("帮助") == BUSY
    assert "每日一题" in chat.type("帮助")
    assert count(hasty.database, InboxMessage) == 2


only_on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a file does not go away


@contextmanager
def out_of_reach(kit: Kit) -> Iterator[None]:
    """Every connection is cut and none is let in."""
    url = make_url(kit.settings.database.url)
    admin = psycopg.connect(
        url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False), autocommit=True
    )
    try:
        admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
        yield
    finally:
        admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS true')
        admin.close()


@only_on_postgresql
def test_d04_a_postgresql_that_goes_away_is_a_busy_sentence_and_works_again_when_it_is_back(kit: Kit) -> None:
    door = Door(create_app(kit))
    assert "今天的题" in _hears(kit, door, _message(kit, "oD04"))
    again = _message(kit, "oD04", "帮助", 2)
    with out_of_reach(kit):
        heard = at_once(*[lambda: _hears(kit, door, again)] * 8)
        assert all(BUSY in reply for reply in heard)
        assert create_app(kit).test_client().get("/readyz").status_code == 503
    heard = [_hears(kit, door, again) for _ in range(20)]
    assert all("每日一题" in reply for reply in heard)
    assert count(kit.database, InboxMessage) == 2


@only_on_postgresql
def test_d04_a_connection_cut_inside_a_turn_leaves_nothing_and_the_message_works_later(kit: Kit) -> None:
    router, cut = Router(), [True, False]

    @router.on("general.not_understood")
    def is_cut_off(turn: Turn) -> str:
        if cut.pop(0):
            with out_of_reach(kit):
                turn.db.execute(text("SELECT 1"))
        return "well"

    door, request = Door(create_app(kit, [router])), _message(kit, "oD04", "x")
    assert BUSY in _hears(kit, door, request)
    assert [count(kit.database, table) for table in (InboxMessage, Person)] == [0, 0]
    assert "well" in _hears(kit, door, request)


def test_d04_a_postgresql_that_was_never_there_is_a_busy_sentence_too(
    make_kit: Callable[..., Kit], postgres_url: str
) -> None:
    with socket.socket() as nobody:  # bound, but nobody listens
        nobody.bind(("127.0.0.1", 0))
        url = make_url(postgres_url).set(host="127.0.0.1", port=nobody.getsockname()[1])
        kit = make_kit(url.render_as_string(hide_password=False))
        door = Door(create_app(kit))
        assert BUSY in _hears(kit, door, _message(kit, "oD04"))
