"""Danger: the number first, five seconds to read, on-duty people paged once, and nothing in the way of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.kit import Kit
from bot.models import DangerCall, Letter, Member, OutboxItem, Person, Unit
from bot.services import danger, grants, outbox, units
from tests.cast import Chat, StillClock, plain
from tests.rules.mine import BRANCH, MINE, WORDS, add_member, add_person, row_of, session

OTHER_BRANCH = f"{MINE}/机电队党支部"
PHONE = "0000-1234567"
SENTENCES = {
    "underground": "3102掘进头透水了快跑",
    "fire": "食堂着火了",
    "injury": "老王触电了 快来人",
    "trapped": "我被困在里面出不去了",
    "life": "不想活了",
    "drunk": "喝了酒非要下井 拦不住",
    "missing": "工友没升井",
}


@pytest.fixture
def mine(kit: Kit, chat: Chat) -> dict[str, int]:
    """Who is paged here: somebody on duty of the branch and of another, the dispatcher, the secretary. `chat` is a miner."""
    with session(kit) as db:
        crew = units.ensure(db, f"{MINE}/综采一队/生产一班", words=WORDS)
        add_person(db, chat.openid, add_member(db, "1", "张三", crew_id=crew.id, phone="13800000001"))
        found = {}
        for number, (name, role, path) in enumerate(
            [
                ("值班甲", "on_duty", BRANCH),
                ("值班乙", "on_duty", MINE),
                ("值班丙", "on_duty", OTHER_BRANCH),
                ("调度员", "dispatcher", f"{MINE}/调度室"),
                ("李书记", "secretary", BRANCH),
            ]
        ):
            member = add_member(db, f"9{number}", name, BRANCH)
            found[name] = add_person(db, f"oDUTY{number}", member).id
            grants.grant(db, member, role, units.ensure(db, path, words=WORDS), by="operator", now=kit.clock())
        return found


def _pages(kit: Kit, kind: str = "danger.page") -> list[OutboxItem]:
    with session(kit) as db:
        return list(db.query(OutboxItem).filter_by(kind=kind).order_by(OutboxItem.id))


def _miner(kit: Kit, clock: StillClock, openid: str, staff_no: str) -> Chat:
    """One more of the branch, with a phone of his own."""
    with session(kit) as db:
        add_person(db, openid, add_member(db, staff_no, f"工友{staff_no}"))
    return Chat(create_app(kit).test_client(), kit.settings, clock, openid=openid)


def _paged(kit: Kit) -> set[int]:
    return {page.person_id for page in _pages(kit)}


def _calls(kit: Kit) -> list[tuple[str, bool, int]]:
    with session(kit) as db:
        return [(call.kind, call.sure, call.paged) for call in db.query(DangerCall).order_by(DangerCall.id)]


@pytest.mark.parametrize("kind", SENTENCES)
def test_the_first_line_is_the_number_and_the_rest_is_read_in_five_seconds(chat: Chat, kit: Kit, kind: str) -> None:
    chat.follow()
    said = plain(chat.type(SENTENCES[kind]))
    assert PHONE in said.splitlines()[0]
    assert len(said.splitlines()) <= 8
    assert "这里没人守着" in said
    assert _calls(kit) == [(kind, True, 0)]


@pytest.mark.parametrize("kind", SENTENCES)
def test_without_a_number_the_first_line_says_where_to_go(
    make_kit: Callable[..., Kit], sqlite_url: str, kind: str, clock: StillClock
) -> None:
    kit = make_kit(sqlite_url, mine={"name": "示例矿", "dispatcher_phone": ""})
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    chat.follow()
    assert "调度室" in chat.type(SENTENCES[kind]).splitlines()[0]


def test_what_must_stand_in_each_body_and_what_must_not(chat: Chat) -> None:
    chat.follow()
    assert "119" in chat.type(SENTENCES["fire"])
    assert "120" in chat.type(SENTENCES["injury"])
    trapped = chat.type(SENTENCES["trapped"])
    assert "撤" not in trapped
    assert "守" in trapped
    underground = chat.type(SENTENCES["underground"])
    assert all(word in underground for word in ("停", "电", "撤", "自救器"))
    life = chat.type(SENTENCES["life"])
    assert all(word in life for word in ("12356", "120", "110", "转人工"))


def test_the_mines_own_aid_line_is_said(make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock) -> None:
    for line, shown in (("0000-7654321", True), ("", False)):
        kit = make_kit(sqlite_url, mine={"dispatcher_phone": PHONE, "aid_line": line})
        chat = Chat(create_app(kit).test_client(), kit.settings, clock)
        assert ("心理援助热线" in chat.type("不想活了")) is shown


def test_those_on_duty_above_him_are_paged_with_what_to_do(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    chat.type("工作面冒顶了 快来人")
    assert _paged(kit) == {mine["值班甲"], mine["值班乙"], mine["调度员"]}
    page = _pages(kit)[0]
    assert page.urgency == outbox.DANGER
    for told in ("张三", "生产一班", "13800000001", "工作面冒顶了 快来人", "12:00", "打电话核实"):
        assert told in page.text
    assert _calls(kit)[0][2] == 3


def test_nothing_of_what_he_said_stands_in_the_count(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    chat.type("工作面冒顶了 快来人")
    with kit.database.read() as connection:
        row = connection.execute(select(DangerCall.__table__)).one()
        alias = connection.execute(select(Person.alias).where(Person.openid == chat.openid)).scalar_one()
    assert row.alias == alias
    assert "冒顶" not in str(row)


def test_a_guest_is_told_of_without_a_name_to_all_on_duty(stranger: Chat, kit: Kit, mine: dict[str, int]) -> None:
    stranger.type("井下透水了快跑")
    assert _paged(kit) == {mine[name] for name in ("值班甲", "值班乙", "值班丙", "调度员")}
    assert "没绑定的工友 #" in _pages(kit)[0].text


def test_for_one_in_trouble_his_secretary_is_paged_too_and_nothing_is_kept(
    chat: Chat, kit: Kit, mine: dict[str, int]
) -> None:
    said = chat.type("不想活了")
    assert "支部书记李书记" in said
    assert mine["李书记"] in _paged(kit)
    with session(kit) as db:
        assert db.query(Letter).count() == 0


def test_the_same_words_again_page_nobody_anew(chat: Chat, kit: Kit, mine: dict[str, int], clock: StillClock) -> None:
    for _ in range(5):
        chat.type("工作面冒顶了 快来人")
        clock.tick(minutes=1)
    assert len(_pages(kit)) == 3
    clock.tick(minutes=10)
    chat.type("工作面冒顶了 快来人")
    assert len(_pages(kit)) == 6
    chat.type("食堂着火了")  # something else
    assert len(_pages(kit)) == 9
    clock.tick(minutes=11)
    chat.type("工作面冒顶了 快来人")
    assert len(_pages(kit)) == 12
    clock.tick(minutes=11)
    chat.type("工作面冒顶了 快来人")  # the fourth of the same in an hour: they know
    assert len(_pages(kit)) == 12
    chat.type("不想活了")  # something else is news at any time
    assert len(_pages(kit)) > 12
    assert len(_calls(kit)) == 10


def test_twenty_who_tell_of_the_same_do_not_bury_those_on_duty(
    kit: Kit, mine: dict[str, int], clock: StillClock
) -> None:
    client = create_app(kit).test_client()
    for number in range(8):
        chat = Chat(client, kit.settings, clock, openid=f"oMINER{number}")
        with session(kit) as db:
            add_person(db, chat.openid, add_member(db, f"5{number}", f"工友{number}"))
        assert PHONE in chat.type("井下透水了快跑").splitlines()[0]
        clock.tick(seconds=1)
    assert [paged for _, _, paged in _calls(kit)] == [3, 3, 3, 3, 0, 0, 0, 0]
    more = _pages(kit, "danger.more")
    assert {page.person_id for page in more} == {mine["值班甲"], mine["值班乙"], mine["调度员"]}
    assert all("又有1人报同样的险情" in page.text and "第1号" in page.text for page in more)
    clock.tick(minutes=5)
    _miner(kit, clock, "oMINER9", "59").type("井下透水了快跑")
    assert len(_pages(kit, "danger.more")) == 3


def test_one_page_more_in_ten_minutes_says_how_many(kit: Kit, mine: dict[str, int], clock: StillClock) -> None:
    with session(kit) as db:
        for number, paged in enumerate([3, 3, 3, 0, 0, 0]):
            person = add_person(db, f"oTOLD{number}", add_member(db, f"7{number}", f"工友{number}"))
            danger.paged(db, danger.note(db, row_of(db, person.openid), "fire", sure=True, now=clock()), paged)
    _miner(kit, clock, "oMINER1", "51").type("食堂着火了")
    assert "又有4人报同样的险情" in _pages(kit, "danger.more")[0].text


def test_guests_have_nothing_in_common_and_one_in_trouble_is_never_one_of_many(
    kit: Kit, mine: dict[str, int], clock: StillClock
) -> None:
    client = create_app(kit).test_client()
    for number in range(5):
        Chat(client, kit.settings, clock, openid=f"oGUEST{number}").type("井下透水了快跑")
        with session(kit) as db:
            add_person(db, f"oMINER{number}", add_member(db, f"5{number}", f"工友{number}"))
        Chat(client, kit.settings, clock, openid=f"oMINER{number}").type("不想活了")
    assert all(paged for _, _, paged in _calls(kit))
    assert _pages(kit, "danger.more") == []


def test_maybe_pages_nobody(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    chat.type("听说三队冒顶了 真的假的")
    assert (_pages(kit), _calls(kit)) == ([], [("underground", False, 0)])


def test_who_is_on_duty_himself_is_not_paged_for_his_own_words(
    kit: Kit, mine: dict[str, int], clock: StillClock
) -> None:
    duty = Chat(create_app(kit).test_client(), kit.settings, clock, openid="oDUTY0")
    duty.type("井下透水了快跑")
    assert mine["值班甲"] not in _paged(kit)


def test_taking_it_tells_the_others_once_it_is_one_of_them(
    chat: Chat, stranger: Chat, kit: Kit, mine: dict[str, int], clock: StillClock
) -> None:
    chat.type("工作面冒顶了 快来人")
    client = create_app(kit).test_client()
    first = Chat(client, kit.settings, clock, openid="oDUTY0")
    first.type("帮助")  # the page rides above it
    assert "我来处理" in first.links
    assert "第1号您来处理" in first.tap("我来处理")
    with session(kit) as db:
        told = {item.person_id: item.text for item in db.query(OutboxItem).filter_by(kind="danger.taken")}
    assert set(told) == {mine["值班乙"], mine["调度员"]}
    assert "值班甲" in told[mine["调度员"]]
    assert {page.urgency for page in _pages(kit, "danger.taken")} == {outbox.SOON}
    assert "第1号您来处理" in first.type("我来处理险情1")
    assert len(_pages(kit, "danger.taken")) == 2
    second = Chat(client, kit.settings, clock, openid="oDUTY1")
    second.type("帮助")
    for _ in range(2):
        assert "值班甲已经在处理" in second.type("我来处理险情1")
    assert len(_pages(kit, "danger.taken")) == 4
    assert "第1号您来处理" in first.type("我来处理险情1")
    for outsider in (chat, stranger):
        assert "给值班的人点的" in outsider.type("我来处理险情1")
    clock.tick(days=2)
    assert "给值班的人点的" in first.type("我来处理险情1")


def test_two_of_one_name_are_two(chat: Chat, kit: Kit, mine: dict[str, int], clock: StillClock) -> None:
    with session(kit) as db:
        for name in ("值班甲", "值班乙"):
            member = db.query(Member).filter_by(name=name).one()
            member.name = "王强"
    chat.type("工作面冒顶了 快来人")
    client = create_app(kit).test_client()
    first, second = (Chat(client, kit.settings, clock, openid=f"oDUTY{number}") for number in range(2))
    assert "第1号您来处理" in first.type("我来处理险情1")
    assert "王强已经在处理" in second.type("我来处理险情1")


@pytest.mark.parametrize("said", ["不想活了", "工作面冒顶了 快来人"])
def test_nobody_of_another_branch_takes_it(
    chat: Chat, kit: Kit, mine: dict[str, int], clock: StillClock, said: str
) -> None:
    with session(kit) as db:
        other = add_member(db, "80", "赵书记", OTHER_BRANCH)
        add_person(db, "oSECRETARY", other)
        grants.grant(
            db, other, "secretary", units.ensure(db, OTHER_BRANCH, words=WORDS), by="operator", now=kit.clock()
        )
    chat.type(said)
    client = create_app(kit).test_client()
    for openid in ("oSECRETARY", "oDUTY2"):  # a secretary, and one on duty, of another branch
        assert "给值班的人点的" in Chat(client, kit.settings, clock, openid=openid).type("我来处理险情1")
    assert "第1号您来处理" in Chat(client, kit.settings, clock, openid="oDUTY4").type("我来处理险情1")


def test_a_guests_call_is_taken_by_whoever_was_paged_for_it(
    stranger: Chat, kit: Kit, mine: dict[str, int], clock: StillClock
) -> None:
    stranger.type("井下透水了快跑")
    client = create_app(kit).test_client()
    assert "给值班的人点的" in Chat(client, kit.settings, clock, openid="oDUTY4").type("我来处理险情1")
    assert "第1号您来处理" in Chat(client, kit.settings, clock, openid="oDUTY2").type("我来处理险情1")


def test_who_heard_only_that_more_tell_of_it_may_take_it(kit: Kit, mine: dict[str, int], clock: StillClock) -> None:
    with session(kit) as db:
        for number in range(3):
            person = add_person(db, f"oTOLD{number}", add_member(db, f"7{number}", f"工友{number}"))
            danger.paged(db, danger.note(db, row_of(db, person.openid), "underground", sure=True, now=clock()), 3)
    crew_duty = _miner(kit, clock, "oCREWDUTY", "60")
    fourth = _miner(kit, clock, "oMINER4", "54")
    with session(kit) as db:
        crew = units.ensure(db, f"{MINE}/综采一队/生产一班", words=WORDS)
        db.query(Member).filter_by(staff_no="54").one().crew_id = crew.id
        member = db.query(Member).filter_by(staff_no="60").one()
        grants.grant(db, member, "on_duty", crew, by="operator", now=kit.clock())
    assert "给值班的人点的" in crew_duty.type("我来处理险情1")
    fourth.type("井下透水了快跑")
    crew_duty.type("帮助")
    assert "第1号您来处理" in crew_duty.tap("我来处理")


def test_whose_number_is_frozen_is_looked_for_by_name(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    with session(kit) as db:
        db.query(Member).filter_by(staff_no="1").one().frozen_at = kit.clock()
    chat.type("不想活了")
    assert _paged(kit) == {mine[name] for name in ("值班甲", "值班乙", "值班丙", "调度员", "李书记")}
    for told in ("张三", "生产一班", "13800000001", "工号正在核实"):
        assert told in _pages(kit)[0].text
    assert "没绑定" not in _pages(kit)[0].text


def test_who_left_the_mine_is_a_guest(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    with session(kit) as db:
        db.query(Member).filter_by(staff_no="1").one().left_at = kit.clock()
    chat.type("工作面冒顶了 快来人")
    assert "没绑定的工友 #" in _pages(kit)[0].text
    assert "张三" not in _pages(kit)[0].text


@pytest.mark.parametrize("phone", [PHONE, ""])
def test_trouble_in_the_midst_of_something_else_says_whom_to_phone(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock, phone: str
) -> None:
    kit = make_kit(sqlite_url, mine={"dispatcher_phone": phone})
    key = "danger.if_trouble" if phone else "danger.if_trouble_missing"
    said = kit.content.say(key, phone=phone, aid="")
    assert all(word in said for word in ("这里没人守着", "120", "110", phone))


def test_his_place_is_kept(chat: Chat) -> None:
    chat.follow()
    chat.type("每日一题")
    assert "继续答题" in chat.type("工作面冒顶了 快来人")
    assert "第1题" in chat.tap("继续答题")


def test_paging_that_fails_does_not_hide_the_number(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    kit = make_kit(sqlite_url)
    chat = Chat(create_app(kit).test_client(), kit.settings, clock)
    chat.follow()
    with session(kit) as db:
        db.connection().exec_driver_sql("DROP TABLE grants")
    assert PHONE in chat.type("工作面冒顶了 快来人").splitlines()[0]
    assert PHONE in chat.type("不想活了").splitlines()[0]
    assert "帮助" in chat.type("帮助")


def test_the_duty_list_climbs_from_crew_to_mine(kit: Kit, mine: dict[str, int]) -> None:
    with session(kit) as db:
        crew = db.execute(select(Unit).where(Unit.name == "生产一班")).scalar_one()
        member = add_member(db, "77", "班长")
        leader = add_person(db, "oLEADER", member)
        grants.grant(db, member, "on_duty", crew, by="operator", now=kit.clock())
        who = danger.whom(db, row_of(db, "oABCDEFGHIJKLMNOPQRSTUVWXY-_"), "injury", now=kit.clock())
        assert leader.id in who
        assert mine["值班乙"] in who
        assert mine["值班丙"] not in who


def test_a_page_is_within_one_message(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    chat.type("冒顶了快来人！" * 100 + "<a>" * 300)
    assert _pages(kit)
    assert all(len(page.text.encode()) <= 2048 for page in _pages(kit))


def test_a_page_is_read_at_a_glance(chat: Chat, kit: Kit, mine: dict[str, int]) -> None:
    chat.type("冒顶了快来人！\n" * 20)
    assert all(len(plain(page.text).splitlines()) <= 8 for page in _pages(kit))
