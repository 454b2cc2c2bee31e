"""Whom an exam concerns: those of its unit, narrowed by trade, by political status, or to who did not pass another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from bot.models import Exam, Member, Person, TrainingRecord
from bot.services import shifts, units
from bot.services.exams.rows import CLOSED, EXAM_COLUMNS, OFF, ExamRow, exam_row
from bot.services.people import OF_PARTY, PersonRow
from bot.services.shifts import leave
from content.mine import MineWords
from content.shifts import Shifts

GRACE = timedelta(hours=2)
"""Whoever is underground or asleep when an exam closes may begin so long after he can be reached again."""
LONGEST_GRACE = timedelta(hours=24)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sitter:
    """One line of the roster that an exam concerns, and the phone bound to it; without one the last fields are empty."""

    member_id: int
    alias: str
    staff_no: str
    name: str
    trade: str
    political: str
    unit_id: int
    group_id: int | None
    section_id: int | None
    crew_id: int | None
    person_id: int | None = None
    followed: bool = False
    shift: str = ""
    rotation: str = ""
    rotation_from: date | None = None
    shift_days: Mapping[str, str] = field(default_factory=dict)
    leave_from: date | None = None
    leave_until: date | None = None
    political_consent: int = 0
    paused_until: datetime | None = None
    last_wrote_at: datetime | None = None

    @property
    def joined(self) -> bool:
        """He can be told of it."""
        return self.person_id is not None and self.followed

    @property
    def home(self) -> set[int]:
        """The units he belongs to by the roster, without those above."""
        return {each for each in (self.unit_id, self.group_id, self.section_id, self.crew_id) if each is not None}

    def away(self, since: datetime, until: datetime) -> bool:
        """He is on leave all the while."""
        return leave.lasts(self, since) and leave.lasts(self, until)


_OF_MEMBER = (
    Member.id, Member.alias, Member.staff_no, Member.name, Member.trade, Member.political, Member.unit_id, Member.group_id,
    Member.section_id, Member.crew_id,
)  # fmt: skip
_OF_PERSON = (
    Person.id, Person.followed, Person.shift, Person.rotation, Person.rotation_from, Person.shift_days,
    Person.leave_from, Person.leave_until, Person.political_consent, Person.paused_until, Person.last_wrote_at,
)  # fmt: skip


PERSON_ID = Person.id
"""For conditions on whoever has joined, in `but`."""


def concerned(
    db: Session,
    unit_id: int,
    audience: Mapping[str, Any],
    *,
    words: MineWords,
    now: datetime,
    but: Sequence[ColumnElement[bool]] = (),
) -> list[Sitter]:
    """Everybody of the unit and below that the audience means, by name; those who have not joined included.

    An exam of members alone concerns whoever agreed that his political status may be used. `but` leaves people out.
    """
    below = units.below(db, unit_id)
    places = (Member.unit_id, Member.group_id, Member.section_id, Member.crew_id)
    his = (
        select(*_OF_MEMBER, *_OF_PERSON)
        .join_from(Member, Person, Person.member_id == Member.id, isouter=True)
        .where(or_(*(place.in_(below) for place in places)))
        .where(or_(Member.left_at.is_(None), Member.left_at > now), Member.frozen_at.is_(None))
        .where(*(not_(each) for each in but))
        .order_by(Member.name, Member.alias)
    )
    found = [_sitter(tuple(row)) for row in db.execute(his)]
    failed = _failed(db, audience)
    return [each for each in found if _means(audience, each, failed, words)]


def concerns(db: Session, exam: ExamRow, person: PersonRow, *, words: MineWords) -> bool:
    """True when this person is one of those, without a look at the others."""
    me = of_person(person)
    if me is None or not me.home & set(units.below(db, exam.unit_id)):
        return False
    return _means(exam.audience, me, _failed(db, exam.audience), words)


def standing_for(db: Session, person: PersonRow, *, words: MineWords) -> list[ExamRow]:
    """The exams that concern him and are neither closed nor called off, the one that closes first first."""
    me = of_person(person)
    if me is None:
        return []
    above = {unit for home in me.home for unit in units.chain(db, home)}
    rows = select(*EXAM_COLUMNS).where(Exam.state.not_in((CLOSED, OFF)), Exam.unit_id.in_(above))
    found = [exam_row(row) for row in db.execute(rows.order_by(Exam.closes_at, Exam.id))]
    return [exam for exam in found if _means(exam.audience, me, _failed(db, exam.audience), words)]


def of_person(person: PersonRow) -> Sitter | None:
    """The person of a turn as a sitter; None for a guest and for whoever may not act as a member."""
    member = person.active
    if member is None:
        return None
    return Sitter(
        member_id=member.id,
        alias=member.alias,
        staff_no=member.staff_no,
        name=member.name,
        trade=member.trade,
        political=member.political,
        unit_id=member.unit_id,
        group_id=member.group_id,
        section_id=member.section_id,
        crew_id=member.crew_id,
        person_id=person.id,
        followed=True,
        shift=person.shift,
        rotation=person.rotation,
        rotation_from=person.rotation_from,
        shift_days=person.shift_days,
        leave_from=person.leave_from,
        leave_until=person.leave_until,
        political_consent=person.political_consent,
    )


def alias_of(db: Session, person_id: int) -> str:
    """The roster's random id of whoever this phone belongs to; empty where it belongs to nobody any more."""
    his = select(Member.alias).join(Person, Person.member_id == Member.id).where(Person.id == person_id)
    return db.execute(his).scalar() or ""


def last_call(exam: ExamRow, who: shifts.Works, known: Shifts) -> datetime:
    """Until when he may begin: the closing time, or two hours after he can be reached again where it falls into his work or sleep.

    Nothing is ever due underground (product.md, principle 4). Never more than a day later.
    """
    if exam.together:
        return exam.ends or exam.closes_at
    if shifts.reachable(who, exam.closes_at - A_MINUTE, known):
        return exam.closes_at
    return min(shifts.next_window(who, exam.closes_at, known) + GRACE, exam.closes_at + LONGEST_GRACE)


def _means(audience: Mapping[str, Any], who: Sitter, failed: Collection[str] | None, words: MineWords) -> bool:
    trades = audience.get("trades")
    if trades and not set(words.trades_of(who.trade)) & set(trades):
        return False
    if audience.get("party") and not (who.political in OF_PARTY and who.political_consent > 0):
        return False
    return failed is None or who.alias in failed


def _failed(db: Session, audience: Mapping[str, Any]) -> set[str] | None:
    """Aliases of those who have not passed the exam that this one is held once more for; None where there is none such."""
    again = audience.get("again")
    if again is None:
        return None
    rows = select(TrainingRecord.alias).where(
        TrainingRecord.exam_id == again, or_(TrainingRecord.passed.is_(None), TrainingRecord.passed.is_(False))
    )
    return set(db.execute(rows).scalars())


def _sitter(row: tuple[Any, ...]) -> Sitter:
    member, person = row[: len(_OF_MEMBER)], row[len(_OF_MEMBER) :]
    return Sitter(*member) if person[0] is None else Sitter(*member, *person)
