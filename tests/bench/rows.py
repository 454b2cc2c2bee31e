"""Who is there and what he was asked, put into each server's database before anything is measured."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Table, delete, func, insert, select

import content
from bot import config
from bot.clock import shift_day, system_clock
from bot.config import Settings
from bot.conversation import Conversation
from bot.db import Database, migrate
from bot.kit import Kit
from bot.messages import Incoming
from bot.models import Ask, Dialog, InboxMessage, Person
from handlers import ROUTERS
from tests.bench import account, traffic
from tests.bench.peers import floor, quiz, robot
from tests.bench.traffic import Said

T = TypeVar("T")

AT_ONCE = 5000
WORDS, SAY, LETTERS = quiz.CONTENT.words, quiz.CONTENT.say, quiz.LETTERS
TODAY = shift_day(system_clock())  # the day every prepared question is asked on, and named by its taps


@dataclass(frozen=True, slots=True)
class Prepared:
    """One question put to one person, who has not answered it yet."""

    openid: str
    number: int
    question_id: str
    shuffle: str


class Plan:
    """Everybody's questions, and the taps that will answer each of them once, in no order a page cache could like."""

    def __init__(self, people: int, each: int) -> None:
        self.openids = traffic.openids(people)
        source = random.Random(1)
        self.asks = [_prepared(openid, number, source) for openid in self.openids for number in range(1, each + 1)]
        self._order = source.sample(self.asks, len(self.asks))
        self._source = source

    def taps(self, count: int) -> list[Said]:
        """Answers to questions that were not answered before, right and wrong ones; fewer when all have been."""
        taken, self._order = self._order[:count], self._order[count:]
        return [self._tap(ask) for ask in taken]

    def helps(self, count: int) -> list[Said]:
        word, expects = WORDS.first_word["general.help"], opening("general.help")
        return [Said(openid, word, expects) for openid in self._anybody(count)]

    def echoes(self, count: int) -> list[Said]:
        word = WORDS.tapped("quiz.choose", number=3, choice="B", month=TODAY.month, date=TODAY.day)
        return [Said(openid, word, word, tap_id="1") for openid in self._anybody(count)]

    def _anybody(self, count: int) -> list[str]:
        return self._source.choices(self.openids, k=count)

    def _tap(self, ask: Prepared) -> Said:
        letter = self._source.choice(LETTERS[: len(ask.shuffle)])
        score, _ = quiz.marked(ask.question_id, ask.shuffle, letter)
        said = WORDS.tapped("quiz.choose", number=ask.number, choice=letter, month=TODAY.month, date=TODAY.day)
        return Said(ask.openid, said, opening("quiz.right" if score else "quiz.wrong"), tap_id="1")


def opening(key: str) -> str:
    """How a sentence begins, whatever is filled in: enough to know it by."""
    return SAY(key, **dict.fromkeys(SAY.placeholders(key), "")).strip().split("\n")[0]


def settings(url: str, *, durable: bool = False) -> Settings:
    """Ours as an operator would have them, on the account every peer answers for."""
    return Settings.model_validate(sections(url, durable=durable))


def sections(url: str, *, durable: bool = False) -> dict[str, dict[str, object]]:
    """The same as the tables of a config.toml."""
    wechat = {
        "app_id": account.APP_ID,
        "token": account.TOKEN,
        "encoding_aes_key": account.AES_KEY,
        "original_id": account.ACCOUNT,
        "encryption": "safe",
    }
    mine = {"name": "Bench", "dispatcher_phone": "0000-1234567"}
    return {"wechat": wechat, "database": {"url": url, "durable": durable}, "server": {"threads": 4}, "mine": mine}


def write_config(file: Path, url: str, *, durable: bool = False) -> None:
    lines: list[str] = []
    for name, section in sections(url, durable=durable).items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())]
    file.write_text("\n".join(lines), "utf-8")
    config.load(file)


