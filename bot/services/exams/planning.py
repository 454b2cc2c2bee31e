"""Setting an exam up: who may, for which unit, what it asks, when it closes; moving it, calling it off, starting it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.db import chance
from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import Attempt, Exam
from bot.services import audit, shifts, units
from bot.services.exams import papers, rows, sitters
from bot.services.exams.papers import Part
from bot.services.exams.rows import EXAM_COLUMNS, ExamRow, exam_row
from bot.services.exams.sitters import Sitter
from bot.services.materials import rights
from bot.services.people import PersonRow
from content import Content
from content.bank import Bank
from content.shifts import Shifts

STAFF = ("secretary", "safety_office", "party_office", "section_head")
LEADERS = (*STAFF, "crew_leader")
"""A crew leader sets one up for his own crew at the pre-shift meeting, and no other."""
NAMED = ("secretary", "committee", "section_head", "crew_leader")
"""Who sees results by name, of the people of his own unit (decisions.md, who sees what)."""
SAFETY, PARTY, SKILL = "safety", "party", "skill"
OPENS = time(6)
LATEST_HOUR, EARLIEST_HOUR = 22, 12
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Plan:
    """An exam to be."""

    unit_id: int
    title: str
    parts: Sequence[Part]
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts: int
    counts: str
    pass_mark: int
    together: bool = False
    audience: Mapping[str, Any] = field(default_factory=dict)


def homes(db: Session, person: PersonRow, *, now: datetime) -> list[tuple[int, str]]:
    """The units he may set an exam up for by his grants, id and path; those below one of them are left out."""
    found = rights.reach(db, person, LEADERS, now=now)
    paths = sorted(units.paths(db, found).items(), key=lambda each: each[1])
    known = {path for _, path in paths}
    return [(unit, path) for unit, path in paths if not any(path.startswith(f"{each}/") for each in known)]


def may(db: Session, person: PersonRow, unit_id: int, *, together: bool, now: datetime) -> bool:
    """True when he may set up, move, stop or lead such an exam of that unit."""
    return rights.may(db, person, LEADERS if together else STAFF, unit_id, now=now)


def sees(db: Session, person: PersonRow, *, now: datetime) -> frozenset[int]:
    """The units whose people's results he may see by name."""
    return rights.reach(db, person, NAMED, now=now)


def parts_for(
    what: str, count: int, *, content: Content, topics: Sequence[str] = (), trades: Sequence[str] = ()
) -> list[Part]:
    """The parts of a paper: of topics in equal shares, of an area, or with `monthly` of safety, and of the trades' own where named.

    Party questions stand only in exams of members alone: nobody else is marked by them.
    """
    if topics:
        shares = papers.shared(count, dict.fromkeys(topics, 1))
        return [{"topic": topic, "count": share} for topic, share in shares.items() if share]
    if what != "monthly" or not trades:
        return [{"area": SAFETY if what == "monthly" else what, "count": count}]
    mix = content.teaching.calendar.mix
    shares = papers.shared(count, {SAFETY: mix.get(SAFETY, 1), SKILL: mix.get(SKILL, 0)})
    own = papers.shared(shares[SKILL], dict.fromkeys(trades, 1))
    parts: list[Part] = [{"area": SAFETY, "count": shares[SAFETY]}]
    return parts + [{"area": SAFETY, "trade": trade, "count": share} for trade, share in own.items() if share]


