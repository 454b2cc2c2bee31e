"""The desk's side of letters: what waits, one letter whole, an answer, the end."""

from __future__ import annotations

import re
import unicodedata

from bot.messages import quoted
from bot.router import Turn
from bot.services import pages, retention
from bot.services.letters import desks, letters, writers
from bot.services.letters.letters import LetterRow
from handlers.letters import reports, telling
from handlers.letters.routes import router

ANSWERING = "letters.answering"
SHOWN = 5
LINES_SHOWN = 10
SHORT = 24
# The word, the letter's number, and what is to be said to its writer.
ONE_LINE = re.compile(r"\D{0,8}?(?P<number>[0-9]{1,9})\W*(?P<text>.*)", re.DOTALL)


@router.on("letters.queue")
def queue(turn: Turn) -> str:
    return _queue(turn)


def _queue(turn: Turn) -> str:
    waiting = _readable(turn)
    if waiting is None:
        return _not_yours(turn)
    if not waiting:
        return turn.say("letters.queue_empty", menu=turn.tap("general.menu"))
    rows = "\n".join(_in_short(turn, letter) for letter in waiting[:SHOWN])
    more = turn.say("letters.queue_more", count=len(waiting) - SHOWN) if len(waiting) > SHOWN else ""
    return turn.say("letters.queue", count=len(waiting), rows=rows, more=more).rstrip()


@router.on("letters.show")
def show(turn: Turn) -> str:
    letter = _asked_for(turn)
    if letter is None:
        return _none_here(turn)
    said = [
        turn.say(
            "letters.line_ours" if line.from_staff else "letters.line_his",
            time=f"{line.at:%m-%d %H:%M}",
            text=quoted(line.text),
        )
        for line in letters.lines(turn.db, letter.number)
    ]
    before, shown = said[:-LINES_SHOWN], said[-LINES_SHOWN:]
    return turn.say(
        "letters.show",
        number=letter.number,
        who=telling.who(turn, letter.person_id),
        lines="\n".join(shown) if shown else _no_words(turn, letter),
        taps="\n".join([telling.answering(turn, letter.number), *([_earlier(turn, before)] if before else [])]),
    )


@router.on("letters.reply")
def reply(turn: Turn) -> str:
    """By its tap: ask for the words. In one line: the words are there."""
    number, text = _one_line(turn)
    if number is None:
        return _queue(turn)
    letter = _found(turn, number)
    if letter is None:
        return _none_here(turn)
    if text:
        return _answer(turn, letter, text)
    turn.goto(ANSWERING, within=telling.WITHIN, number=number)
    return turn.say(
        "letters.ask_answer", number=number, who=telling.who(turn, letter.person_id), quit=turn.tap("general.quit")
    )


@router.during(ANSWERING, resume="letters.go_on", own_words=True)
def answering(turn: Turn) -> str:
    assert turn.dialog is not None
    if not turn.text.strip():
        return turn.say("letters.only_text", quit=turn.tap("general.quit"))
    letter = _found(turn, turn.dialog.data["number"])
    turn.leave()
    return _none_here(turn) if letter is None else _answer(turn, letter, turn.text)


@router.on("letters.go_on")
def go_on(turn: Turn) -> str:
    """Back to writing, on either side."""
    step, data = (turn.dialog.step, dict(turn.dialog.data)) if turn.dialog is not None else ("", {})
    if step == reports.REPORTING:
        return reports.ask(turn, data["action"])
    if not step.startswith("letters.") or "number" not in data:
        return turn.say("letters.nothing_begun", human=turn.tap("letters.human"), help=turn.tap("general.help"))
    turn.goto(step, within=telling.WITHIN, **data)
    key = "letters.ask_answer" if step == ANSWERING else "letters.ask_more"
    letter = letters.find(turn.db, data["number"])
    who = telling.who(turn, letter.person_id) if letter is not None else ""
    return turn.say(key, number=data["number"], who=who, quit=turn.tap("general.quit"))


@router.on("letters.close")
def close(turn: Turn) -> str:
    letter = _asked_for(turn)
    if letter is None:
        return _none_here(turn)
    if letters.close(turn.db, letter.number, now=turn.now):
        if letter.kind == letters.HUMAN:
            letters.back_to_bot(turn.db, letter.person_id)
        ended = turn.say(
            "letters.ended", who=telling.my_name(turn, letter), number=letter.number, human=turn.tap("letters.human")
        )
        telling.to_writer(turn, letter, ended)
    return turn.say("letters.closed", number=letter.number, queue=turn.tap("letters.queue"))


