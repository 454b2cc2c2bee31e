"""Playing in a room: entering a team, leaving it, and one answer to each question, the first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Double, Integer, String, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, prepared, table
from bot.models import Contest, ContestAnswer, ContestPlayer
from bot.models.base import Moment, RowId
from bot.services import quiz, spacing
from bot.services.contests.rooms import RUNNING, Room, Team
from bot.services.people import MemberRow, PersonRow
from bot.services.quiz import scoring
from content import Content
from content.bank import Question

LONGEST_ANSWER = 64
_KEPT = ("contest_id", "place", "person_id", "team_id", "answer", "score", "at")
# Only while that very question is open: the host who collects waits for the answers under way, later ones find it shut.
_OPEN = (
    select(
        Contest.id,
        Contest.place,
        bindparam("person", type_=RowId),
        bindparam("team", type_=RowId),
        bindparam("said", type_=String),
        bindparam("points", type_=Double),
        bindparam("sent", type_=Moment),
    )
    .where(
        Contest.id == bindparam("room", type_=RowId),
        Contest.place == bindparam("asked", type_=Integer),
        Contest.open.is_(True),
        Contest.state == RUNNING,
    )
    .with_for_update(read=True)
)
_ANSWER = prepared(
    lambda insert: (
        insert(table(ContestAnswer))
        .from_select(list(_KEPT), _OPEN)
        .on_conflict_do_nothing(index_elements=["contest_id", "place", "person_id"])
        .returning(table(ContestAnswer).c.id)
    )
)


def suggested(teams: list[Team], member: MemberRow | None) -> Team | None:
    """The team of his crew, else of his section."""
    for unit in (member.crew_id, member.section_id) if member is not None else ():
        for team in teams:
            if unit is not None and team.unit_id == unit:
                return team
    return None


def join(db: Session, room: Room, person_id: int, team_id: int, *, now: datetime) -> int:
    """Play for that team from now on, or change to it: the team he is in, which is the one he has answered for, if any."""
    rows = table(ContestAnswer)
    answered = select(rows.c.team_id).where(rows.c.contest_id == room.id, rows.c.person_id == person_id).limit(1)
    bound: int | None = db.execute(answered).scalar()
    chosen = team_id if bound is None else bound
    kept = insert_for(db, table(ContestPlayer)).values(
        contest_id=room.id, person_id=person_id, team_id=chosen, joined_at=now
    )
    again = {name: kept.excluded[name] for name in ("team_id", "joined_at")}
    db.execute(kept.on_conflict_do_update(index_elements=["contest_id", "person_id"], set_=again))
    return chosen


def leave(db: Session, room: Room, person_id: int) -> None:
    """Play there no longer; what he answered stays his team's."""
    db.execute(delete(ContestPlayer).where(ContestPlayer.contest_id == room.id, ContestPlayer.person_id == person_id))


def answer(
    db: Session,
    person: PersonRow,
    room: Room,
    team_id: int,
    said: str,
    *,
    asked: Question,
    content: Content,
    sent_at: datetime,
) -> float | None:
    """Keep what he answers to the question the room stands at: its score, 0 to 1; None when he had one, or it is shut.

    What he misses comes back to him by the spacing rule, and that at once: his row is his own, while the host, closing
    for all, would wait in a circle for people who are answering. A right answer does not count there: at a meeting it
    may have been the neighbour's, and a borrowed one must not hide the point for months.
    """
    shuffle = room.questions[room.place - 1].shuffle
    score = scoring.score(said, asked, shuffle, content.answers, partial=False)
    row = {
        "person": person.id,
        "team": team_id,
        "said": said[:LONGEST_ANSWER],
        "points": score,
        "sent": sent_at,
        "room": room.id,
        "asked": room.place,
    }
    if db.execute(_ANSWER[db.get_bind().dialect.name], row).first() is None:
        return None
    if score < 1:
        rated = spacing.rating(score, guessed=False, took=timedelta(), kind=asked.kind)
        spacing.review(db, person.id, asked, rating=rated, now=sent_at, weight=quiz.bears(person, content))
    return score


def given(db: Session, room: Room, place: int, person_id: int) -> tuple[str, float] | None:
    """What he answered to the question of a place, and its score."""
    rows = select(ContestAnswer.answer, ContestAnswer.score).where(
        ContestAnswer.contest_id == room.id, ContestAnswer.place == place, ContestAnswer.person_id == person_id
    )
    found = db.execute(rows).first()
    return None if found is None else (found[0], found[1])


def has_played(db: Session, room: Room, person_id: int) -> bool:
    """He was in it: as a player still, or by an answer."""
    there = (
        exists().where(each.contest_id == room.id, each.person_id == person_id)
        for each in (ContestPlayer, ContestAnswer)
    )
    return any(db.execute(select(each)).scalar() for each in there)
