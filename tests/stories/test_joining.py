"""Stories of several phones: who holds a number, whose powers wait, and what a freeze stops."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from bot.kit import Kit
from bot.models import AuditLine, Consent, Member, OutboxItem, Person
from bot.services import grants, units
from bot.services.audit import OPERATOR
from bot.services.rights import releasing
from tests import roster
from tests.cast import Chat, StillClock, plain
from tests.rules.mine import row_of, session

Phone = Callable[[str], Chat]


@pytest.fixture
def phone(app: Flask, kit: Kit, clock: StillClock) -> Phone:
    """A follower's phone on a mine that has a roster."""
    roster.fill(kit)

    def make(name: str) -> Chat:
        chat = Chat(app.test_client(), kit.settings, clock, openid=f"o{name}".ljust(28, "x"))
        chat.follow()
        return chat

    return make


def bind(chat: Chat, staff_no: str, name: str) -> str:
    """From the word to the welcome, the notice agreed to where it is shown."""
    heard = chat.type(f"绑定 {staff_no} {name}")
    return chat.tap("同意并绑定") if "同意并绑定" in heard else heard


def may(kit: Kit, chat: Chat, role: str) -> bool:
    with session(kit) as db:
        return grants.may(db, row_of(db, chat.openid), [role], None, now=kit.clock())


def test_who_joins_is_greeted_by_name_and_held_as_the_roster_has_him(phone: Phone, kit: Kit) -> None:
    him = phone("him")
    assert "绑定成功，张三" in bind(him, "100001", "张三")
    assert roster.holder(kit, "100001") == him.openid


def test_agreeing_twice_leaves_one_proof_and_taking_back_another(phone: Phone, kit: Kit) -> None:
    him = phone("him")
    bind(him, "100001", "张三")
    notice = him.heard
    him.tap("同意", notice)
    him.tap("同意", notice)
    him.type("解绑")
    him.tap("解绑确认")
    with session(kit) as db:
        rows = db.execute(select(Consent.kind, Consent.version).order_by(Consent.id)).all()
    assert list(map(tuple, rows)) == [("privacy", 1), ("political", 1), ("political", 0), ("privacy", 0)]


def test_a_consent_of_last_year_is_asked_for_again_when_the_notice_changed(phone: Phone, kit: Kit) -> None:
    him = phone("him")
    bind(him, "100001", "张三")
    with session(kit) as db:
        db.query(Person).filter_by(openid=him.openid).one().consented = 0
    him.type("绑定 100002 李四")
    assert "谁能看" in him.heard


def test_powers_wait_a_day_on_a_phone_that_took_the_number_over(phone: Phone, kit: Kit, clock: StillClock) -> None:
    old, new = phone("old"), phone("new")
    bind(old, "100003", "王五")
    assert may(kit, old, "secretary")
    bind(new, "100003", "王五")
    assert roster.holder(kit, "100003") == new.openid
    assert not may(kit, new, "secretary")
    clock.tick(hours=24)
    assert may(kit, new, "secretary")


def test_powers_come_at_once_where_the_old_phone_says_so(phone: Phone, kit: Kit) -> None:
    old, new = phone("old"), phone("new")
    bind(old, "100003", "王五")
    bind(new, "100003", "王五")
    old.type("菜单")
    old.tap("是我换了手机")
    assert may(kit, new, "secretary")


def test_where_the_old_phone_cannot_be_told_powers_wait_and_the_office_hears_of_it(
    phone: Phone, kit: Kit, clock: StillClock
) -> None:
    old, new, office = phone("old"), phone("new"), phone("office")
    bind(old, "100003", "王五")
    bind(office, "100009", "吴十")
    old.unfollow()
    bind(new, "100003", "王五")
    assert not may(kit, new, "secretary")
    assert "告诉不到" in office.type("菜单")
    clock.tick(hours=24)
    assert may(kit, new, "secretary")


def test_the_phone_that_had_the_powers_takes_them_back_with_the_number(phone: Phone, kit: Kit) -> None:
    old, thief = phone("old"), phone("thief")
    bind(old, "100003", "王五")
    bind(thief, "100003", "王五")
    bind(old, "100003", "王五")
    assert may(kit, old, "secretary")
    bind(thief, "100003", "王五")
    assert not may(kit, thief, "secretary")


def test_a_thief_who_sat_through_the_day_cannot_take_the_powers_back(phone: Phone, kit: Kit, clock: StillClock) -> None:
    old, thief = phone("old"), phone("thief")
    bind(old, "100003", "王五")
    bind(thief, "100003", "王五")
    clock.tick(hours=25)
    bind(old, "100003", "王五")
    assert not may(kit, old, "secretary")
    bind(thief, "100003", "王五")
    assert not may(kit, thief, "secretary")


