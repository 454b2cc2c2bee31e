"""What came of a room: counts while it runs, and in the end how the teams stand. Of persons nothing is ever said or ranked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import ContestAnswer, ContestHands, ContestPlayer
from bot.services.contests import rooms
from bot.services.contests.rooms import Room, Team
from bot.services.packs import FEWEST


@dataclass(frozen=True, slots=True)
class Count:
    """A team at the question that is open or was last: how many joined, answered by phone, and raised a hand."""

    team: Team
    joined: int
    answered: int
    raised: int
    right: int


@dataclass(frozen=True, slots=True)
class Score:
    """A team in the end: its share of right answers in percent and its rank, both None for fewer than five people."""

    team: Team
    people: int
    share: int | None
    rank: int | None


def counts(db: Session, room: Room) -> list[Count]:
    """Each team with its counts, in the order of the teams."""
    joined = dict(
        db.execute(
            select(ContestPlayer.team_id, func.count())
            .where(ContestPlayer.contest_id == room.id)
            .group_by(ContestPlayer.team_id)
        ).all()
    )
    answered = dict(
        db.execute(
            select(ContestAnswer.team_id, func.count())
            .where(ContestAnswer.contest_id == room.id, ContestAnswer.place == room.place)
            .group_by(ContestAnswer.team_id)
        ).all()
    )
    hands = {
        team: (raised, right)
        for team, raised, right in db.execute(
            select(ContestHands.team_id, ContestHands.raised, ContestHands.right).where(
                ContestHands.contest_id == room.id, ContestHands.place == room.place
            )
        )
    }
    return [
        Count(team, joined.get(team.id, 0), answered.get(team.id, 0), *hands.get(team.id, (0, 0)))
        for team in rooms.teams(db, room.id)
    ]


def right_share(db: Session, room: Room) -> int | None:
    """Percent of all answers to the last question that were right, hands included; None below five answers."""
    phones = select(func.count(), func.sum(ContestAnswer.score)).where(
        ContestAnswer.contest_id == room.id, ContestAnswer.place == room.place
    )
    hands = select(func.sum(ContestHands.raised), func.sum(ContestHands.right)).where(
        ContestHands.contest_id == room.id, ContestHands.place == room.place
    )
    total = right = 0.0
    for statement in (phones, hands):
        one, two = db.execute(statement).one()
        total, right = total + (one or 0), right + (two or 0)
    return _percent(right, total) if total >= FEWEST else None


def standing(db: Session, room: Room) -> list[Score]:
    """The teams, the best first; who has the same percent has the same rank, and those too small to tell stand last.

    A team's share is the average score of one answer: what its phones scored and the hands that were right, over all
    its answers and all hands raised. So a large crew has no advantage over a small one, nor phones over hands. Its
    people are those who answered by phone, and the most hands it ever raised; below five, only that it took part.
    """
    phones = {
        team: (count, score or 0.0, people)
        for team, count, score, people in db.execute(
            select(
                ContestAnswer.team_id,
                func.count(),
                func.sum(ContestAnswer.score),
                func.count(ContestAnswer.person_id.distinct()),
            )
            .where(ContestAnswer.contest_id == room.id)
            .group_by(ContestAnswer.team_id)
        )
    }
    hands = {
        team: (int(raised), int(right), most)
        for team, raised, right, most in db.execute(
            select(
                ContestHands.team_id,
                func.sum(ContestHands.raised),
                func.sum(ContestHands.right),
                func.max(ContestHands.raised),
            )
            .where(ContestHands.contest_id == room.id)
            .group_by(ContestHands.team_id)
        )
    }
    shares: dict[int, int | None] = {}
    people: dict[int, int] = {}
    teams = rooms.teams(db, room.id)
    for team in teams:
        count, score, persons = phones.get(team.id, (0, 0.0, 0))
        raised, right, most = hands.get(team.id, (0, 0, 0))
        people[team.id] = persons + most
        shares[team.id] = _percent(score + right, count + raised) if people[team.id] >= FEWEST else None
    known = [share for share in shares.values() if share is not None]
    found = [
        Score(
            team,
            people[team.id],
            share,
            None if share is None else 1 + sum(other > share for other in known),
        )
        for team in teams
        for share in (shares[team.id],)
    ]
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.people == 0, each.team.id))


def _percent(part: float, whole: float) -> int:
    """Halves upwards, as one who checks it by hand would."""
    return math.floor(100 * part / whole + 0.5)
