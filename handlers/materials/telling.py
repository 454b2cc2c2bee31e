"""What the desk says after something is done, who is needed next, and what the author is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Offered, quoted
from bot.router import Turn
from bot.services import outbox, units
from bot.services.materials import authors, counting, readers, rights
from bot.services.materials.desk import MaterialRow
from handlers.materials import preview

NAMED = 5


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
    told = turn.say(
        "materials.stored",
        named=named(turn, found),
        submit=turn.tap("materials.submit", turn.say("materials.choice_submit"), number=number(found)),
        desk=turn.tap("materials.desk"),
    )
    return Offered(told)


def submitted(turn: Turn, found: MaterialRow) -> str:
    """It waits for somebody else: for whom, or whom it still wants."""
    key = "materials.submitted_party" if found.party else "materials.submitted"
    ways = {"mine": turn.tap("materials.mine"), "desk": turn.tap("materials.desk")}
    return turn.say(key, named=named(turn, found), readers=who_next(turn, found), **ways)


def who_next(turn: Turn, found: MaterialRow) -> str:
    """Who may review it now, by name and right; where too few are left, who has to be given which right, and how."""
    seen = readers.outlook(turn.db, found, now=turn.now)
    roles = turn.content.mine.roles.name_of
    people = len({each.alias for each in seen.readers})
    lines = []
    if seen.enough:
        key = "materials.readers_more" if people > NAMED else "materials.readers"
        lines.append(turn.say(key, names=_names(turn, seen.readers), count=people))
    else:
        lines.append(turn.say("materials.too_few"))
        if seen.unbound:
            lines.append(turn.say("materials.too_few_bound", names=_names(turn, seen.unbound)))
        if seen.last:
            given = rights.LAST_READERS if found.party else (rights.REVIEWERS[1], rights.REVIEWERS[0])
            key = "materials.too_few_last" if found.party else "materials.too_few_one"
            lines.append(turn.say(key, first=roles[given[0]], second=roles[given[1]]))
        if seen.short > seen.last:
            key = "materials.too_few_also" if seen.last else "materials.too_few_any"
            lines.append(turn.say(key, count=seen.short - seen.last, role=roles[readers.COMMITTEE]))
        lines.append(turn.say("materials.too_few_then"))
    return "\n".join(lines)


def _names(turn: Turn, given: Sequence[rights.Holder]) -> str:
    """The first few of them, each with his rights."""
    between, roles = turn.say("materials.listed"), turn.content.mine.roles.name_of
    people = dict.fromkeys((each.alias, each.name) for each in given)
    return between.join(
        turn.say(
            "materials.reader",
            name=quoted(name),
            roles=between.join(roles[each.role] for each in given if each.alias == alias),
        )
        for alias, name in list(people)[:NAMED]
    )


def publish_tap(turn: Turn, found: MaterialRow) -> str:
    """Bringing it before people, for whoever may; for the others who may."""
    if rights.may(turn.db, turn.person, rights.PUBLISHERS, found.unit_id, now=turn.now):
        label = turn.say("materials.tap_publish")
        return turn.tap("materials.publish", label, number=number(found), choice=found.version)
    return turn.say("materials.who_publishes")


def publishers(turn: Turn, found: MaterialRow) -> str:
    """Who may bring it before people, by name; by office where nobody of them is here."""
    held = rights.holders(turn.db, rights.PUBLISHERS, found.unit_id, now=turn.now)
    here = [each for each in held if each.bound]
    return turn.say("materials.publishers", names=_names(turn, here)) if here else turn.say("materials.who_publishes")


def returned(turn: Turn, found: MaterialRow) -> str:
    """Why it came back last, while it is a draft again; empty otherwise."""
    note = counting.returned(turn.db, [found]).get(found.key, "")
    return turn.say("materials.returned_why", note=quoted(note)) if note else ""
