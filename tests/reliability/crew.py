"""Things done at the same moment, and people who answer questions and remember what they did."""

from __future__ import annotations

import itertools
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import func, select

from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.models import Ask, InboxMessage, Person
from tests.cast import Request, message, opened, signed
from tests.conftest import CONTENT
from tests.reliability.door import Answer

HANG_S = 100.0
PLAY_S = 1500.0
COPIES = 4
_ids = itertools.count(2**61)
_CHOICE = re.compile(r"msgmenucontent=([^&]*题选(?!好了)([^&]+))&")
_DONE = re.compile(r"msgmenucontent=([^&]*题选好了)&")
_NUMBER = re.compile(r"第(\d+)题")


def at_once(*acts: Callable[[], Any], within_s: float = HANG_S) -> list[Any]:
    """Everything released at one barrier, each in its thread; the results in order."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(HANG_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(within_s) for future in [pool.submit(run, act) for act in acts]]


def until(true: Callable[[], Any], what: str) -> None:
    """Stand by until something another thread or process does has come about."""
    deadline, pause = time.monotonic() + HANG_S, threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"never came about: {what}"
        pause.wait(0.001)


class AtOnce:
    """Delivers one copy through each post at one barrier."""

    def __init__(self, posts: Sequence[Callable[[Request], Answer]]) -> None:
        self._posts = posts
        self._barrier = threading.Barrier(len(posts))
        self._pool = ThreadPoolExecutor(len(posts))

    def __call__(self, request: Request) -> list[Answer]:
        futures = [self._pool.submit(self._one, post, request) for post in self._posts]
        return [future.result(HANG_S) for future in futures]

    def _one(self, post: Callable[[Request], Answer], request: Request) -> Answer:
        self._barrier.wait(HANG_S)
        return post(request)

    def close(self) -> None:
        self._pool.shutdown()


@dataclass
class Tally:
    """What went wrong in how many deliveries."""

    messages: int = 0
    deliveries: int = 0
    not_200: int = 0
    differing: int = 0
    faults: int = 0
    """Replies that say busy, failed or still working."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f) + getattr(other, f) for f in self.__dataclass_fields__))

    @property
    def wrong(self) -> int:
        return self.not_200 + self.differing + self.faults


_FAULTS = tuple(CONTENT.say(f"general.{key}", menu="").split("\n")[0] for key in ("busy", "failed", "working"))


@dataclass
class Player:
    """Asks for questions and answers them, with help, pictures and menu clicks between; every message is delivered
    through `deliver`, which returns the answer of each copy."""

    settings: Settings
    clock: Clock
    openid: str
    deliver: Callable[[Request], Sequence[Answer]]
    answers: dict[int, str] = field(default_factory=dict)
    """By number of the question what the table of asks must hold."""
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.openid)

    def play(self, messages: int, *, within_s: float = PLAY_S) -> None:
        """Whole rounds until that many messages went out."""
        deadline = time.monotonic() + within_s
        while self.tally.messages < messages:
            assert time.monotonic() < deadline, f"{self.tally} after {within_s} s"
            self._round()

    def say(self, **elements: str) -> str:
        """One message in all its copies; the words of the first reply."""
        xml = message(self.openid, int(self.clock().timestamp()), **elements)
        answers = self.deliver(signed(self.settings, xml, now=self.clock()))
        self.tally.messages += 1
        self.tally.deliveries += len(answers)
        self.tally.not_200 += sum(answer.status != 200 for answer in answers)
        replies = [opened(self.settings, answer) for answer in answers if answer.status == 200]  # type: ignore[arg-type]
        self.tally.differing += sum(reply != replies[0] for reply in replies)
        said = ET.fromstring(replies[0]).findtext("Content") or "" if replies else ""
        self.tally.faults += said.startswith(_FAULTS)
        return said

    def type(self, text: str) -> str:
        return self.say(MsgType="text", Content=text, MsgId=str(next(_ids)))

    def tap(self, text: str) -> str:
        return self.say(MsgType="text", Content=text, MsgId=str(next(_ids)), bizmsgmenuid="1")

    def click(self, key: str) -> str:
        """The platform merges nothing here: two clicks of one second on one button are the same event."""
        return self.say(MsgType="event", Event="CLICK", EventKey=key, Ticket=str(next(_ids)))

    def _round(self) -> None:
        asked = self.type("再来一题") if self._chance.random() < 0.5 else self.click("quiz.more")
        number = int(_NUMBER.search(asked)[1])  # type: ignore[index]
        self.answers[number] = ""
        self._chance.choice(
            (
                lambda: self.type("帮助"),
                lambda: self.click("general.help"),
                lambda: self.click("general.menu"),
                lambda: self.say(MsgType="image", PicUrl="http://p", MediaId="m", MsgId=str(next(_ids))),
            )
        )()
        self._answer(asked, number)

    def _answer(self, asked: str, number: int) -> None:
        choices = _CHOICE.findall(asked)
        if not choices:
            self.type("12")
            self.answers[number] = "12"
        elif done := _DONE.search(asked):
            picked = self._chance.sample(choices, 2)
            for text, _ in picked:
                self.tap(text)
            self.tap(done[1])
            self.answers[number] = "".join(sorted(letter for _, letter in picked))
        else:
            text, choice = self._chance.choice(choices)
            self.tap(text)
            self.answers[number] = {"对": "T", "错": "F"}.get(choice, choice)


def extra_effects(database: Database, players: Sequence[Player]) -> int:
    """How many rows are too many, missing or other than the players know, and messages kept twice or never."""
    with database.read() as connection:
        asks = select(Person.openid, Ask.number, Ask.answer).join(Ask, Ask.person_id == Person.id)
        rows = [tuple(row) for row in connection.execute(asks)]
        kept = connection.execute(select(func.count()).select_from(InboxMessage)).scalar_one()
    known = {(player.openid, *answer) for player in players for answer in player.answers.items()}
    messages = sum(player.tally.messages for player in players)
    return len(known ^ set(rows)) + len(rows) - len(set(rows)) + abs(kept - messages)


def count(database: Database, table: Any, *where: Any) -> int:
    """Rows of a table."""
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())
