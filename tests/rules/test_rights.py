"""What a person may ask: to see everything held of him, and to be forgotten so that nothing of him stands anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.models import (
    Ask,
    Attempt,
    AuditLine,
    Base,
    Consent,
    Contest,
    ContestAnswer,
    ContestPlayer,
    ContestTeam,
    DangerCall,
    Demand,
    Dialog,
    Doubt,
    Exam,
    ExamAnswer,
    Grant,
    InboxMessage,
    Letter,
    LetterLine,
    Material,
    MaterialReview,
    Member,
    Memory,
    OutboxItem,
    Overrun,
    Page,
    Person,
    Reading,
    Run,
    TrainingRecord,
    Unit,
)
from bot.services import audit, dialogs, grants, outbox, pages, people, reminders, retention, units
from bot.services.rights import erasing, releasing, telling
from tests.cast import NOON, Chat, StillClock, plain
from tests.rules.mine import BRANCH, MINE, SAY, WORDS, add_member, add_person, session

OPENID, NAME, NUMBER, PHONE = "oABCDEFGHIJKLMNOPQRSTUVWXY-_", "欧阳建国", "0007391", "13912345678"
OTHER = "oSECRETARY000000000000000-_"


def letter(db: Session, person_id: int, said: str, **known: Any) -> Letter:
    row = {"kind": "story", "state": "sent", "unit_id": None, "opened_at": NOON, **known}
    made = Letter(person_id=person_id, **row)
    db.add(made)
    db.flush()
    db.add(LetterLine(letter_id=made.id, from_staff=False, text=said, at=NOON))
    db.flush()
    return made


def _study(db: Session, person_id: int, other_id: int) -> None:
    """What study leaves behind: his own rows, and what others wrote with his name in it."""
    db.add(Run(person_id=person_id, mode="topic", topic="瓦斯", started_at=NOON, answered=3, right=2))
    db.add(
        Memory(
            person_id=person_id, point="1.0%停用电", topic="瓦斯", question_id="gas-0007", state=2, stability=3.5,
            difficulty=5.0, due_at=NOON, reviewed_at=NOON, reviews=2, lapses=1, missed_at=NOON,
        )
    )  # fmt: skip
    db.add(Reading(person_id=person_id, kind="case", key="case-01", day=NOON.date(), given_at=NOON, choice="B"))
    db.add(Demand(person_id=person_id, week=NOON.date(), kind="question", count=3))
    mine = db.execute(select(Unit.id).order_by(Unit.id).limit(1)).scalar_one()
    exam = Exam(
        unit_id=mine, title=f"{NAME}带的班补考", rule={}, audience={}, opens_at=NOON, closes_at=NOON, minutes=30,
        attempts=1, counts="best", pass_mark=80, together=False, state="closed", made_by="his-alias", made_at=NOON,
    )  # fmt: skip
    db.add(exam)
    db.flush()
    sat = Attempt(exam_id=exam.id, person_id=person_id, number=1, paper=[], started_at=NOON, until=NOON, score=90.0)
    db.add(sat)
    db.flush()
    answered = {"attempt_id": sat.id, "place": 1, "question_id": "gas-0009", "answer": "A", "picked": "", "at": NOON}
    db.add(ExamAnswer(**answered))
    record = {"unit_id": mine, "exam_id": exam.id, "held_at": NOON, "minutes": 30, "score": 90.0, "passed": True}
    db.add(TrainingRecord(alias="his-alias", content=f"月考，{NAME}监考", note="", **record))
    db.add(
        Overrun(unit_id=mine, week=NOON.date(), kind="exam", more=1, reason=f"{NAME}要求的", by="his-alias", at=NOON)
    )
    for host in (person_id, other_id):
        room = Contest(
            code="1234", unit_id=mine, host_id=host, title="班前擂台", questions=[], place=1, open=False, state="over",
            made_at=NOON,
        )  # fmt: skip
        db.add(room)
        db.flush()
        teams = [ContestTeam(contest_id=room.id, name=name) for name in (f"{NAME}班", f"{NAME}队")]
        db.add_all(teams)
        db.flush()
        where = {"contest_id": room.id, "person_id": person_id, "team_id": teams[0].id}
        db.add(ContestPlayer(joined_at=NOON, **where))
        db.add(ContestAnswer(place=1, answer="A", score=1.0, at=NOON, **where))


@pytest.fixture
def full(kit: Kit) -> Kit:
    """A mine in which something of one person stands wherever it can."""
    with session(kit) as db:
        him = add_member(db, NUMBER, NAME, phone=PHONE, political="full", alias="his-alias")
        secretary = add_member(db, "100002", "李书记")
        person, other = add_person(db, OPENID, him), add_person(db, OTHER, secretary)
        person.alias = "his-account"
        db.flush()
        grants.grant(db, him, "on_duty", units.get(db, BRANCH), by=secretary.alias, now=NOON)
        db.add(Consent(person_id=person.id, kind="privacy", version=1, at=NOON))
        dialogs.goto(db, person.id, step="letters.line", data={"draft": "我的心里话"}, expires_at=NOON)
        draft = {"to": [NAME, {"text": f"请{NAME}（{NUMBER}）来一趟"}], "n": 3}
        dialogs.goto(db, other.id, step="notices.text", data=draft, expires_at=NOON)
        db.add(
            Ask(
                person_id=person.id, number=1, mode="daily", day=NOON.date(), question_id="gas-0001", fingerprint="f",
                shuffle="ABC", picked="", asked_at=NOON, answered_at=NOON, answer="A", score=1.0,
            )
        )  # fmt: skip
        _study(db, person.id, other.id)
        letter(db, person.id, "我爹病了")
        letter(db, other.id, f"{NAME}昨天没系安全带，电话{PHONE}")
        pages.keep(db, person.id, "剩下的话", now=NOON)
        pages.keep(db, other.id, f"名单：{NAME}、李四", now=NOON)
        outbox.queue(db, person.id, kind="letters.answer", text="书记回您话了", now=NOON)
        outbox.queue(db, other.id, kind="letters.new", text=f"{NAME}给您写信了", now=NOON, about_id=person.id)
        outbox.queue(db, other.id, kind="desk.list", text=f"工号 {NUMBER} 还没签到", now=NOON)
        outbox.queue(db, other.id, kind="desk.list", text="工号 100073912 还没签到", now=NOON)
        db.add(DangerCall(at=NOON, alias=him.alias, unit_id=None, kind="gas", sure=True, paged=1))
        audit.write(db, "joining.bound", actor=person.alias, subject=him.alias, unit_id=him.unit_id, at=NOON)
        card = json.dumps(
            {"title": f"{NAME}的承诺", "description": "", "url": "http://x", "picture_url": ""}, ensure_ascii=False
        )
        for key, who, kind, reply in (
            ("k1", person.id, "text", f"{NAME}，绑定成功"),
            ("k2", other.id, "text", f"{NAME}：有效"),
            ("k3", other.id, "card", card),
            ("k4", other.id, "text", "今天天气不错"),
        ):
            db.add(
                InboxMessage(
                    key=key, received_at=NOON, status="done", gave_up=False, person_id=who, reply_kind=kind, reply=reply
                )
            )
    return kit


def cells(kit: Kit) -> Iterator[tuple[str, str]]:
    """Every value of every column of every table there is in the database, JSON opened."""
    with kit.database.read() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
                for column, value in row.items():
                    opened = value
                    if isinstance(value, str) and value.startswith(("[", "{")):
                        opened = json.loads(value)
                    shown = opened if isinstance(opened, str) else json.dumps(opened, ensure_ascii=False, default=str)
                    yield f"{table.name}.{column}", shown


def places(kit: Kit, *needles: str) -> set[str]:
    """Where any of these stands."""
    return {place for place, value in cells(kit) if any(needle in value for needle in needles)}


def test_the_walk_through_the_columns_sees_what_is_there(full: Kit) -> None:
    assert places(full, OPENID, NAME, NUMBER, PHONE) == {
        "people.openid", "members.name", "members.staff_no", "members.phone", "dialogs.data", "letter_lines.text",
        "pages.text", "outbox.text", "inbox.reply", "exams.title", "training_records.content", "overruns.reason",
        "contest_teams.name",
    }  # fmt: skip


def test_after_erasing_nothing_of_him_stands_anywhere(full: Kit) -> None:
    with session(full) as db:
        member = db.execute(select(Member).where(Member.staff_no == NUMBER)).scalar_one()
        erasing.erase(db, SAY, now=NOON, actor="operator", member_id=member.id)
    assert places(full, OPENID, NAME, PHONE, "我爹病了", "我的心里话", "剩下的话", "书记回您话了") == set()
    # Ten digits that merely hold his seven are another's number.
    assert [value for place, value in cells(full) if NUMBER in value] == ["工号 100073912 还没签到"]
    assert places(full, "his-alias") == {
        "audit.subject", "danger_calls.alias", "exams.made_by", "training_records.alias", "overruns.by",
    }  # fmt: skip
    with session(full) as db:
        for table, left in (
            (Person, 1),
            (Member, 1),
            (Grant, 0),
            (Consent, 0),
            (Ask, 0),
            (Letter, 1),
            (Dialog, 1),
            (Memory, 0),
            (Attempt, 0),
            (ExamAnswer, 0),
            (Contest, 2),
            (ContestPlayer, 0),
        ):
            assert db.execute(select(func.count()).select_from(table)).scalar_one() == left, table
        assert [line.act for line in db.execute(select(AuditLine).order_by(AuditLine.id)).scalars()][
            -1
        ] == "rights.erased"


def test_what_others_keep_is_masked_or_replaced_by_a_plain_sentence(full: Kit) -> None:
    with session(full) as db:
        member = db.execute(select(Member).where(Member.staff_no == NUMBER)).scalar_one()
        erasing.erase(db, SAY, now=NOON, actor="operator", member_id=member.id)
        masked, gone = SAY("rights.masked"), SAY("rights.blanked")
        assert db.execute(select(LetterLine.text)).scalars().all() == [f"{masked}昨天没系安全带，电话{masked}"]
        assert db.execute(select(Page.text)).scalars().all() == [gone]
        assert db.execute(select(OutboxItem.text).order_by(OutboxItem.id)).scalars().all() == [
            gone,
            "工号 100073912 还没签到",
        ]
        assert db.execute(select(Dialog.data)).scalar_one() == {
            "to": [masked, {"text": f"请{masked}（{masked}）来一趟"}],
            "n": 3,
        }
        replies = db.execute(select(InboxMessage.key, InboxMessage.reply_kind, InboxMessage.reply)).all()
        assert sorted(map(tuple, replies)) == [
            ("k1", "", ""), ("k2", "text", gone), ("k3", "text", gone), ("k4", "text", "今天天气不错"),
        ]  # fmt: skip


def test_a_namesake_and_a_longer_name_keep_their_texts(kit: Kit) -> None:
    with session(kit) as db:
        him, longer = add_member(db, "100001", "张三"), add_member(db, "100002", "张三丰")
        person, other = add_person(db, OPENID, him), add_person(db, OTHER, longer)
        page = {"kind": "danger.page", "now": NOON, "urgency": outbox.DANGER, "about_id": other.id}
        third = add_person(db, "oTHIRD")
        outbox.queue(db, third.id, text="张三丰（工号100002）说瓦斯超限", **page)
        outbox.queue(db, third.id, kind="desk.list", text="张三（工号 100001）还没签到", now=NOON)
        letter(db, other.id, "张三丰和张三（100001）在一个班")
        erasing.erase(db, SAY, now=NOON, actor="x", person_id=person.id)
        masked = SAY("rights.masked")
        assert db.execute(select(OutboxItem.text).order_by(OutboxItem.id)).scalars().all() == [
            "张三丰（工号100002）说瓦斯超限", SAY("rights.blanked"),
        ]  # fmt: skip
        assert db.execute(select(LetterLine.text)).scalar_one() == f"张三丰和张三（{masked}）在一个班"


def test_a_danger_page_about_another_keeps_its_words_but_for_his_name(kit: Kit) -> None:
    with session(kit) as db:
        him, other = add_member(db, "100001", "张三"), add_person(db, OTHER, add_member(db, "100002", "李四"))
        page = {"kind": "danger.page", "now": NOON, "urgency": outbox.DANGER, "about_id": other.id}
        outbox.queue(db, add_person(db, "oTHIRD").id, text="李四说冒顶了，张三在里头", **page)
        erasing.erase(db, SAY, now=NOON, actor="x", member_id=him.id)
        assert db.execute(select(OutboxItem.text)).scalar_one() == f"李四说冒顶了，{SAY('rights.masked')}在里头"


def test_what_was_sent_long_ago_is_not_searched(kit: Kit) -> None:
    with session(kit) as db:
        him, other = add_member(db, "100001", "张三"), add_person(db, OTHER)
        outbox.queue(db, other.id, kind="desk.list", text="张三没签到", now=NOON - erasing.LOOKED_THROUGH)
        erasing.erase(db, SAY, now=NOON, actor="x", member_id=him.id)
        assert db.execute(select(OutboxItem.text)).scalar_one() == "张三没签到"


def test_forgetting_an_account_leaves_the_line_of_the_roster(full: Kit) -> None:
    with session(full) as db:
        person = db.execute(select(Person).where(Person.openid == OPENID)).scalar_one()
        erasing.forget_account(db, person.id, now=NOON, actor="his-alias")
    assert places(full, OPENID) == set()
    assert {"members.name", "members.staff_no"} <= places(full, NAME, NUMBER)
    with session(full) as db:
        assert db.execute(select(func.count()).select_from(Grant)).scalar_one() == 1


def test_who_is_on_the_roster_but_never_came_can_be_erased_too(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, NUMBER, NAME)
        erasing.erase(db, SAY, now=NOON, actor="operator", member_id=member.id)
    assert places(kit, NAME, NUMBER) == set()


def test_a_guest_can_be_erased(kit: Kit) -> None:
    with session(kit) as db:
        person = add_person(db, OPENID)
        erasing.erase(db, SAY, now=NOON, actor="x", person_id=person.id)
    assert places(kit, OPENID) == set()


def test_everything_held_is_told_in_chinese(full: Kit) -> None:
    with session(full) as db:
        person = db.execute(select(Person).where(Person.openid == OPENID)).scalar_one()
        told = telling.export(db, SAY, WORDS, now=NOON, person_id=person.id)
        assert told == telling.export(db, SAY, WORDS, now=NOON, member_id=person.member_id)
    written = json.dumps(told, ensure_ascii=False)
    for held in (
        OPENID,
        NAME,
        NUMBER,
        PHONE,
        BRANCH,
        "我爹病了",
        "gas-0001",
        "书记回您话了",
        "剩下的话",
        "值班",
        "我的心里话",
    ):
        assert held in written, held
    assert set(told) == {
        "导出时间", "花名册", "授权", "微信账号", "同意记录", "正在做的事", "答题记录", "来信", "给您的通知", "说到您的通知",
        "没看完的长回复", "最近七天的回复", "操作留痕", "险情提示记录", "一轮一轮的练习", "各知识点掌握得怎样",
        "看过的课和案例", "每周找您几回", "考试", "您开的擂台", "参加的擂台", "擂台上的作答", "培训记录",
    }  # fmt: skip
    assert "没系安全带" not in written
    assert "code_hash" not in written


OF_PEOPLE = {
    "consents", "dialogs", "asks", "doubts", "letters", "outbox", "pages", "grants", "people", "unfinished",
    "quiz_runs", "memories", "readings", "demands", "exam_attempts", "contests", "contest_players", "contest_answers",
}  # fmt: skip
"""Tables whose rows belong to somebody: all of them are told, and erased with him."""


def test_no_table_of_people_is_forgotten_in_the_telling() -> None:
    """A new table that points to people or members: tell of it in bot/services/rights, and let it go with them."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in ("people", "members"):
                assert table.name in OF_PEOPLE, table.name
                assert key.ondelete in ("CASCADE", "SET NULL"), f"{table.name}.{key.parent.name}"


