"""What comes next to read: by the calendar's weekday, season, trade and office; nothing again before the others were read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Material
from bot.services.materials.newness import IS_NEW
from bot.services.study import agenda
from bot.services.study.pieces import CARD, CASE, LESSON, SEASON, TRACK, Board, Piece, Reader
from bot.services.study.readings import Past
from content import Content
from content.bank import Bank, Question

SAFETY, PARTY = "safety", "party"
A_WEEK = timedelta(days=7)
FITS, FOR_ANYBODY, FOR_OTHERS = 0, 1, 2
UNDERGROUND = 1
"""The place of that tag in content/topics.toml, behind the one for everybody."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What to read, and why it: 'own' (new from the mine), 'season', 'again' (all else was read), or ''."""

    piece: Piece
    why: str = ""


def pick(
    reader: Reader, board: Board, past: Past, content: Content, *, day: date, new: Collection[str] = ()
) -> Pick | None:
    """Today's card: the one he had last today, else the first unread one of what the day offers; None with nothing there.

    `new`: keys of the mine's own in their first week, as `fresh` tells; they go before all else.
    """
    today = [row for row in past.values() if row.day == day and row.read_at is not None and row.kind != CASE]
    for row in sorted(today, key=lambda row: row.read_at or row.given_at, reverse=True):
        if (piece := board.by_key.get((row.kind, row.key))) is not None:
            return Pick(piece)
    return another(reader, board, past, content, day=day, new=new)


def another(
    reader: Reader,
    board: Board,
    past: Past,
    content: Content,
    *,
    day: date,
    new: Collection[str] = (),
    but: tuple[str, str] | None = None,
) -> Pick | None:
    """The next one he has not read; where all is read, the one he read longest ago, and not `but` again."""
    pools = _pools(reader, board, content, day)
    readable = [
        each for each in board.of_kind(LESSON, CARD, TRACK, SEASON) if each.text and (each.kind, each.key) != but
    ]
    first = [each for each in readable if each.key in new and (each.kind, each.key) not in past]
    if first:
        return Pick(first[0], "own")
    order = _order(reader, content, day)
    for pool in (*pools, [each for each in readable if each.kind == LESSON]):
        unread = [each for each in pool if (each.kind, each.key) not in past and (each.kind, each.key) != but]
        if unread:
            found = min(unread, key=order)
            return Pick(
                found, "season" if found.topic in agenda.topics_of_month(content.teaching.calendar, day) else ""
            )
    return _longest_ago([each for pool in pools for each in pool] or readable, past, but)


def of_topic(board: Board, past: Past, topics: Collection[str], *, but: tuple[str, str] | None = None) -> Pick | None:
    """The first unread piece on some topics, else the one read longest ago; None where there is nothing on them."""
    found = [each for each in board.of_kind(LESSON, CARD, TRACK) if each.topic in topics]
    unread = [each for each in found if (each.kind, each.key) not in past and (each.kind, each.key) != but]
    return Pick(unread[0]) if unread else _longest_ago(found, past, but)


def in_order(pieces: Sequence[Piece], past: Past, *, but: tuple[str, str] | None = None) -> Pick | None:
    """The first unread one of a row that is read from its beginning; then the one read longest ago."""
    unread = [each for each in pieces if (each.kind, each.key) not in past and (each.kind, each.key) != but]
    return Pick(unread[0]) if unread else _longest_ago(pieces, past, but)


def fitting(reader: Reader, pieces: Iterable[Piece]) -> list[Piece]:
    """Those for his trade alone; empty where the roster does not tell it."""
    return [each for each in pieces if set(each.trades) & reader.trades]


def case_of_week(board: Board, content: Content, day: date) -> Piece | None:
    """The same case for everybody in a week, so that a crew can talk about it; all come round in turn.

    Out of those of the folder that are for whoever follows: what is for the Party alone is nobody else's week.
    """
    private = content.bank.members_only
    found = [each for each in board.of_kind(CASE) if not each.own and not private.issuperset(each.trades)]
    week = (day - timedelta(days=day.weekday())).toordinal() // 7
    return found[week * _stride(len(found)) % len(found)] if found else None


def next_case(
    reader: Reader,
    board: Board,
    past: Past,
    content: Content,
    *,
    day: date,
    new: Collection[str] = (),
    topics: Collection[str] = (),
    but: str = "",
) -> Piece | None:
    """The week's case unless he has decided it; then one he never had, of his trade first; at last the one longest ago."""
    found = [each for each in board.of_kind(CASE) if each.key != but and (not topics or each.topic in topics)]
    own = [each for each in found if each.key in new and (CASE, each.key) not in past]
    if own:
        return own[0]
    week = case_of_week(board, content, day)
    if week in found and not _decided(past, week):
        return week
    unread = [each for each in found if not _decided(past, each)]
    if unread:
        return min(unread, key=lambda each: _fit(reader, content, each))
    pick = _longest_ago(found, past, None)
    return pick.piece if pick is not None else None


