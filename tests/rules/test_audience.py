"""Whose menu is whose, what a person is told of himself, and the consents he gives and takes back."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import Consent, Grant, Member, Person, Unit
from bot.services import audience, consents, people
from bot.services.audience import GUEST, MEMBER, SECRETARY, WORKER
from tests.cast import NOON, Chat, plain

BRANCH, CREW = 1, 2


def _enrol(db: Session, openid: str, *, political: str = "masses", roles: tuple[str, ...] = (), **more: Any) -> None:
    """A unit, a line of the roster and the phone that belongs to it."""
    db.add(Unit(id=BRANCH, parent_id=None, kind="branch", name="综采一队党支部", path="示例矿/综采一队党支部"))
    db.flush()
    db.add(Unit(id=CREW, parent_id=BRANCH, kind="crew", name="检修班", path="示例矿/综采一队党支部/检修班"))
    db.flush()
    db.add(
        Member(
            **{
                "id": 1,
                "alias": "abcd",
                "staff_no": "100042",
                "name": "张三",
                "unit_id": BRANCH,
                "group_id": None,
                "section_id": None,
                "crew_id": CREW,
                "trade": "采煤",
                "shift": "早班",
                "political": political,
                "position": "",
                "phone": "",
                "changed_at": NOON,
                "left_at": None,
                "frozen_at": None,
                "tries": 0,
                "tried_at": None,
                **more,
            }
        )
    )
    db.flush()
    db.execute(update(Person).where(Person.openid == openid).values(member_id=1, consented=1))
    for role in roles:
        db.add(
            Grant(
                member_id=1,
                role=role,
                unit_id=BRANCH,
                granted_by="operator",
                granted_at=NOON,
                code_hash="",
                code_until=None,
                code_tries=0,
                confirmed_at=NOON,
            )
        )
    db.flush()


def _person(db: Session) -> people.PersonRow:
    db.flush()
    return people.meet(db.connection(), "oONE", now=NOON)[0]


def test_a_stranger_is_a_guest(db: Session) -> None:
    assert audience.seen(_person(db)) == audience.kind(_person(db), frozenset()) == GUEST
    assert audience.refresh(db, 1, now=NOON) == GUEST


@pytest.mark.parametrize(
    ("political", "consent", "roles", "expected"),
    [
        ("masses", 0, (), WORKER),
        ("masses", 1, (), WORKER),
        ("full", 0, (), WORKER),
        ("full", 1, (), MEMBER),
        ("probationary", 1, (), MEMBER),
        ("activist", 1, (), WORKER),
        ("full", 0, ("secretary",), SECRETARY),
        ("full", 1, ("crew_leader",), MEMBER),
    ],
)
def test_who_sees_which_menu(db: Session, political: str, consent: int, roles: tuple[str, ...], expected: str) -> None:
    _enrol(db, "oONE", political=political, roles=roles)
    db.execute(update(Person).values(political_consent=consent))
    held = frozenset((role, BRANCH) for role in roles)
    assert audience.kind(_person(db), held) == expected
    assert audience.seen(_person(db)) == WORKER  # until it is worked out
    audience.refresh_member(db, 1, now=NOON)
    assert audience.seen(_person(db)) == expected
    assert audience.refresh_all(db, now=NOON) == 0  # the hourly round agrees
    db.execute(update(Person).values(tag=""))
    assert audience.refresh_all(db, now=NOON) == 1
    assert audience.seen(_person(db)) == expected


@pytest.mark.parametrize("gone", ["left_at", "frozen_at"])
def test_who_left_or_is_frozen_sees_what_a_guest_sees(db: Session, gone: str) -> None:
    _enrol(db, "oONE", political="full", roles=("secretary",))
    assert audience.refresh(db, 1, now=NOON) == SECRETARY
    db.execute(update(Member).values(**{gone: NOON}))
    assert audience.seen(_person(db)) == GUEST
    assert audience.refresh(db, 1, now=NOON) == GUEST


def test_roles_of_a_number_taken_over_wait_a_day(db: Session) -> None:
    _enrol(db, "oONE", roles=("secretary",))
    db.execute(update(Person).values(roles_from=NOON + timedelta(days=1)))
    assert audience.refresh(db, 1, now=NOON) == WORKER
    assert audience.standing(db, _person(db), now=NOON).roles == ()
    assert audience.refresh_all(db, now=NOON) == 0
    assert audience.refresh_all(db, now=NOON + timedelta(days=1)) == 1
    assert audience.refresh(db, 1, now=NOON + timedelta(days=1)) == SECRETARY


def test_a_consent_given_twice_leaves_one_proof(db: Session) -> None:
    for given in (True, True, False, False):
        consents.change(db, 1, consents.POLITICAL, given=given, now=NOON)
        db.flush()
    kept = db.execute(select(Consent.kind, Consent.version)).all()
    assert [tuple(row) for row in kept] == [("political", 1), ("political", 0)]
    assert _person(db).political_consent == 0


def _joined(kit: Kit, chat: Chat, **enrolled: Any) -> None:
    chat.type("菜单")
    with kit.database.write() as connection:
        _enrol(Session(bind=connection), chat.openid, **enrolled)


def test_a_member_finds_himself_and_changes_his_consent(kit: Kit, chat: Chat) -> None:
    _joined(kit, chat, political="full", roles=("secretary",))
    told = plain(chat.type("我的"))
    for shown in (
        "张三",
        "工号尾号042",
        "综采一队党支部　检修班　采煤",
        "支部书记（综采一队党支部）",
        "今天的题：还没答",
    ):
        assert shown in told
    for hidden in ("100042", "中共党员"):
        assert hidden not in told
    assert "好，记下了" in chat.tap("同意用")
    assert "中共党员" in chat.type("我的")
    assert "收回" in chat.tap("不让用了")
    assert "中共党员" not in chat.type("我的")
    assert len(told.splitlines()) <= 10


def test_a_worker_is_not_asked_about_the_party(kit: Kit, chat: Chat) -> None:
    _joined(kit, chat)
    told = chat.type("我的")
    assert "政治面貌" not in told
    assert {"班次", "提醒", "导出我的数据", "解绑", "注销"} <= set(chat.links)
    assert "还没答完" not in told


def test_the_chat_menu_is_the_one_of_the_audience(kit: Kit, chat: Chat) -> None:
    _joined(kit, chat)
    chat.type("菜单")
    shown = kit.content.menu.of(WORKER)
    assert chat.links == [b.name for top in shown for b in (top.buttons or (top,))]
    assert "绑定" not in chat.heard
    assert "我的" in chat.type("帮助")


@pytest.mark.parametrize(("gone", "said"), [("left_at", "已经离矿"), ("frozen_at", "先冻着")])
def test_who_left_or_is_frozen_is_told_so(kit: Kit, chat: Chat, gone: str, said: str) -> None:
    _joined(kit, chat, political="full", **{gone: NOON})
    told = chat.type("我的")
    assert said in told
    assert "100042" not in told
    assert "政治面貌" not in told
    assert "先绑定" in chat.type("同意用政治面貌")


def test_a_guest_stands_nowhere(db: Session) -> None:
    with pytest.raises(ValueError, match="guest"):
        audience.standing(db, _person(db), now=NOON)
    assert dataclasses.asdict(_person(db))["member"] is None
