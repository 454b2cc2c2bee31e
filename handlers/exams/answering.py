"""Inside a sitting: one place at a time, what was kept, what is open still, and never a verdict."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Turn
from bot.services import exams
from bot.services.exams import AttemptRow, ExamRow
from bot.services.quiz import answers
from content.words import AnswerWords
from handlers.exams import handing, where, wording
from handlers.exams.routes import Step

MOST_TAPS = 10
"""More would not go into one message; what is answered makes room for the next."""


def go_on(turn: Turn, exam: ExamRow, attempt: AttemptRow) -> str:
    """Into a sitting that runs: to its first open place, or to its end when its time is up; all wait for a common start."""
    if exam.state == exams.OFF:
        turn.leave()
        return turn.say("exams.stopped_for_all", title=exam.title, menu=turn.tap("general.menu"))
    ends = attempt.ends(exam)
    if ends is None:
        turn.goto(Step.WAIT, sitting=attempt.id)
        return turn.say(
            "exams.wait", title=exam.title, terms=wording.terms(turn.content, exam), look=turn.tap("exams.sit")
        )
    if turn.sent_at > ends:
        return handing.time_up(turn, exam, attempt)
    if exam.together and turn.person.waiting:
        exams.telling.withdraw(turn.db, exam, turn.person.id)  # he has found the start by himself
    given = exams.answers_of(turn.db, attempt.id)
    empty = wording.blanks(attempt, given)
    begun = turn.say("exams.begun", title=exam.title, count=len(attempt.paper), ends=wording.moment(turn, ends))
    if not given:
        return shown(turn, exam, attempt, 1, begun)
    return shown(turn, exam, attempt, empty[0]) if empty else look(turn, exam, attempt)


def look(turn: Turn, exam: ExamRow, attempt: AttemptRow) -> str:
    """Which places are open still, each to tap, and the way to hand in."""
    if (ended := over(turn, exam, attempt)) is not None:
        return ended
    given = exams.answers_of(turn.db, attempt.id)
    empty = wording.blanks(attempt, given)
    ends = attempt.ends(exam)
    assert ends is not None
    where.stand(turn, attempt, empty[0] if empty else len(attempt.paper))
    listed = empty or list(range(1, len(attempt.paper) + 1))
    taps = [
        wording.tap(turn, attempt, "exams.show", turn.say("exams.place", number=each), number=each)
        for each in listed[:MOST_TAPS]
    ]
    return turn.say(
        "exams.blank" if empty else "exams.all_given",
        count=len(empty),
        left=wording.left(turn, ends),
        taps=turn.say("exams.between_taps").join(taps),
        hand_in=wording.tap(turn, attempt, "exams.hand_in", turn.say("exams.tap_hand_in")),
    )


def over(turn: Turn, exam: ExamRow, attempt: AttemptRow) -> str | None:
    """What is said where the sitting takes nothing any more; None while it runs."""
    try:
        exams.sitting.open_at(attempt, exam, turn.sent_at)
    except Refusal as refusal:
        if refusal.key in ("exams.waiting", "exams.called_off"):
            return go_on(turn, exam, attempt)
        if refusal.key == "exams.time_up":
            return handing.time_up(turn, exam, attempt)
        where.leave(turn, attempt)
        slip = wording.tap(turn, attempt, "exams.slip", turn.say("exams.tap_slip"))
        return turn.say("exams.takes_nothing", why=turn.say(refusal.key), slip=slip, sit=turn.tap("exams.sit"))
    return None


def shown(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, note: str = "") -> str:
    if (ended := over(turn, exam, attempt)) is not None:
        return ended
    given = exams.answers_of(turn.db, attempt.id).get(place)
    shown = wording.question(turn, exam, attempt, place, given=given, note=note)
    where.stand(turn, attempt, place)
    return shown


def answer(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, said: str) -> str:
    """Keep what was tapped or typed and go on; one letter where several are wanted only picks."""
    if (ended := over(turn, exam, attempt)) is not None:
        return ended
    found = wording.asked(turn, exam, attempt, place)
    options = answers.options_shown(found, attempt.paper[place - 1].shuffle)
    answer = answers.read(said, found, options, turn.content.answers)
    if answer is None:
        return _unsure(turn, exam, attempt, place, said)
    if found.kind == "multiple" and len(answer) == 1:
        exams.sitting.toggle(turn.db, attempt, place, answer, exam=exam, asked=found, **_marking(turn))
        return shown(turn, exam, attempt, place)
    return _keep(turn, exam, attempt, place, answer)


def submit(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int) -> str:
    if (ended := over(turn, exam, attempt)) is not None:
        return ended
    found, given = wording.asked(turn, exam, attempt, place), exams.answers_of(turn.db, attempt.id).get(place)
    if found.kind != "multiple":
        return shown(turn, exam, attempt, place)
    if given is None or not given.answer:
        return shown(turn, exam, attempt, place, turn.say("exams.pick_first"))
    return _keep(turn, exam, attempt, place, given.answer)


def _keep(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, answer: str) -> str:
    found = wording.asked(turn, exam, attempt, place)
    exams.sitting.answer(turn.db, attempt, place, answer, exam=exam, asked=found, **_marking(turn))
    note = turn.say("exams.kept", place=place, answer=putting.short(turn.content, found, answer))
    ends = attempt.ends(exam)
    if ends is not None and turn.now > ends:  # it came late, and the next would as well
        if attempt.finished_at is not None:
            where.leave(turn, attempt)
        slip = wording.tap(turn, attempt, "exams.slip", turn.say("exams.tap_slip"))
        return turn.say("exams.kept_late", kept=note, slip=slip)
    empty = wording.blanks(attempt, exams.answers_of(turn.db, attempt.id))
    if not empty:
        return f"{note}\n\n{look(turn, exam, attempt)}"
    return shown(turn, exam, attempt, next((each for each in empty if each > place), empty[0]), note)


def _unsure(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, said: str) -> str:
    """Two options may be meant, or none: asked back; what names something else by its own word is that."""
    found, shuffle = wording.asked(turn, exam, attempt, place), attempt.paper[place - 1].shuffle
    if turn.hazard is not None and turn.hazard.sure:
        return turn.say("exams.people_first", on=turn.tap("exams.resume"))
    if found.kind in ("single", "multiple"):
        meant = answers.meanings(said, answers.options_shown(found, shuffle), turn.content.answers)
        if len(meant) > 1:
            choose_tap = wording.chooser(turn, attempt, place)
            taps = [putting.option(turn.content, found, shuffle, letter, choose_tap) for letter in meant]
            return turn.say("quiz.which", said=quoted(said), options="\n".join(taps))
    raise NotMine(
        turn.say(
            "exams.not_an_answer",
            hint=putting.hint(turn.content, found),
            show=wording.tap(turn, attempt, "exams.show", turn.say("quiz.label_show"), number=place),
            next=wording.tap(
                turn, attempt, "exams.show", turn.say("exams.tap_next"), number=min(place + 1, len(attempt.paper))
            ),
            hand_in=wording.tap(turn, attempt, "exams.hand_in", turn.say("exams.tap_hand_in")),
            quit=turn.tap("general.quit", turn.say("exams.tap_quit")),
            danger=turn.danger_line(),
        ),
        asks=True,
    )


class _Marking(TypedDict):
    words: AnswerWords
    partial: bool
    sent_at: datetime


def _marking(turn: Turn) -> _Marking:
    """How an answer is read and marked, and when it was sent."""
    return {"words": turn.content.answers, "partial": turn.quiz.partial_credit, "sent_at": turn.sent_at}
