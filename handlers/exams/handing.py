"""交卷: handing in, time that is up, and the slip that says what came of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import exams
from bot.services.exams import AttemptRow, ExamRow
from handlers.exams import where, wording
from handlers.exams.routes import router

WEAK = 0.6
"""A topic of which he got less than so much of the mark."""
MOST_WEAK = 3
AT_ONCE = 30
"""Of a longer paper the spacing rule hears by the job: a turn is short."""


@router.on("exams.hand_in")
def hand_in(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    standing = turn.dialog.data if turn.dialog is not None else {}
    again = "sitting" not in turn.args and standing.get("sitting") == attempt.id and bool(standing.get("asked"))
    return asked(turn, exam, attempt, sure=again)  # typed a second time, it is meant


@router.on("exams.hand_in_now")
def hand_in_now(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    return asked(turn, exam, attempt, sure=True)


@router.on("exams.slip")
def slip(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    ends = attempt.ends(exam)
    if attempt.finished_at is None and ends is not None and turn.sent_at > ends:
        return time_up(turn, exam, attempt)
    if exam.state == exams.OFF:
        raise Refusal("exams.called_off")
    if attempt.finished_at is None:
        return turn.say("exams.slip_later", on=turn.tap("exams.resume"))
    return told(turn, exam, attempt)


def asked(turn: Turn, exam: ExamRow, attempt: AttemptRow, *, sure: bool = False) -> str:
    """Hand in; asks once how much is still open, unless he is `sure`."""
    ends = attempt.ends(exam)
    if attempt.finished_at is not None:
        return told(turn, exam, attempt)
    if ends is None or exam.state == exams.OFF:
        raise Refusal("exams.called_off" if exam.state == exams.OFF else "exams.waiting")
    if turn.sent_at > ends:
        return time_up(turn, exam, attempt)
    empty = wording.blanks(attempt, exams.answers_of(turn.db, attempt.id))
    if empty and not sure:
        where.stand(turn, attempt, empty[0], asked=True)
        return turn.say(
            "exams.sure",
            count=len(empty),
            places=wording.places(turn, empty),
            left=wording.left(turn, ends),
            yes=wording.tap(turn, attempt, "exams.hand_in_now", turn.say("exams.tap_sure")),
            blanks=wording.tap(turn, attempt, "exams.blanks", turn.say("exams.tap_blanks")),
        )
    return _finished(turn, exam, attempt, at=turn.sent_at, key="exams.handed_over")


def time_up(turn: Turn, exam: ExamRow, attempt: AttemptRow) -> str:
    """Its time is over: what was sent by then counts, this did not; marked now if nobody did it before."""
    ends = attempt.ends(exam)
    assert ends is not None
    if attempt.finished_at is not None:
        where.leave(turn, attempt)
        return f"{turn.say('exams.time_over', ends=wording.moment(turn, ends))}\n\n{told(turn, exam, attempt)}"
    return _finished(turn, exam, attempt, at=ends, key="exams.time_over")


def told(turn: Turn, exam: ExamRow, attempt: AttemptRow) -> str:
    """The slip: the mark, whether it passed, what is weak, each question missed with where it is written, and what comes next."""
    given = exams.answers_of(turn.db, attempt.id)
    found = wording.bank(turn, exam)
    of_topic: dict[str, list[float]] = defaultdict(list)
    missed = []
    for place, sheet in enumerate(attempt.paper, 1):
        asked_then = exams.sitting.question(turn.db, sheet, found)
        stands = given.get(place)
        points = stands.score if stands is not None and stands.score is not None else 0.0
        of_topic[asked_then.topic].append(points)
        if points < 1:
            missed.append(
                turn.say(
                    "exams.missed",
                    place=place,
                    stem=asked_then.stem,
                    mine=putting.picked(turn.content, asked_then, stands.answer)
                    if stands is not None and stands.score is not None
                    else turn.say("exams.left_open"),
                    right=putting.right(turn.content, asked_then, sheet.shuffle),
                    law=asked_then.law,
                    article=asked_then.article,
                )
            )
    shares = {topic: sum(points) / len(points) for topic, points in of_topic.items()}
    weak = sorted((topic for topic in shares if shares[topic] < WEAK), key=lambda topic: shares[topic])[:MOST_WEAK]
    return turn.say(
        "exams.slip",
        title=quoted(exam.title),
        score=wording.marks(attempt.score),
        passed=turn.say("exams.passed" if attempt.passed else "exams.failed"),
        right=len(attempt.paper) - len(missed),
        count=len(attempt.paper),
        weak=f"{turn.say('exams.weak', topics=turn.say('exams.between').join(weak))}\n" if weak else "",
        missed=turn.say("exams.all_missed", missed="\n\n".join(missed)) if missed else turn.say("exams.none_missed"),
        again=_again(turn, exam),
        ways="\n".join([turn.tap("quiz.more"), turn.tap("exams.records"), turn.tap("general.menu")]),
    )


def _finished(turn: Turn, exam: ExamRow, attempt: AttemptRow, *, at: datetime, key: str) -> str:
    found = wording.bank(turn, exam)
    after = exams.sitting.finish(turn.db, attempt, exam, at=at)
    if len(after.paper) <= AT_ONCE:
        exams.sitting.review(turn.db, after, bank=found, now=turn.now)
    where.leave(turn, attempt)
    return f"{turn.say(key, ends=wording.moment(turn, at))}\n\n{told(turn, exam, after)}"


def _again(turn: Turn, exam: ExamRow) -> str:
    """What he may do about it still: sit it again, and which sitting counts."""
    ways = exams.sitting.ways(turn.db, turn.person, content=turn.content)
    way = next((each for each in ways if each.exam.id == exam.id), None)
    if way is None or way.left <= 0 or turn.sent_at > way.until or way.running is not None:
        return turn.say("exams.final")
    begin = turn.tap(
        "exams.begin", turn.say("exams.tap_again", minutes=exam.minutes), number=exam.id, sitting=len(way.done) + 1
    )
    counts = turn.say(f"exams.counts_{exam.counts}")
    return turn.say(
        "exams.may_again", count=way.left, counts=counts, until=wording.moment(turn, way.until), begin=begin
    )
