"""The tree of the mine: built from paths, found by what people call its parts."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import Unit
from bot.services import units
from tests.rules.mine import BRANCH, GROUP, MINE, WORDS, session


def test_a_path_makes_every_unit_above_it_with_the_kind_its_name_tells(kit: Kit) -> None:
    with session(kit) as db:
        made = units.ensure(db, " 新庄煤矿 ／综采党总支\\ 综采一队党支部 / 第一党小组", words=WORDS)
        assert made.path == "新庄煤矿/综采党总支/综采一队党支部/第一党小组"
        units.ensure(db, "新庄煤矿/综采一队/检修班", words=WORDS)
        units.ensure(db, "新庄煤矿/机电科", words=WORDS)
        kinds = dict(db.execute(select(Unit.name, Unit.kind)).all())
    assert kinds == {
        "新庄煤矿": "mine",
        "综采党总支": "general_branch",
        "综采一队党支部": "branch",
        "第一党小组": "group",
        "综采一队": "section",
        "检修班": "crew",
        "机电科": "department",
    }


def test_a_path_made_twice_in_two_spellings_is_one_unit(kit: Kit) -> None:
    with session(kit) as db:
        first = units.ensure(db, "新庄煤矿/综采（一）队", words=WORDS)
        assert units.ensure(db, "新庄煤矿／综采(一)队 ", words=WORDS).id == first.id
        assert db.execute(select(func.count()).select_from(Unit)).scalar_one() == 2


@pytest.mark.parametrize("path", ["", " / ", "长" * 65, "/".join(["矿井"] * 120)])
def test_a_path_that_is_empty_or_too_long_is_refused(kit: Kit, path: str) -> None:
    with session(kit) as db, pytest.raises(Refusal, match=r"units\.too_long"):
        units.ensure(db, path, words=WORDS)


def test_a_unit_is_found_by_its_path_its_name_or_the_end_of_its_path(kit: Kit) -> None:
    with session(kit) as db:
        made = units.ensure(db, GROUP, words=WORDS)
        for said in (GROUP, "第一党小组", "综采一队党支部/第一党小组", " 综采一队党支部 ／ 第一党小组"):
            found = units.find(db, said)
            assert found is not None
            assert found.id == made.id
        assert units.find(db, "党小组") is None
        assert units.find(db, "") is None


def test_a_name_that_two_units_have_is_refused_with_both(kit: Kit) -> None:
    with session(kit) as db:
        units.ensure(db, GROUP, words=WORDS)
        units.ensure(db, "新庄煤矿/掘进一队党支部/第一党小组", words=WORDS)
        with pytest.raises(Refusal) as refused:
            units.find(db, "第一党小组")
        assert GROUP in str(refused.value.values["candidates"])
        assert "掘进一队党支部/第一党小组" in str(refused.value.values["candidates"])


def test_a_unit_nobody_knows_is_refused_with_the_nearest(kit: Kit) -> None:
    with session(kit) as db:
        units.ensure(db, BRANCH, words=WORDS)
        with pytest.raises(Refusal) as refused:
            units.get(db, "综采1队支部")
        assert refused.value.values["near"] == BRANCH


def test_below_is_the_unit_and_its_own_and_the_chain_leads_up(kit: Kit) -> None:
    with session(kit) as db:
        group = units.ensure(db, GROUP, words=WORDS)
        other = units.ensure(db, "新庄煤矿/综采一队党支部二", words=WORDS)
        branch, mine = units.get(db, BRANCH), units.get(db, MINE)
        assert set(units.below(db, branch.id)) == {branch.id, group.id}
        assert set(units.below(db, mine.id)) == {mine.id, branch.id, group.id, other.id}
        assert units.chain(db, group.id) == [group.id, branch.id, mine.id]
        assert units.chain(db, mine.id) == [mine.id]
        assert units.chain(db, 999) == []
