"""A tiny mine for stories: two branches and an office, namesakes, a lost zero, a leaver, a secretary who has not joined."""

from __future__ import annotations

from sqlalchemy import select

from bot.kit import Kit
from bot.models import Member, Person
from bot.services import grants, units
from tests.cast import NOON
from tests.rules.mine import WORDS, add_member, add_person, session

MINE = "示例矿"
FIRST, SECOND, OFFICE = f"{MINE}/综采一队党支部", f"{MINE}/掘进一队党支部", f"{MINE}/政工部"
SECTION = f"{MINE}/综采一队"
CREW_ONE, CREW_TWO, GROUP = f"{SECTION}/生产一班", f"{SECTION}/检修班", f"{FIRST}/第一党小组"
NUMBERS = {"张三": "100001", "李四": "100002", "王五": "100003", "吴十": "100009"}


def fill(kit: Kit) -> None:
    """Write the roster: seen from a phone, exactly what an import would have left."""
    with session(kit) as db:
        ids = {
            path: units.ensure(db, path, words=WORDS).id for path in (FIRST, SECOND, OFFICE, CREW_ONE, CREW_TWO, GROUP)
        }
        section = {"section_id": units.ensure(db, SECTION, words=WORDS).id}
        one, two = section | {"crew_id": ids[CREW_ONE]}, section | {"crew_id": ids[CREW_TWO]}
        phone = {"phone": "13000005678"}
        add_member(db, "100001", "张三", FIRST, political="full", group_id=ids[GROUP], **one, **phone)
        add_member(db, "100002", "李四", FIRST, political="masses", **two)
        secretary = add_member(db, "100003", "王五", FIRST, political="full", position="党支部书记", **section)
        add_member(db, "100004", "张伟", FIRST, political="masses", **one)
        add_member(db, "100005", "张伟", FIRST, political="masses", **two)
        add_member(db, "100006", "阿不都·克里木", SECOND, political="masses")
        add_member(db, "100007", "钱八", SECOND, political="masses", left_at=NOON)
        add_member(db, "100008", "周九", SECOND, political="activist")
        office = add_member(db, "100009", "吴十", OFFICE, political="full")
        add_member(db, "000123", "赵六", SECOND, political="masses")
        add_member(db, "A0456", "孙七", SECOND, political="masses")
        grants.grant(db, secretary, "secretary", units.get(db, FIRST), by="operator", now=NOON)
        grants.grant(db, office, "party_office", units.get(db, MINE), by="operator", now=NOON)


def leaves(kit: Kit, staff_no: str) -> None:
    """The next roster has him no more."""
    with session(kit) as db:
        db.query(Member).filter_by(staff_no=staff_no).one().left_at = kit.clock()


def works(kit: Kit, staff_no: str, word: str) -> None:
    """The roster's word for his shift."""
    with session(kit) as db:
        db.query(Member).filter_by(staff_no=staff_no).one().shift = word


def bind(kit: Kit, openid: str, staff_no: str) -> None:
    """The phone belongs to this number, as joining would have left it; its owner knows what is kept of him."""
    with session(kit) as db:
        member = db.query(Member).filter_by(staff_no=staff_no).one()
        person = add_person(db, openid, member, now=kit.clock())
        person.noticed_at = kit.clock()


def grant(kit: Kit, staff_no: str, role: str, unit: str) -> None:
    """A role at the command line."""
    with session(kit) as db:
        member = db.query(Member).filter_by(staff_no=staff_no).one()
        grants.grant(db, member, role, units.ensure(db, unit, words=WORDS), by="operator", now=kit.clock())


def holder(kit: Kit, staff_no: str) -> str:
    """The openid of the phone that holds a number, "" for none; more than one is impossible."""
    with session(kit) as db:
        held = select(Person.openid).join(Member, Person.member_id == Member.id).where(Member.staff_no == staff_no)
        return db.execute(held).scalar_one_or_none() or ""
