"""Who may do what where: roles on units, and the one-time code that confirms one given from afar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, Grant, Member, Unit
from bot.services import grants, units
from tests.cast import NOON
from tests.rules.mine import BRANCH, GROUP, MINE, WORDS, add_member, add_person, row_of, session

PEPPER = "the server's own secret"


def given(db: object, member: Member, role: str, path: str, **when: object) -> Unit:
    unit = units.ensure(db, path, words=WORDS)
    grants.grant(db, member, role, unit, by="operator", now=when.get("now", NOON))
    return unit


def test_every_role_has_a_name_of_its_own() -> None:
    assert set(grants.ROLES) == set(WORDS.roles.name_of)
    assert len(set(WORDS.roles.name_of.values())) == len(grants.ROLES) == 13


def test_a_role_on_a_unit_holds_below_it_and_not_beside_or_above(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        add_person(db, "oA", member)
        branch = given(db, member, "secretary", BRANCH)
        group, beside = units.ensure(db, GROUP, words=WORDS), units.ensure(db, "新庄煤矿/掘进队党支部", words=WORDS)
        person = row_of(db, "oA")
        assert grants.may(db, person, {"secretary"}, branch.id, now=NOON)
        assert grants.may(db, person, ["committee", "secretary"], group.id, now=NOON)
        assert grants.may(db, person, {"secretary"}, None, now=NOON)
        assert not grants.may(db, person, {"secretary"}, beside.id, now=NOON)
        assert not grants.may(db, person, {"secretary"}, units.get(db, MINE).id, now=NOON)
        assert not grants.may(db, person, {"committee"}, None, now=NOON)
        assert not grants.may(db, person, set(), None, now=NOON)


@pytest.mark.parametrize("column", ["left_at", "frozen_at"])
def test_who_left_or_is_frozen_may_nothing(kit: Kit, column: str) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        add_person(db, "oA", member)
        unit = given(db, member, "on_duty", BRANCH)
        setattr(member, column, NOON)
        assert not grants.may(db, row_of(db, "oA"), {"on_duty"}, None, now=NOON)
        assert grants.holders(db, "on_duty", unit.id, now=NOON) == []


def test_a_number_taken_over_brings_its_roles_only_after_a_day(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        person = add_person(db, "oA", member)
        unit = given(db, member, "secretary", BRANCH)
        person.roles_from = NOON + timedelta(hours=24)
        for hours, counts in ((23, False), (24, True)):
            now = NOON + timedelta(hours=hours)
            assert grants.may(db, row_of(db, "oA"), {"secretary"}, None, now=now) is counts
            assert bool(grants.holders(db, "secretary", unit.id, now=now)) is counts


def test_a_stranger_may_nothing(kit: Kit) -> None:
    with session(kit) as db:
        add_person(db, "oA")
        assert not grants.may(db, row_of(db, "oA"), grants.ROLES, None, now=NOON)


def test_a_role_works_before_its_holder_has_joined_and_is_given_once(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        unit = units.ensure(db, BRANCH, words=WORDS)
        assert grants.grant(db, member, "secretary", unit, by="operator", now=NOON)
        assert not grants.grant(db, member, "secretary", unit, by="operator", now=NOON)
        assert grants.held(db, member.id, now=NOON) == {("secretary", unit.id)}
        assert grants.holders(db, "secretary", unit.id, now=NOON) == []
        add_person(db, "oA", member)
        assert [name for _, name in grants.holders(db, "secretary", unit.id, now=NOON)] == ["张三"]


def test_a_role_nobody_knows_is_refused(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        unit = units.ensure(db, BRANCH, words=WORDS)
        with pytest.raises(Refusal, match=r"grants\.unknown_role"):
            grants.grant(db, member, "emperor", unit, by="operator", now=NOON)
        with pytest.raises(Refusal, match=r"grants\.not_held"):
            grants.revoke(db, member, "secretary", unit, by="operator", now=NOON)
        member.left_at = NOON
        with pytest.raises(Refusal, match=r"grants\.left"):
            grants.grant(db, member, "secretary", unit, by="operator", now=NOON)


def test_holders_are_looked_for_upwards_until_one_can_be_reached(kit: Kit) -> None:
    with session(kit) as db:
        office, near = add_member(db, "1", "矿上", MINE), add_member(db, "2", "支部")
        mine, branch = given(db, office, "on_duty", MINE), given(db, near, "on_duty", BRANCH)
        group = units.ensure(db, GROUP, words=WORDS)
        far = add_person(db, "oFAR", office)
        assert grants.holders(db, "on_duty", group.id, now=NOON) == [(far.id, "矿上")]
        assert grants.holders(db, "on_duty", group.id, now=NOON, above=False) == []
        close = add_person(db, "oNEAR", near)
        assert grants.holders(db, "on_duty", group.id, now=NOON) == [(close.id, "支部")]
        assert grants.holders(db, "on_duty", branch.id, now=NOON, above=False) == [(close.id, "支部")]
        assert grants.holders(db, "on_duty", mine.id, now=NOON) == [(far.id, "矿上")]
        assert grants.holders(db, "on_duty", None, now=NOON) == [(far.id, "矿上"), (close.id, "支部")]
        close.followed = False
        db.flush()
        assert grants.holders(db, "on_duty", group.id, now=NOON) == [(far.id, "矿上")]


def test_an_offer_counts_only_once_its_code_is_said_in_whatever_writing(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        unit = units.ensure(db, BRANCH, words=WORDS)
        code = grants.offer(db, member, "committee", unit, by="alias-1", pepper=PEPPER, now=NOON)
        assert len(code) == 9
        assert set(code) <= {*grants.CODE_LETTERS, "-"}
        assert grants.held(db, member.id, now=NOON) == frozenset()
        stored = db.execute(select(Grant.code_hash)).scalar_one()
        assert code.replace("-", "") not in stored
        assert len(stored) == 64
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
        confirmed = grants.confirm(db, member.id, f" {wide} ", pepper=PEPPER, now=NOON)
        assert (confirmed.role, confirmed.unit_id, confirmed.code_hash) == ("committee", unit.id, "")
        assert grants.held(db, member.id, now=NOON) == {("committee", unit.id)}
        with pytest.raises(Refusal, match=r"grants\.code_over"):
            grants.confirm(db, member.id, code, pepper=PEPPER, now=NOON)
        with pytest.raises(Refusal, match=r"grants\.had_already"):
            grants.offer(db, member, "committee", unit, by="alias-1", pepper=PEPPER, now=NOON)


def test_five_wrong_codes_are_the_end_of_it(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        code = grants.offer(
            db, member, "committee", units.ensure(db, BRANCH, words=WORDS), by="a", pepper=PEPPER, now=NOON
        )
        for left in (4, 3, 2, 1):
            with pytest.raises(Refusal, match=r"grants\.wrong_code") as refused:
                grants.confirm(db, member.id, "2222-2222", pepper=PEPPER, now=NOON)
            assert refused.value.values["left"] == left
        for said in ("2222-2222", code):
            with pytest.raises(Refusal, match=r"grants\.code_over"):
                grants.confirm(db, member.id, said, pepper=PEPPER, now=NOON)


def test_a_code_is_good_for_a_day_for_its_own_member_on_its_own_server(kit: Kit) -> None:
    with session(kit) as db:
        member, other = add_member(db, "1", "张三"), add_member(db, "2", "李四")
        unit = units.ensure(db, BRANCH, words=WORDS)
        code = grants.offer(db, member, "committee", unit, by="a", pepper=PEPPER, now=NOON)
        grants.offer(db, other, "committee", unit, by="a", pepper=PEPPER, now=NOON)
        with pytest.raises(Refusal, match=r"grants\.wrong_code"):
            grants.confirm(db, other.id, code, pepper=PEPPER, now=NOON)
        with pytest.raises(Refusal, match=r"grants\.wrong_code"):
            grants.confirm(db, member.id, code, pepper="another", now=NOON)
        with pytest.raises(Refusal, match=r"grants\.code_over"):
            grants.confirm(db, member.id, code, pepper=PEPPER, now=NOON + timedelta(hours=24))


def test_of_two_offers_each_is_confirmed_by_its_own_code_and_a_new_code_ends_the_old(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "1", "张三")
        branch, mine = units.ensure(db, BRANCH, words=WORDS), units.get(db, MINE)
        old = grants.offer(db, member, "committee", branch, by="a", pepper=PEPPER, now=NOON)
        first = grants.offer(db, member, "committee", branch, by="a", pepper=PEPPER, now=NOON)
        second = grants.offer(db, member, "on_duty", mine, by="a", pepper=PEPPER, now=NOON)
        with pytest.raises(Refusal, match=r"grants\.wrong_code"):
            grants.confirm(db, member.id, old, pepper=PEPPER, now=NOON)
        assert grants.confirm(db, member.id, second, pepper=PEPPER, now=NOON).role == "on_duty"
        assert grants.confirm(db, member.id, first, pepper=PEPPER, now=NOON).role == "committee"


def test_every_change_of_a_role_leaves_a_line_without_names(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "100001", "张三")
        unit = given(db, member, "secretary", BRANCH)
        grants.revoke(db, member, "secretary", unit, by="operator", now=NOON)
        code = grants.offer(db, member, "secretary", unit, by="alias-9", pepper=PEPPER, now=NOON)
        grants.confirm(db, member.id, code, pepper=PEPPER, now=NOON)
        lines = db.execute(select(AuditLine).order_by(AuditLine.id)).scalars().all()
        acts = ["grants.given", "grants.revoked", "grants.offered", "grants.confirmed"]
        assert [line.act for line in lines] == acts
        assert {line.subject for line in lines} == {member.alias}
        assert all("张三" not in str(line.detail) and "100001" not in str(line.detail) for line in lines)
