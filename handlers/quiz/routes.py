"""每日一题: what is done when a question is asked for, answered, given up, or owned up to as a guess."""

from __future__ import annotations

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Router, Turn
from bot.services import outbox, quiz, shifts
from bot.services.quiz import AskRow, answers, scoring
from bot.services.spacing import MemoryRow
from content.bank import Question
from content.folding import fold
from handlers.quiz import asking, rows, wording
from handlers.quiz.asking import Step

router = Router()


@router.on("quiz.daily")
def daily(turn: Turn) -> str:
    ask = quiz.daily(turn.db, turn.person.id, bank=turn.bank, day=turn.today, now=turn.now)
    if turn.person.waiting:  # he came for it himself: it must not come to him as well
        outbox.withdraw(turn.db, turn.person.id, quiz.owed_as(turn.today))
    return asking.already(turn, ask, "quiz.today_done") if ask.answered else asking.put(turn, ask)


@router.on("quiz.resume")
def resume(turn: Turn) -> str:
    """Where he left off: the question he stood at, else the last open one, else the row he was in."""
    left = turn.dialog.data.get("number") if turn.dialog is not None and turn.dialog.step == Step.ANSWER else None
    ask = quiz.find(turn.db, turn.person.id, left) if left is not None else None
    if ask is None or ask.answered or quiz.still_stands(ask, turn.bank) is None:
        ask = quiz.latest_open(turn.db, turn.person.id, bank=turn.bank)
    if ask is not None:
        return asking.put(turn, ask)
    run = quiz.last(turn.db, turn.person.id, since=asking.since(turn))
    if run is None:
        raise Refusal("quiz.nothing_open", daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
    return rows.go_on(turn, run.mode, run.topic)


@router.on("quiz.show")
def show(turn: Turn) -> str:
    ask = asking.named(turn)
    return asking.already(turn, ask) if ask.answered else asking.put(turn, ask)


@router.on("quiz.choose")
def choose(turn: Turn) -> str:
    try:
        return _answer(turn, asking.named(turn), turn.args["choice"])
    except NotMine as no_answer:
        return str(no_answer.reply)


@router.on("quiz.reveal")
def reveal(turn: Turn) -> str:
    return _reveal(turn, asking.named(turn))


@router.on("quiz.submit")
def submit(turn: Turn) -> str:
    return _submit(turn, asking.named(turn))


@router.on("quiz.guessed")
def guessed(turn: Turn) -> str:
    """It was a guess: the one he names, or the one he answered last; it comes back sooner, and is not counted twice."""
    ask = asking.named(turn) if "number" in turn.args else quiz.latest(turn.db, turn.person.id)
    if ask is None or not ask.answered or ask.answered_at is None:
        raise Refusal("quiz.guess_nothing", daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
    ways = {"more": wording.way_on(turn, ask), "menu": turn.tap("general.menu")}
    if ask.score != 1:
        return turn.say("quiz.guess_wrong", **ways)
    if shifts.shift_day(ask.answered_at, turn.person, turn.content.shifts) != turn.today:
        return turn.say("quiz.guess_late", **ways)
    question = wording.as_seen(turn, ask)
    weight = quiz.bears(turn.person, turn.content)
    kept = quiz.own_up(turn.db, turn.person.id, ask, question, bank=turn.bank, now=turn.sent_at, weight=weight)
    return (
        turn.say("quiz.guess_twice", **ways)
        if kept is None
        else turn.say("quiz.guess_kept", day=_day(turn, kept), **ways)
    )


@router.during(Step.ANSWER, resume="quiz.resume")
def typed(turn: Turn) -> str:
    assert turn.dialog is not None
    ask = asking.numbered(turn, turn.dialog.data["number"])
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
    question = wording.standing(turn, ask)
    answer = answers.read(turn.text, question, quiz.options_shown(ask, question), turn.content.answers)
    if question.kind == "fill" or answer is None:
        return asking.put(turn, ask)
    short = putting.short(turn.content, question, answer)
    label = turn.say("quiz.label_loose", number=ask.number, choice=short)
    return turn.say(
        "quiz.loose",
        number=ask.number,
        answer=wording.tap_on(turn, ask, "quiz.choose", label, choice=answer if question.kind != "judge" else short),
        show=wording.tap_on(turn, ask, "quiz.show", turn.say("quiz.label_show")),
    )


def _answer(turn: Turn, ask: AskRow, said: str) -> str:
    """Mark what was tapped or typed; one letter of a multiple choice, which needs several, only picks."""
    if ask.answered:
        return asking.already(turn, ask)
    question = wording.standing(turn, ask)
    options = quiz.options_shown(ask, question)
    answer = answers.read(said, question, options, turn.content.answers)
    by_guess = False
    if answers.told(said, question, turn.content.answers):
        return _what_he_guessed(turn, ask, question, said)
    if answer is None:
        said, by_guess = answers.owned_up(said, turn.content.answers)
        answer = answers.read(said, question, options, turn.content.answers) if by_guess else None
    if answer is None and question.kind in ("single", "multiple"):
        meant = answers.meanings(said, options, turn.content.answers)
        if len(meant) > 1:
            choose = wording.chooser(turn, ask)
            taps = [putting.option(turn.content, question, ask.shuffle, letter, choose) for letter in meant]
            return turn.say("quiz.which", said=quoted(said), options="\n".join(taps))
    if answer is None:
        raise NotMine(wording.not_an_answer(turn, ask, question), asks=True)
    if question.kind == "multiple" and len(answer) == 1:
        turn.goto(Step.ANSWER, number=ask.number)
        return wording.question(turn, ask, quiz.toggle(turn.db, ask, answer))
    return _mark(turn, ask, question, answer, by_guess=by_guess)


def _what_he_guessed(turn: Turn, ask: AskRow, question: Question, said: str) -> str:
    options = putting.options(turn.content, question, ask.shuffle, wording.chooser(turn, ask))
    reveal = wording.tap_on(turn, ask, "quiz.reveal", turn.say("quiz.label_reveal"))
    return turn.say("quiz.which_guess", said=quoted(said), options="\n".join(options), reveal=reveal)


def _submit(turn: Turn, ask: AskRow) -> str:
    if ask.answered:
        return asking.already(turn, ask)
    question = wording.standing(turn, ask)
    if question.kind != "multiple":
        return wording.not_an_answer(turn, ask, question)
    if not ask.picked:
        return turn.say("quiz.pick_first", question=wording.question(turn, ask, ""))
    return _mark(turn, ask, question, ask.picked)


def _reveal(turn: Turn, ask: AskRow) -> str:
    """Give a question up: the answer at once, and it counts as not known."""
    if ask.answered:
        return asking.already(turn, ask)
    question = wording.standing(turn, ask)
    if _settle(turn, ask, question, "", 0) is None:
        return asking.already(turn, asking.numbered(turn, ask.number))
    answer = turn.say("quiz.revealed", answer=putting.right(turn.content, question, ask.shuffle))
    return _told(turn, ask, question, answer)


def _mark(turn: Turn, ask: AskRow, question: Question, answer: str, *, by_guess: bool = False) -> str:
    partial = turn.quiz.partial_credit
    points = scoring.score(answer, question, ask.shuffle, turn.content.answers, partial=partial)
    kept = _settle(turn, ask, question, answer, points, by_guess=by_guess)
    if kept is None:
        return asking.already(turn, asking.numbered(turn, ask.number))
    verdict = putting.verdict(turn.content, question, ask.shuffle, answer, points)
    if by_guess and points == 1:
        verdict = turn.say("quiz.sooner", verdict=verdict, day=_day(turn, kept))
    return _told(
        turn, ask, question, verdict, kept=kept if points == 1 else None, may_own_up=points == 1 and not by_guess
    )


def _settle(
    turn: Turn, ask: AskRow, question: Question, answer: str, points: float, *, by_guess: bool = False
) -> MemoryRow | None:
    """Keep the answer; an older question's leaves the one that waits alone. None when it had one already."""
    weight = quiz.bears(turn.person, turn.content)
    kept = quiz.settle(
        turn.db,
        turn.person.id,
        ask,
        question,
        answer,
        score=points,
        now=turn.sent_at,
        weight=weight,
        guessed=by_guess,
    )
    if kept is not None and turn.dialog is not None and turn.dialog.data.get("number") == ask.number:
        turn.leave()
    return kept


def _told(
    turn: Turn,
    ask: AskRow,
    question: Question,
    verdict: str,
    *,
    kept: MemoryRow | None = None,
    may_own_up: bool = False,
) -> str:
    """The explanation, and how it stands with the row; `kept`: what is known of him about it now that he was right."""
    right, on = kept is not None, ""
    if ask.mode == quiz.DARE and right:
        verdict = turn.say("quiz.dare_on", verdict=verdict, right=ask.right + 1)
    elif ask.mode == quiz.DARE:
        best = quiz.best(turn.db, turn.person.id)
        verdict = turn.say("quiz.dare_out", verdict=verdict, right=ask.right, best=best)
        on = turn.tap("quiz.challenge", turn.say("quiz.label_dare_again"))
    elif ask.mode == quiz.MISTAKES and kept is not None:
        verdict = turn.say("quiz.mastered" if kept.mastered else "quiz.once_more", verdict=verdict)
    return wording.explained(turn, ask, question, verdict, on=on, may_own_up=may_own_up)


def _day(turn: Turn, kept: MemoryRow) -> str:
    return turn.say("quiz.day", month=kept.due_at.month, day=kept.due_at.day)
