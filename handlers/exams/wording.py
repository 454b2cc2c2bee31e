"""How a question of an exam, a sitting's state and an exam's terms are put into words and taps that name that very sitting."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot import putting
from bot.clock import BEIJING
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import exams
from bot.services.exams import AnswerRow, AttemptRow, ExamRow
from bot.services.exams.sitting import clock
from content import Content
from content.bank import Bank, Question


def bank(turn: Turn, exam: ExamRow) -> Bank:
    """What all of the exam's unit may be asked."""
    return turn.shelf.of_unit(turn.db, turn.content, exam.unit_id, now=turn.now)


def asked(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int) -> Question:
    """The question in a place of the paper; refused where the paper has no such place."""
    if not 1 <= place <= len(attempt.paper):
        raise Refusal("exams.no_such_place", count=len(attempt.paper), on=turn.tap("exams.resume"))
    return exams.sitting.question(turn.db, attempt.paper[place - 1], bank(turn, exam))


def question(
    turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, *, given: AnswerRow | None, note: str = ""
) -> str:
    """One place of the paper, with what stands there so far, and the ways through the rest."""
    found = asked(turn, exam, attempt, place)
    picked = "" if given is None else given.answer
    lettered = found.kind in ("single", "multiple")
    below = [_ways(turn, attempt, place)]
    if given is not None and given.given and not lettered:
        below.insert(0, turn.say("exams.stands", answer=putting.short(turn.content, found, given.answer)))
    shown = putting.question(
        turn.content,
        found,
        attempt.paper[place - 1].shuffle,
        title=_title(turn, exam, attempt, place, found),
        choose=chooser(turn, attempt, place),
        submit=tap(turn, attempt, "exams.submit", turn.say("quiz.done"), number=place),
        picked=picked if lettered else "",
        below=below,
    )
    return f"{note}\n\n{shown}" if note else shown


def chooser(turn: Turn, attempt: AttemptRow, place: int) -> putting.Choose:
    """Makes the taps that answer this place of this sitting."""
    return lambda choice, label: tap(turn, attempt, "exams.choose", label, number=place, choice=choice)


def tap(turn: Turn, attempt: AttemptRow, action: str, label: str, **facts: object) -> str:
    """A tap that names this very sitting, now and in a year."""
    return turn.tap(action, label, sitting=attempt.id, **facts)


TAIL = 4


class Named(Protocol):
    """Somebody of the roster."""

    @property
    def name(self) -> str: ...
    @property
    def staff_no(self) -> str: ...


class Terms(Protocol):
    """An exam, or one to be, as far as its terms go."""

    @property
    def questions(self) -> int: ...
    @property
    def minutes(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def counts(self) -> str: ...
    @property
    def pass_mark(self) -> int: ...


def terms(content: Content, exam: Terms) -> str:
    """How it is: so many questions, so long, so often, and what passes."""
    return content.say(
        "exams.terms",
        questions=exam.questions,
        minutes=exam.minutes,
        attempts=content.say("exams.times", count=exam.attempts),
        counts=content.say(f"exams.counts_{exam.counts}") if exam.attempts > 1 else "",
        pass_mark=exam.pass_mark,
    )


def moment(turn: Turn, at: datetime) -> str:
    """A moment as it is said now."""
    return at_words(turn.content, at, now=turn.now)


def at_words(content: Content, at: datetime, *, now: datetime, dated: bool = False) -> str:
    """A moment as it is said: with its date unless that is today's; `dated` for what may be read on another day."""
    local = at.astimezone(BEIJING)
    if not dated and local.date() == now.astimezone(BEIJING).date():
        return content.say("exams.at_today", clock=clock(local))
    return content.say("exams.at", month=local.month, day=local.day, clock=clock(local))


def left(turn: Turn, ends: datetime) -> str:
    """How much time there is, in minutes, or seconds when it is less than one."""
    remains = max(ends - turn.now, timedelta())
    if remains < timedelta(minutes=1):
        return turn.say("exams.left_seconds", count=int(remains.total_seconds()))
    return turn.say("exams.left_minutes", count=math.floor(remains / timedelta(minutes=1)))


def marks(score: float | None) -> str:
    """A mark as it is read: without a tenth that is nothing."""
    return f"{score or 0:g}"


def names(turn: Turn, people: Sequence[Named]) -> list[str]:
    """Their names, in order; namesakes with the end of their staff numbers, so that each is told from the other."""
    often = Counter(each.name for each in people)
    return [
        quoted(each.name)
        if often[each.name] == 1
        else turn.say("exams.namesake", name=quoted(each.name), number=each.staff_no[-TAIL:])
        for each in people
    ]


def places(turn: Turn, numbers: list[int]) -> str:
    """Places by their numbers, in a row."""
    return turn.say("exams.between").join(str(each) for each in numbers)


def blanks(attempt: AttemptRow, given: dict[int, AnswerRow]) -> list[int]:
    """The places that have no answer."""
    return [place for place in range(1, len(attempt.paper) + 1) if place not in given or not given[place].given]


def _title(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int, found: Question) -> str:
    ends = attempt.ends(exam)
    return turn.say(
        "exams.title",
        place=place,
        count=len(attempt.paper),
        kind=putting.kind(turn.content, found),
        left="" if ends is None else left(turn, ends),
    )


def _ways(turn: Turn, attempt: AttemptRow, place: int) -> str:
    ways = []
    if place > 1:
        ways.append(tap(turn, attempt, "exams.show", turn.say("exams.tap_before"), number=place - 1))
    if place < len(attempt.paper):
        ways.append(tap(turn, attempt, "exams.show", turn.say("exams.tap_next"), number=place + 1))
    ways.append(tap(turn, attempt, "exams.blanks", turn.say("exams.tap_blanks")))
    ways.append(tap(turn, attempt, "exams.hand_in", turn.say("exams.tap_hand_in")))
    return turn.say("exams.between_taps").join(ways)
