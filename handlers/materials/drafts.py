"""What he is writing at the moment, as it is carried from one message to the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.router import Turn
from bot.services.exchange.drafts import Draft, Read
from bot.services.exchange.importing import Report, Wishes, take_in
from bot.services.materials import unfinished
from bot.services.materials.frame import Frame
from bot.services.materials.rows import alias_of
from content import HERE
from content.exchange import ExchangeWords

QUESTION, LESSON, CASE, PASTE = "question", "lesson", "case", "paste"
HOME, LINES, PREVIEW, PICK, DISCARD = "home", "lines", "preview", "pick", "discard"


@dataclass(slots=True)
class Writing:
    """A piece under way; `at` is the field that is asked for, or one of the stations behind the last field."""

    kind: str
    at: str
    unit: int = 0
    key: str = ""
    """Of the piece this is to be a new version of; empty for a new one."""
    version: int = 0
    """The one it was made from."""
    several: bool = False
    """He writes for more than one unit, and is asked for which."""
    changing: bool = False
    """One field is being mended: behind it comes the preview again."""
    asked: int = 0
    """Number of the question asked in vain that it is to answer."""
    area: str = ""
    picked: list[str] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    """What pasted questions do not say themselves."""
    held: str = ""
    """What he wrote that may be meant for the bot and not for the piece: he is asked which, and it is not lost."""
    rounds: list[int] = field(default_factory=list)
    """How many lines had been pasted each time he was told what is wrong and went on: what follows mends what stood before."""
    broken: list[int] = field(default_factory=list)
    """Lines on which a question began that was told to be wrong."""
    warned: bool = False
    """Words of danger stood in it, and he was told where to turn if it is happening now: once is enough."""


def load(turn: Turn) -> Writing | None:
    """What he left unfinished."""
    data = unfinished.find(turn.db, turn.person.id)
    return None if data is None else Writing(**data)


def save(turn: Turn, writing: Writing) -> None:
    """Keep it."""
    unfinished.keep(turn.db, turn.person.id, asdict(writing), now=turn.now)


def words() -> ExchangeWords:
    """How sheets and pasted texts call things."""
    return ExchangeWords.read(HERE / "exchange.toml")


def frame(turn: Turn) -> Frame:
    """What own material is held against."""
    return Frame.of(turn.content)


def tried(turn: Turn, writing: Writing, found: Read, *, write: bool = False) -> Report:
    """What taking it in would say, or does when `write`; bad ones are then left out."""
    wishes = Wishes(
        writing.unit,
        alias_of(turn.person),
        dry_run=not write,
        skip_bad=True,
        topic=str(writing.body.get("topic", "")) if writing.kind == PASTE else "",
        source=str(writing.body.get("source", "")) if writing.kind == PASTE else "",
        why=str(writing.body.get("why", "")) if writing.kind == PASTE else "",
        trades=tuple(writing.body.get("trades", ())) if writing.kind == PASTE else (),
    )
    return take_in(turn.db, found, turn.bank, frame(turn), wishes, now=turn.now)


def checked(turn: Turn, writing: Writing) -> Report:
    """The piece held against everything, its doubles included."""
    draft = Draft(writing.kind, dict(writing.body), 1, number=writing.key)
    return tried(turn, writing, Read([draft], []))
