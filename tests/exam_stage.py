"""For stories of exams: a bank of their own, papers that are the same every time, the clock's jobs, late and lost messages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot import putting
from bot.db import chance
from bot.kit import Kit
from bot.models import Member
from content import Content
from content.bank import LETTERS, Bank
from scheduler import JOBS
from scheduler.job import Work
from tests.cast import Chat, message, signed
from tests.rules.mine import session

BANK = Bank.read(Path(__file__).parent / "bank" / "exams")


def with_bank(kit: Kit) -> Kit:
    """The same bot with the exams' questions."""
    return dataclasses.replace(kit, content=dataclasses.replace(kit.content, bank=BANK))


def same_papers(kit: Kit) -> None:
    """Papers hang on a seed and on the roster's random ids: from now on neither is random."""
    chance.rehearse(1)
    with session(kit) as db:
        for member in db.execute(select(Member)).scalars():
            member.alias = f"alias{member.staff_no}"


@contextmanager
def rehearsed() -> Iterator[None]:
    """Whatever is drawn afterwards is left to chance again."""
    try:
        yield
    finally:
        chance.rehearse(None)


def run_job(kit: Kit, name: str) -> int:
    """A job as its due time would run it, batch after batch."""
    job = next(each for each in JOBS if each.name == name)
    done = 0
    while True:
        with session(kit) as db:
            now = kit.clock()
            count = job.run(Work(db, now, now, kit.content, kit.shelf, kit.settings.mine))
        done += count
        if not (count and job.in_batches):
            return done


def late(chat: Chat, minutes: int, text: str) -> str:
    """A message that the platform brings so many minutes after it was sent."""
    then = chat.clock() - timedelta(minutes=minutes)
    words = {"MsgType": "text", "Content": text, "MsgId": str(int(then.timestamp()) * 1000 + len(text))}
    xml = message(chat.openid, int(then.timestamp()), **words)
    return chat.post(signed(chat.settings, xml, now=chat.clock()))


def longest_message(content: Content, name: str) -> int:
    """Bytes of a question as an exam puts it, at its longest."""
    asked = content.bank.questions[name]
    letters = LETTERS[: len(asked.options)]

    def tap(action: str, label: str = "", **facts: object) -> str:
        return putting.tapped(content, action, label, sitting=99999, number=100, **facts)

    say = content.say
    ways = [tap(f"exams.{each}", say(f"exams.tap_{each}")) for each in ("blanks", "hand_in")]
    steps = [tap("exams.show", say(f"exams.tap_{each}")) for each in ("before", "next")]
    below = [say("exams.between_taps").join([*steps, *ways])]
    if not letters:
        below.insert(0, say("exams.stands", answer="1" * 8))
    title = say("exams.title", place=100, count=100, kind=putting.kind(content, asked), left="还剩100分钟")
    shown = putting.question(
        content,
        asked,
        letters,
        title=title,
        choose=lambda choice, label: tap("exams.choose", label, choice=choice),
        submit=tap("exams.submit", say("quiz.done")),
        picked=letters,
        below=below,
    )
    note = say("exams.kept", place=100, answer=putting.letters(content, "ABCDEF"))
    return len(f"{note}\n\n{shown}".encode())
