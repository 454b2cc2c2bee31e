"""What a person says of his own shifts: it overrules what his crew or the roster says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.models import Person
from bot.services.people import PersonRow
from bot.services.shifts.calendars import Calendar, begun, chosen, excepted, rotated
from content.shifts import Rotation, Shift, Shifts

SELF, CREW, ROSTER, NOBODY = "self", "crew", "roster", ""


def choose(db: Session, person: PersonRow, shift: Shift, *, week: date, today: date) -> PersonRow:
    """He works this shift in the week that begins on this Monday, as `calendars.chosen` says; he as he works now."""
    return _write(db, person, chosen(person, shift, week=week, today=today))


def rotate(db: Session, person: PersonRow, rotation: Rotation, *, week: date, shifts: Shifts) -> PersonRow:
    """He goes through these shifts, a week each, from the one he works in the week of this Monday; he as he works now."""
    return _write(db, person, rotated(person, rotation, week=week, shifts=shifts))


def begin(
    db: Session, person: PersonRow, works: Shift | Rotation, *, day: date, today: date, shifts: Shifts
) -> PersonRow:
    """From that day on he works this shift, or these in turn; he as he works now."""
    return _write(db, person, begun(person, works, day=day, today=today, shifts=shifts))


def except_on(db: Session, person: PersonRow, day: date, shift: Shift, *, today: date, shifts: Shifts) -> PersonRow:
    """He works this shift on that day alone, the usual one taking an exception back; he as he works now."""
    return _write(db, person, excepted(person, day, shift, today=today, shifts=shifts))


def _write(db: Session, person: PersonRow, said: Calendar) -> PersonRow:
    """Days that differ leave him with his crew; more than that is his own word."""
    source = person.shift_from if said.base == Calendar.of(person).base else SELF
    changed = {
        "shift": said.shift,
        "rotation": said.rotation,
        "rotation_from": said.rotation_from,
        "shift_days": dict(said.shift_days),
        "shift_from": source,
    }
    db.execute(
        update(Person).where(Person.id == person.id).values(changed), execution_options={"synchronize_session": False}
    )
    return replace(person, **changed)  # type: ignore[arg-type]