def _answer(turn: Turn, letter: LetterRow, text: str) -> str:
    if (size := telling.length(text)) > telling.LONGEST_ANSWER:
        turn.goto(ANSWERING, within=telling.WITHIN, number=letter.number)
        most, leave = telling.LONGEST_ANSWER, turn.tap("general.quit")
        return turn.say("letters.too_long", count=size, most=most, number=letter.number, quit=leave)
    letters.write(turn.db, letter, text, from_staff=True, now=turn.now)
    told = turn.say(
        "letters.answer",
        who=telling.my_name(turn, letter),
        number=letter.number,
        text=quoted(text),
        more=turn.tap("letters.more", turn.say("letters.tap_answer_back"), number=letter.number),
    )
    telling.to_writer(turn, letter, told)
    return turn.say(
        "letters.answered",
        number=letter.number,
        again=turn.tap("letters.reply", turn.say("letters.tap_reply"), number=letter.number),
        close=turn.tap("letters.close", turn.say("letters.tap_close"), number=letter.number),
        queue=turn.tap("letters.queue"),
    )


def _readable(turn: Turn) -> list[LetterRow] | None:
    """What stands open at his desks; None for whoever has none."""
    units = desks.looked_after(turn.db, turn.person, now=turn.now)
    return [letter for letter in letters.queue(turn.db, units) if _his_to_read(turn, letter)] if units else None


def _found(turn: Turn, number: int) -> LetterRow | None:
    """The letter, when it stands at one of his desks, open or closed."""
    letter = letters.find(turn.db, number)
    units = desks.looked_after(turn.db, turn.person, now=turn.now)
    if letter is None or letter.state == letters.KEPT or letter.unit_id not in units:
        return None
    return letter if _his_to_read(turn, letter) else None


def _his_to_read(turn: Turn, letter: LetterRow) -> bool:
    if letter.person_id == turn.person.id:
        return False
    writer = writers.of(turn.db, letter.person_id)
    return not desks.may_be_about(turn.db, turn.person, letter.unit_id, writer, now=turn.now)


def _asked_for(turn: Turn) -> LetterRow | None:
    return _found(turn, int(turn.args["number"]))


def _one_line(turn: Turn) -> tuple[int | None, str]:
    if "number" in turn.args:
        return int(turn.args["number"]), ""
    said = turn.text.strip()
    plain = unicodedata.normalize("NFKC", said)
    found = ONE_LINE.fullmatch(plain)
    if found is None:
        return None, ""
    text = said[found.start("text") :] if len(said) == len(plain) else found["text"]  # his own marks, where they can be
    return int(found["number"]), text.strip()


def _in_short(turn: Turn, letter: LetterRow) -> str:
    said = letters.lines(turn.db, letter.number, from_writer=True)
    return turn.say(
        "letters.row" if letter.state == letters.SENT else "letters.row_answered",
        show=turn.tap("letters.show", turn.say("letters.tap_show", number=letter.number), number=letter.number),
        who=telling.who(turn, letter.person_id),
        text=telling.shorten(turn, said[-1].text, SHORT) if said else _no_words(turn, letter),
    )


def _no_words(turn: Turn, letter: LetterRow) -> str:
    """Nothing said yet, or nothing kept so long."""
    gone = letter.kind == letters.STORY or letter.opened_at < turn.now - retention.LETTER_TEXT
    return turn.say("letters.words_gone" if gone else "letters.no_words_yet")


def _earlier(turn: Turn, lines: list[str]) -> str:
    """A tap for the lines before those that are shown."""
    number = pages.keep(turn.db, turn.person.id, "\n".join(lines), now=turn.now)
    return turn.tap("pages.next", turn.say("letters.tap_earlier", count=len(lines)), number=number)


def _none_here(turn: Turn) -> str:
    """The same words whether it is another branch's or no letter at all."""
    if not desks.looked_after(turn.db, turn.person, now=turn.now):
        return _not_yours(turn)
    return turn.say("letters.not_at_desk", queue=turn.tap("letters.queue"))


def _not_yours(turn: Turn) -> str:
    return turn.say("letters.not_yours", human=turn.tap("letters.human"), help=turn.tap("general.help"))
