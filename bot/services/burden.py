"""What is asked of each person in a week, by kind: counted, held to a measure, and let pass it only for a kept reason.

Counted is what turns to him first: a question, a lesson, a case, an exam, a pledge's reminder, a notice, a sign-up.
What he comes for himself is no burden, and danger knows no measure (product.md, principle 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import Demand, Member, Overrun, Person, Unit
from bot.services import audit, grants, units
from bot.services.people import PersonRow
from content.jobs.burden import BurdenRules

MAY_ALLOW = ("secretary", "committee", "party_office", "safety_office")
FEWEST = 5
"""Of fewer people no figures are shown (decisions, Who sees what)."""


@dataclass(frozen=True, slots=True)
class Burden:
    """Of a unit's people in a week: how many there are, and how often each was turned to on average and at most."""

    people: int
    average: float
    most: int
    by_kind: Mapping[str, int]


def week_of(day: date) -> date:
    """The Monday under which a shift day is counted."""
    return day - timedelta(days=day.weekday())


def take(
    db: Session, people: Mapping[int, int | None], kind: str, *, day: date, rules: BurdenRules, times: int = 1
) -> frozenset[int]:
    """Those of these people, by id with the unit of each, who may be asked once more; counted at once for them.

    `times` is how often this one thing turns to them. At most five statements however many people.
    """
    allowed = may_ask(db, people, kind, day=day, rules=rules, times=times)
    note(db, allowed, kind, day=day, times=times)
    return allowed


def may_ask(
    db: Session, people: Mapping[int, int | None], kind: str, *, day: date, rules: BurdenRules, times: int = 1
) -> frozenset[int]:
    """Those who have room left this week for one more of this kind."""
    week = week_of(day)
    spent = spent_by(db, people, week=week)
    more = _more(db, {unit for unit in people.values() if unit is not None}, kind, week=week)
    allowed = []
    for person, unit in people.items():
        extra = more.get(unit, 0) if unit is not None else 0
        his = spent.get(person, {})
        if his.get(kind, 0) + times <= rules.kinds[kind] + extra and sum(his.values()) + times <= rules.total + extra:
            allowed.append(person)
    return frozenset(allowed)


def note(db: Session, ids: Collection[int], kind: str, *, day: date, times: int = 1) -> None:
    """Count one more asking for each of these people; one statement for every five hundred."""
    week, every = week_of(day), sorted(ids)
    for start in range(0, len(every), 500):
        rows = [{"person_id": each, "week": week, "kind": kind, "count": times} for each in every[start : start + 500]]
        new = insert_for(db, table(Demand)).values(rows)
        counted = {"count": table(Demand).c["count"] + times}
        db.execute(new.on_conflict_do_update(index_elements=["person_id", "week", "kind"], set_=counted))


def spent_by(db: Session, ids: Collection[int], *, week: date) -> dict[int, dict[str, int]]:
    """How often each was turned to in a week, by kind; without those who were not."""
    found: dict[int, dict[str, int]] = {}
    every = sorted(ids)
    for start in range(0, len(every), 500):
        rows = select(Demand.person_id, Demand.kind, Demand.count).where(
            Demand.week == week, Demand.person_id.in_(every[start : start + 500])
        )
        for person, kind, count in db.execute(rows).all():
            found.setdefault(person, {})[kind] = count
    return found


def of_unit(db: Session, unit_id: int, *, week: date) -> Burden | None:
    """What was asked of the people under a unit who have joined; None when they are fewer than five."""
    wanted = units.below(db, unit_id)
    his = select(Person.id).join(Member, Person.member_id == Member.id)
    his = his.where(
        Member.left_at.is_(None),
        Member.unit_id.in_(wanted) | Member.section_id.in_(wanted) | Member.crew_id.in_(wanted),
    )
    ids = list(db.execute(his).scalars())
    if len(ids) < FEWEST:
        return None
    spent = spent_by(db, ids, week=week)
    totals = [sum(kinds.values()) for kinds in spent.values()]
    by_kind: dict[str, int] = {}
    for kinds in spent.values():
        for kind, count in kinds.items():
            by_kind[kind] = by_kind.get(kind, 0) + count
    return Burden(len(ids), sum(totals) / len(ids), max(totals, default=0), by_kind)


def allow_more(
    db: Session,
    person: PersonRow,
    unit_id: int,
    kind: str,
    *,
    more: int,
    reason: str,
    day: date,
    now: datetime,
    rules: BurdenRules,
) -> None:
    """Let the people of a unit be asked so many times more this week, for a reason that is kept.

    Raises Refusal: burden.not_yours, burden.too_many (`most`), burden.reason (`shortest`).
    """
    if person.active is None or not grants.may(db, person, MAY_ALLOW, unit_id, now=now):
        raise Refusal("burden.not_yours")
    week = week_of(day)
    had = sum(each.more for each in overruns(db, unit_id, week=week) if each.kind == kind)
    if not 1 <= more + had <= rules.most_more:
        raise Refusal("burden.too_many", most=rules.most_more)
    if len(reason.strip()) < rules.shortest_reason:
        raise Refusal("burden.reason", shortest=rules.shortest_reason)
    by = person.active.alias
    db.add(Overrun(unit_id=unit_id, week=week, kind=kind, more=more, reason=reason.strip()[:255], by=by, at=now))
    audit.write(db, "burden.more", actor=by, unit_id=unit_id, at=now, kind=kind, more=more)
    db.flush()


def overruns(db: Session, unit_id: int, *, week: date) -> Sequence[Overrun]:
    """The reasons kept for a unit itself in a week, the first first."""
    rows = select(Overrun).where(Overrun.unit_id == unit_id, Overrun.week == week).order_by(Overrun.id)
    return db.execute(rows).scalars().all()


def _more(db: Session, unit_ids: Collection[int], kind: str, *, week: date) -> dict[int, int]:
    """How many more are allowed in each unit: what was said for it and for what stands above it."""
    said = select(Overrun.unit_id, func.sum(Overrun.more)).where(Overrun.week == week, Overrun.kind == kind)
    allowed: dict[int, int] = dict(db.execute(said.group_by(Overrun.unit_id)).all())
    if not allowed:
        return {}
    parents: dict[int, int | None] = dict(db.execute(select(Unit.id, Unit.parent_id)).all())
    found: dict[int, int] = {}
    for unit in unit_ids:
        each: int | None = unit
        while each is not None:
            found[unit] = found.get(unit, 0) + allowed.get(each, 0)
            each = parents.get(each)
    return found
