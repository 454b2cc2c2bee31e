"""What is told and fits nothing: kept, thanked for, passed on when he taps so; and what is added to it later."""

from __future__ import annotations

from bot.router import Turn
from bot.services.letters import desks, letters, writers
from bot.services.letters.letters import LetterRow
from handlers.letters import telling
from handlers.letters.routes import router

DEFAULTS = ("letters.human", "general.help")
TOLD_ALREADY = ("reports.say", "reports.hazard", "reports.suggest", "reports.hardship")
WRITING = "letters.writing"


@router.on("letters.story")
def story(turn: Turn) -> str:
    letter, new = letters.keep_story(turn.db, turn.person.id, turn.text, now=turn.now)
    return turn.say(
        "letters.kept" if new else "letters.added",
        number=letter.number,
        **offers(turn, letter.number),
        ways=_ways(turn),
    )


@router.on("letters.send")
def send(turn: Turn) -> str:
    return _send(turn, upwards=False)


@router.on("letters.send_up")
def send_up(turn: Turn) -> str:
    return _send(turn, upwards=True)


@router.on("letters.keep")
def keep(turn: Turn) -> str:
    letter = _own(turn)
    if letter is None:
        return _no_such(turn)
    if letter.state != letters.KEPT:
        return turn.say("letters.sent_already", number=letter.number, more=_more(turn, letter.number))
    letters.leave_kept(turn.db, letter.number, now=turn.now)
    return turn.say("letters.not_sent", ways=_ways(turn))


@router.on("letters.more")
def more(turn: Turn) -> str:
    letter = _own(turn)
    if letter is None or letter.state == letters.KEPT:
        return _no_such(turn)
    turn.goto(WRITING, within=telling.WITHIN, number=letter.number)
    return turn.say("letters.ask_more", number=letter.number, quit=turn.tap("general.quit"))


@router.during(WRITING, resume="letters.go_on", own_words=True)
def writing(turn: Turn) -> str:
    assert turn.dialog is not None
    if not turn.text.strip():
        return turn.say("letters.only_text", quit=turn.tap("general.quit"))
    letter = letters.find(turn.db, turn.dialog.data["number"])
    turn.leave()
    if letter is None:
        return _no_such(turn)
    letters.write(turn.db, letter, turn.text, from_staff=False, now=turn.now)
    desk = telling.further_words(turn, letter)
    if desk is None:
        return turn.say("letters.nobody", danger=turn.danger_line())
    return turn.say("letters.said_more", who=telling.desk_name(turn, desk), more=_more(turn, letter.number))


def _send(turn: Turn, *, upwards: bool) -> str:
    letter = _own(turn)
    if letter is None:
        return _no_such(turn)
    if letter.state != letters.KEPT:
        return turn.say("letters.sent_already", number=letter.number, more=_more(turn, letter.number))
    writer = writers.of(turn.db, turn.person.id)
    desk = (desks.above if upwards else desks.nearest)(turn.db, writer, now=turn.now)
    if desk is None:
        return turn.say("letters.nobody", danger=turn.danger_line())
    letters.send(turn.db, letter.number, desk.unit_id, now=turn.now)
    telling.new_letter(turn, letter, desk)
    return turn.say(
        "letters.sent",
        number=letter.number,
        who=telling.desk_name(turn, desk),
        named=_named(turn),
        more=_more(turn, letter.number),
        danger=turn.danger_line(),
    )


def _own(turn: Turn) -> LetterRow | None:
    letter = letters.find(turn.db, int(turn.args["number"]))
    return letter if letter is not None and letter.person_id == turn.person.id else None


def offers(turn: Turn, number: int) -> dict[str, str]:
    """Whom a kept letter may go to, each a tap."""
    return {
        "send": turn.tap("letters.send", turn.say("letters.tap_send"), number=number),
        "up": turn.tap("letters.send_up", turn.say("letters.tap_send_up"), number=number),
        "keep": turn.tap("letters.keep", turn.say("letters.tap_keep"), number=number),
    }


def _ways(turn: Turn) -> str:
    """The person he spoke to lately, what he may have meant, or two things that fit most stories; and back to his step."""
    words = turn.content.words
    open_talk = telling.talking_on(turn)
    meant = [guess for guess in (*turn.guesses, *DEFAULTS) if guess in words.first_word and guess not in words.taps]
    left_out = (*TOLD_ALREADY, *(("letters.human",) if open_talk else ()))
    guesses = [guess for guess in dict.fromkeys(meant) if guess not in left_out]
    ways = [*open_talk, *(turn.tap(guess, words.name_of[guess]) for guess in guesses)][:2]
    return "\n".join([*ways, *still_waiting(turn)])


def still_waiting(turn: Turn) -> list[str]:
    """The way back to his step; to writing a letter also when that has just waited too long."""
    lately = turn.dialog is not None and turn.dialog.expires_at > turn.now - letters.WITH_HUMAN
    if turn.step or (lately and turn.resume == "letters.go_on"):
        return [turn.say("general.still_waiting", resume=turn.tap(turn.resume))]
    return []


def _named(turn: Turn) -> str:
    """How those who read it see him: said openly, for he could not know."""
    return turn.say(
        "letters.named" if turn.member is not None else "letters.unnamed", who=telling.who(turn, turn.person.id)
    )


def _more(turn: Turn, number: int) -> str:
    return turn.tap("letters.more", turn.say("letters.tap_more"), number=number)


def _no_such(turn: Turn) -> str:
    return turn.say("letters.no_such", human=turn.tap("letters.human"), help=turn.tap("general.help"))
