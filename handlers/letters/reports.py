"""反映、隐患、建议、困难, as long as none has a way of its own: kept as a letter, passed on when he taps so."""

from __future__ import annotations

from bot.router import Turn
from bot.services.letters import letters
from bot.understanding import is_story
from handlers.letters import story, telling
from handlers.letters.routes import router

HAZARD = "reports.hazard"
REPORTING = "letters.reporting"


def report(turn: Turn) -> str:
    """In one line: the words are there. By the word alone, or by a phrase that tells nothing yet: ask for them."""
    text = turn.args.get("text", "").strip()
    if text and (turn.exact or turn.hazard is not None or is_story(text, guessed=False)):
        return _keep(turn, turn.action, text)
    return ask(turn, turn.action)


for action in story.TOLD_ALREADY:
    router.on(action)(report)


@router.during(REPORTING, resume="letters.go_on", own_words=True)
def reporting(turn: Turn) -> str:
    assert turn.dialog is not None
    if not turn.text.strip():
        return turn.say("letters.only_text", quit=turn.tap("general.quit"))
    turn.leave()
    return _keep(turn, turn.dialog.data["action"], turn.text.strip())


def ask(turn: Turn, action: str) -> str:
    """What is it about? The next words are kept as that."""
    turn.goto(REPORTING, within=telling.WITHIN, action=action)
    word = turn.content.words.name_of[action]
    return turn.say("letters.report_ask", top=_top(turn, action), word=word, back=turn.tap("general.back")).lstrip()


def _keep(turn: Turn, action: str, text: str) -> str:
    word = turn.content.words.name_of[action]
    line = turn.say("letters.report_line", word=word, text=text)
    letter, _ = letters.keep_story(turn.db, turn.person.id, line, now=turn.now, apart=True)
    offers = story.offers(turn, letter.number)
    if turn.hazard is not None and turn.hazard.sure:  # what to do first stands above, and takes the screen
        return turn.say("letters.report_kept_short", number=letter.number, **offers)
    return turn.say(
        "letters.report_kept",
        top=_top(turn, action),
        word=word,
        number=letter.number,
        last="" if _in(turn) else "\n".join(story.still_waiting(turn)),
        **offers,
    ).strip()


def _in(turn: Turn) -> bool:
    """He stands, or stood, in this very step: nothing of it waits once it is told."""
    return turn.dialog is not None and turn.dialog.step == REPORTING


def _top(turn: Turn, action: str) -> str:
    """Of a hazard first the number that is always answered; where danger was heard it stands above already."""
    return turn.danger_line() if action == HAZARD and turn.hazard is None else ""
