"""What came of an exam: names for their own unit, numbers for the office, what each question told, and the records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.messages import offering, quoted
from bot.router import Turn
from bot.services import exams
from bot.services.exams import ExamRow, planning, standing
from bot.services.exams.standing import FEWEST_SITTINGS, Item, RecordRow, Standing
from bot.services.materials import archive
from handlers.exams import desk, wording
from handlers.exams.routes import router

RECORDS = 12
MOST = 300
ITEMS = 8
POOR, TOO_HARD, TOO_EASY = 0.1, 0.3, 0.95
"""Below the first a question tells nobody apart; outside the others hardly anybody or everybody knows it."""


@router.on("exams.results")
@offering
def results(turn: Turn) -> str:
    """By name where he may see names, in totals for all others."""
    exam = desk.kept(turn)
    found = standing.people(turn.db, exam, content=turn.content, now=turn.now)
    runs = exam.together and exam.state == exams.OPEN
    units: frozenset[int] = frozenset() if runs else planning.sees(turn.db, turn.person, now=turn.now)
    seen = [each for each in standing.of_units(found, units) if each.counts is not None]
    lines = _lines(turn, [(each.who, each.counts, "") for each in sorted(seen, key=_order)])
    if exam.state == exams.CLOSED:  # what was written down stands, the absent with the reason
        kept = standing.records_in(turn.db, units, limit=MOST, exam_id=exam.id)
        kept.sort(key=lambda each: (bool(each.passed), each.name))
        lines = _lines(turn, [(each, each, each.note) for each in kept])
    total = desk.result(turn, found, running=runs)
    if runs:
        total = turn.say("exams.not_while_running")
    return turn.say(
        "exams.results",
        title=quoted(exam.title),
        result=total or turn.say("exams.nobody_sat"),
        lines="".join(f"\n{each}" for each in lines),
        look=_look(turn, exam),
    )


@router.on("exams.retakes")
@offering
def retakes(turn: Turn) -> str:
    """Who did not pass or was not there, and the tap to hold it once more for them."""
    exam = desk.kept(turn)
    found = [each for each in standing.people(turn.db, exam, content=turn.content, now=turn.now) if not each.passed]
    seen = standing.of_units(found, planning.sees(turn.db, turn.person, now=turn.now))
    names = [
        turn.say("exams.name_failed" if each.counts is not None else "exams.name_absent", name=name)
        for each, name in zip(seen, wording.names(turn, [each.who for each in seen]), strict=True)
    ]
    again = ""
    if found and planning.may(turn.db, turn.person, exam.unit_id, together=False, now=turn.now):
        again = turn.tap("exams.retake", turn.say("exams.tap_retake"), number=exam.id)
    return turn.say(
        "exams.retakes",
        title=quoted(exam.title),
        count=len(found),
        names=desk.listed(turn, names) if names else turn.say("exams.names_not_yours"),
        again=again,
        look=_look(turn, exam),
    )


@router.on("exams.items")
@offering
def items(turn: Turn) -> str:
    """How hard each question was, and whether who knew it knew the rest too; the worst first."""
    exam = desk.kept(turn)
    found, seldom = standing.items(turn.db, exam)
    bank = wording.bank(turn, exam)
    lines = []
    for each in found[:ITEMS]:
        asked = bank.get(each.question_id) or archive.seen(turn.db, each.question_id, each.hash)
        lines.append(
            turn.say(
                "exams.item",
                stem=asked.stem if asked is not None else each.question_id,
                count=each.asked,
                facility=round(each.facility * 100),
                discrimination=turn.say("exams.no_index")
                if each.discrimination is None
                else f"{each.discrimination:.2f}",
                remark=_remark(turn, each),
            )
        )
    rest = turn.say("exams.too_seldom", count=seldom, least=FEWEST_SITTINGS) if seldom else ""
    key = "exams.items" if lines else "exams.items_none"
    return turn.say(key, title=quoted(exam.title), lines="\n\n".join(lines), rest=rest, look=_look(turn, exam))


@router.on("exams.records")
@offering
def records(turn: Turn) -> str:
    """His own records of training, the newest first."""
    if turn.member is None:
        return turn.say("exams.guest", bind=turn.tap("joining.bind"), more=turn.tap("quiz.more"))
    found = standing.records_of(turn.db, turn.member.alias, limit=RECORDS)
    lines = [_record(turn, each) for each in found]
    ways = [turn.tap("exams.sit"), turn.tap("general.menu")]
    if planning.homes(turn.db, turn.person, now=turn.now):
        ways.insert(0, turn.tap("exams.desk"))
    key = "exams.records" if lines else "exams.records_none"
    return turn.say(key, lines="\n".join(lines), ways="\n".join(ways))


def _record(turn: Turn, each: RecordRow) -> str:
    facts = {"month": each.held_at.month, "day": each.held_at.day, "year": each.held_at.year, "content": each.content}
    if each.score is None:
        return turn.say("exams.record_without", why=turn.say(f"exams.note_{each.note}"), **facts)
    passed = turn.say("exams.passed" if each.passed else "exams.failed")
    return turn.say("exams.record", score=wording.marks(each.score), passed=passed, minutes=each.minutes, **facts)


def _order(each: Standing) -> tuple[bool, str]:
    """By name, those who did not pass first: a list of work to do, not a ranking."""
    return each.passed, each.who.name


def _lines(turn: Turn, found: Sequence[tuple[wording.Named, Marked | None, str]]) -> list[str]:
    """A line for each: the mark, or why there is none."""
    names = wording.names(turn, [who for who, _, _ in found])
    lines = []
    for name, (_, mark, note) in zip(names, found, strict=True):
        if mark is None or mark.score is None:
            lines.append(turn.say("exams.result_without", name=name, why=turn.say(f"exams.note_{note}")))
            continue
        passed = turn.say("exams.passed" if mark.passed else "exams.failed")
        lines.append(turn.say("exams.result_line", name=name, score=wording.marks(mark.score), passed=passed))
    return lines


class Marked(Protocol):
    """What came of it for somebody."""

    @property
    def score(self) -> float | None: ...
    @property
    def passed(self) -> bool | None: ...


def _remark(turn: Turn, item: Item) -> str:
    if item.facility < TOO_HARD:
        return turn.say("exams.remark_hard")
    if item.facility > TOO_EASY:
        return turn.say("exams.remark_easy")
    if item.discrimination is not None and item.discrimination < POOR:
        return turn.say("exams.remark_poor")
    return turn.say("exams.remark_fine")


def _look(turn: Turn, exam: ExamRow) -> str:
    return turn.tap("exams.look", turn.say("exams.tap_look"), number=exam.id)
