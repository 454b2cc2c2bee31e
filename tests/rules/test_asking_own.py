"""What the mine teaches itself answers those whose it is, while it is live, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import InboxMessage
from bot.services import grants, units
from bot.services.asking import asking
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from bot.services.materials.shelf import Shelf
from bot.services.materials.taught import NOTHING, Taught
from tests.cast import NOON, Chat
from tests.rules.mine import BRANCH, CONTENT, MINE, WORDS, add_member, add_person, row_of, session

FRAME = Frame.of(CONTENT)
OTHER = f"{MINE}/综掘一队党支部"
COMMON: dict[str, Any] = {"source": "三号斜巷措施第5条", "topic": "通风", "trades": ["通防"]}
LESSON: dict[str, Any] = {
    **COMMON, "title": "三号斜巷的风门归谁看", "text": "三号斜巷的两道风门，夜班归瓦检员看。\n关不严、坏了，马上给通风队打电话。",
}  # fmt: skip
CASE: dict[str, Any] = {
    **COMMON, "title": "风门敞了一宿", "story": ["夜班过三号斜巷，两道风门都敞着。" * 4], "ask": "您怎么办？", "right": "A",
    "choices": [{"text": each, "then": "说说后果是什么。"} for each in ("关上再报", "接着走", "等天亮")],
    "lesson": "两道风门不能同时敞开。",
}  # fmt: skip
CARD: dict[str, Any] = {
    "source": "通风队第3条", "topic": "通风", "trade": "通防", "kind": "know", "title": "三号斜巷测风站",
    "text": "测风站在三号斜巷下口往里三十米，每旬测一次，记在牌板上。",
}  # fmt: skip
ASKED = "问 三号斜巷的风门夜班归谁看"


def furnish(db: Session) -> None:
    """Offices that write and publish, a worker and a Party member of the branch, a worker of another."""
    for number, (openid, role, path, political) in enumerate(
        [
            ("oAUTHOR", "committee", BRANCH, ""),
            ("oSECRETARY", "secretary", BRANCH, ""),
            ("oSAFETY", "safety_office", MINE, ""),
            ("oPARTY", "party_office", MINE, ""),
            ("oCOMMITTEE", "committee", BRANCH, ""),
            ("oMEMBER", "", BRANCH, "full"),
            ("oWORKER", "", BRANCH, ""),
            ("oELSEWHERE", "", OTHER, ""),
        ]
    ):
        member = add_member(db, str(100 + number), f"某{number}", path, political=political)
        add_person(db, openid, member).political_consent = int(bool(political))
        if role:
            grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=NOON)


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    with session(kit) as db:
        furnish(db)
        yield db


def who(db: Session, name: str) -> Any:
    return row_of(db, f"o{name}")


def to_live(db: Session, kind: str, body: dict[str, Any]) -> str:
    home = units.get(db, BRANCH).id
    key = desk.write(db, who(db, "AUTHOR"), kind, body, frame=FRAME, unit_id=home, now=NOON).key
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON)
    return desk.publish(db, who(db, "SAFETY"), key, frame=FRAME, now=NOON).key


def ids(taught: Taught) -> set[str]:
    return {each.id for each in taught.pieces}


def test_lessons_cases_and_cards_that_are_live_are_seen_by_their_unit_alone(db: Session) -> None:
    keys = {to_live(db, kind, body) for kind, body in (("lesson", LESSON), ("case", CASE), ("card", CARD))}
    home = units.get(db, BRANCH).id
    waits = desk.write(
        db, who(db, "AUTHOR"), "lesson", {**LESSON, "title": "还没审的一课"}, frame=FRAME, unit_id=home, now=NOON
    )
    shelf = Shelf()
    his = shelf.own(db, CONTENT, who(db, "WORKER"), now=NOON)
    assert ids(his) == keys
    assert waits.key not in ids(his)
    [lesson] = his.lessons.values()
    assert (lesson.title, lesson.text, lesson.area) == (LESSON["title"], LESSON["text"], "safety")
    assert (lesson.law, lesson.article) == (CONTENT.say("materials.own_law"), LESSON["source"])
    assert [case.lesson for case in his.cases.values()] == [CASE["lesson"]]
    assert [(card.trade, card.text) for card in his.cards.values()] == [("通防", CARD["text"])]
    assert shelf.own(db, CONTENT, who(db, "ELSEWHERE"), now=NOON) is NOTHING
    assert shelf.own(db, CONTENT, None, now=NOON) is NOTHING


def test_what_is_for_those_of_the_party_is_kept_from_the_others(db: Session) -> None:
    body = {**LESSON, "title": "本支部的主题党日", "topic": "支部工作", "trades": ["党员"]}
    home = units.get(db, BRANCH).id
    key = desk.write(db, who(db, "AUTHOR"), "lesson", body, frame=FRAME, unit_id=home, now=NOON).key
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    for reader in ("SECRETARY", "COMMITTEE", "PARTY"):
        desk.review(db, who(db, reader), key, desk.PASS, now=NOON)
    desk.publish(db, who(db, "SECRETARY"), key, frame=FRAME, now=NOON)
    shelf = Shelf()
    assert who(db, "MEMBER").of_party
    assert ids(shelf.own(db, CONTENT, who(db, "MEMBER"), now=NOON)) == {key}
    assert ids(shelf.own(db, CONTENT, who(db, "WORKER"), now=NOON)) == set()
    assert key in shelf.taught(db, CONTENT, who(db, "MEMBER"), now=NOON).lessons
    assert key not in shelf.taught(db, CONTENT, who(db, "WORKER"), now=NOON).lessons


def test_what_is_retired_is_gone_and_what_is_at_hand_is_what_was_seen_last(db: Session) -> None:
    shelf, worker = Shelf(), who(db, "WORKER")
    assert shelf.own_at_hand(CONTENT, worker) is NOTHING
    key = to_live(db, "lesson", LESSON)
    assert ids(shelf.own(db, CONTENT, worker, now=NOON)) == {key}
    desk.retire(db, who(db, "SAFETY"), key, now=NOON)
    assert ids(shelf.own_at_hand(CONTENT, worker)) == {key}
    assert ids(shelf.own(db, CONTENT, worker, now=NOON + timedelta(seconds=6))) == set()
    assert ids(shelf.own_at_hand(CONTENT, worker)) == set()


def test_own_lessons_cost_no_statement_beside_own_questions(db: Session) -> None:
    to_live(db, "lesson", LESSON)
    shelf, worker = Shelf(), who(db, "WORKER")
    shelf.bank(db, CONTENT, worker, now=NOON)
    seen: list[str] = []
    connection = db.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
    first = shelf.own(db, CONTENT, worker, now=NOON + timedelta(seconds=4))
    assert shelf.own(db, CONTENT, worker, now=NOON + timedelta(seconds=4)) is first
    assert seen == []


def test_all_that_may_be_taught_is_the_folder_and_the_mines_own(db: Session) -> None:
    key = to_live(db, "lesson", LESSON)
    taught = Shelf().taught(db, CONTENT, who(db, "WORKER"), now=NOON)
    assert list(taught.lessons)[-1] == key
    private = {
        each.id for each in CONTENT.teaching.lessons.values() if CONTENT.bank.members_only.issuperset(each.trades)
    }
    assert private
    assert set(taught.lessons) == set(CONTENT.teaching.lessons) - private | {key}


def test_a_question_in_chat_is_answered_by_the_lesson_of_ones_own_branch(chat: Chat, kit: Kit) -> None:
    with session(kit) as db:
        furnish(db)
        key = to_live(db, "lesson", LESSON)
    worker = Chat(chat.client, chat.settings, chat.clock, openid="oWORKER")
    heard = worker.type(ASKED)
    assert LESSON["text"].splitlines()[0] in heard
    assert LESSON["source"] in heard
    elsewhere = Chat(chat.client, chat.settings, chat.clock, openid="oELSEWHERE")
    assert LESSON["text"].splitlines()[0] not in elsewhere.type(ASKED)
    assert "三号斜巷的风门归谁看" not in elsewhere.type(f"讲讲 {LESSON['title']}").splitlines()[0]
    with session(kit) as again:
        desk.retire(again, row_of(again, "oSAFETY"), key, now=NOON)
    chat.clock.tick(seconds=6)
    assert LESSON["text"].splitlines()[0] not in worker.type(ASKED)


def test_the_list_of_what_was_asked_in_vain_is_offered_to_those_alone_who_may_read_it(chat: Chat, kit: Kit) -> None:
    with session(kit) as db:
        furnish(db)
        asking.note(db, "水泵谁开", now=NOON)
    shown = {
        who: Chat(chat.client, chat.settings, chat.clock, openid=who).type("出题") for who in ("oCOMMITTEE", "oSAFETY")
    }
    assert "没答上来的（1）" in shown["oSAFETY"]
    assert "没答上来" not in shown["oCOMMITTEE"]
    assert "\n\n\n" not in shown["oCOMMITTEE"]


def test_whose_question_it_was_is_looked_up_among_his_own_replies(db: Session) -> None:
    """Not among all that were given in two days."""
    if db.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan is told in the words of SQLite")
    person = who(db, "WORKER").id
    blank: dict[str, Any] = {"status": "done", "gave_up": False, "reply_kind": "text"}
    db.add_all(
        InboxMessage(key=f"k{n}", received_at=NOON, person_id=person + n % 50, reply=f"第{n}句", **blank)
        for n in range(500)
    )
    db.flush()
    asked: list[tuple[str, Any]] = []
    connection = db.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    assert asking.told(db, person, "第50句", now=NOON)
    assert not asking.told(db, person, "第51句", now=NOON)
    statement, values = asked[0]
    plan = " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "ix_inbox_person_id_received_at" in plan
