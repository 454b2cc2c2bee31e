"""One piece of own material: seen, handed in, brought before people, taken away, brought back, changed."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import offering
from bot.router import Turn
from bot.services.materials import desk, rights
from bot.services.materials.bodies import Faulty
from bot.services.materials.desk import MaterialRow
from bot.services.materials.rows import alias_of
from handlers.materials import fields, preview, telling, wording, writing
from handlers.materials.desk import state
from handlers.materials.drafts import frame
from handlers.materials.routes import router


@router.on("materials.show")
@offering
def show(turn: Turn) -> str:
    return _shown(turn, _named(turn))


@router.on("materials.submit")
@offering
def submit(turn: Turn) -> str:
    """Hand a draft in."""
    found = _named(turn)
    try:
        return telling.submitted(turn, desk.submit(turn.db, turn.person, found.key, now=turn.now))
    except Faulty as faulty:
        return _unwritten(turn, found, faulty)


@router.on("materials.submit_all")
@offering
def submit_all(turn: Turn) -> str:
    """Hand in every draft of his that nobody has sent back and that is all written."""
    count, unwritten = desk.submit_all(turn.db, turn.person, now=turn.now)
    key = "materials.submitted_all" if count else "materials.submitted_none"
    told = turn.say(key, count=count, mine=turn.tap("materials.mine"), desk=turn.tap("materials.desk"))
    return turn.say("materials.some_unwritten", count=unwritten, told=told) if unwritten else told


@router.on("materials.publish")
@offering
def publish(turn: Turn) -> str:
    found = _named(turn)
    if str(found.version) != turn.args["choice"]:
        return turn.say("materials.newer", shown=_shown(turn, found))
    if found.state == desk.LIVE:
        return turn.say("materials.live_already", named=telling.named(turn, found), desk=turn.tap("materials.desk"))
    row = desk.publish(turn.db, turn.person, found.key, frame=frame(turn), now=turn.now)
    telling.to_author(turn, row, turn.say("materials.told_live", named=telling.named(turn, row)))
    key = "materials.published" if row.kind == "question" else "materials.published_kept"
    return turn.say(
        key, named=telling.named(turn, row), review=turn.tap("materials.review"), desk=turn.tap("materials.desk")
    )


@router.on("materials.retire")
@offering
def retire(turn: Turn) -> str:
    """Take it away; one tap brings it back."""
    found = _named(turn)
    row = desk.retire(turn.db, turn.person, found.key, now=turn.now)
    if found.state != desk.RETIRED:
        telling.to_author(turn, row, turn.say("materials.told_retired", named=telling.named(turn, row)))
    restore = turn.tap("materials.restore", turn.say("materials.tap_restore"), number=telling.number(row))
    return turn.say(
        "materials.retired", named=telling.named(turn, row), restore=restore, desk=turn.tap("materials.desk")
    )


@router.on("materials.restore")
@offering
def restore(turn: Turn) -> str:
    """Out of the drawer, as a draft that goes through its reviews again."""
    found = _named(turn)
    if found.state != desk.RETIRED:
        return _shown(turn, found)
    try:
        row = desk.write(turn.db, turn.person, found.kind, found.body, frame=frame(turn), now=turn.now, key=found.key)
    except Faulty as faulty:
        return _unwritten(turn, found, faulty)
    return telling.stored(turn, row)


@router.on("materials.revise")
def revise(turn: Turn) -> str:
    found = _named(turn)
    if found.state == desk.IN_REVIEW:
        return turn.say("materials.being_reviewed", named=telling.named(turn, found), desk=turn.tap("materials.desk"))
    return writing.revise(turn, found)


def _named(turn: Turn) -> MaterialRow:
    """The piece a tap names. The same refusal whether there is none or it is another unit's."""
    number = int(turn.args["number"])
    found = desk.find(turn.db, telling.key(number))
    seen = {*rights.AUTHORS, *rights.REVIEWERS}
    if found is None or not rights.may(turn.db, turn.person, seen, found.unit_id, now=turn.now):
        raise Refusal("materials.not_here", number=number, desk=turn.tap("materials.desk"))
    return found


def _unwritten(turn: Turn, found: MaterialRow, faulty: Faulty) -> str:
    """An imported draft that wants something yet: what, and where to write it."""
    fault = faulty.faults[0]
    return turn.say(
        "materials.unwritten",
        named=telling.named(turn, found),
        field=wording.field_name(turn, fault.field.partition(".")[0]),
        fault=fields.said(turn, fault),
        revise=turn.tap("materials.revise", turn.say("materials.tap_revise"), number=telling.number(found)),
        desk=turn.tap("materials.desk"),
    )


def _shown(turn: Turn, found: MaterialRow) -> str:
    """The whole of it, where it stands, and what he can do with it."""
    number, may = telling.number(found), _may(turn, found)
    taps = {
        desk.DRAFT: [("materials.submit", "materials.choice_submit"), ("materials.revise", "materials.tap_revise")],
        desk.IN_REVIEW: [],
        desk.REVIEWED: [("materials.revise", "materials.tap_revise")],
        desk.LIVE: [("materials.revise", "materials.tap_new_version")],
        desk.RETIRED: [("materials.restore", "materials.tap_restore")],
    }[found.state]
    lines = [turn.tap(action, turn.say(label), number=number) for action, label in taps if may]
    if found.state == desk.REVIEWED:
        lines.insert(0, telling.publish_tap(turn, found))
    own_draft = found.author == alias_of(turn.person) and found.live_version is None and found.state == desk.DRAFT
    publishes = rights.may(turn.db, turn.person, rights.PUBLISHERS, found.unit_id, now=turn.now)
    if found.state != desk.RETIRED and (own_draft or (publishes and found.state != desk.IN_REVIEW)):
        label = "materials.tap_retire" if found.live_version is not None else "materials.tap_drop"
        lines.append(turn.tap("materials.retire", turn.say(label), number=number))
    back = turn.say("materials.state_back") if telling.returned(turn, found) else state(turn, found)
    head = turn.say("materials.head", named=telling.named(turn, found), place=telling.place(turn, found), state=back)
    parts = [head, telling.returned(turn, found), preview.piece(turn, found.kind, found.body)]
    return wording.fitted(parts, [*lines, turn.tap("materials.mine"), turn.tap("materials.desk")])


def _may(turn: Turn, found: MaterialRow) -> bool:
    return rights.may(turn.db, turn.person, rights.AUTHORS, found.unit_id, now=turn.now)
