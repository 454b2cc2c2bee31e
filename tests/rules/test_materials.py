"""Own material from draft to shelf: who may do what, three reviews for Party text, and what is asked of whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.kit import Kit
from bot.models import AuditLine, Grant, Member, Person
from bot.services import grants, quiz, units
from bot.services.materials import archive, bodies, counting, desk, names, newness, readers, rights
from bot.services.materials.frame import Frame
from bot.services.materials.shelf import Shelf
from bot.services.people import PersonRow
from content import HERE
from content.bank import Question, members_only
from tests.cast import NOON
from tests.rules.mine import BRANCH, CONTENT, MINE, SAY, WORDS, add_member, add_person, row_of, session

FRAME = Frame.of(CONTENT)
OTHER, OFFICE = f"{MINE}/综掘一队党支部", f"{MINE}/安监处"
SAFETY: dict[str, Any] = {
    "kind": "single", "stem": "本矿超前支护不得少于多少米？", "options": ["10米", "20米", "30米"], "answer": "B",
    "why": "少于20米，来压时没有缓冲。", "source": "综采一队作业规程第12条", "topic": "顶板", "point": "超前支护20米",
    "trades": ["采煤"], "level": 1,
}  # fmt: skip
PARTY: dict[str, Any] = {**SAFETY, "stem": "本支部主题党日定在每月哪一天？", "topic": "支部工作", "trades": ["党员"]}


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    """Of each office one, and a worker of each of two branches."""
    with session(kit) as db:
        for number, (openid, name, role, path) in enumerate(
            [
                ("oAUTHOR", "王作者", "committee", BRANCH),
                ("oSECRETARY", "李书记", "secretary", BRANCH),
                ("oSAFETY", "赵安全", "safety_office", OFFICE),
                ("oPARTY", "钱党办", "party_office", MINE),
                ("oOTHER", "孙书记", "secretary", OTHER),
                ("oCOMMITTEE", "周委员", "committee", BRANCH),
                ("oWORKER", "工人甲", "", BRANCH),
                ("oELSEWHERE", "工人乙", "", OTHER),
            ]
        ):
            member = add_member(db, str(100 + number), name, path)
            add_person(db, openid, member)
            if role:
                unit = units.ensure(db, path, words=WORDS)
                grants.grant(db, member, role, unit, by="operator", now=NOON)
        yield db


def who(db: Session, name: str) -> PersonRow:
    return row_of(db, f"o{name}")


def home(db: Session) -> int:
    return units.get(db, BRANCH).id


def write(db: Session, body: dict[str, Any] = SAFETY, by: str = "AUTHOR", **more: Any) -> str:
    return desk.write(db, who(db, by), "question", body, frame=FRAME, unit_id=home(db), now=NOON, **more).key


def to_live(db: Session, body: dict[str, Any] = SAFETY, key: str = "") -> str:
    key = write(db, body, key=key)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON)
    return desk.publish(db, who(db, "SAFETY"), key, frame=FRAME, now=NOON).key


def refusal(act: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.key in SAY
    return refused.value.key


def test_a_question_goes_from_draft_to_live_and_every_step_is_kept(db: Session) -> None:
    key = to_live(db)
    found = desk.get(db, key)
    assert (key, found.state, found.live_version, found.party) == ("own-0001", "live", 1, False)
    acts = list(
        db.execute(select(AuditLine.act).where(AuditLine.act.like("materials.%")).order_by(AuditLine.id)).scalars()
    )
    assert acts == ["materials.written", "materials.submitted", "materials.reviewed", "materials.published"]


def test_nobody_reviews_his_own_and_nobody_without_the_right(db: Session) -> None:
    key = write(db, by="SECRETARY")
    desk.submit(db, who(db, "SECRETARY"), key, now=NOON)
    for name, why in (("SECRETARY", "own_review"), ("OTHER", "may_not_review"), ("WORKER", "may_not_review")):
        assert refusal(lambda name=name: desk.review(db, who(db, name), key, "pass", now=NOON)) == f"materials.{why}"
    assert desk.review(db, who(db, "SAFETY"), key, desk.PASS, now=NOON).state == desk.REVIEWED


def test_who_may_not_write_submit_publish_or_retire_is_told_who_may(db: Session) -> None:
    assert refusal(lambda: write(db, by="WORKER")) == "materials.may_not_write"
    key = write(db)
    assert refusal(lambda: desk.submit(db, who(db, "OTHER"), key, now=NOON)) == "materials.may_not_write"
    assert refusal(lambda: desk.publish(db, who(db, "SAFETY"), key, frame=FRAME, now=NOON)) == "materials.not_reviewed"
    assert (
        refusal(lambda: desk.publish(db, who(db, "AUTHOR"), key, frame=FRAME, now=NOON)) == "materials.may_not_publish"
    )
    assert refusal(lambda: desk.retire(db, who(db, "COMMITTEE"), key, now=NOON)) == "materials.may_not_publish"
    assert refusal(lambda: desk.submit(db, who(db, "AUTHOR"), "own-9999", now=NOON)) == "materials.unknown"
    assert desk.retire(db, who(db, "AUTHOR"), key, now=NOON).state == desk.RETIRED


def test_party_text_needs_three_other_readers_the_last_of_the_party_office(db: Session) -> None:
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    review = lambda name: desk.review(db, who(db, name), key, desk.PASS, now=NOON)  # noqa: E731
    assert refusal(lambda: review("AUTHOR")) == "materials.own_review"
    assert refusal(lambda: review("SAFETY")) == "materials.may_not_review_party"
    assert review("SECRETARY").state == desk.IN_REVIEW
    assert refusal(lambda: review("SECRETARY")) == "materials.reviewed_already"
    assert review("COMMITTEE").state == desk.IN_REVIEW
    assert refusal(lambda: review("SAFETY")) == "materials.may_not_review_party"
    third = add_member(db, "900", "吴委员")
    add_person(db, "oTHIRD", third)
    grants.grant(db, third, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    assert refusal(lambda: review("THIRD")) == "materials.last_by_office"
    assert review("PARTY").state == desk.REVIEWED
    assert [(each.stage, each.verdict) for each in desk.reviews(db, desk.get(db, key))] == [
        (1, "pass"),
        (2, "pass"),
        (3, "pass"),
    ]


def test_where_there_is_no_party_office_a_secretary_has_the_last_word(db: Session) -> None:
    office = db.execute(select(Member).where(Member.name == "钱党办")).scalar_one()
    grants.revoke(db, office, "party_office", units.get(db, MINE), by="operator", now=NOON)
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    other = add_member(db, "900", "吴委员")
    add_person(db, "oTHIRD", other)
    grants.grant(db, other, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    for name in ("COMMITTEE", "THIRD", "SECRETARY"):
        state = desk.review(db, who(db, name), key, desk.PASS, now=NOON).state
    assert state == desk.REVIEWED


def test_who_wrote_any_of_it_since_it_was_last_live_does_not_review_it(db: Session) -> None:
    key = write(db, by="SECRETARY")
    write(db, {**SAFETY, "why": "少于20米，来压时没有缓冲了。"}, by="COMMITTEE", key=key)
    desk.submit(db, who(db, "SECRETARY"), key, now=NOON)
    assert refusal(lambda: desk.review(db, who(db, "SECRETARY"), key, "pass", now=NOON)) == "materials.own_review"
    desk.review(db, who(db, "SAFETY"), key, desk.PASS, now=NOON)
    desk.publish(db, who(db, "SAFETY"), key, frame=FRAME, now=NOON)
    write(db, {**SAFETY, "answer": "C"}, by="AUTHOR", key=key)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    assert desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON).state == desk.REVIEWED


@pytest.mark.parametrize("why", ["wrote it", "reviewed it", "left", "frozen", "never bound", "of elsewhere"])
def test_party_text_goes_live_though_nobody_of_the_party_office_can_give_the_last_word(db: Session, why: str) -> None:
    office = db.execute(select(Member).where(Member.name == "钱党办")).scalar_one()
    other = add_member(db, "900", "吴委员")
    add_person(db, "oTHIRD", other)
    grants.grant(db, other, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    by, readers = "AUTHOR", ["COMMITTEE", "THIRD"]
    if why == "wrote it":
        by = "PARTY"
    elif why == "reviewed it":
        readers = ["PARTY", "COMMITTEE"]
    elif why in ("left", "frozen"):
        setattr(office, f"{why}_at", NOON)
    elif why == "never bound":
        db.execute(update(Person).where(Person.member_id == office.id).values(member_id=None))
    else:
        grants.revoke(db, office, "party_office", units.get(db, MINE), by="operator", now=NOON)
        grants.grant(db, office, "party_office", units.get(db, OTHER), by="operator", now=NOON)
    db.flush()
    key = write(db, PARTY, by=by)
    desk.submit(db, who(db, by), key, now=NOON)
    for name in readers:
        desk.review(db, who(db, name), key, desk.PASS, now=NOON)
    assert desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON).state == desk.REVIEWED


def test_nobody_writes_over_what_another_wrote_meanwhile_without_having_seen_it(db: Session) -> None:
    key = write(db)
    theirs, mine = {**SAFETY, "why": "别人补了一句讲法。"}, {**SAFETY, "stem": "本矿超前支护最少要有多少米？"}
    write(db, theirs, by="COMMITTEE", key=key, version=1)
    with pytest.raises(Refusal) as refused:
        write(db, mine, key=key, version=1)
    assert refused.value.key == "materials.changed_meanwhile"
    assert refused.value.values["version"] == 2
    assert theirs["why"] in str(refused.value.values["theirs"])
    assert SAY(refused.value.key, **refused.value.values)
    assert desk.get(db, key).body == theirs
    write(db, mine, key=key, version=2)
    assert desk.get(db, key).body == mine


def test_what_somebody_reviews_just_now_is_not_changed_under_his_eyes(db: Session) -> None:
    key = write(db)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    assert refusal(lambda: write(db, {**SAFETY, "answer": "C"}, key=key, version=1)) == "materials.in_review"
    assert desk.get(db, key).state == desk.IN_REVIEW


def test_a_card_for_party_posts_is_party_text_and_audience_says_who_those_are(db: Session) -> None:
    assert CONTENT.bank.members_only == FRAME.members_only == members_only(HERE / "audience.toml")
    card = {"trade": "支委", "topic": "避险自救"}
    assert FRAME.is_party(card)
    assert not FRAME.is_party({**card, "trade": "采煤"})
    assert FRAME.is_party({"trades": ["党员", "支委"], "topic": "避险自救"})
    assert not FRAME.is_party({"trades": ["党员", "采煤"], "topic": "避险自救"})


def test_sent_back_with_a_reason_the_reviews_begin_anew(db: Session) -> None:
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON)
    assert refusal(lambda: desk.review(db, who(db, "COMMITTEE"), key, desk.BACK, now=NOON)) == "materials.say_why"
    assert desk.review(db, who(db, "COMMITTEE"), key, desk.BACK, note="日子写错了", now=NOON).state == desk.DRAFT
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    assert desk.hold_review(db, who(db, "SECRETARY"), desk.get(db, key), now=NOON) == 1


def test_a_new_version_is_a_draft_and_the_live_one_stays_until_it_is_replaced(db: Session) -> None:
    key = to_live(db)
    assert write(db, SAFETY, key=key) == key
    assert desk.get(db, key).version == 1, "the same body is no new version"
    changed = {**SAFETY, "answer": "C"}
    write(db, changed, key=key)
    found = desk.get(db, key)
    assert (found.version, found.state, found.live_version) == (2, "draft", 1)
    assert asked(db, key).right == "B"
    to_live(db, changed, key=key)
    assert asked(db, key).right == "C"


def asked(db: Session, key: str) -> Question:
    """The question as somebody of the branch is asked it now."""
    found = Shelf().bank(db, CONTENT, who(db, "WORKER"), now=NOON).get(key)
    assert found is not None
    return found


def test_a_list_holds_what_one_may_see_and_what_one_may_review(db: Session) -> None:
    key = write(db)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    keys = lambda rows: [row.key for row in rows]  # noqa: E731
    assert keys(desk.list_for(db, who(db, "SAFETY"), now=NOON)) == [key]
    assert keys(desk.list_for(db, who(db, "OTHER"), now=NOON)) == []
    assert keys(counting.waiting(db, who(db, "SECRETARY"), now=NOON)) == [key]
    assert keys(counting.waiting(db, who(db, "AUTHOR"), now=NOON)) == []
    assert [path for _, path in desk.homes(db, who(db, "AUTHOR"), now=NOON)] == [BRANCH]


@pytest.mark.parametrize(
    ("change", "field", "key"),
    [
        ({"stem": "短"}, "stem", "short"), ({"stem": "长" * 61}, "stem", "long"), ({"why": ""}, "why", "empty"),
        ({"topic": "钓鱼"}, "topic", "unknown_topic"), ({"trades": ["飞行员"]}, "trades", "unknown_trade"),
        ({"level": "9"}, "level", "level"), ({"answer": "D"}, "answer", "no_such_option"),
        ({"answer": "AB"}, "answer", "one_letter"), ({"options": ["10米"]}, "options", "options_count"),
        ({"options": ["10米", "１０米"]}, "options.B", "same_option"), ({"source": ""}, "source", "no_source"),
        ({"source": "", "law": "煤矿安全规程"}, "article", "half_cited"), ({"stem": "超前<b>支护多少米"}, "stem", "markup"),
        ({"kind": "multiple"}, "answer", "two_letters"), ({"kind": "judge"}, "options", "no_options_here"),
        ({"kind": "猜谜"}, "kind", "unknown_kind"), ({"options": ["10米", "", "30米"]}, "options.B", "empty"),
    ],
)  # fmt: skip
def test_each_fault_names_its_field_and_says_what_to_write(change: dict[str, Any], field: str, key: str) -> None:
    found = bodies.faults("question", {**SAFETY, **change}, FRAME)
    assert (field, f"materials.{key}") in [(fault.field, fault.key) for fault in found]
    for fault in found:
        assert SAY(fault.key, **fault.values)


def test_lessons_cases_and_cards_are_held_to_their_form() -> None:
    grounds = {"source": "作业规程第2条", "topic": "顶板", "trades": ["采煤"]}
    lesson = {"title": "交接班看三样", "text": "接班先看顶板，敲帮问顶听声音，再看设备。", **grounds}
    card = {
        "title": "补液",
        "kind": "know",
        "text": "压力低于规定值，先补液再干活，这是头一条。",
        "trade": "采煤",
        **grounds,
    }
    choices = [{"text": "停下来", "then": "顶板稳住，大家都安全。"}] * 3
    case = {
        "title": "少打一根柱", "story": ["快下班了，端头还差一根柱没有打。" * 4], "ask": "您会怎么做？", "choices": choices,
        "right": "B", "lesson": "先支护后干活。", **grounds,
    }  # fmt: skip
    keys = lambda kind, body: [(fault.field, fault.key) for fault in bodies.faults(kind, body, FRAME)]  # noqa: E731
    assert keys("lesson", lesson) == []
    assert keys("lesson", {**lesson, "text": "\n".join(["一行四字"] * 7)}) == [("text", "materials.lines")]
    assert keys("card", card) == [("title", "materials.short")]
    assert keys("card", {**card, "title": "几号柱要补液", "kind": ""}) == [("kind", "materials.know_or_can")]
    assert keys("case", case) == []
    assert keys("case", {**case, "choices": choices[:2], "right": "D"}) == [
        ("choices", "materials.three_choices"), ("right", "materials.which_choice"),
    ]  # fmt: skip


# The shelf.


def test_own_questions_are_asked_of_their_unit_alone_and_never_as_the_question_of_the_day(db: Session) -> None:
    shelf, before = Shelf(), CONTENT.bank
    key = to_live(db)
    here = shelf.bank(db, CONTENT, who(db, "WORKER"), now=NOON)
    there = shelf.bank(db, CONTENT, who(db, "ELSEWHERE"), now=NOON)
    assert key in here.order
    assert key not in there.questions
    assert (here.questions[key].law, here.questions[key].article) == (SAY("materials.own_law"), SAFETY["source"])
    today = NOON.date()
    assert quiz.question_of_the_day(here, today) == quiz.question_of_the_day(there, today)
    assert quiz.question_of_the_day(before, today) == quiz.question_of_the_day(here, today)


def test_what_changes_is_seen_within_five_seconds_and_not_asked_about_before(db: Session) -> None:
    shelf, worker = Shelf(), who(db, "WORKER")
    assert shelf.at_hand(CONTENT, worker) is CONTENT.bank
    first = shelf.bank(db, CONTENT, worker, now=NOON)
    key = to_live(db)
    assert shelf.bank(db, CONTENT, worker, now=NOON + timedelta(seconds=4)) is first
    later = shelf.bank(db, CONTENT, worker, now=NOON + timedelta(seconds=6))
    assert key in later.order
    assert shelf.at_hand(CONTENT, worker) is later
    desk.retire(db, who(db, "SAFETY"), key, now=NOON)
    assert key not in shelf.bank(db, CONTENT, worker, now=NOON + timedelta(seconds=12)).questions


def test_an_answer_is_shown_with_the_question_it_was_given_to(db: Session) -> None:
    shelf, worker = Shelf(), who(db, "WORKER")
    key = to_live(db)
    asked = quiz.put(db, worker.id, bodies.question(key, SAFETY, FRAME), mode="more", day=NOON.date(), now=NOON)
    to_live(db, {**SAFETY, "stem": "本矿超前支护现在不得少于多少米？", "answer": "C"}, key=key)
    bank = shelf.bank(db, CONTENT, worker, now=NOON)
    assert quiz.still_stands(asked, bank) is None
    seen = quiz.as_seen(db, asked, bank)
    assert seen is not None
    assert (seen.stem, seen.right) == (SAFETY["stem"], "B")


@pytest.mark.parametrize(
    "kind", [{"kind": "judge", "answer": True, "options": []}, {"kind": "fill", "answer": ["20"], "options": []}]
)
def test_where_the_stem_is_the_question_an_answer_is_never_shown_under_another(
    db: Session, kind: dict[str, Any]
) -> None:
    body, worker = {**SAFETY, **kind, "stem": "本矿超前支护不少于20米，对吗？"}, who(db, "WORKER")
    key = to_live(db, body)
    question = bodies.question(key, body, FRAME)
    asked = quiz.put(db, worker.id, question, mode="more", day=NOON.date(), now=NOON)
    assert quiz.mark(db, asked, "T", score=1, now=NOON)
    to_live(db, {**body, "stem": "本矿超前支护不少于35米，对吗？"}, key=key)
    bank = Shelf().bank(db, CONTENT, worker, now=NOON)
    assert quiz.still_stands(asked, bank) is None
    assert quiz.as_seen(db, asked, bank) == question


def test_an_answer_is_shown_with_the_explanation_he_read_though_a_better_one_stands_now(db: Session) -> None:
    shelf, worker = Shelf(), who(db, "WORKER")
    key = to_live(db)
    asked = quiz.put(db, worker.id, bodies.question(key, SAFETY, FRAME), mode="more", day=NOON.date(), now=NOON)
    to_live(db, {**SAFETY, "why": "讲得更明白的一版。"}, key=key)
    bank = shelf.bank(db, CONTENT, worker, now=NOON)
    assert quiz.still_stands(asked, bank) is not None
    assert quiz.as_seen(db, asked, bank) == bodies.question(key, SAFETY, FRAME)
    quiz.mark(db, asked, "B", score=1, now=NOON, wording=bank.questions[key].hash)
    answered = quiz.find(db, worker.id, asked.number)
    assert answered is not None
    assert quiz.as_seen(db, answered, bank) == bank.questions[key]
    to_live(db, SAFETY, key=key)
    again = quiz.put(db, worker.id, bodies.question(key, SAFETY, FRAME), mode="more", day=NOON.date(), now=NOON)
    bank = shelf.bank(db, CONTENT, worker, now=NOON + timedelta(seconds=6))
    assert quiz.as_seen(db, again, bank) == bodies.question(key, SAFETY, FRAME), "back to the first wording"


def test_questions_of_the_folder_are_kept_once_for_each_wording(db: Session) -> None:
    questions = list(CONTENT.bank.questions.values())
    assert archive.keep(db, questions, now=NOON) == len(questions)
    assert archive.keep(db, questions, now=NOON) == 0
    first = questions[0]
    assert archive.seen(db, first.id, first.hash) == first


# Names and titles.

LISTED = [("张建国", "党委书记"), ("王志强", "矿长"), ("王志强", "党委副书记")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("党委书记张建国到队里讲课", []),
        ("张建国矿长到队里讲课", [("wrong_title", "张建国", "矿长", "党委书记")]),
        ("矿长张建国到队里讲课", [("wrong_title", "张建国", "矿长", "党委书记")]),
        ("党委副书记、矿长王志强", []),
        ("王志强党委副书记", []),
        ("会上矿长王大力讲了话", [("unknown_name", "王大力", "矿长", "")]),
        ("矿长说，张建国同志讲课", []),
        ("大家都要学规程", []),
    ],
)
def test_names_are_read_against_the_list(text: str, told: list[tuple[str, ...]]) -> None:
    found = [(each.key, each.name, each.title, each.listed) for each in names.remarks(text, LISTED)]
    assert [each[:1] + each[1:] for each in found] == told


def test_a_new_list_takes_the_place_of_the_old(db: Session) -> None:
    assert names.replace(db, LISTED) == 3
    assert names.replace(db, [("张 建国", "党委书记"), ("", "矿长")]) == 1
    assert names.known(db) == [("张建国", "党委书记")]
    assert [each.key for each in names.in_body(db, {"story": ["张建国党委书记"], "choices": [{"text": "x"}]})] == []


# Who may review, and whether enough people are left.


def outlook(db: Session, key: str) -> tuple[set[str], int, bool, list[str]]:
    found = readers.outlook(db, desk.get(db, key), now=NOON)
    return {each.name for each in found.readers}, found.short, found.last, [each.name for each in found.unbound]


def only(db: Session, *names: str) -> None:
    """Everybody else loses what he may."""
    kept = [who(db, name).member for name in names]
    db.execute(delete(Grant).where(Grant.member_id.not_in([each.id for each in kept if each is not None])))
    db.flush()


def test_who_is_needed_next_is_told_by_name(db: Session) -> None:
    key = write(db, PARTY)
    assert outlook(db, key) == ({"李书记", "钱党办", "周委员"}, 0, False, [])
    key = write(db)
    assert outlook(db, key) == ({"李书记", "赵安全", "钱党办"}, 0, False, [])


@pytest.mark.parametrize(
    ("left", "by", "short", "last"),
    [
        (("AUTHOR", "SECRETARY", "PARTY", "COMMITTEE"), "AUTHOR", 0, False),
        (("AUTHOR", "SECRETARY", "COMMITTEE"), "AUTHOR", 1, False),
        (("AUTHOR", "COMMITTEE"), "AUTHOR", 2, True),
        (("SECRETARY", "COMMITTEE", "AUTHOR"), "SECRETARY", 1, True),
        (("AUTHOR",), "AUTHOR", 3, True),
    ],
)
def test_party_text_that_too_few_can_read_says_how_many_are_wanted_and_which(
    db: Session, left: tuple[str, ...], by: str, short: int, last: bool
) -> None:
    only(db, *left)
    assert outlook(db, write(db, PARTY, by=by))[1:3] == (short, last)


def test_given_the_right_to_so_many_it_goes_through(db: Session) -> None:
    only(db, "AUTHOR", "COMMITTEE")
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    for number, role in enumerate(("committee", "secretary")):
        member = add_member(db, f"95{number}", f"新人{number}")
        grants.grant(db, member, role, units.get(db, BRANCH), by="operator", now=NOON)
        if role == "secretary":
            assert outlook(db, key)[1:] == (0, False, ["新人1"]), "he has the right and wants only to be bound"
            assert not readers.outlook(db, desk.get(db, key), now=NOON).enough
        add_person(db, f"oNEW{number}", member)
    assert readers.outlook(db, desk.get(db, key), now=NOON).enough
    for name in ("COMMITTEE", "NEW0", "NEW1"):
        desk.review(db, who(db, name), key, desk.PASS, now=NOON)
    assert desk.get(db, key).state == desk.REVIEWED


def test_the_only_one_who_may_give_the_last_word_is_kept_for_it(db: Session) -> None:
    only(db, "AUTHOR", "SECRETARY", "COMMITTEE")
    third = add_member(db, "900", "吴委员")
    add_person(db, "oTHIRD", third)
    grants.grant(db, third, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    assert refusal(lambda: desk.review(db, who(db, "SECRETARY"), key, "pass", now=NOON)) == "materials.kept_for_last"
    assert counting.held_up(db, who(db, "SECRETARY"), now=NOON) == {"materials.kept_for_last": 1}
    for name in ("COMMITTEE", "THIRD", "SECRETARY"):
        desk.review(db, who(db, name), key, desk.PASS, now=NOON)
    assert desk.get(db, key).state == desk.REVIEWED


def test_the_last_word_is_kept_though_the_reviewer_before_him_is_still_to_be_found(db: Session) -> None:
    """Once the office gave the second word where nobody but it was left for the third, and nobody could finish it."""
    only(db, "AUTHOR", "SECRETARY", "PARTY")
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    desk.review(db, who(db, "SECRETARY"), key, desk.PASS, now=NOON)
    assert refusal(lambda: desk.review(db, who(db, "PARTY"), key, "pass", now=NOON)) == "materials.kept_for_last"
    assert outlook(db, key)[1:3] == (1, False)
    member = add_member(db, "902", "张三")
    add_person(db, "oTHREE", member)
    grants.grant(db, member, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    for name in ("THREE", "PARTY"):
        desk.review(db, who(db, name), key, desk.PASS, now=NOON)
    assert desk.get(db, key).state == desk.REVIEWED


def test_where_nobody_is_left_for_the_last_word_nobody_is_named(db: Session) -> None:
    key = write(db, PARTY)
    desk.submit(db, who(db, "AUTHOR"), key, now=NOON)
    for name in ("SECRETARY", "COMMITTEE"):
        desk.review(db, who(db, name), key, desk.PASS, now=NOON)
    only(db, "AUTHOR", "SECRETARY", "COMMITTEE")
    member = add_member(db, "903", "张三")
    add_person(db, "oTHREE", member)
    grants.grant(db, member, "committee", units.get(db, BRANCH), by="operator", now=NOON)
    assert refusal(lambda: desk.review(db, who(db, "THREE"), key, "pass", now=NOON)) == "materials.last_by_nobody"
    assert "materials.held_last_by_nobody" in SAY


def test_why_nothing_is_his_to_review_is_the_real_reason(db: Session) -> None:
    for body, by in ((SAFETY, "AUTHOR"), (PARTY, "COMMITTEE")):
        key = write(db, body, by=by)
        desk.submit(db, who(db, by), key, now=NOON)
    head = add_member(db, "901", "郑队长")
    add_person(db, "oHEAD", head)
    grants.grant(db, head, "section_head", units.get(db, BRANCH), by="operator", now=NOON)
    why = lambda name: counting.held_up(db, who(db, name), now=NOON)  # noqa: E731
    assert why("HEAD") == {"materials.may_not_review_party": 1}
    assert why("SAFETY") == {"materials.may_not_review_party": 1}
    assert why("AUTHOR") == {"materials.own_review": 1}
    assert why("COMMITTEE") == {"materials.may_not_review": 1, "materials.own_review": 1}
    assert why("OTHER") == {}
    assert all(f"materials.held_{key.partition('.')[2]}" in SAY for name in ("HEAD", "COMMITTEE") for key in why(name))


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("materials.may_not_write", rights.AUTHORS), ("materials.not_author", rights.AUTHORS),
        ("materials.may_not_review", rights.REVIEWERS), ("materials.held_may_not_review", rights.REVIEWERS),
        ("materials.may_not_review_party", rights.PARTY_REVIEWERS),
        ("materials.held_may_not_review_party", rights.PARTY_REVIEWERS),
        ("materials.may_not_publish", rights.PUBLISHERS), ("materials.who_publishes", rights.PUBLISHERS),
        ("doubts.may_not_settle", rights.DOUBT_SETTLERS),
    ],
)  # fmt: skip
def test_a_sentence_that_says_who_may_names_exactly_those_who_may(sentence: str, roles: tuple[str, ...]) -> None:
    said = SAY(sentence, **dict.fromkeys(SAY.placeholders(sentence), ""))
    names = WORDS.roles.name_of
    judged = {*rights.AUTHORS, *rights.REVIEWERS, *rights.PARTY_REVIEWERS}
    assert {role for role in judged if names[role] in said} == set(roles)


def test_a_piece_sent_back_is_told_apart_from_a_draft_with_its_reason(db: Session) -> None:
    back, draft = write(db), write(db, {**SAFETY, "stem": "本矿端头支护少了一根怎么办？"})
    desk.submit(db, who(db, "AUTHOR"), back, now=NOON)
    desk.review(db, who(db, "SAFETY"), back, desk.BACK, note="日子写错了", now=NOON)
    both = lambda: [desk.get(db, back), desk.get(db, draft)]  # noqa: E731
    assert counting.returned(db, both()) == {back: "日子写错了"}
    write(db, {**SAFETY, "answer": "C"}, key=back)
    assert counting.returned(db, both()) == {}


# What the mine has just written goes first.


def test_a_question_of_ones_own_goes_first_for_a_week_and_once() -> None:
    since = {"own-1": NOON - timedelta(days=2), "own-2": NOON - timedelta(days=6), "own-3": NOON - timedelta(days=8)}
    order = ["gas-1", "own-3", "own-1", "own-2"]
    assert newness.first(order, since, (), now=NOON) == "own-2", "whose week ends soonest"
    assert newness.first(order, since, {"own-2"}, now=NOON) == "own-1"
    assert newness.first(order, since, {"own-1", "own-2"}, now=NOON) == ""
    assert newness.first(["gas-1"], since, (), now=NOON) == ""


def test_what_is_new_is_told_by_when_it_went_live_in_its_words(db: Session) -> None:
    key = to_live(db)
    since = lambda names, days: newness.since(db, names, now=NOON + timedelta(days=days))  # noqa: E731
    assert since([key, "gas-1"], 6) == {key: NOON}
    assert since([key], 8) == since(["gas-1"], 0) == {}
    desk.retire(db, who(db, "SAFETY"), key, now=NOON)
    assert since([key], 1) == {}


# What a reviewer should look at.

HINTS = names.Hints(
    titles=tuple(SAY("materials.title_words").split()), surnames=SAY("materials.surnames"),
    never=SAY("materials.never_in_names"), mines=tuple(SAY("materials.mine_words").split()),
    any_mine=tuple(SAY("materials.any_mine_words").split()), own=MINE,
    given=SAY("materials.given_names"), ours=tuple(SAY("materials.our_mine_words").split()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("会上王大力矿长讲了话", [("王大力", "矿长")]),
        ("李强总经理到队里来", [("李强", "总经理")]),
        ("请王强书记讲一讲", [("王强", "书记")]),
        ("总书记习近平说", [("习近平", "总书记")]),
        ("党委书记张建国到队里讲课", []),  # on the list: his title is held against it elsewhere
        ("纪委书记和支部书记都到了，安全科科长也到了", []),
        ("任支部书记三年，向支部书记汇报", []),
        ("书记马上来，队长高度重视", []),
    ],
)
def test_a_name_beside_a_title_that_no_list_has_is_worth_a_look(text: str, told: list[tuple[str, str]]) -> None:
    assert [(each.name, each.title) for each in names.titled(text, LISTED, HINTS)] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2023年5月6日夜班，平顶煤矿出的事", ["2023年5月6日", "平顶煤矿"]),
        ("今年三月五日，二〇二三年", ["三月五日", "二〇二三年"]),
        ("某煤矿有个工人，干了20年，每月5日发工资", []),
        ("新庄煤矿的人", []),
        ("2024年3月5日，我矿工人张建国没系保险带", ["2024年3月5日", "我矿", "张建国"]),
        ("高压管爆了，金属网没铺，老张喊了一声", []),
        ("露天煤矿和井工煤矿不一样", []),
    ],
)
def test_a_case_names_neither_a_day_nor_another_mine(text: str, told: list[str]) -> None:
    assert [each.name for each in names.placed(text, HINTS)] == told


def test_days_are_looked_at_in_cases_and_titles_in_party_text_only(db: Session) -> None:
    body = {"story": ["5月6日，王大力矿长到了工作面。"], "source": "平顶煤矿作业规程2020年3月1日版"}
    told = lambda **kind: [each.key for each in names.in_body(db, body, HINTS, **kind)]  # noqa: E731
    assert (told(), told(party=True), told(case=True)) == ([], ["a_title"], ["a_date"])


def test_one_thing_has_one_name_in_all_that_is_said() -> None:
    said = {key: SAY(key, **dict.fromkeys(SAY.placeholders(key), "")) for key in SAY}
    assert [key for key, text in said.items() if re.search("上架|下架|党群", text)] == []
