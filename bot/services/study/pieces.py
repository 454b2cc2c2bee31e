"""All that may be read of by one person, in one shape: lessons, cases, cards, tracks, seasons, words before festivals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.services import grants
from bot.services.materials.taught import Taught
from bot.services.people import PersonRow
from content import Content
from content.asking import squashed
from content.teaching import Teaching
from content.teaching.cards import OFFICES, JobCard, TrackCard
from content.teaching.cases import Case
from content.teaching.lessons import Lesson

LESSON, CASE, CARD, TRACK, SEASON, FESTIVAL = "lesson", "case", "card", "track", "season", "festival"
OWN = "own-"
LEADS_CREW = "crew_leader"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, and `name` by which taps call for it: its title in letters and digits."""

    kind: str
    key: str
    name: str
    title: str
    text: str
    topic: str = ""
    area: str = ""
    """Of a lesson: 'safety' 'party' 'skill' 'rights'."""
    trades: tuple[str, ...] = ()
    law: str = ""
    article: str = ""
    questions: tuple[str, ...] = ()
    """Ids of the questions behind it, the best first; empty where any of its article will do."""
    office: str = ""
    case: Case | None = None

    @property
    def own(self) -> bool:
        """The mine has written it itself."""
        return self.key.startswith(OWN)


@dataclass(frozen=True, slots=True)
class Reader:
    """What of a person decides what he reads."""

    person_id: int
    of_party: bool
    trades: frozenset[str]
    """As the content names them; empty where the roster is silent."""
    offices: tuple[str, ...]
    """Of content.teaching.cards.OFFICES."""
    holds_office: bool
    """Some role on some unit: what is for public posts is for him."""


@dataclass(frozen=True, slots=True)
class Board:
    """What one reader may see; pieces of the folder first, each kind in the order of its file."""

    pieces: tuple[Piece, ...]
    by_name: Mapping[str, Piece]
    by_key: Mapping[tuple[str, str], Piece]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Board:
        """Of two pieces with one title the first keeps the bare name."""
        every: list[Piece] = []
        by_name: dict[str, Piece] = {}
        for each in pieces:
            piece = each
            if piece.name in by_name:
                piece = replace(each, name=each.name + squashed(each.key))
            by_name.setdefault(piece.name, piece)
            every.append(piece)
        return cls(tuple(every), by_name, {(each.kind, each.key): each for each in every})

    def of_kind(self, *kinds: str) -> list[Piece]:
        """Those of some kinds."""
        return [each for each in self.pieces if each.kind in kinds]

    def track(self, office: str) -> list[Piece]:
        """The cards of an office, in the order of study."""
        return [each for each in self.pieces if each.kind == TRACK and each.office == office]

    def named(self, name: str) -> Piece | None:
        """The piece that a tap or a typed title names."""
        return self.by_name.get(squashed(name))


def reader_of(db: Session, person: PersonRow, content: Content, *, now: datetime) -> Reader:
    """One statement for whoever has joined; none for a guest."""
    member = person.active
    held = {role for role, _ in grants.held(db, member.id, now=now)} if member is not None else set()
    if person.roles_from is not None and now < person.roles_from:
        held = set()
    trades = frozenset(content.mine.trades_of(member.trade) if member is not None else ())
    offices = tuple(each for each in OFFICES if each in held or (each == LEADS_CREW and "section_head" in held))
    return Reader(person.id, person.of_party, trades, offices, bool(held))


def for_reader(reader: Reader, content: Content, taught: Taught, *, day: date) -> Board:
    """All he may see on a day; `taught` is what the shelf has for him, the folder's included.

    Tracks are for who holds the office; words before festivals are for those of the Party and for public posts.
    """
    teaching, year = content.teaching, day.year
    festivals = _festivals(teaching, year) if reader.of_party or reader.holds_office else ()
    tracks = [_track(step) for office in reader.offices for step in teaching.tracks.get(office, ())]
    return Board.of((*_taught(taught), *tracks, *_seasons(teaching, year), *festivals))


def season_key(season: str, year: int) -> str:
    """A season comes back every year."""
    return f"{season}.{year}"


def _taught(taught: Taught) -> Iterator[Piece]:
    yield from (_lesson(each) for each in taught.lessons.values())
    yield from (_card(each) for each in taught.cards.values())
    yield from (_case(each) for each in taught.cases.values())


def _lesson(each: Lesson) -> Piece:
    asked = (each.question,) if each.question else ()
    return Piece(
        LESSON, each.id, _name(each.title), each.title, each.text, each.topic, each.area, each.trades, each.law,
        each.article, asked,
    )  # fmt: skip


def _card(each: JobCard) -> Piece:
    return Piece(
        CARD, each.id, _name(each.title), each.title, each.text, each.topic, "", (each.trade,), each.law, each.article
    )


def _track(each: TrackCard) -> Piece:
    name, law = _name(each.title), each.law
    return Piece(
        TRACK, each.id, name, each.title, each.text, each.topic, law=law, article=each.article, office=each.office
    )


def _case(each: Case) -> Piece:
    first = each.grounds[0]
    return Piece(
        CASE, each.id, _name(each.title), each.title, each.lesson, each.topic, "", each.trades, first.law, first.article,
        each.questions, case=each,
    )  # fmt: skip


def _seasons(teaching: Teaching, year: int) -> Iterator[Piece]:
    calendar = teaching.calendar
    for season in calendar.seasons:
        yield Piece(
            SEASON, season_key(season.id, year), _name(season.title), season.title, season.text, season.topics[0]
        )
    for campaign in calendar.campaigns:
        key, name = season_key(campaign.id, year), _name(campaign.title)
        yield Piece(SEASON, key, name, campaign.title, campaign.text, campaign.topics[0])


def _festivals(teaching: Teaching, year: int) -> Iterator[Piece]:
    for each in teaching.calendar.festivals:
        key = season_key(each.name, year)
        yield Piece(FESTIVAL, key, _name(each.name), each.name, each.text, law=each.law, article=each.article)


@lru_cache(maxsize=4096)
def _name(title: str) -> str:
    return squashed(title)
