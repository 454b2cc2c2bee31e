"""每日一题: what is done when a question is asked for, answered, or given up."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Router, Turn
from bot.services import answers, quiz
from bot.services.quiz import AskRow
from content.bank import Question
from content.folding import fold
from handlers.quiz import wording

router = Router()

JUST_NOW = timedelta(minutes=10)


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    ANSWER = "quiz.answer"


@router.on("quiz.daily")
def daily(turn: Turn) -> str:
    ask = quiz.daily(turn.db, turn.person.id, bank=turn.bank, day=turn.today, now=turn.now)
    return _already(turn, ask, "quiz.today_done") if ask.answered else _put(turn, ask)


@router.on("quiz.more")
def more(turn: Turn) -> str:
    ask = quiz.more(
        turn.db,
        turn.person.id,
        bank=turn.bank,
        day=turn.today,
        now=turn.now,
        of_party=turn.person.of_party,
    )
    shown = _put(turn, ask)
    return shown if ask.fresh else turn.say("quiz.still_open", question=shown)


@router.on("quiz.resume")
def resume(turn: Turn) -> str:
    ask = quiz.latest_open(turn.db, turn.person.id, bank=turn.bank)
    if ask is None:
        raise Refusal("quiz.nothing_open", daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
    return _put(turn, ask)


@router.on("quiz.show")
def show(turn: Turn) -> str:
    ask = _named(turn)
    return _already(turn, ask) if ask.answered else _put(turn, ask)


@router.on("quiz.choose")
def choose(turn: Turn) -> str:
    try:
        return _answer(turn, _named(turn), turn.args["choice"])
    except NotMine as no_answer:
        return str(no_answer.reply)


@router.on("quiz.reveal")
def reveal(turn: Turn) -> str:
    return _reveal(turn, _named(turn))


@router.on("quiz.submit")
def submit(turn: Turn) -> str:
    return _submit(turn, _named(turn))


@router.during(Step.ANSWER, resume="quiz.resume")
def typed(turn: Turn) -> str:
    assert turn.dialog is not None
    ask = _numbered(turn, turn.dialog.data["number"])
    if fold(turn.text) in turn.content.answers.done:
        return _submit(turn, ask)
    if fold(turn.text) in turn.content.answers.give_up:
        return _reveal(turn, ask)
    return _answer(turn, ask, turn.text)


@router.on("quiz.loose_answer")
def loose_answer(turn: Turn) -> str:
    """An answer out of the blue: to which question? The last open one is offered, never assumed."""
    ask = quiz.latest_open(turn.db, turn.person.id, bank=turn.bank)
    if ask is None:
        raise Refusal("quiz.loose_nothing", daily=turn.tap("quiz.daily"), help=turn.tap("general.help"))
    question, options = wording.standing(turn, ask)
    answer = answers.read(turn.text, question, options, turn.content.answers)
    if question.kind == "fill" or answer is None:
        return _put(turn, ask)
    label = turn.say("quiz.label_loose", number=ask.number, choice=wording.short(turn, question, answer))
    choice = answer if question.kind != "judge" else wording.short(turn, question, answer)
    return turn.say(
        "quiz.loose",
        number=ask.number,
        answer=wording.tap_on(turn, ask, "quiz.choose", label, choice=choice),
        show=wording.tap_on(turn, ask, "quiz.show", turn.say("quiz.label_show")),
    )


def _named(turn: Turn) -> AskRow:
    """The question a tap names by day and number, or typed words by number alone.

    Numbers begin anew once a guest was forgotten; the day keeps an old message from meaning a new question.
    """
    ask = _numbered(turn, int(turn.args["number"]))
    if "month" in turn.args and (int(turn.args["month"]), int(turn.args["date"])) != (ask.day.month, ask.day.day):
        raise _no_such(turn, ask.number)
    return ask


def _numbered(turn: Turn, number: int) -> AskRow:
    ask = quiz.find(turn.db, turn.person.id, number)
    if ask is None:
        raise _no_such(turn, number)
    return ask


def _no_such(turn: Turn, number: int) -> Refusal:
    return Refusal("quiz.no_such_number", number=number, daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))


def _put(turn: Turn, ask: AskRow) -> str:
    shown = wording.question(turn, ask, ask.picked)
    turn.goto(Step.ANSWER, number=ask.number)
    return shown


def _answer(turn: Turn, ask: AskRow, said: str) -> str:
    """Mark what was tapped or typed; one letter of a multiple choice, which needs several, only picks."""
    if ask.answered:
        return _already(turn, ask)
    question, options = wording.standing(turn, ask)
    answer = answers.read(said, question, options, turn.content.answers)
    if answer is None and question.kind in ("single", "multiple"):
        meant = answers.meanings(said, options, turn.content.answers)
        if len(meant) > 1:
            taps = "\n".join(wording.option_tap(turn, ask, options, letter) for letter in meant)
            return turn.say("quiz.which", said=quoted(said), options=taps)
    if answer is None:
        raise NotMine(wording.not_an_answer(turn, ask, question))
    if question.kind == "multiple" and len(answer) == 1:
        turn.goto(Step.ANSWER, number=ask.number)
        return wording.question(turn, ask, quiz.toggle(turn.db, ask, answer))
    return _mark(turn, ask, question, options, answer)


def _submit(turn: Turn, ask: AskRow) -> str:
    if ask.answered:
        return _already(turn, ask)
    question, options = wording.standing(turn, ask)
    if question.kind != "multiple":
        return wording.not_an_answer(turn, ask, question)
    if not ask.picked:
        return turn.say("quiz.pick_first", question=wording.question(turn, ask, ""))
    return _mark(turn, ask, question, options, ask.picked)


def _reveal(turn: Turn, ask: AskRow) -> str:
    """Give a question up: the answer at once, and it counts as not known."""
    if ask.answered:
        return _already(turn, ask)
    question, options = wording.standing(turn, ask)
    if not quiz.mark(turn.db, ask, "", score=0, now=turn.sent_at, wording=question.hash):
        return _already(turn, _numbered(turn, ask.number))
    _leave(turn, ask)
    answer = turn.say("quiz.revealed", answer=wording.right(turn, ask, question, options))
    return wording.explained(turn, ask, question, answer)


def _mark(turn: Turn, ask: AskRow, question: Question, options: tuple[str, ...], answer: str) -> str:
    points = answers.score(answer, question, ask.shuffle, turn.content.answers)
    if not quiz.mark(turn.db, ask, answer, score=points, now=turn.sent_at, wording=question.hash):
        return _already(turn, _numbered(turn, ask.number))
    _leave(turn, ask)
    return wording.explained(
        turn, ask, question, wording.verdict(turn, ask, question, options=options, answer=answer, points=points)
    )


def _leave(turn: Turn, ask: AskRow) -> None:
    """Wait for this question no longer; a tap on an older one leaves the one that waits alone."""
    if turn.dialog is not None and turn.dialog.data.get("number") == ask.number:
        turn.leave()


def _already(turn: Turn, ask: AskRow, key: str = "quiz.again") -> str:
    """What came of it then; a finger that tapped twice is told in a line."""
    question, options = wording.as_seen(turn, ask)
    assert ask.answered_at is not None
    more, menu = turn.tap("quiz.more"), turn.tap("general.menu")
    mine = wording.picked(turn, question, ask.answer)
    if key == "quiz.again" and turn.sent_at - ask.answered_at < JUST_NOW:
        return turn.say("quiz.again_now", picked=mine, more=more, menu=menu)
    outcome = (
        turn.say("quiz.again_right", picked=mine)
        if ask.score == 1
        else turn.say("quiz.again_wrong", picked=mine, answer=wording.right(turn, ask, question, options))
    )
    day = turn.say("quiz.day", month=ask.answered_at.month, day=ask.answered_at.day)
    return wording.explained(turn, ask, question, turn.say(key, number=ask.number, day=day, outcome=outcome))
