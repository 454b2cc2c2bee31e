"""A mine with crews for tests of contests: who may host, who plays, and a room with questions whose answers are known."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.models import Member
from bot.services import contests, grants, units
from bot.services.contests import Room, Team
from bot.services.contests.hosting import TeamPlan
from bot.services.contests.hosting import open_room as opening
from content.bank import Question
from tests.cast import NOON
from tests.exam_stage import BANK
from tests.rules.mine import WORDS, add_member, add_person

MINE = "新庄煤矿"
SECTION = f"{MINE}/综采一队"
BRANCH = f"{MINE}/综采一队党支部"
QUESTIONS = [BANK.questions[f"exam-{number:04d}"] for number in (1, 2, 3)]
"""Three single choices."""


def crew_path(number: int) -> str:
    """The path of a crew of the section."""
    return f"{SECTION}/第{number}班"


def crew(db: Session, number: int) -> int:
    """The unit of a crew."""
    return units.ensure(db, crew_path(number), words=WORDS, kind="crew").id


def worker(db: Session, staff_no: str, number: int) -> Member:
    """Somebody of that crew."""
    section = units.ensure(db, SECTION, words=WORDS).id
    return add_member(db, staff_no, f"工{staff_no}", BRANCH, section_id=section, crew_id=crew(db, number))


def phone(db: Session, openid: str, staff_no: str, number: int) -> int:
    """A phone bound to a worker of that crew: the person's id."""
    return add_person(db, openid, worker(db, staff_no, number)).id


def host(db: Session, openid: str = "oHOST", role: str = "crew_leader", number: int = 1) -> int:
    """A phone whose owner holds a role on that crew."""
    member = worker(db, f"host{openid}", number)
    grants.grant(db, member, role, units.ensure(db, crew_path(number), words=WORDS), by="operator", now=NOON)
    return add_person(db, openid, member).id


def room(
    db: Session, host_id: int, *, crews: int = 2, questions: list[Question] | None = None
) -> tuple[Room, list[Team]]:
    """A room of the first crews, with its teams."""
    plans = [TeamPlan(f"第{number}班", crew(db, number)) for number in range(1, crews + 1)]
    made = opening(db, host_id, crew(db, 1), title="班前擂台", teams=plans, questions=questions or QUESTIONS, now=NOON)
    return made, contests.teams(db, made.id)


def again(db: Session, found: Room) -> Room:
    """The room as it stands now."""
    row = contests.find(db, found.id)
    assert row is not None
    return row


def right_letter(found: Room, place: int) -> str:
    """The letter of the right option of a single choice, as all see it."""
    sheet = found.questions[place - 1]
    keyed = BANK.questions[sheet.id].right
    return "ABCDEF"[sheet.shuffle.index(keyed)]


def wrong_letter(found: Room, place: int) -> str:
    """A letter that is not right."""
    return "B" if right_letter(found, place) == "A" else "A"
