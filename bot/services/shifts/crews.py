"""What a crew works, said once by its leader for all its people who did not say otherwise themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.models import CrewShift, Member
from bot.services import audit, grants, units
from bot.services.people import MemberRow, PersonRow
from bot.services.shifts import presets
from bot.services.shifts.calendars import Calendar
from content.shifts import Shifts

LEADS = ("crew_leader", "section_head")
KEEPS = "secretary"
MAY = (*LEADS, KEEPS)


@dataclass(frozen=True, slots=True)
class Place:
    """A crew, or a section as a whole, and what to call it among the others offered beside it."""

    id: int
    name: str


def offered(db: Session, person: PersonRow, *, now: datetime) -> list[Place]:
    """Whose shifts he may set: the crews he leads or that stand under his section, those all of whose people belong to
    his branch; by name. Empty for whoever may set none, and in the first day of a number taken over.
    """
    member = person.active
    if member is None or (person.roles_from is not None and now < person.roles_from):
        return []
    led: set[int] = set()
    kept: set[int] = set()
    for role, unit_id in grants.held(db, member.id, now=now):
        if role in LEADS:
            led.update(units.below(db, unit_id))
        elif role == KEEPS:
            kept.update(units.below(db, unit_id))
    if not (led or kept):
        return []
    rows = db.execute(
        select(Member.crew_id, Member.section_id, Member.unit_id).where(
            Member.left_at.is_(None), or_(Member.crew_id.is_not(None), Member.section_id.is_not(None))
        ).distinct()
    )  # fmt: skip
    found: set[int] = set()
    of_others: set[int] = set()
    for crew, section, branch in rows:
        for place in (crew, section):
            if place in led:
                found.add(place)
        if (own := crew if crew is not None else section) is not None:
            (found if branch in kept else of_others).add(own)
    return _named(db, sorted(each for each in found if each in led or each not in of_others))


def told(db: Session, unit_ids: Iterable[int | None]) -> dict[int, Calendar]:
    """What was said of these crews and sections, by unit; those of which nothing was said are not there."""
    wanted = [each for each in unit_ids if each is not None]
    rows = db.execute(select(CrewShift).where(CrewShift.unit_id.in_(wanted))).scalars() if wanted else ()
    return {row.unit_id: Calendar.of(row) for row in rows}


def set_for(db: Session, person: PersonRow, place: Place, said: Calendar, *, shifts: Shifts, now: datetime) -> int:
    """The crew works so from now on; how many of its people follow it. The caller has asked `offered`."""
    assert person.member is not None
    row = {
        "unit_id": place.id,
        "shift": said.shift,
        "rotation": said.rotation,
        "rotation_from": said.rotation_from,
        "shift_days": dict(said.shift_days),
        "set_by": person.member.alias,
        "set_at": now,
    }
    before = presets.crew_calendars(db)
    kept = insert_for(db, table(CrewShift)).values(row)
    again = {name: kept.excluded[name] for name in row if name != "unit_id"}
    db.execute(kept.on_conflict_do_update(index_elements=["unit_id"], set_=again))
    following = presets.refresh(db, shifts, now=now, unit_id=place.id, before=before)
    audit.write(
        db, "shifts.crew_set", actor=person.member.alias, unit_id=place.id, at=now,
        shift=said.shift, rotation=said.rotation, days=len(said.shift_days), people=following,
    )  # fmt: skip
    db.flush()
    return following


def setter(db: Session, member: MemberRow | None, *, now: datetime) -> tuple[str, str] | None:
    """Who set what his crew works: his name and the role he holds for it, "" where it is no longer his; None for nobody."""
    if member is None:
        return None
    row = _row_of(db, member)
    if row is None:
        return None
    him = db.execute(select(Member.id, Member.name).where(Member.alias == row.set_by)).first()
    if him is None:
        return "", ""
    held = {role for role, _ in grants.held(db, him.id, now=now)}
    return him.name, next((role for role in MAY if role in held), "")


def _row_of(db: Session, member: MemberRow) -> CrewShift | None:
    for unit_id in filter(None, (member.crew_id, member.section_id)):
        row = db.get(CrewShift, unit_id)
        if row is not None:
            return row
    return None


def _named(db: Session, ids: list[int]) -> list[Place]:
    """Each with its own name, and with what stands above it where two have the same."""
    rows: Mapping[int, str] = units.paths(db, ids)
    names = [path.rpartition("/")[2] for path in rows.values()]
    places = []
    for unit_id, path in rows.items():
        above, _, name = path.rpartition("/")
        places.append(Place(unit_id, name if names.count(name) == 1 else above.rpartition("/")[2] + name))
    return sorted(places, key=lambda place: (place.name, place.id))