def fill(url: str, plan: Plan) -> None:
    """Migrate a database of ours and fill it.

    A row made by the product itself is the pattern of all the others, so that a new column changes nothing here.
    """
    chosen = settings(url)
    database = Database(chosen.database)
    try:
        migrate.upgrade(database)
        Conversation(Kit(chosen, system_clock, content.load(), database), ROUTERS).reply_to(_wants_more())
        with database.write() as connection:
            person = dict(connection.execute(select(_table(Person))).mappings().one())
            ask = dict(connection.execute(select(_table(Ask))).mappings().one())
            for model in (InboxMessage, Dialog, Ask, Person):
                connection.execute(delete(_table(model)))
            del person["id"], ask["id"]
            for openids in _chunks(plan.openids):
                connection.execute(insert(_table(Person)), [person | {"openid": openid} for openid in openids])
            ids = {row.openid: row.id for row in connection.execute(select(Person.openid, Person.id))}
            for asks in _chunks(plan.asks):
                connection.execute(insert(_table(Ask)), [ask | _columns(each, ids[each.openid]) for each in asks])
        if database.sqlite:
            database.pragma("wal_checkpoint(TRUNCATE)")
        else:
            _analyse(database)
    finally:
        database.close()


def answered(url: str) -> int:
    """How many answers stand in a database of ours."""
    database = Database(settings(url).database)
    try:
        with database.read() as connection:
            return connection.execute(select(func.count()).where(Ask.score.is_not(None))).scalar_one()
    finally:
        database.close()


def fill_floor(folder: Path, plan: Plan) -> None:
    """The same people and questions in the floor's own tables."""
    ids = {openid: at for at, openid in enumerate(plan.openids, start=1)}
    with sqlite3.connect(folder / floor.FILE) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(floor.SCHEMA)
        db.executemany("INSERT INTO people VALUES (?, ?, 0)", [(at, openid) for openid, at in ids.items()])
        rows = [(ids[a.openid], a.number, a.question_id, a.shuffle) for a in plan.asks]
        db.executemany(
            "INSERT INTO asks (person_id, number, question_id, shuffle, asked_at) VALUES (?, ?, ?, ?, 0)", rows
        )
    db.close()


def answered_on_floor(folder: Path) -> int:
    db = sqlite3.connect(folder / floor.FILE)
    count: int = db.execute("SELECT count(*) FROM asks WHERE score IS NOT NULL").fetchone()[0]
    db.close()
    return count


def fill_robot(folder: Path, plan: Plan) -> None:
    """The same in WeRoBot's one JSON row for each person."""
    sessions: dict[str, dict[str, list[str]]] = {openid: {} for openid in plan.openids}
    for ask in plan.asks:
        sessions[ask.openid][str(ask.number)] = [ask.question_id, ask.shuffle]
    storage = robot.SQLiteStorage(folder / robot.FILE)
    rows = [
        (openid.encode(), json.dumps({"asked": asked, "answered": [], "right": 0.0}))
        for openid, asked in sessions.items()
    ]
    storage.db.executemany("INSERT INTO WeRoBot VALUES (?, ?)", rows)
    storage.db.commit()
    storage.db.close()


def _prepared(openid: str, number: int, source: random.Random) -> Prepared:
    question = source.choice(quiz.SINGLES)
    shuffle = "".join(source.sample(LETTERS[: len(question.options)], len(question.options)))
    return Prepared(openid, number, question.id, shuffle)


def _wants_more() -> Incoming:
    now, word = int(system_clock().timestamp()), WORDS.first_word["quiz.more"]
    return Incoming("pattern", "text", "o" + "P" * 27, account.ACCOUNT, now, text=word)


def _columns(ask: Prepared, person_id: int) -> dict[str, object]:
    return {
        "person_id": person_id,
        "number": ask.number,
        "question_id": ask.question_id,
        "fingerprint": quiz.CONTENT.bank.questions[ask.question_id].fingerprint,
        "shuffle": ask.shuffle,
    }


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _table(model: type) -> Table:
    return model.__table__  # type: ignore[attr-defined,no-any-return]


def _analyse(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