def test_the_office_hears_of_powers_that_came_with_a_first_binding_and_nobody_of_a_watchman(
    phone: Phone, kit: Kit
) -> None:
    with session(kit) as db:
        watchman = db.query(Member).filter_by(staff_no="100001").one()
        grants.grant(db, watchman, "on_duty", units.get(db, roster.MINE), by=OPERATOR, now=kit.clock())
    office, him, secretary = phone("office"), phone("him"), phone("secretary")
    bind(office, "100009", "吴十")
    bind(him, "100001", "张三")
    bind(secretary, "100003", "王五")
    secretary.type("注销")
    secretary.tap("确认注销")  # and the notice is not gone with him
    with session(kit) as db:
        told = [(item.person_id, item.text) for item in db.query(OutboxItem).filter_by(kind="joining.bound")]
        office_id = db.query(Person).filter_by(openid=office.openid).one().id
    assert [(who, "王五（工号100003）" in text, "支部书记" in text) for who, text in told] == [(office_id, True, True)]


def test_a_fresh_binding_cannot_wipe_a_colleague_off_the_roster(phone: Phone, kit: Kit, clock: StillClock) -> None:
    stranger = phone("stranger")
    bind(stranger, "100003", "王五")
    assert "花名册那一行先不动" in stranger.type("注销")
    assert "花名册上那一行还在" in stranger.tap("确认注销")
    with session(kit) as db:
        assert db.query(Member).filter_by(staff_no="100003").count() == 1
    him = phone("him")
    bind(him, "100001", "张三")
    clock.tick(hours=25)
    him.type("注销")
    him.tap("确认注销")
    with session(kit) as db:
        assert db.query(Member).filter_by(staff_no="100001").count() == 0


def test_a_consent_tapped_weeks_later_is_asked_for_anew(phone: Phone, kit: Kit, clock: StillClock) -> None:
    him = phone("him")
    him.type("绑定 100001 张三")
    clock.tick(days=14)
    assert "谁能看" in him.tap("同意并绑定")
    with session(kit) as db:
        assert db.query(Person).filter_by(openid=him.openid).one().member_id is None


def test_the_place_tapped_weeks_later_binds_nobody(phone: Phone, kit: Kit, clock: StillClock) -> None:
    him = phone("him")
    bind(him, "100004", "张伟")
    clock.tick(days=14)
    assert "过时了" in him.tap("生产一班")
    assert roster.holder(kit, "100004") == ""


def test_a_political_consent_counts_only_for_the_member_who_was_asked(phone: Phone, kit: Kit) -> None:
    him = phone("him")
    asked = bind(him, "100001", "张三")
    him.type("解绑")
    him.tap("解绑确认")
    bind(him, "100002", "李四")
    assert "过时了" in him.tap("同意", asked)
    with session(kit) as db:
        assert db.query(Person).filter_by(openid=him.openid).one().political_consent == 0


def test_a_guest_who_forgot_his_number_learns_no_names(phone: Phone) -> None:
    office, stranger = phone("office"), phone("stranger")
    bind(office, "100009", "吴十")
    stranger.type("不记得工号")
    assert "吴十" not in stranger.tap("同意并绑定")
    assert "支部书记或组织委员" in stranger.heard


def test_a_role_of_a_place_needs_the_place_and_strangers_are_not_told_apart(phone: Phone) -> None:
    secretary = phone("secretary")
    bind(secretary, "100003", "王五")
    assert "授权码" not in secretary.type("授权 100002 党小组长")
    assert "没写" in secretary.heard
    assert secretary.type("授权 100006 支委") == secretary.type("授权 999999 支委")


def test_unbinding_and_binding_again_does_not_shorten_the_day(phone: Phone, kit: Kit) -> None:
    old, thief, friend = phone("old"), phone("thief"), phone("friend")
    bind(old, "100003", "王五")
    bind(thief, "100003", "王五")
    thief.type("解绑")
    thief.tap("解绑确认")
    bind(friend, "100003", "王五")
    assert not may(kit, friend, "secretary")


def test_a_thief_cannot_vouch_for_another_thief(phone: Phone, kit: Kit) -> None:
    old, thief, friend = phone("old"), phone("thief"), phone("friend")
    bind(old, "100003", "王五")
    bind(thief, "100003", "王五")
    bind(friend, "100003", "王五")
    assert "说了不算" in thief.type("是我换了手机")
    assert not may(kit, friend, "secretary")


def test_a_freeze_stops_the_number_on_every_phone_until_the_office_has_looked(phone: Phone, kit: Kit) -> None:
    old, thief, office = phone("old"), phone("thief"), phone("office")
    bind(old, "100003", "王五")
    bind(office, "100009", "吴十")
    bind(thief, "100003", "王五")
    old.type("有人冒了我的号")
    old.tap("确认冻结工号")
    assert not may(kit, thief, "secretary")
    assert "正在核实" in bind(old, "100003", "王五")
    assert "王五" in office.type("菜单")
    with session(kit) as db:
        member = db.query(Member).filter_by(staff_no="100003").one()
        releasing.release(db, member, by=OPERATOR, now=kit.clock())
    assert "绑定成功，王五" in bind(old, "100003", "王五")


