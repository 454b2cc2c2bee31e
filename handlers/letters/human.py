"""转人工: from now on a person answers, and the bot keeps out of it."""

from __future__ import annotations

from datetime import datetime

from bot.messages import Reply, Transfer
from bot.router import Turn
from bot.services.letters import desks, letters, writers
from handlers.letters import telling
from handlers.letters.routes import router


@router.on("letters.human")
def human(turn: Turn) -> Reply:
    desk = desks.nearest(turn.db, writers.of(turn.db, turn.person.id), now=turn.now)
    if desk is None and not turn.human_agents:
        return _nobody(turn)
    turn.pause()
    letter, new = letters.to_human(turn.db, turn.person.id, desk.unit_id if desk else None, now=turn.now)
    if new and desk is not None:
        telling.new_letter(turn, letter, desk)
    if desk is None or turn.human_agents:
        return Transfer()
    return turn.say(
        "letters.human",
        who=telling.desk_name(turn, desk),
        named=turn.say("letters.named" if turn.member is not None else "letters.unnamed", who=_me(turn)),
        back=turn.tap("general.back"),
        danger=turn.danger_line(),
    )


@router.on("letters.pass_on")
def pass_on(turn: Turn) -> Reply | None:
    """Said to a person: into his letter, and one line the first time."""
    letter = letters.open_to_human(turn.db, turn.person.id)
    if letter is None:  # closed meanwhile: a new one, or his words would go nowhere
        desk = desks.nearest(turn.db, writers.of(turn.db, turn.person.id), now=turn.now)
        letter, _ = letters.to_human(turn.db, turn.person.id, desk.unit_id if desk else None, now=turn.now)
    said = letters.lines(turn.db, letter.number, since=_since(turn), from_writer=True)
    first = all(line.text == turn.say("letters.sent_picture") for line in said)
    letters.write(turn.db, letter, turn.text, from_staff=False, now=turn.now)
    desk = telling.further_words(turn, letter)
    if turn.human_agents:
        return Transfer()
    if desk is None:
        letters.back_to_bot(turn.db, turn.person.id)
        return _nobody(turn)
    if not first:
        return None
    return turn.say("letters.passed_on", who=telling.desk_name(turn, desk), back=turn.tap("general.back"))


def _nobody(turn: Turn) -> str:
    """Whoever asks for a person may need one badly: the numbers where somebody always answers."""
    aid = turn.say("danger.aid", line=turn.mine.aid_line).strip() if turn.mine.aid_line else ""
    said = turn.say("letters.nobody_human", aid=aid, danger=turn.danger_line())
    return "\n".join(line for line in said.splitlines() if line)


def _since(turn: Turn) -> datetime:
    """When he asked for a person."""
    assert turn.person.with_human_until is not None
    return turn.person.with_human_until - letters.WITH_HUMAN


def _me(turn: Turn) -> str:
    return telling.who(turn, turn.person.id)
