"""考试: papers that are fair, time that is the platform's, marks given once, and a record for everybody it concerned."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import content
from bot.clock import BEIJING
from bot.errors import Refusal
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import Demand, Exam, Memory, OutboxItem, TrainingRecord
from bot.services import exams, grants, schedule, shifts, units
from bot.services.exams import ExamRow, closing, papers, planning, sitters, sitting, standing
from bot.services.exams.planning import Plan
from bot.services.materials.shelf import Shelf
from bot.services.people import PersonRow
from content.bank import Bank
from content.exams import ExamRules
from content.problem import ContentProblem
from scheduler.exams import close, monthly, open_, remind
from scheduler.job import Job, Work
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.exam_stage import BANK
from tests.rules.mine import BRANCH, MINE, add_member, add_person, row_of, session

TOPICS = CONTENT.topics
EXAMS = dataclasses.replace(CONTENT, bank=BANK)
FIVE = [{"topic": "瓦斯", "count": 5}]
SEED = "seed alias 1"


def drawn(parts: list[dict[str, Any]], seed: str, bank: Bank = BANK, *, party: bool = False) -> list[str]:
    return [each.id for each in papers.draw(parts, bank, TOPICS, party=party, seed=seed)]


def test_the_same_person_and_sitting_have_the_same_paper_for_ever_and_others_have_others() -> None:
    parts = papers.settled(FIVE, BANK, TOPICS, party=False)
    assert drawn(parts, SEED) == drawn(parts, SEED)
    assert len({tuple(drawn(parts, f"seed alias {number}")) for number in range(30)}) > 20


def test_every_paper_is_as_hard_as_any_other() -> None:
    parts = papers.settled([{"area": "safety", "count": 20}], CONTENT.bank, TOPICS, party=False)
    levels = {
        tuple(
            sorted(
                Counter(CONTENT.bank.questions[name].level for name in drawn(parts, f"{seed}", CONTENT.bank)).items()
            )
        )
        for seed in range(20)
    }
    assert len(levels) == 1


def test_no_question_stands_twice_in_a_paper_and_no_point_while_there_are_others() -> None:
    parts = papers.settled(
        [{"area": "safety", "count": 40}, {"topic": "瓦斯", "count": 10}], CONTENT.bank, TOPICS, party=False
    )
    for seed in range(10):
        names = drawn(parts, f"{seed}", CONTENT.bank)
        assert len(set(names)) == 50
        points = Counter(CONTENT.bank.questions[name].point for name in names)
        assert points.most_common(1)[0][1] == 1


def test_a_wide_paper_goes_through_many_topics() -> None:
    parts = papers.settled([{"area": "safety", "count": 20}], CONTENT.bank, TOPICS, party=False)
    for seed in range(10):
        topics = Counter(CONTENT.bank.questions[name].topic for name in drawn(parts, f"{seed}", CONTENT.bank))
        assert len(topics) >= 12


def test_what_rests_is_never_asked() -> None:
    resting = frozenset(list(BANK.order)[12:18])
    bank = dataclasses.replace(BANK, resting=resting)
    parts = papers.settled(FIVE, bank, TOPICS, party=False)
    assert not any(set(drawn(parts, f"{seed}", bank)) & resting for seed in range(20))


def test_a_rule_the_bank_cannot_serve_is_refused_with_the_part_and_what_it_lacks() -> None:
    with pytest.raises(Refusal) as refused:
        papers.settled([{"topic": "顶板", "count": 5}, {"topic": "瓦斯", "count": 13}], BANK, TOPICS, party=False)
    assert (refused.value.key, refused.value.values) == (
        "exams.part_short",
        {"part": "瓦斯", "wanted": 13, "there": 12},
    )


def test_two_parts_do_not_count_the_same_question_for_both() -> None:
    with pytest.raises(Refusal):
        papers.settled(
            [{"topic": "瓦斯", "count": 12}, {"topic": "瓦斯", "kind": "judge", "count": 1}], BANK, TOPICS, party=False
        )
    papers.settled(
        [{"topic": "瓦斯", "count": 9}, {"topic": "瓦斯", "kind": "judge", "count": 3}], BANK, TOPICS, party=False
    )


def test_members_questions_stand_only_in_exams_of_members() -> None:
    alone = {name for name in CONTENT.bank.order if name not in CONTENT.bank.for_all}
    parts = papers.settled([{"area": "party", "count": 20}], CONTENT.bank, TOPICS, party=False)
    assert not any(set(drawn(parts, f"{seed}", CONTENT.bank)) & alone for seed in range(20))
    parts = papers.settled([{"area": "party", "count": 20}], CONTENT.bank, TOPICS, party=True)
    assert any(set(drawn(parts, f"{seed}", CONTENT.bank, party=True)) & alone for seed in range(20))


def test_shares_are_divided_without_losing_one() -> None:
    assert papers.shared(20, {"a": 7, "b": 2}) == {"a": 16, "b": 4}
    assert papers.shared(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert sum(papers.shared(19, {"a": 5, "b": 3, "c": 9}).values()) == 19


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    """A branch: 张三 and 李四 have joined, 王五 keeps it, 赵六 has not joined."""
    with session(kit) as db:
        for number, (name, trade) in enumerate(
            [("张三", "采煤机司机"), ("李四", "电工"), ("王五", "书记"), ("赵六", "采煤")]
        ):
            member = add_member(db, f"{number}", name, trade=trade, political="full")
            if name != "赵六":
                add_person(db, f"o{number}", member)
            if name == "王五":
                grants.grant(db, member, "secretary", units.get(db, BRANCH), by="operator", now=NOON)
        yield db


def set_up(db: Session, now: datetime = NOON, **changed: Any) -> ExamRow:
    unit = units.get(db, BRANCH).id
    usual: dict[str, Any] = {
        "unit_id": unit, "title": "瓦斯考试", "parts": FIVE, "opens_at": now, "closes_at": now + timedelta(days=2, hours=9),
        "minutes": 30, "attempts": 2, "counts": "best", "pass_mark": 80,
    }  # fmt: skip
    made = planning.create(db, Plan(**(usual | changed)), by="alias", bank=BANK, content=EXAMS, now=now)
    assert made is not None
    return made


def begun(db: Session, exam: ExamRow, openid: str = "o0", now: datetime = NOON) -> exams.AttemptRow:
    return sitting.begin(db, row_of(db, openid), exam, bank=BANK, content=EXAMS, now=now, sent_at=now)


def answered(db: Session, exam: ExamRow, attempt: exams.AttemptRow, right: int, at: datetime = NOON) -> None:
    """So many right answers, the rest of the paper untouched."""
    for place in range(1, right + 1):
        sheet = attempt.paper[place - 1]
        asked = sitting.question(db, sheet, BANK)
        said = asked.accepted[0] if asked.kind == "fill" else asked.right
        if sheet.shuffle:
            said = "".join(sorted("ABCDEF"[sheet.shuffle.index(letter)] for letter in asked.right))
        sitting.answer(
            db, attempt, place, said, exam=exam, asked=asked, words=EXAMS.answers, partial=True, sent_at=at
        )  # fmt: skip


def refused(act: Any) -> str:
    with pytest.raises(Refusal) as said:
        act()
    return said.value.key


def test_a_sitting_is_marked_of_a_hundred_and_passes_at_the_mark(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    answered(db, exam, attempt, 4)
    done = sitting.finish(db, attempt, exam, at=NOON)
    assert (done.score, done.passed) == (80.0, True)
    assert sitting.finish(db, attempt, exam, at=NOON + timedelta(minutes=5)) == done


def test_letters_picked_and_not_submitted_count_when_time_is_up_but_their_place_is_open(db: Session) -> None:
    exam = set_up(db, parts=[{"topic": "瓦斯", "kind": "multiple", "count": 2}])
    attempt = begun(db, exam)
    for place in (1, 2):
        asked = sitting.question(db, attempt.paper[place - 1], BANK)
        for letter in "AC":
            shown = "ABCD"[attempt.paper[place - 1].shuffle.index(letter)]
            sitting.toggle(
                db, attempt, place, shown, exam=exam, asked=asked, words=EXAMS.answers, partial=True, sent_at=NOON
            )
    assert not any(each.given for each in exams.answers_of(db, attempt.id).values())
    assert sitting.finish(db, attempt, exam, at=attempt.until).score == 100


def test_an_answer_sent_in_the_last_second_counts_and_one_sent_a_second_later_does_not(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    answered(db, exam, attempt, 1, at=attempt.until)
    late = attempt.until + timedelta(seconds=1)
    assert refused(lambda: answered(db, exam, attempt, 1, at=late)) == "exams.time_up"


def test_an_answer_that_came_after_the_marking_and_was_sent_before_the_end_is_marked_too(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    done = sitting.finish(db, attempt, exam, at=attempt.until)
    assert done.score == 0
    answered(db, exam, done, 5, at=attempt.until - timedelta(seconds=5))
    after = exams.attempt(db, attempt.id, attempt.person_id)
    assert after is not None
    assert (after.score, after.passed) == (100, True)


def test_what_was_handed_in_takes_no_more_answers(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    done = sitting.finish(db, attempt, exam, at=NOON + timedelta(minutes=3))
    assert refused(lambda: answered(db, exam, done, 1, at=NOON + timedelta(minutes=1))) == "exams.handed_in"


def test_a_second_beginning_goes_on_with_the_same_paper_and_a_used_up_exam_is_refused(db: Session) -> None:
    exam = set_up(db, attempts=1)
    attempt = begun(db, exam)
    assert begun(db, exam, now=NOON + timedelta(minutes=3)) == attempt
    sitting.finish(db, attempt, exam, at=NOON)
    assert refused(lambda: begun(db, exam)) == "exams.no_more"


def test_a_sitting_belongs_to_its_person_alone(db: Session) -> None:
    attempt = begun(db, set_up(db))
    assert exams.attempt(db, attempt.id, row_of(db, "o1").id) is None


@pytest.mark.parametrize(("counts", "score"), [("best", 100.0), ("last", 40.0)])
def test_of_two_sittings_the_best_or_the_last_counts(db: Session, counts: str, score: float) -> None:
    exam = set_up(db, counts=counts)
    for right in (5, 2):
        attempt = begun(db, exam)
        answered(db, exam, attempt, right)
        sitting.finish(db, attempt, exam, at=NOON)
    best = sitting.counting(exam, exams.attempts_of(db, row_of(db, "o0").id))
    assert best is not None
    assert best.score == score


def test_an_exam_concerns_its_trades_and_those_who_agreed_alone(db: Session) -> None:
    unit = units.get(db, BRANCH).id

    def names(**audience: Any) -> list[str]:
        return [each.name for each in sitters.concerned(db, unit, audience, words=EXAMS.mine, now=NOON)]

    assert names() == sorted(["张三", "李四", "王五", "赵六"])
    assert names(trades=["采煤"]) == ["张三", "赵六"]
    assert names(party=True) == []
    db.get_one(_person(), row_of(db, "o0").id).political_consent = 1
    db.flush()
    assert names(party=True) == ["张三"]


def _person() -> Any:
    from bot.models import Person  # noqa: PLC0415 - one use

    return Person


def test_whoever_works_at_the_closing_may_begin_two_hours_after_he_can_be_reached(db: Session) -> None:
    closes = NOON.replace(hour=21, minute=30)
    exam = set_up(db, closes_at=closes)
    day = dataclasses.replace(row_of(db, "o0"), shift="morning")
    night = dataclasses.replace(row_of(db, "o0"), shift="swing")
    assert sitters.last_call(exam, day, EXAMS.shifts) == closes
    longer = sitters.last_call(exam, night, EXAMS.shifts)
    assert closes + sitters.GRACE < longer <= closes + sitters.LONGEST_GRACE


def test_an_exam_closes_when_most_can_be_reached(db: Session) -> None:
    found = sitters.concerned(db, units.get(db, BRANCH).id, {}, words=EXAMS.mine, now=NOON)
    swing = [dataclasses.replace(each, shift="swing") for each in found]
    at = planning.closing(date(2026, 11, 25), swing, EXAMS.shifts)
    assert all(shifts.reachable(each, at - timedelta(minutes=1), EXAMS.shifts) for each in swing)


def test_an_exam_does_not_close_by_the_hours_of_those_who_are_on_leave(db: Session) -> None:
    day = date(2026, 11, 25)
    found = sitters.concerned(db, units.get(db, BRANCH).id, {}, words=EXAMS.mine, now=NOON)
    away = [dataclasses.replace(each, shift="swing", leave_from=day) for each in found]
    there = dataclasses.replace(found[0], shift="morning")
    before = planning.closing(day, [*away, there], EXAMS.shifts) - timedelta(minutes=1)
    assert shifts.may_push(there, before, EXAMS.shifts)
    assert not shifts.reachable(away[0], before, EXAMS.shifts)


def test_everybody_it_concerned_gets_a_record_once_the_absent_with_the_reason(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    answered(db, exam, attempt, 5)
    sitting.finish(db, attempt, exam, at=NOON + timedelta(minutes=4, seconds=30))
    away = db.get_one(_person(), row_of(db, "o1").id)
    away.leave_from, away.leave_until = NOON.date(), NOON.date() + timedelta(days=9)
    db.flush()
    later = exam.closes_at + timedelta(days=1)
    assert [each.id for each in closing.closable(db, content=EXAMS, now=later)] == [exam.id]
    assert closing.close(db, exam, content=EXAMS, now=later) == 4
    assert closing.close(db, exam, content=EXAMS, now=later) == 0
    rows = standing.records_in(db, [units.get(db, BRANCH).id], limit=9)
    assert {(row.name, row.score, row.minutes, row.note) for row in rows} == {
        ("张三", 100.0, 5, ""),
        ("李四", None, 0, "leave"),
        ("王五", None, 0, "absent"),
        ("赵六", None, 0, "unbound"),
    }
    assert {row.content for row in rows} == {"瓦斯考试（瓦斯）"}


def test_a_sitting_that_runs_keeps_its_exam_open(db: Session) -> None:
    exam = set_up(db)
    begun(db, exam, now=exam.closes_at - timedelta(minutes=1))
    assert closing.closable(db, content=EXAMS, now=exam.closes_at + timedelta(days=2)) == []


def test_one_that_nobody_started_together_is_called_off_and_leaves_no_record(db: Session) -> None:
    exam = set_up(db, together=True, closes_at=NOON + timedelta(hours=4))
    begun(db, exam)
    assert closing.close(db, exam, content=EXAMS, now=NOON + timedelta(hours=5)) == 0
    assert exams.get(db, exam.id).state == exams.OFF
    assert db.query(TrainingRecord).count() == 0


def test_together_all_have_the_same_end_and_nothing_is_taken_before_the_start(db: Session) -> None:
    exam = set_up(db, together=True, minutes=8, closes_at=NOON + timedelta(hours=4))
    first = begun(db, exam)
    assert refused(lambda: answered(db, exam, first, 1)) == "exams.waiting"
    started = planning.start(db, exam, by="alias", now=NOON + timedelta(minutes=10))
    second = begun(db, started, "o1", now=NOON + timedelta(minutes=15))
    assert first.ends(started) == second.ends(started) == NOON + timedelta(minutes=18)
    assert refused(lambda: planning.start(db, started, by="alias", now=NOON)) == "exams.started"
    assert closing.collect(db, started, content=EXAMS, now=NOON + timedelta(minutes=16)) == 2
    assert {each.finished_at for each in exams.attempts_in(db, exam.id)} == {NOON + timedelta(minutes=16)}


def test_each_question_goes_into_the_spacing_rule_once(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    answered(db, exam, attempt, 3)
    done = sitting.finish(db, attempt, exam, at=NOON)
    assert sitting.review(db, done, bank=BANK, now=NOON)
    assert not sitting.review(db, done, bank=BANK, now=NOON)
    kept = {each.point: each for each in db.query(Memory)}
    assert len(kept) == 5
    assert sum(each.missed_at is not None for each in kept.values()) == 2
    assert {each.reviews for each in kept.values()} == {1}


def test_the_index_of_a_question_is_its_correlation_with_the_rest() -> None:
    assert standing.correlation([(0, 0), (1, 1), (0, 0), (1, 1)]) == pytest.approx(1)
    assert standing.correlation([(0, 4), (1, 3), (0, 2), (1, 1)]) == pytest.approx(-0.4472136)
    assert standing.correlation([(1, 1), (1, 3)]) is None


def test_of_a_question_with_fewer_than_ten_sittings_nothing_is_said(kit: Kit) -> None:
    with session(kit) as db:
        people = [add_person(db, f"p{n}", add_member(db, f"{n}", f"甲{n}")).openid for n in range(12)]
        exam = set_up(db, parts=[{"topic": "瓦斯", "count": 12}])
        for number, openid in enumerate(people[:9]):
            attempt = begun(db, exam, openid)
            answered(db, exam, attempt, number)
            sitting.finish(db, attempt, exam, at=NOON)
        assert standing.items(db, exam) == ([], 12)
        for openid in people[9:]:
            attempt = begun(db, exam, openid)
            answered(db, exam, attempt, 12)
            sitting.finish(db, attempt, exam, at=NOON)
        found, seldom = standing.items(db, exam)
        assert (len(found), seldom) == (12, 0)
        assert all(each.asked == 12 and 0 < each.facility < 1 and each.discrimination is not None for each in found)
        assert sum(each.facility for each in found) == pytest.approx((sum(range(9)) + 36) / 12)


def test_who_may_set_up_what_where(db: Session) -> None:
    keeper, worker = row_of(db, "o2"), row_of(db, "o0")
    unit, mine = units.get(db, BRANCH).id, units.get(db, MINE).id
    assert planning.may(db, keeper, unit, together=False, now=NOON)
    assert not planning.may(db, keeper, mine, together=False, now=NOON)
    assert not planning.may(db, worker, unit, together=True, now=NOON)
    assert [path for _, path in planning.homes(db, keeper, now=NOON)] == [BRANCH]


def switch_off(db: Session, job: str) -> None:
    """The keeper of the branch wants none of it."""
    keeper, words = row_of(db, "o2"), EXAMS.jobs.by_id[job]
    schedule.change(db, keeper, units.get(db, BRANCH).id, words, schedule.Setting(enabled=False), now=NOON)


def run(db: Session, job: Job, now: datetime) -> int:
    """A job, batch after batch."""
    done = 0
    while count := job.run(Work(db, now, now, EXAMS, Shelf(), _mine())):
        done += count
        if not job.in_batches:
            break
    return done


def _mine() -> Any:
    from bot.config import Mine  # noqa: PLC0415 - one use

    return Mine()


def told(db: Session, kind: str) -> list[int]:
    db.flush()
    return list(db.execute(select(OutboxItem.person_id).where(OutboxItem.kind == kind)).scalars())


def test_an_exam_that_opens_is_told_once_to_each_who_can_be_told(db: Session) -> None:
    exam = set_up(db, opens_at=NOON + timedelta(hours=2))
    assert run(db, open_, NOON) == 0
    assert run(db, open_, NOON + timedelta(hours=2)) == 3
    assert run(db, open_, NOON + timedelta(hours=3)) == 0
    assert len(told(db, "exams.open")) == 3
    assert exams.get(db, exam.id).state == exams.OPEN
    assert {row.count for row in db.query(Demand)} == {1}


def test_only_who_owes_it_is_reminded_in_the_last_day_and_once(db: Session) -> None:
    exam = set_up(db)
    begun(db, exam)
    assert run(db, remind, exam.closes_at - timedelta(hours=25)) == 0
    last = exam.closes_at - timedelta(hours=6)
    assert run(db, remind, last) == 2
    assert run(db, remind, last + timedelta(hours=1)) == 0
    assert row_of(db, "o0").id not in told(db, "exams.remind")


def test_a_branch_that_wants_no_reminders_gets_none(db: Session) -> None:
    exam = set_up(db)
    switch_off(db, "exams.remind")
    assert run(db, remind, exam.closes_at - timedelta(hours=6)) == 0


def test_the_job_takes_in_what_nobody_handed_in_tells_him_and_closes_the_exam(db: Session) -> None:
    exam = set_up(db)
    attempt = begun(db, exam)
    answered(db, exam, attempt, 5)
    assert run(db, close, attempt.until + timedelta(seconds=30)) == 0  # the platform may still be bringing an answer
    assert run(db, close, attempt.until + timedelta(minutes=2)) == 2  # the sitting, and the spacing rule
    assert told(db, "exams.slip") == [attempt.person_id]
    assert run(db, close, exam.closes_at + timedelta(days=2)) == 1
    assert exams.get(db, exam.id).state == exams.CLOSED


def test_the_months_exam_is_laid_out_once_three_days_before_and_its_keeper_is_told(db: Session) -> None:
    day = CONTENT.teaching.calendar.month["exam_day"]
    before = datetime(2026, 12, day - 3, 9, 5, tzinfo=BEIJING)
    assert run(db, monthly, before - timedelta(days=1)) == 0
    assert run(db, monthly, before) == 1
    assert run(db, monthly, before + timedelta(days=1)) == 0
    made = db.query(Exam).one()
    assert (made.title, made.opens_at.day, made.pass_mark, made.state) == ("12月月考", day, 80, "planned")
    assert told(db, "exams.planned") == [row_of(db, "o2").id]


def test_a_branch_that_wants_no_monthly_exam_has_none(db: Session) -> None:
    switch_off(db, "exams.monthly")
    assert run(db, monthly, datetime(2026, 12, 24, 9, 5, tzinfo=BEIJING)) == 0


def test_who_was_asked_enough_this_week_is_not_told_and_may_sit_it_all_the_same(db: Session) -> None:
    exam = set_up(db)
    day = NOON.date() - timedelta(days=NOON.weekday())
    person: PersonRow = row_of(db, "o0")
    db.add(Demand(person_id=person.id, week=day, kind="exam", count=EXAMS.burden.kinds["exam"]))
    db.flush()
    assert run(db, open_, NOON) == 2
    assert person.id not in told(db, "exams.open")
    assert begun(db, exam).number == 1


def test_every_question_of_the_bank_fits_into_one_message_of_an_exam(db: Session) -> None:
    """At its longest: numbers of five digits, all letters picked, a note above, every way below."""
    from tests.exam_stage import longest_message  # noqa: PLC0415 - only here

    over = {name: size for name in CONTENT.bank.order if (size := longest_message(CONTENT, name)) > TEXT_LIMIT_BYTES}
    assert over == {}


def test_measures_out_of_their_limits_are_told_to_whoever_edits_the_file(tmp_path: Path) -> None:
    written = (content.HERE / "exams.toml").read_text("utf-8")
    file = tmp_path / "exams.toml"
    for before, after in (
        ("minutes = 30", "minutes = 300"),
        ('counts = "best"', 'counts = "mean"'),
        ("days = [1, 31]", ""),
    ):
        file.write_text(written.replace(before, after, 1), "utf-8")
        with pytest.raises(ContentProblem):
            ExamRules.read(file)
