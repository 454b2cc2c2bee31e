"""One exam, everybody at once, every message twice: each answer is kept once and each mark is exact."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.kit import Kit
from bot.models import Attempt, ExamAnswer, Person
from bot.services import exams, units
from bot.services.exams import planning
from bot.services.exams.planning import Plan
from bot.services.exams.sitting import question
from tests.cast import StillClock
from tests.exam_stage import BANK, with_bank
from tests.reliability.conftest import Plan as Share
from tests.reliability.crew import PLAY_S, AtOnce, Player, at_once, count
from tests.reliability.door import Door
from tests.rules.mine import BRANCH, add_member, add_person, session

PEOPLE = 200
COPIES = 2
THREADS = 8
QUESTIONS = 12


def _exam(kit: Kit, people: int) -> int:
    """An exam of twelve questions, and so many who may sit it."""
    with session(kit) as db:
        for number in range(people):
            add_person(db, f"oEXAM{number}", add_member(db, f"{number:06}", f"甲{number}"), now=kit.clock())
        made = planning.create(
            db,
            Plan(
                unit_id=units.get(db, BRANCH).id,
                title="瓦斯考试",
                parts=[{"topic": "瓦斯", "count": QUESTIONS}],
                opens_at=kit.clock(),
                closes_at=kit.clock() + timedelta(days=1),
                minutes=30,
                attempts=1,
                counts="best",
                pass_mark=80,
            ),
            by="alias",
            bank=BANK,
            content=kit.content,
            now=kit.clock(),
        )
        assert made is not None
        return made.id


def _right(kit: Kit, openid: str) -> list[str]:
    """What is right in each place of his paper, as he would type it."""
    with session(kit) as db:
        person = db.execute(select(Person.id).where(Person.openid == openid)).scalar_one()
        paper = exams.attempts_of(db, person)[0].paper
        said = []
        for sheet in paper:
            asked = question(db, sheet, BANK)
            shown = "".join(sorted("ABCDEF"[sheet.shuffle.index(letter)] for letter in asked.right if sheet.shuffle))
            truth = {"T": "对", "F": "错"}.get(asked.right, "")
            said.append(shown or truth or asked.accepted[0])
        return said


@pytest.mark.timeout(1800)
def test_a_whole_mine_in_one_exam_at_once_gets_exact_marks(kit: Kit, clock: StillClock, plan: Share) -> None:
    kit = with_bank(kit)
    door, people = Door(create_app(kit)), plan.alike(PEOPLE)
    exam = _exam(kit, people)
    lines = [AtOnce([door.carry] * COPIES) for _ in range(min(THREADS, people))]

    def sits(number: int, line: AtOnce) -> Player:
        """Knows as many as the rest of his number by thirteen, and leaves the others open."""
        player = Player(kit.settings, clock, f"oEXAM{number}", line)
        player.tap(f"第{exam}号考试第1次开考")
        for said in _right(kit, player.openid)[: number % (QUESTIONS + 1)]:
            player.type(said)
        player.type("交卷")
        player.type("交卷")
        return player

    def in_turn(first: int) -> list[Player]:
        return [sits(number, lines[first]) for number in range(first, people, len(lines))]

    players = [
        player
        for found in at_once(*(lambda first=first: in_turn(first) for first in range(len(lines))), within_s=PLAY_S)
        for player in found
    ]
    for line in lines:
        line.close()
    with session(kit) as db:
        marks = db.execute(select(Person.openid, Attempt.score).join(Attempt, Attempt.person_id == Person.id)).all()
    wanted = {f"oEXAM{n}": round(n % (QUESTIONS + 1) * 100 / QUESTIONS, 1) for n in range(people)}
    wrong = sum(player.tally.wrong for player in players)
    plan.note(people=people, deliveries=sum(player.tally.deliveries for player in players), wrong=wrong)
    assert wrong == 0
    assert dict(marks) == wanted
    assert len(marks) == people
    assert count(kit.database, ExamAnswer) == sum(n % (QUESTIONS + 1) for n in range(people))