def test_every_column_told_has_a_name() -> None:
    for model in (
        Member,
        Person,
        Consent,
        Dialog,
        Ask,
        Letter,
        LetterLine,
        OutboxItem,
        Page,
        InboxMessage,
        Grant,
        AuditLine,
        DangerCall,
        Doubt,
        Material,
        MaterialReview,
        Run,
        Memory,
        Reading,
        Demand,
        Attempt,
        ExamAnswer,
        Contest,
        ContestPlayer,
        ContestAnswer,
        TrainingRecord,
    ):
        for column in model.__table__.columns:
            if column.name not in telling.LEFT_OUT:
                assert f"rights.label_{column.name}" in SAY, f"{model.__tablename__}.{column.name}"


def test_a_freeze_ends_with_every_phone_unbound(kit: Kit) -> None:
    with session(kit) as db:
        member = add_member(db, "1", "张三", frozen_at=NOON, tries=4)
        person = add_person(db, OPENID, member)
        assert releasing.release(db, member, by="operator", now=NOON) == 1
        db.refresh(person)
        assert (person.member_id, member.frozen_at, member.tries) == (None, None, 0)
        assert db.execute(select(AuditLine.act)).scalars().all() == ["joining.released"]


# Keeping: what goes by itself, and when.


def purge(kit: Kit, **later: float) -> None:
    with session(kit) as db:
        while retention.purge(db, now=NOON + timedelta(**later)):
            pass


