"""What else a day has to read: a line below its question, or, for whom no question comes, the day's one push."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from bot.models import Grant, Reading
from bot.services import schedule, study
from bot.services.materials.taught import Taught
from bot.services.schedule import Setting
from bot.services.study import Board, Piece, Reader, agenda, readings
from bot.services.study.reaching import Reached
from handlers.study import pushing
from scheduler.job import Work

CASE, LESSON = "study.case", "study.lesson"
NOBODY = Reader(0, of_party=False, trades=frozenset(), offices=(), holds_office=True)


def board(work: Work, day: date) -> Board:
    """What everybody may see of the folder, with the words before festivals."""
    content = work.content
    taught = Taught.of_folder(content.teaching).for_whom(content.bank.members_only, of_party=False)
    return study.for_reader(NOBODY, content, taught, day=day)


def season_of(work: Work, shown: Board, day: date) -> Piece | None:
    """The card of the season, on a weekday that the calendar leaves free."""
    if agenda.offered(work.content.teaching.calendar, day):
        return None
    keys = agenda.seasons_of_month(work.content.teaching.calendar, day)
    found = (shown.by_key.get((study.SEASON, key)) for key in keys)
    return next((each for each in found if each is not None and each.text), None)


def festivals_of(work: Work, shown: Board, day: date) -> list[Piece]:
    """The words before a festival that fall on this day."""
    due = {each.name for each in agenda.festivals_on(work.content.teaching.calendar, day, work.content.holidays)}
    return [each for each in shown.of_kind(study.FESTIVAL) if each.title in due]


def is_case_day(work: Work, setting: Setting, day: date) -> bool:
    """The weekday of the case: the branch's own, else the calendar's."""
    usual = agenda.weekday_of(work.content.teaching.calendar, study.CASE)
    wanted = setting.weekday if setting.weekday is not None else usual
    return setting.enabled and wanted == day.weekday()


def in_public_posts(work: Work, some: Collection[Reached]) -> frozenset[int]:
    """Members of the Party, and holders of any office: whom the words before festivals are for. One statement."""
    members = {each.member_id: each.id for each in some}
    rows = select(Grant.member_id).where(Grant.member_id.in_(members), Grant.confirmed_at <= work.now)
    held = {members[member] for member in work.db.execute(rows.distinct()).scalars()}
    return frozenset(held | {each.id for each in some if each.of_party})


def had(work: Work, some: Collection[Reached], piece: Piece) -> frozenset[int]:
    """Those who were given a piece before. One statement."""
    his = (Reading.kind == piece.kind, Reading.key == piece.key, Reading.person_id.in_([each.id for each in some]))
    return frozenset(work.db.execute(select(Reading.person_id).where(*his)).scalars())


class Riders:
    """The lines below the question of a batch of people; a constant number of statements, most days none but settings."""

    def __init__(self, work: Work, some: Sequence[Reached]) -> None:
        self._work = work
        units = {each.unit_id for each in some}
        self._case: Mapping[int, Setting] = schedule.settings_for(work.db, units, CASE)
        self._lesson: Mapping[int, Setting] = schedule.settings_for(work.db, units, LESSON)
        self._boards = {day: board(work, day) for day in sorted({each.timed.day for each in some})}
        self._festivals = {day: festivals_of(work, shown, day) for day, shown in self._boards.items()}
        self._seasons = {day: season_of(work, shown, day) for day, shown in self._boards.items()}
        self._posts = in_public_posts(work, some) if any(self._festivals.values()) else frozenset[int]()
        self._had = {day: had(work, some, piece) for day, piece in self._seasons.items() if piece is not None}
        self._given: dict[int, Piece] = {}
        self._days = {each.id: each.timed.day for each in some}

    def of(self, each: Reached) -> list[str]:
        """At most two lines: what comes once in the year first."""
        work, day = self._work, each.timed.day
        lines = []
        if each.id in self._posts:
            lines += [pushing.piece_rider(work.content, piece) for piece in self._festivals[day]]
        week = study.case_of_week(self._boards[day], work.content, day)
        if week is not None and is_case_day(work, self._case[each.unit_id], day):
            lines.append(pushing.case_rider(work.content, week))
        elif self._lesson[each.unit_id].enabled:
            offers = agenda.offered(work.content.teaching.calendar, day)
            lines += pushing.lesson_rider(work.content, offers, of_party=each.of_party)
        season = self._seasons[day]
        if season is not None and each.id not in self._had[day]:
            lines.append(pushing.piece_rider(work.content, season))
            self._given[each.id] = season
        return lines[:2]

    def given(self, queued: Collection[int]) -> None:
        """A season's card is offered once a year: written down for whom it went out. One statement at most."""
        sent = {person: piece for person, piece in self._given.items() if person in queued}
        self._given = {person: piece for person, piece in self._given.items() if person not in queued}
        readings.given(self._work.db, sent, days=self._days, now=self._work.now)
