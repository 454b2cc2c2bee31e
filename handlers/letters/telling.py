"""How a letter is told to those who look after it, and how people in it are named."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import quoted, split
from bot.router import Turn
from bot.services import outbox
from bot.services.letters import desks, letters, writers
from bot.services.letters.desks import Desk
from bot.services.letters.letters import LetterRow

LONGEST_QUOTE = 200
LONGEST_TOLD = 400
LONGEST_ANSWER = 500
BREATH = timedelta(minutes=3)
WITHIN = timedelta(minutes=30)
"""How long a step waits in which whatever is written goes to somebody."""
BYTES = 3  # of a Chinese character: what may be sent is counted in bytes


def who(turn: Turn, person_id: int) -> str:
    """The writer as the desk sees him."""
    writer = writers.of(turn.db, person_id)
    if not writer.name:
        return turn.say("letters.guest", tag=writer.tag)
    return turn.say("letters.member", name=writer.name, place=writer.place)


def desk_name(turn: Turn, desk: Desk) -> str:
    """Who will read it, as the writer is told: the office, and the name where it is one person's; no name to a guest."""
    names = [name for _, name in desk.holders if turn.member is not None]
    return turn.say(f"letters.desk_{desk.role}", name=names[0] if len(names) == 1 else "")


def my_name(turn: Turn, letter: LetterRow) -> str:
    """Who answers, as the writer is told: to a guest the office alone."""
    assert turn.member is not None
    writer = writers.of(turn.db, letter.person_id)
    desk = desks.again(turn.db, letter.unit_id, writer, now=turn.now)
    role = desk.role if desk is not None and any(who == turn.person.id for who, _ in desk.holders) else desks.OFFICE
    return turn.say(f"letters.desk_{role}", name=turn.member.name if writer.name else "")


def length(text: str) -> int:
    """How many characters it is, or how many Chinese ones would take its place."""
    return max(len(text), -(-len(quoted(text).encode()) // BYTES))


def shorten(turn: Turn, text: str, most: int = LONGEST_QUOTE) -> str:
    """A person's words to be said back: never a link, never too long for a push."""
    if length(text) <= most:
        return quoted(text)
    return turn.say("letters.cut", text=split(quoted(text[:most]), most * BYTES)[0])


def talking_on(turn: Turn) -> list[str]:
    """The way back to the person he spoke to lately, as a tap; nothing where there was none."""
    letter = letters.lately_to_human(turn.db, turn.person.id, now=turn.now) if not turn.with_human else None
    if letter is None:
        return []
    desk = desks.again(turn.db, letter.unit_id, writers.of(turn.db, turn.person.id), now=turn.now)
    if desk is None and not turn.human_agents:
        return []
    who = desk_name(turn, desk) if desk is not None else turn.say("letters.desk_agents")
    return [turn.tap("letters.human", turn.say("letters.tap_talk_on", who=who))]


def new_letter(turn: Turn, letter: LetterRow, desk: Desk) -> None:
    """Page everybody at the desk with what it says so far."""
    said = " ".join(line.text for line in letters.lines(turn.db, letter.number))
    key = "letters.page" if said else "letters.page_human"
    text = turn.say(
        key,
        number=letter.number,
        who=who(turn, letter.person_id),
        text=shorten(turn, said, LONGEST_TOLD),
        taps=_whole(turn, letter, said) + answering(turn, letter.number),
    )
    for holder, _ in desk.holders:
        _owe(turn, holder, "letters.page", text)


def further_words(turn: Turn, letter: LetterRow) -> Desk | None:
    """Tell the desk what was just added: at once, or with the page that waits still; who reads it, None for nobody."""
    desk = desks.again(turn.db, letter.unit_id, writers.of(turn.db, letter.person_id), now=turn.now)
    lately = letters.lines(turn.db, letter.number, since=turn.now - letters.GOES_ON, from_writer=True)
    for holder, _ in desk.holders if desk is not None else ():
        waiting = letters.not_yet_told(turn.db, holder, letter.person_id)
        if waiting is not None:
            letters.retell(turn.db, waiting[0], _further(turn, letter, waiting[1]))
        else:  # whoever is being told already gets what follows after a breath, in one page
            after = turn.now + BREATH if len(lately) > 1 else None
            _owe(turn, holder, letters.LINE_KIND, _further(turn, letter, turn.now), after)
    return desk


def to_writer(turn: Turn, letter: LetterRow, text: str) -> None:
    """An answer, or the end of it, to whoever wrote."""
    outbox.queue(turn.db, letter.person_id, kind="letters.answer", text=text, now=turn.now, urgency=outbox.SOON)


def answering(turn: Turn, number: int) -> str:
    """What the desk can do with a letter."""
    reply = turn.tap("letters.reply", turn.say("letters.tap_reply"), number=number)
    close = turn.tap("letters.close", turn.say("letters.tap_close"), number=number)
    return turn.say("letters.taps", reply=reply, close=close)


def _further(turn: Turn, letter: LetterRow, since: datetime) -> str:
    said = " ".join(line.text for line in letters.lines(turn.db, letter.number, since=since, from_writer=True))
    return turn.say(
        "letters.page_more",
        number=letter.number,
        who=who(turn, letter.person_id),
        text=shorten(turn, said, LONGEST_TOLD),
        taps=_whole(turn, letter, said) + answering(turn, letter.number),
    )


def _whole(turn: Turn, letter: LetterRow, said: str) -> str:
    """Where all of it can be read, when the page had to be cut."""
    if length(said) <= LONGEST_TOLD:
        return ""
    label = turn.say("letters.tap_show", number=letter.number)
    return turn.say("letters.whole", show=turn.tap("letters.show", label, number=letter.number)) + "\n"


def _owe(turn: Turn, person_id: int, kind: str, text: str, not_before: datetime | None = None) -> None:
    """To one at the desk, of whose turn it is: forgotten with him."""
    outbox.queue(
        turn.db,
        person_id,
        kind=kind,
        text=text,
        now=turn.now,
        urgency=outbox.SOON,
        about_id=turn.person.id,
        not_before=not_before,
    )
