"""Rooms, their teams and a person's seat as they are found, each a frozen row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session

from bot.models import Contest, ContestAnswer, ContestPlayer, ContestTeam
from bot.services.exams.rows import Sheet

WAITING, RUNNING, OVER = "waiting", "running", "over"
LASTS = timedelta(hours=3)
"""So long after it was opened, or after its last question was, a room is over by itself."""


@dataclass(frozen=True, slots=True)
class Room:
    """One contest; what each column means stands in bot/models/study/contests.py."""

    id: int
    code: str
    unit_id: int | None
    host_id: int | None
    title: str
    questions: tuple[Sheet, ...]
    place: int
    open: bool
    opened_at: datetime | None
    state: str
    made_at: datetime
    over_at: datetime | None

    def over(self, now: datetime) -> bool:
        """It takes nothing any more: ended by its host, or nobody asked anything for three hours."""
        return self.state == OVER or now - (self.opened_at or self.made_at) >= LASTS

    @property
    def last(self) -> bool:
        """The question that is open or was last has none after it."""
        return self.place >= len(self.questions)


@dataclass(frozen=True, slots=True)
class Team:
    """One team of a room."""

    id: int
    name: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A room as one person stands in it: his team, and what he answered to the question that is open or was last."""

    room: Room
    team_id: int | None
    team: str
    answer: str | None
    score: float | None

    @property
    def plays(self) -> bool:
        """He has joined a team."""
        return self.team_id is not None


_ROOM = tuple(getattr(Contest, name) for name in Room.__dataclass_fields__)
_FIND = select(*_ROOM).where(Contest.id == bindparam("room"))
_BY_CODE = select(*_ROOM).where(Contest.code == bindparam("code")).order_by(Contest.id.desc()).limit(1)
_HOSTED = (
    select(*_ROOM)
    .where(Contest.host_id == bindparam("person"), Contest.state != OVER)
    .order_by(Contest.id.desc())
    .limit(1)
)
_PLAYED = (
    select(*_ROOM)
    .join(ContestPlayer, ContestPlayer.contest_id == Contest.id)
    .where(ContestPlayer.person_id == bindparam("person"), Contest.state != OVER)
    .order_by(ContestPlayer.joined_at.desc(), Contest.id.desc())
)
_SEAT = (
    select(*_ROOM, ContestPlayer.team_id, ContestTeam.name, ContestAnswer.answer, ContestAnswer.score)
    .join_from(
        Contest,
        ContestPlayer,
        and_(ContestPlayer.contest_id == Contest.id, ContestPlayer.person_id == bindparam("person")),
        isouter=True,
    )
    .join(ContestTeam, ContestTeam.id == ContestPlayer.team_id, isouter=True)
    .join(
        ContestAnswer,
        and_(
            ContestAnswer.contest_id == Contest.id,
            ContestAnswer.place == Contest.place,
            ContestAnswer.person_id == bindparam("person"),
        ),
        isouter=True,
    )
    .where(Contest.id == bindparam("room"))
)


def find(db: Session, room_id: int) -> Room | None:
    """The room of that id."""
    row = db.execute(_FIND, {"room": room_id}).first()
    return None if row is None else _room(row)


def by_code(db: Session, code: str) -> Room | None:
    """The newest room of that code, over or not."""
    row = db.execute(_BY_CODE, {"code": code}).first()
    return None if row is None else _room(row)


def hosted(db: Session, person_id: int, *, now: datetime) -> Room | None:
    """The newest room he hosts that is not over."""
    row = db.execute(_HOSTED, {"person": person_id}).first()
    found = None if row is None else _room(row)
    return found if found is not None and not found.over(now) else None


def played(db: Session, person_id: int, *, now: datetime) -> list[Room]:
    """The rooms he plays in that are not over, the one he entered last first."""
    found = [_room(row) for row in db.execute(_PLAYED, {"person": person_id})]
    return [room for room in found if not room.over(now)]


def seat(db: Session, room_id: int, person_id: int) -> Seat | None:
    """The room with this person's place in it, be he in a team or not; one statement."""
    row = db.execute(_SEAT, {"room": room_id, "person": person_id}).first()
    if row is None:
        return None
    size = len(_ROOM)
    team_id, team, answer, score = tuple(row)[size:]
    return Seat(_room(tuple(row)[:size]), team_id, team or "", answer, score)


def teams(db: Session, room_id: int) -> list[Team]:
    """The teams in the order they were named."""
    rows = select(ContestTeam.id, ContestTeam.name, ContestTeam.unit_id).where(ContestTeam.contest_id == room_id)
    return [Team(id_, name, unit_id) for id_, name, unit_id in db.execute(rows.order_by(ContestTeam.id))]


def _room(row: Row[Any] | Sequence[Any]) -> Room:
    id_, code, unit_id, host_id, title, questions, *rest = tuple(row)
    return Room(id_, code, unit_id, host_id, title, tuple(Sheet(*each) for each in questions), *rest)
