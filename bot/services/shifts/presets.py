"""What a person works as long as he says nothing himself: as his crew does, else as the roster has it.

It is copied into his own row whenever one of the two changes, so that whoever reads his row needs no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.db.upsert import table
from bot.errors import Refusal
from bot.models import CrewShift, Member, Person
from bot.services.people import PersonRow
from bot.services.shifts.calendars import Calendar, kept
from bot.services.shifts.own import CREW, NOBODY, ROSTER, SELF
from content.shifts import Shifts

Crews = Mapping[int, Calendar]
_COLUMNS = ("shift", "rotation", "rotation_from", "shift_days", "shift_from")


def crew_calendars(db: Session) -> dict[int, Calendar]:
    """What every crew and section works of which anything was said, by unit."""
    return {row.unit_id: Calendar.of(row) for row in db.execute(select(CrewShift)).scalars()}


def roster_calendar(word: str, shifts: Shifts) -> Calendar:
    """What a roster's word for a shift tells; an empty one where it tells nothing.

    A rotation by its name alone does not tell whose week it is: which shift a day has stays unknown until somebody says.
    Rest is no shift that anybody works by.
    """
    if not word.strip():
        return Calendar()
    if (turning := shifts.rotation(word)) is not None:
        return Calendar(rotation=",".join(turning.shifts))
    found = shifts.find(word)
    return Calendar(found.id) if found is not None and found.work is not None else Calendar()


def joined(db: Session, person_id: int, shifts: Shifts, *, now: datetime) -> None:
    """He has just joined as somebody of the roster: what his crew or the roster says is his, unless he said otherwise."""
    refresh(db, shifts, now=now, person_id=person_id)


def follow(db: Session, person: PersonRow, shifts: Shifts, *, now: datetime) -> PersonRow:
    """He takes back what he said himself, from today on, and works as his crew does, or as the roster has it.

    Raises Refusal shifts.nothing_to_follow, and changes nothing, where neither says anything.
    """
    given, source = Calendar(), NOBODY
    if (member := person.active) is not None:
        roster = db.execute(select(Member.shift).where(Member.id == member.id)).scalar_one()
        given, source, _ = _given(member.crew_id, member.section_id, roster, crew_calendars(db), shifts)
    if not given.tells:
        raise Refusal("shifts.nothing_to_follow")
    today = now.astimezone(BEIJING).date()
    past = {day: each for day, each in kept(person, today).items() if day < today.isoformat()}
    values = _values(replace(given, shift_days={**past, **given.shift_days}), source)
    his = update(Person).where(Person.id == person.id)
    db.execute(his.values(values), execution_options={"synchronize_session": False})
    return replace(person, **values)


def refresh(
    db: Session,
    shifts: Shifts,
    *,
    now: datetime,
    unit_id: int | None = None,
    person_id: int | None = None,
    before: Crews | None = None,
) -> int:
    """Everybody who has joined, the people of a unit, or one person, work as their crew or the roster says now,
    but for those who said otherwise themselves; how many follow a crew then, or that unit.

    `before` is what the crews worked until now, where that has just changed: days that differ and were not the crew's are
    a person's own, and stay.
    """
    crews = crew_calendars(db)
    wanted = [Person.shift_from != SELF, Member.left_at.is_(None)]
    if unit_id is not None:
        wanted.append(or_(Member.crew_id == unit_id, Member.section_id == unit_id))
    if person_id is not None:
        wanted.append(Person.id == person_id)
    columns = [getattr(Person, name) for name in ("id", *_COLUMNS)]
    places = (Member.crew_id, Member.section_id, Member.shift.label("roster"))
    everybody = select(*columns, *places).join(Member, Person.member_id == Member.id).where(*wanted)
    people = db.execute(everybody.order_by(Person.id)).all()  # lowest first, as everywhere rows are locked
    today = now.astimezone(BEIJING).date()
    changed: list[dict[str, Any]] = []
    following = 0
    for row in people:
        given, source, led_by = _given(row.crew_id, row.section_id, row.roster, crews, shifts)
        own = _own_days(row, given, crews if before is None else before, moved=before is None, today=today)
        values = _values(replace(given, shift_days={**given.shift_days, **own}), source)
        following += led_by is not None and unit_id in (None, led_by)
        if any(getattr(row, name) != value for name, value in values.items()):
            changed.append({"him": row.id} | {f"to_{name}": value for name, value in values.items()})
    if changed:
        people_table = table(Person)
        change = update(people_table).where(people_table.c.id == bindparam("him"))
        db.execute(change.values({name: bindparam(f"to_{name}") for name in _COLUMNS}), changed)
    return following


def _given(
    crew_id: int | None, section_id: int | None, roster: str, crews: Crews, shifts: Shifts
) -> tuple[Calendar, str, int | None]:
    """What he works if he says nothing, who says so, and of which unit it is said.

    A crew of which only days were said works the roster's shifts.
    """
    unit_id = next((each for each in (crew_id, section_id) if each in crews), None)
    if unit_id is not None and crews[unit_id].tells:
        return crews[unit_id], CREW, unit_id
    given = roster_calendar(roster, shifts)
    days = crews[unit_id].shift_days if unit_id is not None else {}
    return replace(given, shift_days=dict(days)), ROSTER if given.tells else NOBODY, unit_id


def _own_days(row: Any, given: Calendar, before: Crews, *, moved: bool, today: date) -> dict[str, str]:
    """The days that differ by his own word. Who has moved to another crew leaves the old one's days to come behind."""
    old = next((before[each] for each in (row.crew_id, row.section_id) if each in before), Calendar())
    days = {day: each for day, each in kept(row, today).items() if old.shift_days.get(day) != each}
    if moved and row.shift_from == CREW and Calendar.of(row).base != given.base:
        return {day: each for day, each in days.items() if day < today.isoformat()}
    return days


def _values(works: Calendar, source: str) -> dict[str, Any]:
    return {
        "shift": works.shift,
        "rotation": works.rotation,
        "rotation_from": works.rotation_from,
        "shift_days": dict(works.shift_days),
        "shift_from": source,
    }
