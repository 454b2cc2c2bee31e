"""Behind the last field: handed in, stored, mended in one place, or thrown away."""

from __future__ import annotations

from bot.errors import Refusal
from bot.router import Turn
from bot.services.asking import asking
from bot.services.materials import authors, desk, rights, unfinished
from content.folding import fold
from handlers.materials import fields, pasting, telling, wording
from handlers.materials.drafts import DISCARD, HOME, LINES, PICK, PREVIEW, Writing, checked, frame
from handlers.materials.routes import Step, router
from handlers.materials.standing import preview, put
from handlers.materials.wording import CHANGE, DROP, KEEP, MORE, STORE, SUBMIT, TAKE, THROW


@router.on("materials.throw_away")
def throw_away(turn: Turn) -> str:
    return _thrown(turn)


def _thrown(turn: Turn) -> str:
    unfinished.drop(turn.db, turn.person.id)
    if turn.dialog is not None and turn.dialog.step == Step.WRITING:
        turn.leave()
    return turn.say("materials.thrown", desk=turn.tap("materials.desk"))


def station(turn: Turn, writing: Writing, said: str) -> str:
    """What becomes of it, by the choice he took."""
    if writing.at == PICK:
        names = {fold(wording.field_name(turn, each)): each for each in fields.changeable(writing)}
        writing.at, writing.changing = names[fold(said)], True
        writing.picked = fields.picked(writing)
        return put(turn, writing)
    chosen = next(
        each for each in (SUBMIT, STORE, CHANGE, DROP, THROW, KEEP, MORE, TAKE) if wording.is_choice(turn, said, each)
    )
    if chosen == THROW:
        return _thrown(turn)
    if chosen == MORE:
        writing.at, writing.lacks = LINES, []
        writing.rounds, writing.broken = [*writing.rounds, len(writing.lines)], pasting.broken(turn, writing)
        return put(turn, writing)
    if chosen == TAKE:
        return _take_in(turn, writing)
    if chosen in (SUBMIT, STORE):
        return _store(turn, writing, submit=chosen == SUBMIT)
    writing.at = {CHANGE: PICK, DROP: DISCARD, KEEP: PREVIEW}[chosen]
    return put(turn, writing)


def _store(turn: Turn, writing: Writing, *, submit: bool) -> str:
    report = checked(turn, writing)
    if report.refused:
        return preview(turn, writing)
    body = report.good[0].body
    try:
        row = desk.write(
            turn.db, turn.person, writing.kind, body,
            frame=frame(turn), now=turn.now, unit_id=writing.unit, key=writing.key, version=writing.version,
        )  # fmt: skip
    except Refusal as refusal:
        # Told once that somebody was before him, he may hand his own words in all the same.
        writing.version = int(str(refusal.values.get("version", writing.version)))
        return put(turn, writing, turn.say(refusal.key, **refusal.values))
    unfinished.drop(turn.db, turn.person.id)
    turn.leave()
    if writing.asked:
        asking.settle(turn.db, turn.person, writing.asked, asking.MADE, now=turn.now)
    if row.state != desk.DRAFT:
        return turn.say("materials.unchanged", desk=turn.tap("materials.desk"))
    if submit:
        return telling.submitted(turn, desk.submit(turn.db, turn.person, row.key, now=turn.now))
    return telling.stored(turn, row)


def _take_in(turn: Turn, writing: Writing) -> str:
    if not rights.may(turn.db, turn.person, rights.AUTHORS, writing.unit, now=turn.now):
        return _elsewhere(turn, writing)
    report = pasting.taken(turn, writing)
    if not report.good:
        return put(turn, writing, turn.say("materials.paste_none_good"))
    unfinished.drop(turn.db, turn.person.id)
    turn.leave()
    return turn.say(
        "materials.taken",
        count=len(report.good),
        submit=turn.tap("materials.submit_all"),
        mine=turn.tap("materials.mine"),
        desk=turn.tap("materials.desk"),
    )


def _elsewhere(turn: Turn, writing: Writing) -> str:
    """The right to write for that unit was taken back meanwhile: for another of his, or not at all."""
    homes = authors.tops(turn.db, turn.person, now=turn.now)
    if not homes:
        return telling.not_author(turn)
    writing.unit, writing.several, writing.at = 0, True, HOME
    return put(turn, writing, turn.say("materials.unit_gone"))
