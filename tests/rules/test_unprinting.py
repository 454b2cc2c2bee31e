"""Who is erased stands in no draft, old version, review or list; where he stands before people, somebody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.kit import Kit
from bot.models import (
    AuditLine,
    KnownName,
    Material,
    MaterialReview,
    MaterialVersion,
    Member,
    OutboxItem,
    Person,
    QuestionVersion,
    Unanswered,
)
from bot.services import grants, units
from bot.services.asking import asking
from bot.services.rights import erasing
from tests.cast import NOON
from tests.rules.mine import BRANCH, SAY, add_member, add_person, session
from tests.rules.test_rights import cells, places

NAME, NUMBER, PHONE = "欧阳建国", "0007391", "13912345678"


def _body(text: str) -> dict[str, Any]:
    return {"stem": text, "options": ["甲", "乙"], "why": "因为。", "topic": "顶板", "source": "措施第1条"}


@pytest.fixture
def full(kit: Kit) -> Kit:
    """His name in every table of own material: in the live version of one piece, and in what nobody is shown."""
    with session(kit) as db:
        him = add_member(db, NUMBER, NAME, phone=PHONE)
        secretary = add_member(db, "100002", "李书记")
        add_person(db, "oHIM", him)
        add_person(db, "oSECRETARY", secretary)
        branch = units.get(db, BRANCH)
        grants.grant(db, secretary, "secretary", branch, by="operator", now=NOON)
        for key, state, live, texts in (
            ("own-0001", "live", 2, [f"{NAME}带的班", f"{NAME}（{PHONE}）带班", f"请找{NAME}改"]),
            ("own-0002", "retired", None, [f"工号{NUMBER}的{NAME}"]),
            ("own-0003", "draft", None, [f"谁救了{NAME}"]),
            ("own-0004", "live", 1, ["谁也没提"]),
        ):
            piece = Material(
                key=key, kind="question", unit_id=branch.id, state=state, party=False, live_version=live,
                author=him.alias, made_at=NOON, changed_at=NOON,
            )  # fmt: skip
            db.add(piece)
            db.flush()
            for number, text in enumerate(texts, 1):
                version = MaterialVersion(
                    material_id=piece.id, number=number, body=_body(text), hash="x", author=him.alias, made_at=NOON
                )
                db.add(version)
                db.flush()
                if number <= (live or 1):
                    db.add(
                        QuestionVersion(
                            question_id=key, fingerprint="f", hash=f"h{number}", body={"id": key, **_body(text)},
                            seen_at=NOON + timedelta(minutes=number),
                        )
                    )  # fmt: skip
            review = {"stage": 1, "reviewer": secretary.alias, "verdict": "back", "at": NOON}
            db.add(MaterialReview(version_id=version.id, note=f"{NAME}不是班长", **review))
        db.add(KnownName(name=NAME, title="班长"))
        db.add(KnownName(name="李书记", title=f"接{NAME}"))
        db.add(KnownName(name="王五", title="矿长"))
        row = {"times": 1, "first_at": NOON, "last_at": NOON, "settled_at": None, "verdict": ""}
        db.execute(insert(Unanswered), [{"text": f"{NAME}啥时候退休", **row}, {"text": "水泵谁开", **row}])
    return kit


def _erase(kit: Kit) -> list[str]:
    with session(kit) as db:
        him = db.execute(select(Member).where(Member.staff_no == NUMBER)).scalar_one()
        return erasing.erase(db, SAY, now=NOON, actor="operator", member_id=him.id)


def test_his_name_stands_nowhere_but_in_the_live_text_that_is_listed(full: Kit) -> None:
    assert places(full, NAME, PHONE) == {
        "members.name", "members.phone", "material_versions.body", "material_reviews.note", "question_versions.body",
        "known_names.name", "known_names.title", "unanswered.text",
    }  # fmt: skip
    assert _erase(full) == ["own-0001"]
    standing = [(place, value) for place, value in cells(full) if any(each in value for each in (NAME, NUMBER, PHONE))]
    assert sorted(place for place, _ in standing) == ["material_versions.body", "question_versions.body"]
    assert all(f"{NAME}（{PHONE}）带班" in value for _, value in standing)


def test_what_is_masked_still_says_the_rest(full: Kit) -> None:
    _erase(full)
    masked = SAY("rights.masked")
    with session(full) as db:
        bodies = db.execute(select(MaterialVersion.body).order_by(MaterialVersion.id)).scalars().all()
        assert [body["stem"] for body in bodies] == [
            f"{masked}带的班", f"{NAME}（{PHONE}）带班", f"请找{masked}改", f"工号{masked}的{masked}", f"谁救了{masked}",
            "谁也没提",
        ]  # fmt: skip
        assert set(db.execute(select(MaterialReview.note)).scalars()) == {f"{masked}不是班长"}
        assert db.execute(select(KnownName.name)).scalars().all() == ["王五"]
        assert [each.text for each in asking.waiting(db)] == ["水泵谁开"]


def test_whoever_may_revise_it_hears_which_piece_and_not_who(full: Kit) -> None:
    _erase(full)
    with session(full) as db:
        line = db.execute(select(AuditLine).where(AuditLine.act == "rights.stands")).scalar_one()
        assert line.detail == {"keys": ["own-0001"]}
        told = db.execute(select(OutboxItem)).scalar_one()
        assert "own-0001" in told.text
        assert NAME not in told.text
        secretary = db.execute(select(Person).where(Person.openid == "oSECRETARY")).scalar_one()
        assert (told.person_id, told.kind) == (secretary.id, "rights.stands")


def test_a_namesake_keeps_his_place_in_the_list_and_in_the_drafts(full: Kit) -> None:
    with session(full) as db:
        add_member(db, "100003", NAME)
    assert _erase(full) == ["own-0001"]  # for the phone number in it, which is his alone
    assert {"known_names.name", "material_versions.body"} <= places(full, NAME)
    assert [value for place, value in cells(full) if NUMBER in value] == []
