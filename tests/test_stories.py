"""Stories over the signed, encrypted webhook, as written in tests/transcripts.

A transcript: its first lines tell what happens; `> said`, `>> tapped`, `! follow`, `! unfollow`, `! click KEY`,
`! photo`, `! again` (the platform repeats the last message), `@ +7 days` moves the clock; `< ` lines are what is heard,
tappable words in [brackets]; `< (silence)` is no answer. `pytest --rewrite` writes what is heard now into the files: read the diff.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import create_app
from bot.kit import Kit
from content.bank import Bank
from tests.cast import LINK, Chat, StillClock

FOLDER = Path(__file__).parent / "transcripts"
BANK = Bank.read(Path(__file__).parent / "bank")
MOVES = re.compile(r"@ \+(\d+) (days|hours|minutes)")


@pytest.fixture
def performer(make_kit: Callable[..., Kit], clock: StillClock, database_url: str) -> Chat:
    """One person, with a bank that does not change when questions are added."""
    kit = make_kit(database_url)
    kit = dataclasses.replace(kit, content=dataclasses.replace(kit.content, bank=BANK))
    return Chat(create_app(kit).test_client(), kit.settings, clock)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_story(path: Path, performer: Chat, clock: StillClock, pytestconfig: pytest.Config) -> None:
    written = path.read_text("utf-8")
    played = "\n".join(_play(written.splitlines(), performer, clock)) + "\n"
    if pytestconfig.getoption("--rewrite"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


def _play(lines: list[str], chat: Chat, clock: StillClock) -> list[str]:
    out: list[str] = []
    for line in lines:
        if line.startswith("< ") or line == "<":
            continue
        out.append(line)
        if move := MOVES.fullmatch(line):
            clock.tick(**{move.group(2): int(move.group(1))})
        elif line.startswith((">", "!")):
            out += _heard(_act(line, chat))
    return out


def _act(line: str, chat: Chat) -> str:
    sign, what = line.split(" ", 1)
    if sign != "!":
        return chat.tap(what) if sign == ">>" else chat.type(what)
    gesture, _, value = what.partition(" ")
    gestures = {
        "follow": lambda: chat.follow(value),
        "unfollow": chat.unfollow,
        "click": lambda: chat.click(value),
        "photo": chat.photo,
        "again": chat.again,
    }
    return gestures[gesture]()


def _heard(reply: str) -> list[str]:
    if not reply:
        return ["< (silence)"]
    return [f"< {line}".rstrip() for line in LINK.sub(r"[\2]", reply).split("\n")]