def count(kit: Kit, table: type[Base]) -> int:
    with kit.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_only_guests_go_for_being_silent(full: Kit) -> None:
    with session(full) as db:
        add_person(db, "oGUEST")
    purge(full, days=31)
    assert places(full, "oGUEST") == set()
    assert "people.openid" in places(full, OPENID)


def test_a_member_who_unfollowed_loses_his_account_after_thirty_days_and_keeps_his_line(full: Kit) -> None:
    with session(full) as db:
        person = db.execute(select(Person).where(Person.openid == OPENID)).scalar_one()
        person.noticed_at = NOON
        db.flush()
        people.follow(db, person.id, followed=False, at=NOON)
    purge(full, days=29)
    assert "people.openid" in places(full, OPENID)
    purge(full, days=31)
    assert places(full, OPENID) == set()
    assert "members.name" in places(full, NAME)
    with session(full) as db:
        line = db.execute(select(AuditLine).where(AuditLine.act == "rights.forgotten")).scalar_one()
        assert (line.actor, line.subject) == ("retention", "his-alias")


def test_letters_lose_their_words_thirty_days_after_their_last_line(kit: Kit) -> None:
    with session(kit) as db:
        person = add_person(db, OPENID, add_member(db, "1", "张三"))
        letter(db, person.id, "存着", state="kept")
        answered = letter(db, person.id, "还在办", state="sent")
        db.add(LetterLine(letter_id=answered.id, from_staff=True, text="在办", at=NOON + timedelta(days=5)))
    purge(kit, days=31)
    with session(kit) as db:
        assert db.execute(select(LetterLine.text).order_by(LetterLine.id)).scalars().all() == ["还在办", "在办"]
    purge(kit, days=36)
    assert count(kit, LetterLine) == 0
    assert count(kit, Letter) == 2


