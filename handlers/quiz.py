"""每日一题: one question, one answer, why it is so, and one more for who wants it."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Router, Turn
from bot.services import answers, quiz
from bot.services.quiz import AskRow
from content.bank import LETTERS, Question
from content.folding import fold

router = Router()


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    ANSWER = "quiz.answer"


@router.on("quiz.daily")
def daily(turn: Turn) -> str:
    ask = quiz.daily(turn.db, turn.person.id, bank=turn.content.bank, day=turn.today, now=turn.now)
    return _already(turn, ask, "quiz.today_done") if ask.answered else _put(turn, ask)


@router.on("quiz.more")
def more(turn: Turn) -> str:
    return _put(turn, quiz.more(turn.db, turn.person.id, bank=turn.content.bank, day=turn.today, now=turn.now))


@router.on("quiz.resume")
def resume(turn: Turn) -> str:
    ask = quiz.latest_open(turn.db, turn.person.id, bank=turn.content.bank)
    if ask is None:
        raise Refusal("quiz.nothing_open", daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
    return _put(turn, ask)


@router.on("quiz.show")
def show(turn: Turn) -> str:
    ask = _named(turn)
    return _already(turn, ask) if ask.answered else _put(turn, ask)


@router.on("quiz.choose")
def choose(turn: Turn) -> str:
    return _answer(turn, _named(turn), turn.args["choice"])


@router.on("quiz.submit")
def submit(turn: Turn) -> str:
    return _submit(turn, _named(turn))


@router.during(Step.ANSWER)
def typed(turn: Turn) -> str:
    assert turn.dialog is not None
    ask = _numbered(turn, turn.dialog.data["number"])
    if fold(turn.text) in turn.content.answers.done:
        return _submit(turn, ask)
    return _answer(turn, ask, turn.text)


@router.on("quiz.loose_answer")
def loose_answer(turn: Turn) -> str:
    """An answer out of the blue: to which question? The last open one is offered, never assumed."""
    ask = quiz.latest_open(turn.db, turn.person.id, bank=turn.content.bank)
    if ask is None:
        raise Refusal("quiz.loose_nothing", daily=turn.tap("quiz.daily"), help=turn.tap("general.help"))
    question, options = _question(turn, ask)
    answer = answers.read(turn.text, question, options, turn.content.answers)
    if question.kind == "fill" or answer is None:
        return _put(turn, ask)
    choice = _worded(turn, answer, question, options=())
    label = turn.say("quiz.label_loose", number=ask.number, choice=choice)
    return turn.say(
        "quiz.loose",
        number=ask.number,
        answer=_tap(turn, ask, "quiz.choose", label, choice=choice),
        show=_tap(turn, ask, "quiz.show", turn.say("quiz.label_show")),
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


def _tap(turn: Turn, ask: AskRow, action: str, label: str, **facts: object) -> str:
    """A tap that names this very question, now and in a year."""
    return turn.tap(action, label, number=ask.number, month=ask.day.month, date=ask.day.day, **facts)


def _question(turn: Turn, ask: AskRow) -> tuple[Question, tuple[str, ...]]:
    """The question and its options as shown; refused when it was withdrawn or changed since."""
    question = quiz.still_stands(ask, turn.content.bank)
    if question is None:
        raise Refusal("quiz.withdrawn", more=turn.tap("quiz.more"), menu=turn.tap("general.menu"))
    return question, quiz.options_shown(ask, question)


def _put(turn: Turn, ask: AskRow) -> str:
    shown = _shown(turn, ask, ask.picked)
    turn.goto(Step.ANSWER, number=ask.number)
    return shown


def _answer(turn: Turn, ask: AskRow, said: str) -> str:
    """Mark what was tapped or typed; one letter of a multiple choice, which needs several, only picks."""
    if ask.answered:
        return _already(turn, ask)
    question, options = _question(turn, ask)
    if question.kind == "single" and (two := answers.two_meanings(said, options, turn.content.answers)):
        first, second = (_option_tap(turn, ask, options, letter) for letter in two)
        return turn.say("quiz.which", said=quoted(said), first=first, second=second)
    answer = answers.read(said, question, options, turn.content.answers)
    if answer is None:
        return _not_an_answer(turn, ask, question)
    if question.kind == "multiple" and len(answer) == 1:
        turn.goto(Step.ANSWER, number=ask.number)
        return _shown(turn, ask, quiz.toggle(turn.db, ask, answer))
    return _mark(turn, ask, question, options, answer)


def _submit(turn: Turn, ask: AskRow) -> str:
    if ask.answered:
        return _already(turn, ask)
    question, options = _question(turn, ask)
    if not ask.picked:
        return turn.say("quiz.pick_first", question=_shown(turn, ask, ""))
    return _mark(turn, ask, question, options, ask.picked)


def _mark(turn: Turn, ask: AskRow, question: Question, options: tuple[str, ...], answer: str) -> str:
    points = answers.score(answer, question, ask.shuffle)
    if not quiz.mark(turn.db, ask, answer, score=points, now=turn.sent_at):
        return _already(turn, _numbered(turn, ask.number))
    if turn.dialog is not None and turn.dialog.data.get("number") == ask.number:
        turn.leave()  # a tap on an older question leaves the one that waits alone
    key = "quiz.picked_fill" if question.kind == "fill" else "quiz.picked"
    picked = turn.say(key, answer=_worded(turn, answer, question, options) + question.unit)
    verdict = (
        turn.say("quiz.right", picked=picked)
        if points == 1
        else turn.say("quiz.wrong", picked=picked, answer=_right(turn, ask, question, options))
    )
    return turn.say(
        "quiz.explained",
        verdict=verdict,
        why=question.why,
        law=question.law,
        article=question.article,
        more=turn.tap("quiz.more"),
        menu=turn.tap("general.menu"),
    )


def _already(turn: Turn, ask: AskRow, key: str = "quiz.again") -> str:
    question, options = _question(turn, ask)
    outcome = (
        turn.say("quiz.again_right")
        if ask.score == 1
        else turn.say("quiz.again_wrong", answer=_right(turn, ask, question, options))
    )
    assert ask.answered_at is not None
    return turn.say(
        key,
        number=ask.number,
        day=turn.say("quiz.day", month=ask.answered_at.month, day=ask.answered_at.day),
        outcome=outcome,
        why=question.why,
        law=question.law,
        article=question.article,
        more=turn.tap("quiz.more"),
        menu=turn.tap("general.menu"),
    )


def _not_an_answer(turn: Turn, ask: AskRow, question: Question) -> str:
    kind = "fill_words" if question.kind == "fill" and not question.unit else question.kind
    letters = turn.say("quiz.between_letters").join(LETTERS[: len(question.options)])
    return turn.say(
        "quiz.not_an_answer",
        hint=turn.say(f"quiz.hint_{kind}", letters=letters, example="AC"),
        show=_tap(turn, ask, "quiz.show", turn.say("quiz.label_show")),
        quit=turn.tap("general.quit", turn.say("quiz.label_quit")),
        danger=turn.danger_line(),
    )


def _shown(turn: Turn, ask: AskRow, picked: str) -> str:
    """The question as a person sees it: title, stem, tappable options, and how else to answer."""
    question, options = _question(turn, ask)
    kind = turn.say(f"quiz.kind_{question.kind}")
    title = "quiz.title_more" if ask.mode == quiz.MORE else "quiz.title_daily"
    if ask.mode == quiz.DAILY and ask.day != turn.today:
        title = "quiz.title_daily_old"
    day = turn.say("quiz.day", month=ask.day.month, day=ask.day.day)
    return turn.say(
        "quiz.ask_fill" if question.kind == "fill" else "quiz.ask",
        title=turn.say(title, number=ask.number, kind=kind, day=day),
        stem=question.stem,
        options=_options(turn, ask, question, options, picked),
        how=_how(turn, ask, question),
    )


def _options(turn: Turn, ask: AskRow, question: Question, options: tuple[str, ...], picked: str) -> str:
    if question.kind == "judge":
        choices = [(word, word) for word in (turn.say("quiz.judge_right"), turn.say("quiz.judge_wrong"))]
    else:
        choices = [
            (letter, turn.say("quiz.option_picked" if letter in picked else "quiz.option", letter=letter, text=text))
            for letter, text in zip(LETTERS, options, strict=False)
        ]
    return "\n".join(_tap(turn, ask, "quiz.choose", label, choice=choice) for choice, label in choices)


def _option_tap(turn: Turn, ask: AskRow, options: tuple[str, ...], letter: str) -> str:
    label = turn.say("quiz.option", letter=letter, text=options[LETTERS.index(letter)])
    return _tap(turn, ask, "quiz.choose", label, choice=letter)


def _how(turn: Turn, ask: AskRow, question: Question) -> str:
    kind = "fill_no_unit" if question.kind == "fill" and not question.unit else question.kind
    return turn.say(
        f"quiz.how_{kind}",
        letters=turn.say("quiz.between_letters").join(LETTERS[: len(question.options)]),
        example="AC",
        unit=question.unit,
        done=_tap(turn, ask, "quiz.submit", turn.say("quiz.done")) if question.kind == "multiple" else "",
    )


def _right(turn: Turn, ask: AskRow, question: Question, options: tuple[str, ...]) -> str:
    if question.kind == "fill":
        return question.accepted[0] + question.unit
    letters = question.right if question.kind == "judge" else answers.shown(question.right, ask.shuffle)
    return _worded(turn, letters, question, options)


def _worded(turn: Turn, answer: str, question: Question, options: tuple[str, ...]) -> str:
    """Letters with the words of their options; without options, the letters alone."""
    if question.kind == "judge":
        return turn.say("quiz.judge_right" if answer == answers.RIGHT else "quiz.judge_wrong")
    if question.kind == "fill" or not options:
        return quoted(answer)
    return turn.say("quiz.between_options").join(
        turn.say("quiz.option", letter=letter, text=options[LETTERS.index(letter)]) for letter in answer
    )
