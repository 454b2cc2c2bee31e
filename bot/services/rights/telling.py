"""Everything that is held of a person, in words he can read (personal information law, article 45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.upsert import table
from bot.models import (
    Ask,
    Attempt,
    AuditLine,
    Base,
    Consent,
    Contest,
    ContestAnswer,
    ContestPlayer,
    DangerCall,
    Demand,
    Dialog,
    Doubt,
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
    Page,
    Person,
    Reading,
    Run,
    TrainingRecord,
    Unfinished,
)
from bot.services import units
from content.mine import MineWords
from content.phrases import Copy

Told = dict[str, Any]
# Not his: keys between tables, and what only proves a code of somebody else's.
LEFT_OUT = {
    "id", "person_id", "member_id", "about_id", "letter_id", "version_id", "attempt_id", "contest_id", "exam_id",
    "host_id", "run_id", "team_id", "code_hash", "key", "once", "reply_kind",
}  # fmt: skip
_ACCOUNT: tuple[tuple[str, type[Base], InstrumentedAttribute[Any]], ...] = (
    ("rights.section_consents", Consent, Consent.person_id),
    ("rights.section_dialog", Dialog, Dialog.person_id),
    ("rights.section_unfinished", Unfinished, Unfinished.person_id),
    ("rights.section_answers", Ask, Ask.person_id),
    ("rights.section_runs", Run, Run.person_id),
    ("rights.section_points", Memory, Memory.person_id),
    ("rights.section_readings", Reading, Reading.person_id),
    ("rights.section_demands", Demand, Demand.person_id),
    ("rights.section_exams", Attempt, Attempt.person_id),
    ("rights.section_hosted", Contest, Contest.host_id),
    ("rights.section_contests", ContestPlayer, ContestPlayer.person_id),
    ("rights.section_contest_answers", ContestAnswer, ContestAnswer.person_id),
    ("rights.section_doubts", Doubt, Doubt.person_id),
    ("rights.section_letters", Letter, Letter.person_id),
    ("rights.section_sent", OutboxItem, OutboxItem.person_id),
    ("rights.section_about", OutboxItem, OutboxItem.about_id),
    ("rights.section_pages", Page, Page.person_id),
    ("rights.section_replies", InboxMessage, InboxMessage.person_id),
)
"""What stands under an account, a table each, and the column that tells whose it is."""
_UNITS = {"unit_id", "group_id", "section_id", "crew_id", "scene_unit_id"}


def export(
    db: Session,
    say: Copy,
    words: MineWords,
    *,
    now: datetime,
    person_id: int | None = None,
    member_id: int | None = None,
) -> Told:
    """All that is held of a person or of a line of the roster, and of each what belongs to the other; JSON-ready.

    A section is missing where nothing is held. Raises sqlalchemy's NoResultFound for a number nobody has.
    """
    person: Person | None
    if person_id is not None:
        person = db.get_one(Person, person_id)
        member = db.get(Member, person.member_id) if person.member_id is not None else None
    else:
        member = db.get_one(Member, member_id)
        person = db.execute(select(Person).where(Person.member_id == member.id)).scalar_one_or_none()
    teller = _Teller(db, say, words)
    told: Told = {say("rights.made_at"): _moment(now)}
    if member is not None:
        told[say("rights.section_roster")] = teller.row(member)
        teller.add(told, "rights.section_grants", Grant, Grant.member_id == member.id)
    if person is not None:
        told[say("rights.section_account")] = teller.row(person)
        _account(teller, told, person.id)
    for section, model, which in _by_alias([each.alias for each in (member, person) if each is not None]):
        teller.add(told, section, model, which)
    return told


def counted(db: Session, person_id: int, aliases: Sequence[str]) -> list[tuple[str, int]]:
    """How many rows each section about an account would have, for those that have any: its copy key and the number."""
    sections = [(section, model, column == person_id) for section, model, column in _ACCOUNT]
    found = []
    for section, model, which in (*sections, *_by_alias(aliases)):
        if count := db.execute(select(func.count()).select_from(model).where(which)).scalar_one():
            found.append((section, count))
    return found


def _by_alias(aliases: Sequence[str]) -> list[tuple[str, type[Base], ColumnElement[bool]]]:
    of_audit = or_(AuditLine.subject.in_(aliases), AuditLine.actor.in_(aliases))
    of_danger = DangerCall.alias.in_(aliases)
    return [
        ("rights.section_audit", AuditLine, of_audit),
        ("rights.section_danger", DangerCall, of_danger),
        ("rights.section_materials", Material, Material.author.in_(aliases)),
        ("rights.section_reviews", MaterialReview, MaterialReview.reviewer.in_(aliases)),
        ("rights.section_training", TrainingRecord, TrainingRecord.alias.in_(aliases)),
    ]


def _account(teller: _Teller, told: Told, person_id: int) -> None:
    """What stands under his account, a table each; his letters and sittings with all that was written in them."""
    whole: dict[type[Base], Callable[[Any], Told]] = {Letter: teller.letter, Attempt: teller.sitting}
    for section, model, column in _ACCOUNT:
        if model not in whole:
            teller.add(told, section, model, column == person_id)
            continue
        rows = select(model).where(column == person_id).order_by(*table(model).primary_key.columns)
        if found := [whole[model](row) for row in teller.db.execute(rows).scalars()]:
            told[teller.say(section)] = found


class _Teller:
    """Rows as dicts with readable keys and values."""

    def __init__(self, db: Session, say: Copy, words: MineWords) -> None:
        self.db, self.say, self._words = db, say, words
        self._paths: dict[int, str] = {}

    def add(self, told: Told, section: str, model: type[Base], which: ColumnElement[bool]) -> None:
        """A section with every row of a table, if there is any."""
        rows = self.db.execute(select(model).where(which).order_by(*table(model).primary_key.columns)).scalars()
        if found := [self.row(row) for row in rows]:
            told[self.say(section)] = found

    def row(self, row: Base) -> Told:
        """Every column that is his."""
        named = table(type(row)).columns.keys()
        kept = {name: getattr(row, name) for name in named if name not in LEFT_OUT}
        self._know(kept[name] for name in _UNITS & set(kept))
        return {self.say(f"rights.label_{name}"): self._value(name, value) for name, value in kept.items()}

    def letter(self, letter: Letter) -> Told:
        """A letter with what was written in it."""
        lines = select(LetterLine).where(LetterLine.letter_id == letter.id).order_by(LetterLine.id)
        number = {self.say("rights.label_letter"): letter.id}
        written: Sequence[Told] = [self.row(line) for line in self.db.execute(lines).scalars()]
        return {**number, **self.row(letter), self.say("rights.label_lines"): written}

    def sitting(self, attempt: Attempt) -> Told:
        """A sitting of an exam with each of his answers."""
        answers = select(ExamAnswer).where(ExamAnswer.attempt_id == attempt.id).order_by(ExamAnswer.place)
        given: Sequence[Told] = [self.row(answer) for answer in self.db.execute(answers).scalars()]
        return {**self.row(attempt), self.say("rights.label_answers"): given}

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, bool):
            return self.say("rights.yes" if value else "rights.no")
        if isinstance(value, datetime | date):
            return _moment(value)
        if name in _UNITS:
            return self._paths.get(value) if value is not None else None
        return self._word(name, value) if isinstance(value, str) else value

    def _word(self, name: str, value: str) -> str:
        """What a code of ours means."""
        called = {"role": self._words.roles, "political": self._words.political}.get(name)
        if called is not None:
            return called.name_of.get(value, value)
        key = f"rights.word_{name}_{value.replace('.', '_')}"
        return self.say(key) if key in self.say else value

    def _know(self, ids: Iterable[int | None]) -> None:
        missing = {each for each in ids if each is not None} - set(self._paths)
        if missing:
            self._paths |= units.paths(self.db, missing)


def _moment(value: datetime | date) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S" if isinstance(value, datetime) else "%Y-%m-%d")
