"""问一问: an answer from what is written, two guesses, or the honest word that nothing here knows it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from bot.router import NotMine, Router, Turn
from bot.services import danger
from bot.services.asking import asking, stories
from bot.services.materials.taught import Taught
from bot.understanding.answering import Answer, Library, library
from bot.understanding.pieces import Piece, right
from content.bank import Question

router = Router()

LONGEST = 200
"""Letters of a question that are read."""
LISTENS = timedelta(minutes=15)
"""How long the next words are a question, whatever they are."""
AGAIN, HUMAN = "ask.ask", "letters.human"
LIFE = "life"
"""The kind of hazard that wants a voice, and no answer out of a book."""


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    QUESTION = "ask.question"


@router.on("ask.ask")
def ask(turn: Turn) -> str:
    """The word with a question behind it; by itself it asks for one."""
    return _asked(turn)


def _asked(turn: Turn) -> str:
    asked = turn.args.get("text", "") or ("" if turn.exact else turn.text)
    return _to(turn, asked)


@router.during(Step.QUESTION, resume="ask.ask", own_words=True)
def question(turn: Turn) -> str:
    """Whatever he writes is the question, but for a word that names something else by itself."""
    if turn.action == AGAIN and turn.exact:
        return _asked(turn)
    if turn.action and (turn.exact or turn.action in turn.content.words.yields):
        raise NotMine(_prompt(turn))
    return _to(turn, turn.text)


@router.on("ask.about")
def about(turn: Turn) -> str:
    """A tap on a guess, or on what else he may have meant."""
    books, of_party = library(turn.content), turn.person.of_party
    piece = books.named(turn.args["about"], turn.bank, of_party=of_party, taught=_own(turn))
    if piece is not None:
        return turn.say("ask.sure", shown=_shown(turn, piece), ways=_ways(turn, AGAIN))
    answer = books.answer(turn.args["about"], turn.bank, of_party=of_party, taught=_own(turn))
    return turn.say("ask.gone", answer=_said(turn, books, answer, turn.args["about"]))


@router.on("ask.neither")
def neither(turn: Turn) -> str:
    """None of what was offered; a tap tells of which question."""
    if "number" not in turn.args:
        return turn.say("ask.which", ways=_ways(turn, AGAIN, HUMAN))
    number, month, day = (int(turn.args[name]) for name in ("number", "month", "date"))
    held = asking.held(turn.db, number, month, day)
    offered = turn.content.words.tapped("ask.neither", number=number, month=month, date=day)
    kept = ""
    if held is not None and asking.told(turn.db, turn.person.id, offered, now=turn.now):  # it was his own question
        kept = _counted(turn, held)
    return turn.say("ask.passed", kept=kept, ways=_ways(turn, AGAIN, HUMAN))


def _to(turn: Turn, asked: str) -> str:
    books = library(turn.content)
    asked = asked.strip()[:LONGEST]
    if turn.hazard is not None and turn.hazard.kind == LIFE:
        _done(turn)
        return turn.say("ask.heart", ways=_ways(turn, HUMAN))
    answer = books.answer(asked, turn.bank, of_party=turn.person.of_party, taught=_own(turn))
    elsewhere = books.is_elsewhere(asked)
    if elsewhere and not (answer.sure or answer.others):
        _done(turn)
        return turn.say(f"ask.elsewhere_{elsewhere}", ways=_ways(turn, AGAIN, HUMAN))
    if not books.says_something(asked):
        turn.goto(Step.QUESTION, within=LISTENS)
        return _prompt(turn)
    _done(turn)
    return _said(turn, books, answer, asked)


def _said(turn: Turn, books: Library, answer: Answer, asked: str) -> str:
    taps = "\n".join(_tap(turn, books, piece) for piece in answer.others)
    if answer.withheld and not taps:
        return turn.say("ask.of_party", ways=_ways(turn, AGAIN, HUMAN))
    confided = stories.is_confided(asked)
    if answer.sure is None and confided:
        return turn.say(f"ask.elsewhere_{confided}", ways=_ways(turn, AGAIN, HUMAN))
    kept_to_him = bool(confided) or (turn.hazard is not None and turn.hazard.kind in danger.TROUBLE)
    if answer.sure is None and not taps:
        if kept_to_him or stories.is_told(asked):
            return turn.say("ask.unknown", kept=turn.say("ask.story"), ways=_ways(turn, AGAIN, HUMAN))
        held = asking.hold(turn.db, asked, now=turn.now)
        kept = _counted(turn, held) if held is not None else ""
        return turn.say("ask.unknown", kept=kept or turn.say("ask.not_kept"), ways=_ways(turn, AGAIN, HUMAN))
    held = None if kept_to_him else asking.hold(turn.db, asked, now=turn.now)
    if answer.sure is None:
        return turn.say("ask.guesses", taps=taps, neither=_none(turn, "ask.neither", held))
    also = [turn.say("ask.also", taps=taps)] if taps else []
    ways = [*also, _none(turn, "ask.neither_sure", held), *_left(turn)]
    return turn.say("ask.sure", shown=_shown(turn, answer.sure), ways="\n".join(ways))


def _counted(turn: Turn, held: asking.Held) -> str:
    """Count it for the desk, once a person: what he is told then tells that it was. Empty where the list is full."""
    day = held.first_at
    words = turn.say("ask.kept", number=held.number, month=day.month, day=day.day)
    if held.times and asking.told(turn.db, turn.person.id, words, now=turn.now):
        return words
    return words if asking.missed(turn.db, held.number, day.month, day.day, now=turn.now) else ""


def _shown(turn: Turn, piece: Piece) -> str:
    """A piece as it is read out."""
    if piece.question is None:
        return turn.say("ask.told", title=piece.title, text=piece.text, law=piece.law, article=piece.article)
    asked = piece.question
    key = {"T": "ask.judged_right", "F": "ask.judged_wrong"}.get(asked.right, "ask.answered")
    values = {"stem": asked.stem, "why": asked.why, "law": asked.law, "article": asked.article}
    if key == "ask.answered":
        values["right"] = _right(turn, asked)
    return turn.say(key, **values)


def _right(turn: Turn, asked: Question) -> str:
    return turn.say("ask.between").join(right(asked))


def _tap(turn: Turn, books: Library, piece: Piece) -> str:
    return turn.tap("ask.about", piece.title, about=books.called(piece, turn.bank, taught=_own(turn)))


def _none(turn: Turn, key: str, held: asking.Held | None) -> str:
    """The way to say that it was none of these; it names the question, so that the desk hears of the right one."""
    if held is None:
        return turn.tap("ask.neither", turn.say(key))
    day = held.first_at
    return turn.tap("ask.neither", turn.say(key), number=held.number, month=day.month, date=day.day)


def _own(turn: Turn) -> Taught:
    """The mine's own lessons, cases and cards that he may see."""
    return turn.shelf.own(turn.db, turn.content, turn.person, now=turn.now)


def _prompt(turn: Turn) -> str:
    return turn.say("ask.prompt", quit=turn.tap("general.quit"), danger=turn.danger_line())


def _done(turn: Turn) -> None:
    """The question is asked; a step of something else goes on waiting."""
    if turn.step == Step.QUESTION:
        turn.leave()


def _ways(turn: Turn, *actions: str) -> str:
    labels = {AGAIN: turn.say("ask.again")}
    return "\n".join([*(turn.tap(action, labels.get(action, "")) for action in actions), *_left(turn)])


def _left(turn: Turn) -> list[str]:
    """What he was in the midst of."""
    if not turn.step or turn.step == Step.QUESTION:
        return []
    return [turn.say("general.still_waiting", resume=turn.tap(turn.resume))]
