"""案例: a story that stops where somebody has to decide; what comes of his choice, what the rule says, and the other ways."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Router, Turn
from bot.services import study
from bot.services.quiz import answers
from bot.services.study import Piece
from content.bank import LETTERS
from content.folding import fold
from handlers.study import wording
from handlers.study.desk import Desk, Step

router = Router()

LISTED = 8


@router.on("accidents.read")
def read(turn: Turn) -> str:
    """The case of the week, or the next he has not decided; with a topic or a title, that one."""
    desk = Desk(turn)
    if said := turn.args.get("topic", ""):
        return _on_topic(desk, said)
    return _next(desk)


@router.on("accidents.another")
def another(turn: Turn) -> str:
    desk = Desk(turn)
    left = desk.left(Step.CASE)
    return _next(desk, but=left.key if left is not None else "")


@router.on("accidents.show")
def show(turn: Turn) -> str:
    """The case a tap names."""
    desk = Desk(turn)
    return _shown(desk, desk.named(turn.args["about"], study.CASE))


@router.on("accidents.choose")
def choose(turn: Turn) -> str:
    """What he would do in the case a tap names, be it last month's."""
    desk = Desk(turn)
    piece = desk.named(turn.args["about"], study.CASE)
    letter = _letter(turn, piece, turn.args["choice"])
    return _shown(desk, piece) if not letter else _chosen(desk, piece, letter)


@router.on("accidents.resume")
def resume(turn: Turn) -> str:
    """The case he left."""
    desk = Desk(turn)
    piece = desk.left(Step.CASE)
    return _next(desk) if piece is None else _shown(desk, piece)


@router.on("accidents.list")
def listed(turn: Turn) -> str:
    """Cases to choose from, those he has not decided first."""
    desk = Desk(turn)
    found = desk.board.of_kind(study.CASE)
    week = study.case_of_week(desk.board, turn.content, turn.today)
    order = sorted(found, key=lambda each: (each is not week, _decided(desk, each)))
    return _list(desk, order, turn.say("accidents.list_head", total=len(found)))


@router.during(Step.CASE, resume="accidents.resume")
def typed(turn: Turn) -> str:
    """A letter, a place or the words of a choice."""
    desk = Desk(turn)
    piece = desk.left(Step.CASE)
    if piece is None:
        raise NotMine(turn.say("study.gone", learn=turn.tap("study.learn"), case=turn.tap("accidents.read")))
    if letter := _letter(turn, piece, turn.text):
        return _chosen(desk, piece, letter)
    if fold(turn.text) in turn.content.answers.give_up and piece.case is not None:
        return _chosen(desk, piece, piece.case.right)
    again = wording.show_tap(turn.content, piece, turn.say("accidents.tap_again"))
    raise NotMine(
        turn.say("accidents.not_a_choice", again=again, quit=turn.tap("general.quit"), danger=turn.danger_line())
    )


def _next(desk: Desk, *, but: str = "") -> str:
    turn = desk.turn
    found = study.next_case(desk.reader, desk.board, desk.past, turn.content, day=turn.today, new=desk.new, but=but)
    if found is None:
        raise Refusal("accidents.nothing", learn=turn.tap("study.learn"), daily=turn.tap("quiz.daily"))
    week = study.case_of_week(desk.board, turn.content, turn.today)
    above = [turn.say("accidents.of_week")] if week is not None and found.key == week.key else []
    return _shown(desk, found, above=above)


def _shown(desk: Desk, piece: Piece, *, above: Sequence[str] = ()) -> str:
    turn = desk.turn
    row = desk.past.get((piece.kind, piece.key))
    desk.stand(Step.CASE, piece)
    had = [turn.say("accidents.had", letter=row.choice)] if row is not None and row.choice else []
    ways = [turn.tap("accidents.list"), turn.tap("general.quit")]
    return wording.case(turn.content, piece, ways, above=[*above, *had])


def _chosen(desk: Desk, piece: Piece, letter: str) -> str:
    """Kept once, the first; the story may be gone through another way as often as he likes."""
    turn = desk.turn
    desk.stand(Step.CASE, piece)
    first = study.chose(turn.db, turn.person.id, piece, letter)
    asks = study.question_for(piece, turn.bank, of_party=turn.person.of_party, seed=turn.person.id) is not None
    return wording.outcome(turn.content, piece, letter, asks=asks, again=not first)


def _letter(turn: Turn, piece: Piece, said: str) -> str:
    """The one choice a text means; empty for none, and for more than one."""
    assert piece.case is not None
    meant = answers.meanings(said, tuple(each.text for each in piece.case.choices), turn.content.answers)
    return meant if len(meant) == 1 and meant in LETTERS[: len(piece.case.choices)] else ""


def _on_topic(desk: Desk, said: str) -> str:
    turn = desk.turn
    titled = desk.board.named(said)
    if titled is not None and titled.kind == study.CASE:
        return _shown(desk, titled)
    topics = turn.content.topics.within(said.strip()) or (said.strip(),)
    found = study.next_case(
        desk.reader, desk.board, desk.past, turn.content, day=turn.today, new=desk.new, topics=topics
    )
    if found is not None:
        return _shown(desk, found)
    cases = desk.board.of_kind(study.CASE)
    return _list(desk, cases, turn.say("accidents.no_topic", said=quoted(said)))


def _list(desk: Desk, found: list[Piece], head: str) -> str:
    turn = desk.turn
    lines = [
        wording.show_tap(turn.content, each, turn.say(_line(desk, each), title=each.title, topic=each.topic))
        for each in found[:LISTED]
    ]
    topics = turn.say("quiz.between_letters").join(dict.fromkeys(each.topic for each in found))
    return turn.say("accidents.list", head=head, lines="\n".join(lines), topics=topics)


def _line(desk: Desk, piece: Piece) -> str:
    return "accidents.line_done" if _decided(desk, piece) else "accidents.line"


def _decided(desk: Desk, piece: Piece) -> bool:
    row = desk.past.get((piece.kind, piece.key))
    return row is not None and row.choice != ""