def test_notices_are_kept_half_a_year_and_audit_and_danger_calls_three_years(full: Kit) -> None:
    purge(full, days=179)
    assert count(full, OutboxItem) == 4
    purge(full, days=181)
    assert count(full, OutboxItem) == 0
    purge(full, days=1090)
    assert count(full, AuditLine) > 0
    assert count(full, DangerCall) == 1
    purge(full, days=1100)
    assert (count(full, AuditLine), count(full, DangerCall)) == (0, 0)


# In chat.


def bind(kit: Kit, openid: str, staff_no: str = NUMBER, **known: Any) -> None:
    """Join by hand: joining has tests of its own."""
    with session(kit) as db:
        member = add_member(db, staff_no, NAME, phone=PHONE, alias="his-alias", **known)
        person = db.execute(select(Person).where(Person.openid == openid)).scalar_one()
        person.member_id = member.id


def test_he_reads_what_is_held_of_him(chat: Chat, kit: Kit) -> None:
    chat.follow()
    bind(kit, chat.openid)
    heard = chat.type("导出我的数据")
    while any(label.startswith("接着看") for label in chat.links):
        heard += chat.tap("接着看")
    for held in (NAME, NUMBER, chat.openid, BRANCH):
        assert held in heard
    assert "注销" in heard


