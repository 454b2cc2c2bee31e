"""What the desk says after something is done, and what the author is told of it."""

from __future__ import annotations

from bot.messages import quoted
from bot.router import Turn
from bot.services import outbox, units
from bot.services.materials import authors, desk, rights
from bot.services.materials.desk import MaterialRow
from handlers.materials import preview


def number(found: MaterialRow) -> int:
    """What taps name a piece by."""
    return int(found.key.rpartition("-")[2])


def key(number: int) -> str:
    """The key of a piece that a tap names."""
    return f"own-{number:04d}"


def place(turn: Turn, found: MaterialRow) -> str:
    """Whose it is, by the last name of its path."""
    return units.paths(turn.db, [found.unit_id])[found.unit_id].rpartition("/")[2]


def named(turn: Turn, found: MaterialRow) -> str:
    """A piece in a few words: what it is, its number, how it begins."""
    return turn.say(
        "materials.named",
        kind=turn.say(f"materials.short_{found.kind}"),
        number=number(found),
        title=preview.title(turn, found.body),
    )


def to_author(turn: Turn, found: MaterialRow, text: str) -> None:
    """Whoever wrote it hears of it, unless it is his own doing."""
    phone = authors.phone_of(turn.db, found.author)
    if phone is not None and phone != turn.person.id:
        about = turn.person.id
        outbox.queue(
            turn.db, phone, kind="materials.told", text=text, now=turn.now, urgency=outbox.SOON, about_id=about
        )


def not_author(turn: Turn) -> str:
    """Who may, and what he can do instead."""
    return turn.say(
        "materials.not_author",
        suggest=turn.tap("reports.suggest", turn.say("materials.tap_suggest")),
        more=turn.tap("quiz.more"),
        menu=turn.tap("general.menu"),
    )


def stored(turn: Turn, found: MaterialRow) -> str:
    """It waits as a draft."""
    return turn.say(
        "materials.stored",
        named=named(turn, found),
        submit=turn.tap("materials.submit", turn.say("materials.choice_submit"), number=number(found)),
        desk=turn.tap("materials.desk"),
    )


def submitted(turn: Turn, found: MaterialRow) -> str:
    """It waits for somebody else."""
    key = "materials.submitted_party" if found.party else "materials.submitted"
    return turn.say(key, named=named(turn, found), mine=turn.tap("materials.mine"), desk=turn.tap("materials.desk"))


def publish_tap(turn: Turn, found: MaterialRow) -> str:
    """Bringing it before people, for whoever may; for the others who may."""
    if rights.may(turn.db, turn.person, rights.PUBLISHERS, found.unit_id, now=turn.now):
        label = turn.say("materials.tap_publish")
        return turn.tap("materials.publish", label, number=number(found), choice=found.version)
    return turn.say("materials.who_publishes")


def returned(turn: Turn, found: MaterialRow) -> str:
    """Why it came back last, while it is a draft again; empty otherwise."""
    said = desk.reviews(turn.db, found)
    last = said[-1] if said else None
    if found.state != desk.DRAFT or last is None or last.verdict != desk.BACK:
        return ""
    return turn.say("materials.returned_why", note=quoted(last.note))
