"""Hosting a room: who may, opening it under a code of its own, asking and collecting, hands, taking over, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.db import chance
from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import Contest, ContestHands, ContestTeam, Member, Unit
from bot.services import units
from bot.services.contests import rooms
from bot.services.contests.rooms import LASTS, OVER, RUNNING, WAITING, Room
from bot.services.exams import papers
from bot.services.materials import archive, rights
from bot.services.people import PersonRow
from content.bank import Question

HOSTS = ("crew_leader", "section_head", "group_leader", "secretary", "committee", "organiser", "safety_office")
CODE_DIGITS, CODE_LENGTH = "23589", 4
"""Spoken in a noisy hall: 1 and 7, 4 and 10, 6 and 9 sound alike, 0 and 6 look alike."""
TRIES = 20
LEAST_TEAMS, MOST_TEAMS = 2, 12
LONGEST_TEAM = 12
MOST_HANDS = 300


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team to be: its name, and the crew it is where it is one."""

    name: str
    unit_id: int | None = None


def homes(db: Session, person: PersonRow, *, now: datetime) -> list[tuple[int, str]]:
    """The units he may host a contest of by his roles, id and path; those below one of them are left out."""
    paths = sorted(units.paths(db, rights.reach(db, person, HOSTS, now=now)).items(), key=lambda each: each[1])
    known = {path for _, path in paths}
    return [(unit, path) for unit, path in paths if not any(path.startswith(f"{each}/") for each in known)]


def may(db: Session, person: PersonRow, unit_id: int | None, *, now: datetime) -> bool:
    """True when he may host a room of that unit, be it one that somebody else opened."""
    return unit_id is not None and rights.may(db, person, HOSTS, unit_id, now=now)


def crews(db: Session, unit_id: int, *, now: datetime) -> list[TeamPlan]:
    """The crews whose people belong to the unit, the largest first; of a crew, those of its section."""
    unit = db.get_one(Unit, unit_id)
    start = unit.parent_id if unit.kind == "crew" and unit.parent_id is not None else unit.id
    below = units.below(db, start)
    places = (Member.unit_id, Member.group_id, Member.section_id, Member.crew_id)
    rows = (
        select(Member.crew_id, func.count())
        .where(Member.crew_id.is_not(None), or_(*(place.in_(below) for place in places)))
        .where(or_(Member.left_at.is_(None), Member.left_at > now))
        .group_by(Member.crew_id)
    )
    sizes = {crew: count for crew, count in db.execute(rows) if crew is not None}
    paths = units.paths(db, sizes)
    names = Counter(path.rpartition("/")[2] for path in paths.values())
    ordered = sorted(paths, key=lambda crew: (-sizes[crew], paths[crew]))
    return [TeamPlan(_name(paths[crew], names), crew) for crew in ordered]


def open_room(
    db: Session,
    person_id: int,
    unit_id: int,
    *,
    title: str,
    teams: Sequence[TeamPlan],
    questions: Sequence[Question],
    now: datetime,
) -> Room:
    """Open a room under a code that no other open room has; rooms left lying are over from now on.

    Refuses contests.few_teams below two, contests.no_code when no code is free (hundreds of rooms open at once).
    """
    if len(teams) < LEAST_TEAMS:
        raise Refusal("contests.few_teams")
    _close_lapsed(db, now)
    archive.keep(db, questions, now=now)
    sheets = papers.sheets(questions, seed=chance.hexadecimal(4))
    values = {
        "unit_id": unit_id,
        "host_id": person_id,
        "title": title,
        "questions": [list(astuple(each)) for each in sheets],
        "place": 0,
        "open": False,
        "state": WAITING,
        "made_at": now,
    }
    for _ in range(TRIES):
        made = insert_for(db, table(Contest)).values(code=chance.drawn(CODE_DIGITS, CODE_LENGTH), **values)
        room_id = db.execute(made.on_conflict_do_nothing().returning(table(Contest).c.id)).scalar()
        if room_id is not None:
            rows = [{"contest_id": room_id, "name": each.name, "unit_id": each.unit_id} for each in teams]
            db.execute(insert(ContestTeam), rows)
            return _get(db, room_id)
    raise Refusal("contests.no_code")


def ask(db: Session, room: Room, place: int, *, now: datetime) -> bool:
    """Open the question of that place; False when it is not the next one, so that a second tap changes nothing."""
    if not 1 <= place <= len(room.questions):
        return False
    rows = table(Contest)
    change = update(rows).where(rows.c.id == room.id, rows.c.place == place - 1, rows.c.open.is_(False))
    change = change.where(rows.c.state != OVER).values(place=place, open=True, opened_at=now, state=RUNNING)
    return db.execute(change.returning(rows.c.id)).first() is not None


def collect(db: Session, room: Room, place: int) -> bool:
    """Take no more answers to the question of that place; False when it is not the open one."""
    rows = table(Contest)
    change = update(rows).where(rows.c.id == room.id, rows.c.place == place, rows.c.open.is_(True))
    return db.execute(change.values(open=False).returning(rows.c.id)).first() is not None


def end(db: Session, room: Room, *, now: datetime) -> Room:
    """Over from now on; what was answered counts."""
    rows = table(Contest)
    change = update(rows).where(rows.c.id == room.id, rows.c.state != OVER)
    db.execute(change.values(state=OVER, open=False, over_at=now))
    return _get(db, room.id)


def take_over(db: Session, person: PersonRow, room: Room, *, now: datetime) -> Room:
    """Host it from now on instead of whoever did. Refuses contests.not_host, contests.over."""
    if not may(db, person, room.unit_id, now=now):
        raise Refusal("contests.not_host")
    if room.over(now):
        raise Refusal("contests.over")
    db.execute(update(table(Contest)).where(table(Contest).c.id == room.id).values(host_id=person.id))
    return _get(db, room.id)


def hands(db: Session, room: Room, team_id: int, *, raised: int, right: int) -> None:
    """So many of a team without a phone raised a hand on the last question asked, so many of them rightly.

    Said again it replaces what was said, until the next question is asked. Refuses contests.no_question before the
    first, contests.bad_hands for more right ones than raised, or for a crowd.
    """
    if room.place == 0:
        raise Refusal("contests.no_question")
    if not 0 <= right <= raised <= MOST_HANDS:
        raise Refusal("contests.bad_hands", raised=raised, right=right)
    row = {"contest_id": room.id, "place": room.place, "team_id": team_id, "raised": raised, "right": right}
    kept = insert_for(db, table(ContestHands)).values(row)
    again = {name: kept.excluded[name] for name in ("raised", "right")}
    db.execute(kept.on_conflict_do_update(index_elements=["contest_id", "place", "team_id"], set_=again))


def _close_lapsed(db: Session, now: datetime) -> None:
    rows = table(Contest)
    moved = func.coalesce(rows.c.opened_at, rows.c.made_at)
    gone = update(rows).where(rows.c.state != OVER, moved <= now - LASTS)
    db.execute(gone.values(state=OVER, open=False, over_at=now))


def _get(db: Session, room_id: int) -> Room:
    found = rooms.find(db, room_id)
    assert found is not None
    return found


def _name(path: str, names: Counter[str]) -> str:
    """The crew's own name; where two sections have one of that name, with the section before it."""
    name = path.rpartition("/")[2]
    return name if names[name] == 1 else "".join(path.split("/")[-2:])
