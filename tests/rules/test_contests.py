"""Rooms, answers, hands and results of the crew contest."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.db import chance
from bot.errors import Refusal
from bot.models import Contest, ContestAnswer, Memory, Person
from bot.services import contests, grants, people, units
from bot.services.contests import Room, Team, choosing, hosting, playing, results
from bot.services.contests.hosting import CODE_DIGITS, CODE_LENGTH, TeamPlan
from content.bank import Bank
from tests import contest_stage as stage
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.exam_stage import BANK, rehearsed
from tests.rules.mine import WORDS, add_member, add_person, row_of

KNOWN = dataclasses.replace(CONTENT, bank=BANK)
_openids = itertools.count()


def answer(db: Session, room: Room, openid: str, team: Team, said: str) -> float | None:
    """One answer to the question the room stands at, by somebody who has joined."""
    person = row_of(db, openid)
    playing.join(db, room, person.id, team.id, now=NOON)
    asked = BANK.questions[room.questions[room.place - 1].id]
    return playing.answer(db, person, room, team.id, said, asked=asked, content=KNOWN, sent_at=NOON)


def crowd(db: Session, room: Room, team: Team, *, right: int, wrong: int) -> None:
    """So many phones answer the open question rightly, so many wrongly."""
    letters = [stage.right_letter(room, room.place)] * right + [stage.wrong_letter(room, room.place)] * wrong
    for letter in letters:
        openid = f"oCROWD{next(_openids)}"
        add_person(db, openid)
        assert answer(db, room, openid, team, letter) is not None


def asking(db: Session, place: int = 1, crews: int = 2) -> tuple[Room, list[Team]]:
    """A room that stands at an open question."""
    room, teams = stage.room(db, stage.host(db), crews=crews)
    for number in range(1, place + 1):
        assert hosting.ask(db, stage.again(db, room), number, now=NOON)
        if number < place:
            assert hosting.collect(db, room, number)
    return stage.again(db, room), teams


# —— the room ——


def test_codes_have_no_digits_that_sound_or_look_alike_and_no_two_open_rooms_share_one(db: Session) -> None:
    host = stage.host(db)
    codes = [stage.room(db, host)[0].code for _ in range(40)]
    assert len(set(codes)) == len(codes)
    assert set("".join(codes)) <= set(CODE_DIGITS)
    assert {len(code) for code in codes} == {4}


def test_where_every_code_is_taken_the_host_hears_of_it_and_a_room_that_ends_frees_its_code(db: Session) -> None:
    room, _ = stage.room(db, stage.host(db))
    codes = {"".join(digits) for digits in itertools.product(CODE_DIGITS, repeat=CODE_LENGTH)} - {room.code}
    row = {"title": "t", "questions": [], "place": 0, "open": False, "state": contests.WAITING, "made_at": NOON}
    db.execute(insert(Contest), [{"code": code, **row} for code in sorted(codes)])
    with pytest.raises(Refusal) as refused:
        stage.room(db, room.host_id or 0)
    assert refused.value.key == "contests.no_code"
    db.execute(update(Contest).where(Contest.code != room.code).values(state=contests.OVER))
    assert stage.room(db, room.host_id or 0)[0].code in codes


def test_a_code_finds_the_newest_room_that_had_it(db: Session) -> None:
    host = stage.host(db)
    made = []
    with rehearsed():
        for _ in range(2):
            chance.rehearse(1)
            made.append(stage.room(db, host)[0])
            hosting.end(db, made[-1], now=NOON)
    assert made[0].code == made[1].code
    found = contests.by_code(db, made[0].code)
    assert found is not None
    assert found.id == made[1].id


def test_a_room_is_over_three_hours_after_its_last_question_and_its_code_is_free(db: Session) -> None:
    room, _ = asking(db)
    later = NOON + contests.LASTS
    assert not room.over(later - timedelta(seconds=1))
    assert room.over(later)
    hosting.open_room(
        db,
        room.host_id or 0,
        room.unit_id or 0,
        title="又一场",
        teams=[TeamPlan("一"), TeamPlan("二")],
        questions=stage.QUESTIONS,
        now=later,
    )
    assert stage.again(db, room).state == contests.OVER


def test_one_team_is_no_contest(db: Session) -> None:
    with pytest.raises(Refusal) as refused:
        stage.room(db, stage.host(db), crews=1)
    assert refused.value.key == "contests.few_teams"


def test_questions_open_in_order_and_a_second_tap_changes_nothing(db: Session) -> None:
    room, _ = stage.room(db, stage.host(db))
    assert not hosting.ask(db, room, 2, now=NOON)
    assert hosting.ask(db, room, 1, now=NOON)
    assert not hosting.ask(db, room, 1, now=NOON)
    assert not hosting.ask(db, room, 2, now=NOON), "the first is open still"
    assert hosting.collect(db, room, 1)
    assert not hosting.collect(db, room, 1)
    assert hosting.ask(db, room, 2, now=NOON)
    hosting.end(db, room, now=NOON)
    assert not hosting.ask(db, room, 3, now=NOON)
    assert not hosting.ask(db, room, 4, now=NOON)


# —— who may ——


@pytest.mark.parametrize("role", hosting.HOSTS)
def test_these_roles_may_host(db: Session, role: str) -> None:
    stage.host(db, role=role)
    assert [unit for unit, _ in hosting.homes(db, row_of(db, "oHOST"), now=NOON)] == [stage.crew(db, 1)]


@pytest.mark.parametrize("role", ["dispatcher", "discipline", "on_duty"])
def test_others_may_not(db: Session, role: str) -> None:
    stage.host(db, role=role)
    assert hosting.homes(db, row_of(db, "oHOST"), now=NOON) == []


def test_somebody_else_with_a_role_there_takes_over_and_nobody_without(db: Session) -> None:
    room, _ = asking(db)
    head = stage.worker(db, "head", 2)
    grants.grant(db, head, "section_head", units.ensure(db, stage.SECTION, words=WORDS), by="operator", now=NOON)
    head_id = add_person(db, "oHEAD", head).id
    stage.phone(db, "oMATE", "mate", 1)
    with pytest.raises(Refusal):
        hosting.take_over(db, row_of(db, "oMATE"), room, now=NOON)
    assert hosting.take_over(db, row_of(db, "oHEAD"), room, now=NOON).host_id == head_id
    with pytest.raises(Refusal):
        hosting.take_over(db, row_of(db, "oHEAD"), room, now=NOON + contests.LASTS)


def test_a_room_whose_host_was_forgotten_goes_on_under_another(db: Session) -> None:
    room, _ = asking(db)
    leader = stage.host(db, "oSECOND")
    db.execute(delete(Person).where(Person.id == room.host_id))
    orphan = stage.again(db, room)
    assert orphan.host_id is None
    assert hosting.take_over(db, row_of(db, "oSECOND"), orphan, now=NOON).host_id == leader


def test_a_crew_leader_is_offered_the_crews_of_his_section_the_largest_first(db: Session) -> None:
    stage.host(db)
    for number in range(3):
        stage.worker(db, f"a{number}", 2)
    stage.worker(db, "b", 3)
    found = hosting.crews(db, stage.crew(db, 1), now=NOON)
    assert [each.name for each in found] == ["第2班", "第1班", "第3班"]
    assert {each.unit_id for each in found} == {stage.crew(db, number) for number in (1, 2, 3)}


def test_crews_of_one_name_in_two_sections_are_told_apart(db: Session) -> None:
    mine = units.ensure(db, stage.MINE, words=WORDS).id
    for section in ("综采一队", "综采二队"):
        unit = units.ensure(db, f"{stage.MINE}/{section}/早班", words=WORDS, kind="crew").id
        add_member(db, section, section, stage.BRANCH, crew_id=unit)
    assert {each.name for each in hosting.crews(db, mine, now=NOON)} == {"综采一队早班", "综采二队早班"}


# —— questions ——


def draw(db: Session, count: int, bank: Bank = BANK, **more: str) -> list[str]:
    content = dataclasses.replace(CONTENT, bank=bank)
    unit = stage.crew(db, 1)
    drawn = choosing.draw(db, unit, count, bank=bank, content=content, now=NOON, seed="s", **more)
    return [each.id for each in drawn]


def test_only_what_has_one_answer_is_asked_and_nothing_of_the_party_or_at_rest(db: Session) -> None:
    bank = CONTENT.bank
    rests = next(name for name in bank.order if bank.questions[name].kind == "judge")
    bank = dataclasses.replace(
        bank,
        order=tuple(name for name in bank.order if name != rests),
        for_all=tuple(name for name in bank.for_all if name != rests),
        resting=frozenset({rests}),
    )
    drawn = draw(db, len(choosing.pool(bank, CONTENT)), bank)
    assert len(set(drawn)) == len(drawn) > 50
    assert rests not in drawn
    assert {bank.questions[name].kind for name in drawn} <= choosing.KINDS
    assert {CONTENT.topics.area_of[bank.questions[name].topic] for name in drawn} == {"safety"}
    assert all("全员" in bank.questions[name].trades for name in drawn)


def test_a_topic_named_is_the_only_one_asked(db: Session) -> None:
    assert {BANK.questions[name].topic for name in draw(db, 5, topic="顶板")} == {"顶板"}


def test_too_few_questions_are_refused_with_how_many_there_are(db: Session) -> None:
    with pytest.raises(Refusal) as refused:
        draw(db, 999)
    assert refused.value.key == "contests.too_few"
    assert refused.value.values["there"] == len(choosing.pool(BANK, KNOWN))


def test_what_the_unit_forgets_most_comes_first(db: Session) -> None:
    """Five of the crew missed the same three points, and nothing else."""
    wanted = choosing.pool(BANK, KNOWN)[-3:]
    for number in range(5):
        person_id = stage.phone(db, f"oF{number}", f"f{number}", 1)
        for asked in wanted:
            missed = {"due_at": NOON, "reviewed_at": NOON - timedelta(days=3), "missed_at": NOON}
            row = {"person_id": person_id, "point": asked.point, "topic": asked.topic, "question_id": asked.id}
            db.execute(insert(Memory).values(state=1, reviews=1, lapses=1, **row, **missed))
    assert set(draw(db, 3)) == {each.id for each in wanted}


# —— answers ——


def test_the_first_answer_counts_and_a_second_is_not_taken(db: Session) -> None:
    room, teams = asking(db)
    add_person(db, "oA")
    assert answer(db, room, "oA", teams[0], stage.wrong_letter(room, 1)) == 0
    assert answer(db, room, "oA", teams[0], stage.right_letter(room, 1)) is None
    assert [row.score for row in db.execute(select(ContestAnswer)).scalars()] == [0]


def test_an_answer_counts_only_for_the_question_that_is_open(db: Session) -> None:
    room, teams = asking(db)
    add_person(db, "oA")
    hosting.collect(db, room, 1)
    assert answer(db, room, "oA", teams[0], "A") is None, "it was collected a moment ago"
    hosting.ask(db, room, 2, now=NOON)
    assert answer(db, room, "oA", teams[0], "A") is None, "he meant the first, the second is open"
    hosting.end(db, stage.again(db, room), now=NOON)
    assert answer(db, stage.again(db, room), "oA", teams[0], "A") is None
    assert db.execute(select(ContestAnswer)).first() is None


def test_who_has_answered_for_a_team_stays_with_it_even_after_leaving(db: Session) -> None:
    room, teams = asking(db)
    person_id = add_person(db, "oA").id
    assert playing.join(db, room, person_id, teams[0].id, now=NOON) == teams[0].id
    assert playing.join(db, room, person_id, teams[1].id, now=NOON) == teams[1].id
    assert answer(db, room, "oA", teams[1], "A") is not None
    playing.leave(db, room, person_id)
    assert playing.has_played(db, room, person_id)
    assert playing.join(db, room, person_id, teams[0].id, now=NOON) == teams[1].id


def test_the_room_entered_last_is_the_one_meant(db: Session) -> None:
    host, person_id = stage.host(db), add_person(db, "oA").id
    (one, of_one), (two, of_two) = stage.room(db, host), stage.room(db, host)
    playing.join(db, one, person_id, of_one[0].id, now=NOON)
    playing.join(db, two, person_id, of_two[0].id, now=NOON + timedelta(minutes=1))
    assert [room.id for room in contests.played(db, person_id, now=NOON)] == [two.id, one.id]
    playing.join(db, one, person_id, of_one[0].id, now=NOON + timedelta(minutes=2))
    assert [room.id for room in contests.played(db, person_id, now=NOON)] == [one.id, two.id]
    hosting.end(db, one, now=NOON)
    assert [room.id for room in contests.played(db, person_id, now=NOON)] == [two.id]


def test_his_own_crew_is_suggested_and_a_guest_is_suggested_none(db: Session) -> None:
    _, teams = stage.room(db, stage.host(db), crews=3)
    stage.phone(db, "oTHIRD", "third", 3)
    assert playing.suggested(teams, row_of(db, "oTHIRD").active) == teams[2]
    add_person(db, "oGUEST")
    assert playing.suggested(teams, row_of(db, "oGUEST").active) is None


def test_what_he_missed_comes_back_to_him_and_what_he_had_right_counts_for_nothing(db: Session) -> None:
    room, teams = asking(db)
    wrong, right = add_person(db, "oW").id, add_person(db, "oR").id
    answer(db, room, "oW", teams[0], stage.wrong_letter(room, 1))
    answer(db, room, "oW", teams[0], stage.wrong_letter(room, 1))
    answer(db, room, "oR", teams[0], stage.right_letter(room, 1))
    rows = {row.person_id: row for row in db.execute(select(Memory)).scalars()}
    assert set(rows) == {wrong}
    assert right not in rows
    assert (rows[wrong].point, rows[wrong].reviews) == (BANK.questions[room.questions[0].id].point, 1)
    assert rows[wrong].missed_at is not None


# —— hands and results ——


def shares(db: Session, room: Room) -> list[tuple[str, int | None, int | None]]:
    return [(each.team.name, each.share, each.rank) for each in results.standing(db, stage.again(db, room))]


def test_hands_are_corrected_until_the_next_question_and_then_stay(db: Session) -> None:
    room, teams = asking(db)
    hosting.hands(db, room, teams[0].id, raised=8, right=2)
    hosting.hands(db, room, teams[0].id, raised=8, right=4)
    assert [(each.raised, each.right) for each in results.counts(db, room)] == [(8, 4), (0, 0)]
    hosting.collect(db, room, 1)
    hosting.ask(db, room, 2, now=NOON)
    second = stage.again(db, room)
    hosting.hands(db, second, teams[0].id, raised=8, right=8)
    assert shares(db, room)[0] == ("第1班", 75, 1)


@pytest.mark.parametrize(("raised", "right"), [(3, 4), (-1, -1), (301, 0)])
def test_hands_that_cannot_be_are_refused(db: Session, raised: int, right: int) -> None:
    room, teams = asking(db)
    with pytest.raises(Refusal) as refused:
        hosting.hands(db, room, teams[0].id, raised=raised, right=right)
    assert refused.value.key == "contests.bad_hands"


def test_before_the_first_question_there_are_no_hands(db: Session) -> None:
    room, teams = stage.room(db, stage.host(db))
    with pytest.raises(Refusal) as refused:
        hosting.hands(db, room, teams[0].id, raised=3, right=1)
    assert refused.value.key == "contests.no_question"


def test_a_large_crew_has_no_advantage_over_a_small_one_nor_phones_over_hands(db: Session) -> None:
    room, teams = asking(db, crews=3)
    crowd(db, room, teams[0], right=12, wrong=8)
    crowd(db, room, teams[1], right=4, wrong=1)
    hosting.hands(db, room, teams[2].id, raised=10, right=7)
    assert shares(db, room) == [("第2班", 80, 1), ("第3班", 70, 2), ("第1班", 60, 3)]


def test_the_same_share_is_the_same_rank(db: Session) -> None:
    room, teams = asking(db, crews=4)
    crowd(db, room, teams[0], right=3, wrong=2)
    crowd(db, room, teams[1], right=6, wrong=4)
    crowd(db, room, teams[2], right=5, wrong=0)
    hosting.hands(db, room, teams[3].id, raised=5, right=1)
    assert shares(db, room) == [("第3班", 100, 1), ("第1班", 60, 2), ("第2班", 60, 2), ("第4班", 20, 4)]


def test_half_a_percent_is_rounded_as_by_hand(db: Session) -> None:
    room, teams = asking(db)
    hosting.hands(db, room, teams[0].id, raised=8, right=5)
    assert shares(db, room)[0] == ("第1班", 63, 1)


def test_below_five_people_a_team_only_took_part_whatever_it_knew(db: Session) -> None:
    room, teams = asking(db, crews=3)
    crowd(db, room, teams[0], right=4, wrong=0)
    crowd(db, room, teams[1], right=2, wrong=0)
    hosting.hands(db, room, teams[1].id, raised=3, right=0)
    assert shares(db, room) == [("第2班", 40, 1), ("第1班", None, None), ("第3班", None, None)]
    assert [each.people for each in results.standing(db, room)] == [5, 4, 0]


def test_four_who_answer_every_question_are_still_four(db: Session) -> None:
    room, teams = asking(db)
    for number in range(4):
        add_person(db, f"oS{number}")
    for place in (1, 2, 3):
        found = stage.again(db, room)
        for number in range(4):
            assert answer(db, found, f"oS{number}", teams[0], "A") is not None
        hosting.collect(db, found, place)
        hosting.ask(db, found, place + 1, now=NOON)
    assert shares(db, room)[0] == ("第1班", None, None)


def test_of_fewer_than_five_answers_no_share_is_told(db: Session) -> None:
    room, teams = asking(db)
    crowd(db, room, teams[0], right=3, wrong=1)
    assert results.right_share(db, room) is None
    hosting.hands(db, room, teams[1].id, raised=1, right=0)
    assert results.right_share(db, room) == 60


def test_counts_say_how_many_and_never_who_or_how_well(db: Session) -> None:
    room, teams = asking(db)
    crowd(db, room, teams[0], right=2, wrong=1)
    playing.join(db, room, people.meet(db.connection(), "oIDLE", now=NOON)[0].id, teams[0].id, now=NOON)
    found = results.counts(db, room)
    assert [(each.joined, each.answered) for each in found] == [(4, 3), (0, 0)]
    assert set(results.Count.__dataclass_fields__) == {"team", "joined", "answered", "raised", "right"}


def test_a_person_erased_takes_his_answers_with_him_and_the_room_stays(db: Session) -> None:
    room, teams = asking(db)
    crowd(db, room, teams[0], right=5, wrong=0)
    gone = db.execute(select(ContestAnswer.person_id).limit(1)).scalar_one()
    db.execute(delete(Person).where(Person.id == gone))
    assert db.execute(select(Contest.id)).scalar_one() == room.id
    assert shares(db, room)[0] == ("第1班", None, None)
