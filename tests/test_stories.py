"""Stories over the signed, encrypted webhook, as written in tests/transcripts.

A transcript: its first lines tell what happens; `> said`, `>> tapped`, `! follow`, `! unfollow`, `! click KEY`, `\\n` is a new line,
`! photo`, `! again` (the platform repeats the last message), `! scan SCENE`, `@ +7 days` moves the clock; `< ` lines are
what is heard, tappable words in [brackets]; `< (silence)` is no answer. `! roster` fills the mine of tests/roster.py,
`! leaves NUMBER` takes somebody off it, `! works NUMBER SHIFT` writes his shift there, `! bound NUMBER` binds the phone, `! granted NUMBER ROLE UNIT` gives a
role, `! as NAME` hands over to another phone. `! exams` takes the bank of tests/bank/exams and lays out the same papers
every time, `! job NAME` runs a job, `! restart` builds the bot anew on the same database, `! late 3 WORDS` was sent three
minutes ago. `pytest --rewrite` writes what is heard now into the files: read the diff.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import create_app
from bot.kit import Kit
from content.bank import Bank
from tests import exam_stage, roster
from tests.cast import LINK, Chat, StillClock

FOLDER = Path(__file__).parent / "transcripts"
BANK = Bank.read(Path(__file__).parent / "bank")
MOVES = re.compile(r"@ \+(\d+) (days|hours|minutes)")


@dataclasses.dataclass
class Stage:
    """The phones of a story; the first is there from the beginning."""

    kit: Kit
    first: Chat
    phones: dict[str, Chat] = dataclasses.field(default_factory=dict)
    name: str = "first"

    @property
    def chat(self) -> Chat:
        """The phone that is held now."""
        return self.phones.setdefault(self.name, self._another() if self.name != "first" else self.first)

    def hand_over(self, name: str) -> str:
        self.name = name
        return ""

    def sit_exams(self) -> None:
        self.kit = exam_stage.with_bank(self.kit)
        exam_stage.same_papers(self.kit)
        self.restart()

    def restart(self) -> None:
        client = create_app(self.kit).test_client()
        for chat in (self.first, *self.phones.values()):
            chat.client = client

    def _another(self) -> Chat:
        openid = f"oPHONE{len(self.phones)}".ljust(28, "x")
        return Chat(self.first.client, self.kit.settings, self.first.clock, openid=openid)


@pytest.fixture
def stage(make_kit: Callable[..., Kit], clock: StillClock, database_url: str) -> Iterator[Stage]:
    """Phones, with a bank that does not change when questions are added."""
    kit = make_kit(database_url)
    kit = dataclasses.replace(kit, content=dataclasses.replace(kit.content, bank=BANK))
    with exam_stage.rehearsed():
        yield Stage(kit, Chat(create_app(kit).test_client(), kit.settings, clock))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_story(path: Path, stage: Stage, clock: StillClock, pytestconfig: pytest.Config) -> None:
    written = path.read_text("utf-8")
    played = "\n".join(_play(written.splitlines(), stage, clock)) + "\n"
    if pytestconfig.getoption("--rewrite"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


def _play(lines: list[str], stage: Stage, clock: StillClock) -> list[str]:
    out: list[str] = []
    for line in lines:
        if line.startswith("< ") or line == "<":
            continue
        out.append(line)
        if move := MOVES.fullmatch(line):
            clock.tick(**{move.group(2): int(move.group(1))})
        elif line.startswith("! ") and (told := line[2:].partition(" "))[0] in BEHIND:
            BEHIND[told[0]](stage, told[2])
        elif line.startswith((">", "!")):
            out += _heard(_act(line, stage.chat))
    return out


BEHIND: dict[str, Callable[[Stage, str], object]] = {
    "roster": lambda stage, _: roster.fill(stage.kit),
    "leaves": lambda stage, number: roster.leaves(stage.kit, number),
    "as": lambda stage, name: stage.hand_over(name),
    "works": lambda stage, told: roster.works(stage.kit, *told.split()),
    "bound": lambda stage, number: roster.bind(stage.kit, stage.chat.openid, number),
    "granted": lambda stage, told: roster.grant(stage.kit, *told.split()),
    "exams": lambda stage, _: stage.sit_exams(),
    "restart": lambda stage, _: stage.restart(),
    "job": lambda stage, name: exam_stage.run_job(stage.kit, name),
}
"""What happens away from the phone, and is not answered."""


def _act(line: str, chat: Chat) -> str:
    sign, what = line.replace("\\n", "\n").split(" ", 1)
    if sign != "!":
        return chat.tap(what) if sign == ">>" else chat.type(what)
    gesture, _, value = what.partition(" ")
    gestures = {
        "follow": lambda: chat.follow(value),
        "unfollow": chat.unfollow,
        "click": lambda: chat.click(value),
        "scan": lambda: chat.send(MsgType="event", Event="SCAN", EventKey=value),
        "photo": chat.photo,
        "late": lambda: exam_stage.late(chat, int(value.split()[0]), value.partition(" ")[2]),
        "again": chat.again,
    }
    return gestures[gesture]()


def _heard(reply: str) -> list[str]:
    if not reply:
        return ["< (silence)"]
    return [f"< {line}".rstrip() for line in LINK.sub(r"[\2]", reply).split("\n")]
