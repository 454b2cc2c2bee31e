"""What waits is told with the same rules as it is reviewed by, in as many statements for 300 as for three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import Material, MaterialReview, MaterialVersion
from bot.services import units
from bot.services.exchange.drafts import Draft, Read
from bot.services.exchange.importing import Wishes, check
from bot.services.materials import counting, desk
from bot.services.people import PersonRow
from tests.cast import NOON
from tests.rules.mine import BRANCH, CONTENT
from tests.rules.test_materials import FRAME, OTHER, PARTY, SAFETY, db, home, who

__all__ = ["db"]
EVERYBODY = ("AUTHOR", "SECRETARY", "SAFETY", "PARTY", "OTHER", "COMMITTEE", "WORKER")


@contextmanager
def seen(db: Session) -> Iterator[list[str]]:
    """The statements executed meanwhile."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    engine = db.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def pieces(db: Session, count: int, body: dict[str, Any], *, by: str = "AUTHOR", path: str = BRANCH) -> list[Material]:
    """So many in review."""
    given = [{**body, "stem": f"{by}{path[-4:]}第{n}条说几米才行？"} for n in range(count)]
    author, unit = who(db, by).member, units.get(db, path).id
    assert author is not None
    made = desk.write_many(db, "question", given, frame=FRAME, unit_id=unit, author=author.alias, now=NOON)
    rows = [db.get_one(Material, each.id) for each in made]
    for row in rows:
        row.state = desk.IN_REVIEW
    db.flush()
    return rows


def mixed(db: Session) -> None:
    """Safety and Party text of two branches, some reviewed, some sent back, some changed by somebody else."""
    for body in (SAFETY, PARTY):
        for by, path in (("AUTHOR", BRANCH), ("SECRETARY", BRANCH), ("PARTY", BRANCH), ("OTHER", OTHER)):
            rows = pieces(db, 4, body, by=by, path=path)
            versions = [db.query(MaterialVersion).filter_by(material_id=row.id).one() for row in rows]
            said = (("COMMITTEE", "pass"), ("SECRETARY", "pass"), ("PARTY", "back"))
            for version, some in zip(versions, (said[:1], said[:2], said), strict=False):
                for stage, (name, verdict) in enumerate(some, 1):
                    reviewer = who(db, name).member
                    assert reviewer is not None
                    shared = {"version_id": version.id, "stage": stage, "note": "", "at": NOON}
                    db.add(MaterialReview(reviewer=reviewer.alias, verdict=verdict, **shared))
            other = who(db, "COMMITTEE").member
            assert other is not None
            last = {"material_id": rows[3].id, "number": 2, "hash": "", "made_at": NOON, "author": other.alias}
            db.add(MaterialVersion(body={**body, "stem": "委员改过一个字的题？"}, **last))
            rows[3].live_version = 1
    db.flush()


def held_one_by_one(db: Session, person: PersonRow) -> list[str]:
    """What the rule itself lets somebody review, asked of every piece."""
    found = []
    for row in db.query(Material).filter_by(state=desk.IN_REVIEW).order_by(Material.changed_at, Material.id):
        with suppress(Refusal):
            desk.hold_review(db, person, desk.get(db, row.key), now=NOON)
            found.append(row.key)
    return found


def test_what_is_counted_is_what_may_be_reviewed(db: Session) -> None:
    mixed(db)
    for name in EVERYBODY:
        his = [each.key for each in counting.waiting(db, who(db, name), now=NOON)]
        assert his == held_one_by_one(db, who(db, name)), name
    assert len(counting.waiting(db, who(db, "SECRETARY"), now=NOON)) > 1


def test_a_reviewed_piece_waits_behind_the_others_for_whoever_brings_it_before_people(db: Session) -> None:
    first, second = pieces(db, 2, SAFETY)
    first.state = desk.REVIEWED
    db.flush()
    waiting = [(each.key, each.state) for each in counting.waiting(db, who(db, "SAFETY"), now=NOON)]
    assert waiting == [(second.key, desk.IN_REVIEW), (first.key, desk.REVIEWED)]


@pytest.mark.parametrize("body", [SAFETY, PARTY], ids=["safety", "Party"])
def test_three_hundred_cost_no_more_statements_than_three(db: Session, body: dict[str, Any]) -> None:
    costs = []
    for count in (3, 297):
        pieces(db, count, body)
        with seen(db) as statements:
            found = counting.waiting(db, who(db, "SECRETARY"), now=NOON)
        costs.append(len(statements))
    assert len(found) == 300
    assert costs[0] == costs[1] <= 30


def test_a_preview_reads_no_body_that_is_not_asked_for(db: Session) -> None:
    pieces(db, 300, SAFETY)
    draft = Draft("question", {**SAFETY, "stem": "AUTHOR队党支部第7条说几米才行？"}, 1)
    with seen(db) as statements:
        report = check(db, Read([draft]), CONTENT.bank, FRAME, Wishes(home(db), "operator"))
    assert [problem.key for problem in report.refused] == ["exchange.had_already"]
    assert len(statements) <= 4
    whole = re.compile(r"(?<!\()material_versions\.body(,|\s+FROM)")
    assert not any(whole.search(each) for each in statements)


def test_new_versions_are_found_by_their_keys(db: Session) -> None:
    rows = pieces(db, 250, SAFETY)
    with seen(db) as statements:
        found = counting.newest(db, {row.key for row in rows})
    assert (len(found), len(statements)) == (250, 2)
    assert any("material_versions.body," in each for each in statements)  # what the test above looks for
    assert found[rows[7].key].body["stem"].endswith("第7条说几米才行？")