def test_what_he_reads_in_chat_is_short_and_in_words(chat: Chat, kit: Kit) -> None:
    chat.follow()
    bind(kit, chat.openid, political="full", trade="电钳工")
    with session(kit) as db:
        person = db.execute(select(Person)).scalar_one()
        person.shift, person.remind_at = "night", 1230
        db.flush()
        reminders.pause(db, person.id, now=NOON)
    for said in ("每日一题", "我想跟书记说说心里话，家里最近有点难处", "今天"):
        chat.type(said)
    heard = plain(chat.type("导出我的数据"))
    assert "139****5678" in heard
    assert "20:30" in heard
    assert "一直停" in heard
    for never in (PHONE, "中共党员", "2999", "1970", "night", "quiz.", "letters."):
        assert never not in heard, never
    assert heard.count("\n") < 25
    assert not any(label.startswith("接着看") for label in chat.links)


def test_who_took_a_number_over_reads_no_more_of_it_than_he_knew(chat: Chat, kit: Kit, clock: StillClock) -> None:
    chat.follow()
    bind(kit, chat.openid, political="full", trade="电钳工")
    with session(kit) as db:
        person = db.execute(select(Person)).scalar_one()
        person.roles_from, person.political_consent = clock() + timedelta(hours=20), 1
    heard = chat.type("导出我的数据")
    assert NAME in heard
    assert BRANCH in heard
    for never in (NUMBER, "5678", "中共党员", "电钳工"):
        assert never not in heard, never