def question_for(piece: Piece, bank: Bank, *, of_party: bool, seed: int) -> Question | None:
    """The one question behind a piece: its own, else one on the same article, else on its topic; None where there is none.

    `seed` turns those that fit equally well, so that a crew does not all get the same.
    """
    allowed = set(bank.order if of_party else bank.for_all or bank.order)
    own = [each for each in piece.questions if each in allowed]
    if own:
        return bank.questions[own[seed % len(own)] if piece.kind == CASE else own[0]]
    if not piece.law:
        same = [name for name in bank.order if name in allowed and bank.questions[name].topic == piece.topic]
        return bank.questions[same[seed % len(same)]] if same else None
    asked = [bank.questions[name] for name in bank.order if name in allowed]
    tests: tuple[Callable[[Question], bool], ...] = (
        lambda each: (each.law, each.article) == (piece.law, piece.article),
        lambda each: each.topic == piece.topic and bool(piece.topic),
    )
    for test in tests:
        if found := [each for each in asked if test(each)]:
            return found[seed % len(found)]
    return None


def fresh(db: Session, board: Board, *, now: datetime) -> frozenset[str]:
    """Keys of the mine's own pieces in their first week. Costs no statement where there are none of its own."""
    own = [each.key for each in board.pieces if each.own]
    if not own:
        return frozenset()
    rows = select(Material.key).where(Material.key.in_(own), Material.changed_at > now - IS_NEW)
    return frozenset(db.execute(rows).scalars())


def _pools(reader: Reader, board: Board, content: Content, day: date) -> list[list[Piece]]:
    """What the day offers, the best first; each a list of pieces that come in turn."""
    calendar = content.teaching.calendar
    lessons = board.of_kind(LESSON)
    pools: list[list[Piece]] = []
    offered = agenda.offered(calendar, day)
    for each in offered:
        if each == CARD:
            pools += [board.track(office) for office in reader.offices]
            pools.append(fitting(reader, board.of_kind(CARD)))
        elif each != CASE:
            pools.append([lesson for lesson in lessons if lesson.area == each and _meant(reader, content, lesson)])
    if not offered:
        keys = agenda.seasons_of_month(calendar, day)
        pools.append([piece for piece in board.of_kind(SEASON) if piece.key in keys and piece.text])
    topics = agenda.topics_of_month(calendar, day)
    pools.append([lesson for lesson in lessons if lesson.topic in topics and _meant(reader, content, lesson)])
    pools.append([lesson for lesson in lessons if lesson.area == SAFETY and _meant(reader, content, lesson)])
    return [pool for pool in pools if pool]


def _order(reader: Reader, content: Content, day: date) -> Callable[[Piece], tuple[int, int]]:
    """His trade first, then what the season asks for; in the order of the files after that."""
    topics = agenda.topics_of_month(content.teaching.calendar, day)

    def key(piece: Piece) -> tuple[int, int]:
        in_turn = piece.kind in (TRACK, SEASON)
        return (0, 0) if in_turn else (_fit(reader, content, piece), int(piece.topic not in topics))

    return key


def _fit(reader: Reader, content: Content, piece: Piece) -> int:
    everybody = content.topics.trades_shown[: UNDERGROUND + 1]
    if set(piece.trades) & reader.trades or (reader.of_party and content.bank.members_only.issuperset(piece.trades)):
        return FITS
    return FOR_ANYBODY if not reader.trades or set(piece.trades) & set(everybody) else FOR_OTHERS


def _meant(reader: Reader, content: Content, piece: Piece) -> bool:
    return _fit(reader, content, piece) < FOR_OTHERS


def _decided(past: Past, piece: Piece) -> bool:
    row = past.get((CASE, piece.key))
    return row is not None and row.choice != ""


def _longest_ago(pieces: Sequence[Piece], past: Past, but: tuple[str, str] | None) -> Pick | None:
    found = [each for each in pieces if (each.kind, each.key) != but] or list(pieces)
    if not found:
        return None
    return Pick(min(found, key=lambda each: _last(past, each)), "again")


def _last(past: Past, piece: Piece) -> date:
    row = past.get((piece.kind, piece.key))
    return row.day if row is not None else date.min


def _stride(size: int) -> int:
    """Weeks that follow each other are of different files."""
    return next((each for each in (7, 5, 3, 2) if size % each), 1)
