"""The floor: the quiz step by Flask, wechatpy and the sqlite3 module, with our write gate's idea and nothing to spare."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from tests.bench.account import AES_KEY, APP_ID, FOLDER, TOKEN
from tests.bench.peers import quiz

SCHEMA = """
CREATE TABLE people (id INTEGER PRIMARY KEY, openid TEXT NOT NULL UNIQUE, last_wrote_at INTEGER NOT NULL);
CREATE TABLE asks (
    id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people, number INTEGER NOT NULL,
    question_id TEXT NOT NULL, shuffle TEXT NOT NULL, asked_at INTEGER NOT NULL,
    answered_at INTEGER, answer TEXT, score REAL, UNIQUE (person_id, number)
);
CREATE INDEX asks_asked_at ON asks (asked_at);
CREATE TABLE inbox (key INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, person_id INTEGER, reply TEXT NOT NULL);
CREATE INDEX inbox_received_at ON inbox (received_at);
"""
FILE = "floor.db"
WAL_BOUND_BYTES = 16 * 1024 * 1024

_ASKED = """
SELECT people.id, asks.id, question_id, shuffle FROM people JOIN asks ON asks.person_id = people.id
WHERE openid = ? AND number = ?
"""


class Floor:
    """One file, a connection for each thread, one writer at a time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._across = os.open(folder / f"{FILE}.lock", os.O_RDWR | os.O_CREAT)

    def step(self, message_id: int, openid: str, text: str) -> str:
        """Answer one tap once: the reply, kept with the effect in one transaction."""
        number, letter = quiz.tapped(text)
        now, db = time.time_ns() // 1_000_000, self._connection()
        with self._gate():
            db.execute("BEGIN IMMEDIATE")
            kept = db.execute("SELECT reply FROM inbox WHERE key = ?", (message_id,)).fetchone()
            if kept is not None:
                db.execute("ROLLBACK")
                return str(kept[0])
            person, ask, question_id, shuffle = db.execute(_ASKED, (openid, number)).fetchone()
            score, reply = quiz.marked(question_id, shuffle, letter)
            db.execute(
                "UPDATE asks SET answered_at = ?, answer = ?, score = ? WHERE id = ? AND score IS NULL",
                (now, letter, score, ask),
            )
            db.execute("UPDATE people SET last_wrote_at = ? WHERE id = ?", (now, person))
            db.execute("INSERT INTO inbox VALUES (?, ?, ?, ?)", (message_id, now, person, reply))
            db.execute("COMMIT")
        return reply

    def start_background(self) -> None:
        """Take checkpoints beside the requests, as ours do."""
        threading.Thread(target=self._checkpoint, daemon=True).start()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "db"):
            self._mine.db = sqlite3.connect(self._file, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "wal_autocheckpoint=0"):
                self._mine.db.execute(f"PRAGMA {pragma}")
        return self._mine.db  # type: ignore[no-any-return]

    @contextmanager
    def _gate(self) -> Iterator[None]:
        with self._lock:
            fcntl.flock(self._across, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._across, fcntl.LOCK_UN)

    def _checkpoint(self) -> None:
        wal = self._file.with_name(f"{FILE}-wal")
        while True:
            time.sleep(0.2)
            if wal.exists() and wal.stat().st_size > WAL_BOUND_BYTES:
                with self._gate():
                    self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                self._connection().execute("PRAGMA wal_checkpoint(PASSIVE)")


def create() -> Flask:
    app, crypto, floor = Flask(__name__), WeChatCrypto(TOKEN, AES_KEY, APP_ID), Floor(Path(os.environ[FOLDER]))
    floor.start_background()

    @app.post("/wechat")
    def answer() -> str:
        query = request.args
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        xml = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(xml)
        reply = TextReply(message=message, content=floor.step(message.id, message.source, message.content))
        return str(crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"]))

    return app