def test_a_guest_reads_what_is_held_of_him(chat: Chat) -> None:
    chat.follow()
    assert chat.openid in chat.type("导出我的数据")
    assert "没有绑定" in chat.heard


def test_he_is_asked_and_then_erased_and_a_repeat_hears_the_same(chat: Chat, kit: Kit) -> None:
    chat.follow()
    bind(kit, chat.openid)
    with session(kit) as db:
        member = db.execute(select(Member)).scalar_one()
        grants.grant(db, member, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
    chat.type("每日一题")
    asked = chat.type("注销")
    assert f"支部书记（{BRANCH}）" in asked
    assert places(kit, OPENID) == {"people.openid"}
    erased = chat.tap("确认注销")
    assert "已经注销" in erased
    assert chat.again() == erased
    assert places(kit, OPENID, NAME, NUMBER, PHONE) == set()


def test_typed_words_confirm_but_only_after_the_explanation(chat: Chat, kit: Kit) -> None:
    chat.follow()
    bind(kit, chat.openid)
    assert "先看清楚" in chat.type("确认注销")
    assert "people.openid" in places(kit, OPENID)
    assert "已经注销" in chat.type("确认注销")
    assert places(kit, OPENID, NAME) == set()


def test_neither_yes_nor_no_erases_nothing(chat: Chat, kit: Kit) -> None:
    chat.follow()
    chat.type("注销")
    assert "还没注销" in chat.type("qwerty")
    assert "都在" in chat.tap("不注销")
    assert "先看清楚" in chat.type("确认注销")
    assert "people.openid" in places(kit, OPENID)


@pytest.mark.parametrize("doubt", ["frozen", "taken over"])
def test_whoever_sits_on_a_doubtful_number_cannot_wipe_it_off_the_roster(
    chat: Chat, kit: Kit, clock: StillClock, doubt: str
) -> None:
    chat.follow()
    bind(kit, chat.openid, **({"frozen_at": NOON} if doubt == "frozen" else {}))
    with session(kit) as db:
        person = db.execute(select(Person)).scalar_one()
        person.roles_from = clock() + timedelta(hours=20)
    assert "花名册那一行先不动" in chat.type("注销")
    chat.tap("确认注销")
    assert places(kit, OPENID) == set()
    assert "members.staff_no" in places(kit, NUMBER)


def test_a_slow_answer_under_way_does_not_bring_him_back(chat: Chat, kit: Kit, app: Flask) -> None:
    chat.follow()
    with session(kit) as db:
        person = db.execute(select(Person)).scalar_one()
        db.add(
            InboxMessage(
                key="slow", received_at=NOON, status="working", lease_until=NOON + timedelta(hours=1), gave_up=True,
                person_id=person.id, reply_kind="", reply="",
            )
        )  # fmt: skip
    chat.type("注销")
    chat.tap("确认注销")
    with session(kit) as db:
        rows = db.execute(select(InboxMessage.status, InboxMessage.gave_up, InboxMessage.person_id)).all()
        assert {tuple(row) for row in rows} == {("done", False, None)}


def test_the_next_person_does_not_inherit_what_was_said_to_the_one_before(chat: Chat, stranger: Chat, kit: Kit) -> None:
    """SQLite gives a number that is free to the next who comes: the erased one's last reply must not hang on it."""
    chat.follow()
    chat.type("注销")
    chat.tap("确认注销")
    stranger.follow()
    assert "已经注销" not in stranger.type("导出我的数据")
    assert MINE not in stranger.heard
