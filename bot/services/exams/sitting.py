"""One sitting: begun, answered place by place, changed until it is handed in or its time is up, and marked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.db.upsert import prepared, table
from bot.errors import Refusal
from bot.models import Attempt, ExamAnswer, TrainingRecord
from bot.services import spacing
from bot.services.exams import papers, rows, sitters, telling
from bot.services.exams.rows import ATTEMPT_COLUMNS, AnswerRow, AttemptRow, ExamRow, Sheet, attempt_row
from bot.services.materials import archive
from bot.services.people import PersonRow
from bot.services.quiz import scoring
from content import Content
from content.bank import Bank, Question
from content.shifts import Shifts
from content.words import AnswerWords

FULL = 100
LONGEST_ANSWER = 64
_AT_ONCE = timedelta()
_PUT = ("answer", "picked", "score", "at")
_KEEP = prepared(
    lambda build: (kept := build(table(ExamAnswer))).on_conflict_do_update(
        index_elements=["attempt_id", "place"], set_={name: kept.excluded[name] for name in _PUT}
    )
)


@dataclass(frozen=True, slots=True)
class Way:
    """What a person may do about an exam now: the sitting that runs, how many are left, and until when he may begin."""

    exam: ExamRow
    running: AttemptRow | None
    done: tuple[AttemptRow, ...]
    until: datetime

    @property
    def left(self) -> int:
        """Sittings he has not used."""
        return self.exam.attempts - len(self.done) - (self.running is not None)

    @property
    def best(self) -> AttemptRow | None:
        """The one that counts so far; None before any is marked."""
        return counting(self.exam, self.done)


def ways(db: Session, person: PersonRow, *, content: Content) -> list[Way]:
    """What he may do about each exam that concerns him and is neither closed nor called off, soonest closing first.

    One whose sittings were all begun elsewhere in the roster stays his: what runs is shown wherever he belongs by now.
    """
    his = rows.attempts_of(db, person.id)
    exams = {exam.id: exam for exam in sitters.standing_for(db, person, words=content.mine)}
    for each in his:
        if each.finished_at is None and each.exam_id not in exams:
            exam = rows.get(db, each.exam_id)
            exams |= {exam.id: exam} if exam.state != rows.OFF else {}
    return [_way(exam, his, person, content.shifts) for exam in exams.values()]


def counting(exam: ExamRow, done: tuple[AttemptRow, ...] | list[AttemptRow]) -> AttemptRow | None:
    """Of several sittings the one that counts: the best, the earlier where two are as good, or the last."""
    marked = sorted((each for each in done if each.score is not None), key=lambda each: each.number)
    if not marked:
        return None
    return marked[-1] if exam.counts == rows.LAST else max(marked, key=lambda each: (each.score or 0, -each.number))


def begin(
    db: Session, person: PersonRow, exam: ExamRow, *, bank: Bank, content: Content, now: datetime, sent_at: datetime
) -> AttemptRow:
    """His running sitting of this exam, or a new one. `bank`: what all of its unit may be asked.

    Refuses: exams.not_yours, exams.called_off, exams.closed, exams.not_yet, exams.no_more, exams.paper_short.
    Of one that all begin together only the paper is laid out; its time begins when its leader says so.
    """
    found = _way(exam, rows.attempts_of(db, person.id), person, content.shifts)
    if found.running is not None:
        return found.running
    me = sitters.of_person(person)
    if me is None or not sitters.concerns(db, exam, person, words=content.mine):
        raise Refusal("exams.not_yours")
    if exam.state == rows.OFF:
        raise Refusal("exams.called_off")
    if exam.state == rows.CLOSED or sent_at > found.until:
        raise Refusal("exams.closed")
    if sent_at < exam.opens_at:
        raise Refusal("exams.not_yet", month=exam.opens_at.month, day=exam.opens_at.day, hour=clock(exam.opens_at))
    if found.left <= 0:
        raise Refusal("exams.no_more", count=exam.attempts)
    number = len(found.done) + 1
    seed = f"{exam.rule['seed']} {me.alias} {number}"
    drawn = papers.draw(exam.rule["parts"], bank, content.topics, party=bool(exam.audience.get("party")), seed=seed)
    archive.keep(db, drawn, now=now)  # whatever becomes of them, this paper goes on asking them as they are now
    made = insert(Attempt).values(
        exam_id=exam.id,
        person_id=person.id,
        number=number,
        paper=[[each.id, each.hash, each.fingerprint, each.shuffle] for each in papers.sheets(drawn, seed=seed)],
        started_at=now,
        until=exam.closes_at if exam.together else now + timedelta(minutes=exam.minutes),
    )
    telling.withdraw(db, exam, person.id)
    return attempt_row(db.execute(made.returning(*ATTEMPT_COLUMNS)).one())


def question(db: Session, sheet: Sheet, bank: Bank) -> Question:
    """The question of a place in the words it was laid out in, though the bank has changed since."""
    standing = bank.get(sheet.id)
    if standing is not None and standing.hash == sheet.hash:
        return standing
    kept = archive.seen(db, sheet.id, sheet.hash)
    assert kept is not None  # begin() kept it
    return kept


def answer(
    db: Session,
    attempt: AttemptRow,
    place: int,
    said: str,
    *,
    exam: ExamRow,
    asked: Question,
    words: AnswerWords,
    partial: bool,
    sent_at: datetime,
) -> None:
    """Keep what he answers in a place, instead of whatever stood there. By the platform's time, not by ours.

    Refuses exams.time_up for what was sent when the time was over, exams.waiting before a common start, and
    exams.handed_in after he handed in. What was sent in time and came late still counts: the sitting is marked anew.
    `partial`: a part of the mark for a part of several right options.
    """
    open_at(attempt, exam, sent_at)
    points = scoring.score(said, asked, attempt.paper[place - 1].shuffle, words, partial=partial)
    _put(db, attempt, place, answer=said[:LONGEST_ANSWER], picked="", score=points, at=sent_at)
    if attempt.finished_at is not None:
        _mark_anew(db, attempt, exam)


def toggle(
    db: Session,
    attempt: AttemptRow,
    place: int,
    letter: str,
    *,
    exam: ExamRow,
    asked: Question,
    words: AnswerWords,
    partial: bool,
    sent_at: datetime,
) -> str:
    """Pick an option of several, or drop it; the letters picked now. Refuses as `answer` does.

    They count from this moment on, should his time run out; the place stays open until he submits them.
    """
    open_at(attempt, exam, sent_at)
    before = rows.answers_of(db, attempt.id).get(place)
    picked = "".join(sorted(set("" if before is None else before.answer) ^ {letter}))
    points = scoring.score(picked, asked, attempt.paper[place - 1].shuffle, words, partial=partial) if picked else None
    _put(db, attempt, place, answer=picked, picked=picked, score=points, at=sent_at)
    if attempt.finished_at is not None:
        _mark_anew(db, attempt, exam)
    return picked


def open_at(attempt: AttemptRow, exam: ExamRow, sent_at: datetime) -> None:
    """Refuse unless the sitting took answers at that moment: see `answer`."""
    if exam.state == rows.OFF:
        raise Refusal("exams.called_off")
    ends = attempt.ends(exam)
    if ends is None:
        raise Refusal("exams.waiting")
    if attempt.finished_at is not None and attempt.finished_at < ends:
        raise Refusal("exams.handed_in")
    if sent_at > ends:
        raise Refusal("exams.time_up")


def finish(db: Session, attempt: AttemptRow, exam: ExamRow, *, at: datetime) -> AttemptRow:
    """Close and mark it, once: whoever comes second gets what stands. `at`: when he handed in, or when its time was up."""
    score = marked(attempt, rows.answers_of(db, attempt.id))
    done = (
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.finished_at.is_(None))
        .values(finished_at=at, score=score, passed=score >= exam.pass_mark)
        .returning(*ATTEMPT_COLUMNS)
    )
    row = db.execute(done, execution_options={"synchronize_session": False}).first()
    return attempt_row(row) if row is not None else _again(db, attempt.id)


def review(db: Session, attempt: AttemptRow, *, bank: Bank, now: datetime) -> bool:
    """Let the spacing rule know, once, one answer for each question; what was left open was not known. False if it knew."""
    once = update(Attempt).where(Attempt.id == attempt.id, Attempt.reviewed_at.is_(None)).values(reviewed_at=now)
    if db.execute(once.returning(Attempt.id), execution_options={"synchronize_session": False}).first() is None:
        return False
    given = rows.answers_of(db, attempt.id)
    for place, sheet in enumerate(attempt.paper, 1):
        asked, found = question(db, sheet, bank), given.get(place)
        score = found.score if found is not None and found.score is not None else 0.0
        rating = spacing.rating(score, guessed=False, took=_AT_ONCE, kind=asked.kind)
        spacing.review(db, attempt.person_id, asked, rating=rating, now=attempt.finished_at or now)
    return True


def marked(attempt: AttemptRow, given: Mapping[int, AnswerRow]) -> float:
    """The score of a hundred, to a tenth; every question weighs the same."""
    total = sum(each.score for each in given.values() if each.score is not None)
    return round(total * FULL / len(attempt.paper), 1)


def clock(moment: datetime) -> str:
    """Hours and minutes, as a clock at the mine shows them."""
    local = moment.astimezone(BEIJING)
    return f"{local.hour}:{local.minute:02}"


def _mark_anew(db: Session, attempt: AttemptRow, exam: ExamRow) -> None:
    """A late answer: the mark is as if it had come in time, in the training record as well."""
    score = marked(attempt, rows.answers_of(db, attempt.id))
    quietly = {"synchronize_session": False}
    done = update(Attempt).where(Attempt.id == attempt.id)
    db.execute(done.values(score=score, passed=score >= exam.pass_mark), execution_options=quietly)
    his = [each for each in rows.attempts_of(db, attempt.person_id) if each.exam_id == exam.id]
    best = counting(exam, his)
    if best is not None and exam.state == rows.CLOSED:
        record = update(TrainingRecord).where(
            TrainingRecord.exam_id == exam.id, TrainingRecord.alias == sitters.alias_of(db, attempt.person_id)
        )
        result = {"score": best.score, "passed": best.passed, "held_at": best.started_at}
        db.execute(record.values(**result), execution_options=quietly)


def _put(db: Session, attempt: AttemptRow, place: int, **values: object) -> None:
    row = {"attempt_id": attempt.id, "place": place, "question_id": attempt.paper[place - 1].id, **values}
    db.execute(_KEEP[db.get_bind().dialect.name], row)


def _again(db: Session, attempt_id: int) -> AttemptRow:
    return attempt_row(db.execute(select(*ATTEMPT_COLUMNS).where(Attempt.id == attempt_id)).one())


def _way(exam: ExamRow, his: list[AttemptRow], person: PersonRow, known: Shifts) -> Way:
    mine = [each for each in his if each.exam_id == exam.id]
    running = next((each for each in mine if each.finished_at is None), None)
    done = tuple(each for each in mine if each.finished_at is not None)
    return Way(exam, running, done, sitters.last_call(exam, person, known))


__all__ = [
    "Way", "answer", "begin", "clock", "counting", "finish", "marked", "open_at", "question", "review", "toggle", "ways",
]  # fmt: skip