def test_nobody_is_frozen_by_a_stranger(phone: Phone, kit: Kit) -> None:
    him, stranger = phone("him"), phone("stranger")
    bind(him, "100001", "张三")
    stranger.type("有人冒了我的号")
    stranger.type("确认冻结工号")
    stranger.type("是我换了手机")
    with session(kit) as db:
        assert db.query(Member).filter(Member.frozen_at.is_not(None)).count() == 0


def test_the_phone_that_lost_a_number_is_told_once_and_soon(phone: Phone, kit: Kit) -> None:
    old, new = phone("old"), phone("new")
    bind(old, "100002", "李四")
    bind(new, "100002", "李四")
    bind(new, "100002", "李四")
    with session(kit) as db:
        told = db.query(OutboxItem).filter_by(kind="joining.taken").all()
        assert [(item.urgency, "尾号002" in item.text) for item in told] == [(1, True)]


def test_what_is_left_in_the_audit_names_nobody(phone: Phone, kit: Kit) -> None:
    old, new = phone("old"), phone("new")
    bind(old, "100003", "王五")
    bind(new, "100003", "王五")
    with session(kit) as db:
        for line in db.query(AuditLine):
            told = f"{line.actor} {line.subject} {line.detail}"
            assert not re.search("100003|王五|oold|onew", told.replace("alias-100003", "")), told


def test_a_role_works_once_its_holder_has_said_the_code(phone: Phone, kit: Kit) -> None:
    secretary, him = phone("secretary"), phone("him")
    bind(secretary, "100003", "王五")
    bind(him, "100001", "张三")
    offered = secretary.type("授权 100001 党小组长")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", offered).group()
    assert not may(kit, him, "group_leader")
    assert "王五要给您授" in him.type("菜单")
    assert code not in him.heard
    assert "第一党小组" in him.type(f"授权码{code.lower().replace('-', '')}")
    assert may(kit, him, "group_leader")
    secretary.type("撤权 100001 党小组长")
    assert not may(kit, him, "group_leader")
    assert "收回了" in him.type("菜单")


def test_the_bare_code_works_where_it_was_asked_for_and_wrong_ones_run_out(phone: Phone, kit: Kit) -> None:
    secretary, him = phone("secretary"), phone("him")
    bind(secretary, "100003", "王五")
    bind(him, "100001", "张三")
    secretary.type("授权 100001 支委")
    him.type("授权码")
    assert "还能试 4 次" in him.type("AAAA-AAAA")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", secretary.type("授权 100001 支委")).group()
    assert "支部委员" in him.type(code.replace("-", " "))
    secretary.type("授权 100001 活动组织人")
    him.type("授权码")
    for _ in range(5):
        him.type("AAAA-AAAA")
    assert "作废" in him.heard
    assert not may(kit, him, "organiser")


def test_nobody_appoints_himself_or_beyond_his_branch(phone: Phone, kit: Kit) -> None:
    secretary, him = phone("secretary"), phone("him")
    bind(secretary, "100003", "王五")
    bind(him, "100001", "张三")
    for line in ("授权 100003 区队长", "授权 100006 支委", "授权 100001 支部书记", "授权 100001 管理员"):
        secretary.type(line)
    him.type("授权 100001 支委")
    with session(kit) as db:
        assert db.query(AuditLine).filter_by(act="grants.offered").count() == 0


def test_whatever_is_typed_where_he_is_asked_ends_in_a_sentence_and_binds_nobody(
    phone: Phone, kit: Kit, clock: StillClock, share: Callable[[int], int]
) -> None:
    dice = random.Random(7)
    him = phone("him")
    him.type("绑定")
    him.tap("同意并绑定")
    for _ in range(share(1000)):
        him.type(
            "".join(
                dice.choices(
                    "张三李四0123456789１２Aa ,。·•\u200b<>\"'&%{}[]|\\😀Ⅳ①队工号是我叫\n",
                    k=dice.choice((1, 4, 9, 40, 600)),
                )
            )
        )
        assert him.heard, "silence"
        assert "出了毛病" not in him.heard
        clock.tick(minutes=31)
    with session(kit) as db:
        assert db.query(Person).filter(Person.member_id.is_not(None)).count() == 0


def test_a_newcomer_hears_at_most_three_messages_in_his_first_minute(phone: Phone, kit: Kit) -> None:
    him = phone("him")
    with session(kit) as db:
        assert db.query(OutboxItem).count() == 0  # one reply, and nothing pushed
    assert plain(him.heard).count("\n") < 12
