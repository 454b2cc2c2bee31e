"""What is asked of each person in a week keeps its measure, unless somebody gives a reason that is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

import content
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, Unit
from bot.services import burden, grants
from content.jobs.burden import BurdenRules
from content.problem import ContentProblem
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.rules.mine import BRANCH, MINE, add_member, add_person, row_of, session

RULES, TODAY = CONTENT.burden, NOON.date()


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    with session(kit) as opened:
        yield opened


def _crew(db: Session, number: int, path: str = BRANCH) -> dict[int, int | None]:
    people: dict[int, int | None] = {}
    for each in range(number):
        member = add_member(db, f"9{path.count('/')}{each:04}", f"工友{each}", path)
        people[add_person(db, f"oCREW{path.count('/')}{each:04}", member).id] = member.unit_id
    return people


def test_a_kind_that_is_full_is_asked_no_more_until_the_next_week(db: Session) -> None:
    crew = _crew(db, 3)
    for _ in range(RULES.kinds["lesson"]):
        assert burden.take(db, crew, "lesson", day=TODAY, rules=RULES) == set(crew)
    assert burden.take(db, crew, "lesson", day=TODAY, rules=RULES) == frozenset()
    assert burden.take(db, crew, "case", day=TODAY, rules=RULES) == set(crew)
    assert burden.take(db, crew, "lesson", day=TODAY + timedelta(days=7), rules=RULES) == set(crew)


def test_all_kinds_together_keep_the_measure_of_the_week(db: Session) -> None:
    crew = _crew(db, 1)
    (one,) = crew
    for kind in RULES.kinds:
        for _ in range(RULES.kinds[kind]):
            burden.take(db, crew, kind, day=TODAY, rules=RULES)
    spent = burden.spent_by(db, crew, week=burden.week_of(TODAY))[one]
    assert sum(spent.values()) == RULES.total


def test_only_who_has_room_is_taken(db: Session) -> None:
    first, second = _crew(db, 2)
    burden.note(db, [first], "case", day=TODAY)
    assert burden.take(db, {first: None, second: None}, "case", day=TODAY, rules=RULES) == {second}


def test_more_is_asked_for_a_reason_that_is_kept_and_audited(db: Session) -> None:
    crew = _crew(db, 1)
    branch = db.execute(select(Unit).where(Unit.path == BRANCH)).scalar_one()
    head = add_member(db, "100", "李书记")
    grants.grant(db, head, "secretary", branch, by="operator", now=NOON)
    add_person(db, "oHEAD", head)
    who = row_of(db, "oHEAD")
    asked = {"kind": "case", "more": 1, "day": TODAY, "now": NOON, "rules": RULES}
    burden.take(db, crew, "case", day=TODAY, rules=RULES)
    assert not burden.may_ask(db, crew, "case", day=TODAY, rules=RULES)
    with pytest.raises(Refusal) as short:
        burden.allow_more(db, who, branch.id, reason="急", **asked)
    assert short.value.key == "burden.reason"
    burden.allow_more(db, who, branch.id, reason="邻矿出了冒顶，加讲一次", **asked)
    assert burden.take(db, crew, "case", day=TODAY, rules=RULES) == set(crew)
    assert not burden.may_ask(db, crew, "case", day=TODAY, rules=RULES)
    assert [each.reason for each in burden.overruns(db, branch.id, week=burden.week_of(TODAY))] == [
        "邻矿出了冒顶，加讲一次"
    ]
    assert db.execute(select(AuditLine.act).where(AuditLine.act == "burden.more")).scalars().all() == ["burden.more"]
    with pytest.raises(Refusal) as many:
        burden.allow_more(db, who, branch.id, reason="再多加几回吧", **{**asked, "more": RULES.most_more})
    assert many.value.key == "burden.too_many"


def test_nobody_allows_more_for_a_branch_that_is_not_his(db: Session) -> None:
    branch = db.execute(select(Unit).where(Unit.id.in_(_crew(db, 1).values()))).scalar_one()
    other = add_member(db, "101", "王书记", f"{MINE}/机电队党支部")
    grants.grant(db, other, "secretary", db.get_one(Unit, other.unit_id), by="operator", now=NOON)
    add_person(db, "oOTHER", other)
    with pytest.raises(Refusal) as refused:
        burden.allow_more(
            db, row_of(db, "oOTHER"), branch.id, "case", more=1, reason="想多讲一点", day=TODAY, now=NOON, rules=RULES
        )
    assert refused.value.key == "burden.not_yours"


def test_figures_of_a_unit_need_five_people(db: Session) -> None:
    crew = _crew(db, 4)
    branch = next(unit for unit in crew.values() if unit is not None)
    burden.take(db, crew, "question", day=TODAY, rules=RULES)
    assert burden.of_unit(db, branch, week=burden.week_of(TODAY)) is None
    add_person(db, "oFIFTH", add_member(db, "95555", "第五人"))
    found = burden.of_unit(db, branch, week=burden.week_of(TODAY))
    assert found == burden.Burden(5, 0.8, 1, {"question": 4})


def test_a_batch_of_two_hundred_costs_a_few_statements(kit: Kit) -> None:
    with session(kit) as db:
        crew = _crew(db, 40)
        counted: list[str] = []
        connection = db.connection()
        event.listen(connection, "before_cursor_execute", lambda *call: counted.append(call[2]))
        burden.take(db, crew, "question", day=TODAY, rules=RULES)
        assert len(counted) <= 5


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"question": 0}, "out_of_range"),
        ({"gossip": 1}, "unknown_key"),
        ({"case": None}, "missing_key"),
    ],
)
def test_a_measure_that_makes_no_sense_is_named(tmp_path: Path, change: dict[str, int | None], reason: str) -> None:
    kinds = {**RULES.kinds, **change}
    lines = [f"{name} = {value}" for name, value in kinds.items() if value is not None]
    (tmp_path / "burden.toml").write_text(
        "total = 10\n[kinds]\n" + "\n".join(lines) + "\n[more]\nmost = 3\nreason = 4\n", "utf-8"
    )
    with pytest.raises(ContentProblem) as problem:
        BurdenRules.read(tmp_path / "burden.toml")
    assert problem.value.reason == reason


def test_the_folders_own_measures_are_read() -> None:
    assert BurdenRules.read(content.HERE / "burden.toml") == dataclasses.replace(RULES)