def create(
    db: Session, plan: Plan, *, by: str, bank: Bank, content: Content, now: datetime, key: str | None = None
) -> ExamRow | None:
    """Make it; None when a job made one under that `key` before. `by` is an alias.

    Refuses: exams.part_short where the bank lacks questions, exams.nobody where it concerns nobody, exams.too_late.
    """
    if plan.closes_at <= now or plan.closes_at <= plan.opens_at:
        raise Refusal("exams.too_late")
    party = bool(plan.audience.get("party"))
    parts = papers.settled(plan.parts, bank, content.topics, party=party)
    if not sitters.concerned(db, plan.unit_id, plan.audience, words=content.mine, now=now):
        raise Refusal("exams.nobody")
    values = {
        "unit_id": plan.unit_id,
        "title": plan.title,
        "rule": {"parts": parts, "seed": chance.hexadecimal(4)},
        "audience": dict(plan.audience),
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "minutes": plan.minutes,
        "attempts": plan.attempts,
        "counts": plan.counts,
        "pass_mark": plan.pass_mark,
        "together": plan.together,
        "state": rows.OPEN if plan.opens_at <= now else rows.PLANNED,
        "made_by": by,
        "made_at": now,
        "key": key,
    }
    made = insert_for(db, table(Exam)).values(values).on_conflict_do_nothing(index_elements=["key"])
    row = db.execute(made.returning(*(table(Exam).c[column.key] for column in EXAM_COLUMNS))).first()
    if row is None:
        return None
    audit.write(db, "exams.set_up", actor=by, unit_id=plan.unit_id, at=now, exam=row[0])
    return exam_row(row)


def move(db: Session, exam: ExamRow, closes_at: datetime, *, by: str, now: datetime) -> ExamRow:
    """Let it stay open until another moment. Refuses exams.over once it is closed or off, exams.too_late for the past."""
    if closes_at <= max(now, exam.opens_at):
        raise Refusal("exams.too_late")
    return _change(db, exam, by=by, now=now, act="exams.moved", closes_at=closes_at)


def stop(db: Session, exam: ExamRow, *, by: str, now: datetime) -> ExamRow:
    """Call it off: nobody begins, nothing is marked any more, and nobody gets a record of it. Refuses exams.over."""
    return _change(db, exam, by=by, now=now, act="exams.stopped", state=rows.OFF)


def start(db: Session, exam: ExamRow, *, by: str, now: datetime) -> ExamRow:
    """All begin now, and all have the same time. Refuses exams.over, and exams.started when it was said before."""
    if not exam.waits:
        raise Refusal("exams.started")
    ends = now + timedelta(minutes=exam.minutes)
    after = _change(db, exam, by=by, now=now, act="exams.started", started_at=now, closes_at=max(exam.closes_at, ends))
    waiting = update(Attempt).where(Attempt.exam_id == exam.id, Attempt.finished_at.is_(None))
    db.execute(waiting.values(until=ends), execution_options={"synchronize_session": False})
    return after


def opening(day: date, now: datetime) -> datetime:
    """When an exam opens that opens on this day: early in the morning; today, at once."""
    return max(now, datetime.combine(day, OPENS, BEIJING))


def closing(day: date, found: Sequence[Sitter], known: Shifts) -> datetime:
    """When it closes on this day: the latest half hour of afternoon or evening at which the most of them can be reached.

    Whoever is on leave that day is not among them; whoever works or sleeps even then has longer: see `sitters.last_call`.
    """
    first = datetime.combine(day, time(EARLIEST_HOUR), BEIJING)
    halves = [first + HALF_HOUR * number for number in range((LATEST_HOUR - EARLIEST_HOUR) * 2)]
    # The shift of most is the same: each kind of calendar is asked once.
    kinds: dict[tuple[object, ...], tuple[Sitter, int]] = {}
    for each in found:
        key = (
            *(each.shift, each.rotation, each.rotation_from, each.leave_from, each.leave_until),
            *sorted(each.shift_days.items()),
        )
        kinds[key] = (each, kinds.get(key, (each, 0))[1] + 1)

    def reached(at: datetime) -> int:
        before = at - timedelta(minutes=1)
        return sum(count for who, count in kinds.values() if shifts.may_push(who, before, known))

    return max(halves, key=lambda at: (reached(at), at))


def _change(db: Session, exam: ExamRow, *, by: str, now: datetime, act: str, **values: object) -> ExamRow:
    standing = (rows.PLANNED, rows.OPEN)
    changed = update(Exam).where(Exam.id == exam.id, Exam.state.in_(standing)).values(**values).returning(*EXAM_COLUMNS)
    row = db.execute(changed, execution_options={"synchronize_session": False}).first()
    if row is None:
        raise Refusal("exams.over")
    audit.write(db, act, actor=by, unit_id=exam.unit_id, at=now, exam=exam.id)
    return exam_row(row)
