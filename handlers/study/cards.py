"""学习: today's card, another one, one on a topic; and the question behind it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Refusal
from bot.messages import quoted
from bot.putting import asked
from bot.router import NotMine, Router, Turn
from bot.services import quiz, study
from bot.services.study import Pick, Piece, choosing
from content.bank import Question
from content.folding import fold
from handlers.study import wording
from handlers.study.desk import Desk, Step

router = Router()

SHOWN_TOPICS = 12


@router.on("study.learn")
def learn(turn: Turn) -> str:
    """Today's card; with a topic, a card on that."""
    desk = Desk(turn)
    if said := turn.args.get("topic", ""):
        return _on_topic(desk, said)
    return _todays(desk)


@router.on("study.another")
def another(turn: Turn) -> str:
    """The next card he has not read."""
    desk = Desk(turn)
    left = desk.left(Step.CARD)
    but = (left.kind, left.key) if left is not None else None
    if left is not None and left.kind in (study.CARD, study.TRACK):
        return _picked(desk, choosing.in_order(_row(desk, left), desk.past, but=but))
    found = study.another(desk.reader, desk.board, desk.past, turn.content, day=turn.today, new=desk.new, but=but)
    return _picked(desk, found)


@router.on("study.show")
def show(turn: Turn) -> str:
    """The card a tap names."""
    desk = Desk(turn)
    return shown(desk, desk.named(turn.args["about"], *wording.KINDS))


@router.on("study.question")
def question(turn: Turn) -> str:
    """The question behind the card or case that a tap names, or that he stands at."""
    return _put(Desk(turn))


@router.on("study.resume")
def resume(turn: Turn) -> str:
    """The card he left."""
    desk = Desk(turn)
    piece = desk.left(Step.CARD)
    return _todays(desk) if piece is None else shown(desk, piece)


@router.during(Step.CARD, resume="study.resume")
def typed(turn: Turn) -> str:
    """A card asks for nothing: an answer means its question, the rest is for whoever knows better."""
    desk = Desk(turn)
    piece = desk.left(Step.CARD)
    if piece is not None and fold(turn.text) in turn.content.answers.done:
        return _put(desk)
    ways = wording.card_ways(turn.content, piece, asks=True) if piece is not None else [turn.tap("study.learn")]
    raise NotMine(turn.say("study.not_here", ways="\n".join(ways), quit=turn.tap("general.quit")))


def shown(desk: Desk, piece: Piece, *, above: Sequence[str] = ()) -> str:
    """A card before him: he may go on from it, or come back to it."""
    turn = desk.turn
    desk.stand(Step.CARD, piece)
    ways = wording.card_ways(turn.content, piece, asks=_question(desk, piece) is not None)
    return wording.card(turn.content, piece, ways, above=above)


def _put(desk: Desk) -> str:
    turn = desk.turn
    piece = (
        desk.named(turn.args["about"])
        if "about" in turn.args
        else desk.left(Step.CARD) or desk.left(Step.CASE) or _last(desk)
    )
    found = None if piece is None else _question(desk, piece)
    if found is None:
        raise Refusal("study.no_question", learn=turn.tap("study.learn"), daily=turn.tap("quiz.daily"))
    ask = quiz.waiting_on(turn.db, turn.person.id, found, mode=quiz.LESSON, day=turn.today) or quiz.put(
        turn.db, turn.person.id, found, mode=quiz.LESSON, day=turn.today, now=turn.now
    )
    turn.goto(asked.STEP, number=ask.number)
    return asked.question(turn.content, ask, found, today=turn.today, picked=ask.picked)


def _todays(desk: Desk) -> str:
    turn = desk.turn
    found = study.pick(desk.reader, desk.board, desk.past, turn.content, day=turn.today, new=desk.new)
    return _picked(desk, found)


def _picked(desk: Desk, found: Pick | None) -> str:
    turn = desk.turn
    if found is None:
        raise Refusal("study.nothing", daily=turn.tap("quiz.daily"), case=turn.tap("accidents.read"))
    return shown(desk, found.piece, above=[turn.say(f"study.why_{found.why}")] if found.why else [])


def _on_topic(desk: Desk, said: str) -> str:
    turn = desk.turn
    titled = desk.board.named(said)
    if titled is not None and titled.kind in wording.KINDS:
        return shown(desk, titled)
    topics = turn.content.topics.within(said.strip()) or (said.strip(),)
    left = desk.left(Step.CARD)
    found = study.of_topic(desk.board, desk.past, topics, but=(left.kind, left.key) if left is not None else None)
    if found is not None:
        return _picked(desk, found)
    there = {each.topic for each in desk.board.of_kind(study.LESSON)}
    known = [topic for topic in turn.content.topics.area_of if topic in there][:SHOWN_TOPICS]
    return turn.say(
        "study.no_topic",
        said=quoted(said),
        topics=turn.say("quiz.between_letters").join(known),
        learn=turn.tap("study.learn"),
    )


def _row(desk: Desk, piece: Piece) -> list[Piece]:
    """The cards among which this one stands: its office's, or its trade's."""
    if piece.kind == study.TRACK:
        return desk.board.track(piece.office)
    return [each for each in desk.board.of_kind(study.CARD) if each.trades == piece.trades]


def _question(desk: Desk, piece: Piece) -> Question | None:
    turn = desk.turn
    return study.question_for(piece, turn.bank, of_party=turn.person.of_party, seed=turn.person.id)


def _last(desk: Desk) -> Piece | None:
    """What he read last."""
    rows = sorted(desk.past.values(), key=lambda row: row.read_at or row.given_at, reverse=True)
    return next((piece for row in rows if (piece := desk.board.by_key.get((row.kind, row.key)))), None)
