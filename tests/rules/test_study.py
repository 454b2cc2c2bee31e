"""What is read next, what a day offers, and that whatever is pushed is one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES
from bot.models import Unit
from bot.services import outbox, study
from bot.services.materials.taught import Taught
from bot.services.outbox import Owed
from bot.services.quiz import pushed
from bot.services.schedule import USUAL, Setting
from bot.services.study import Board, Piece, Reader, agenda, choosing, reaching, readings
from bot.services.study.reaching import Hours
from content.bank import Question
from handlers.study import pushing, wording
from tests.cast import NOON
from tests.conftest import CONTENT
from tests.rules.mine import add_member, add_person, session

MONDAY = date(2026, 11, 23)
MINER = Reader(7, of_party=False, trades=frozenset({"掘进"}), offices=(), holds_office=False)
MEMBER = Reader(8, of_party=True, trades=frozenset({"掘进"}), offices=("crew_leader",), holds_office=True)


def _board(reader: Reader, day: date = MONDAY) -> Board:
    private = CONTENT.bank.members_only
    taught = Taught.of_folder(CONTENT.teaching).for_whom(private, of_party=reader.of_party)
    return study.for_reader(reader, CONTENT, taught, day=day)


def _read(piece: Piece, day: date, choice: str = "") -> readings.ReadingRow:
    return readings.ReadingRow(piece.kind, piece.key, day, NOON, NOON, choice)


def test_nothing_is_read_again_before_all_else_of_the_day_is() -> None:
    board, past = _board(MINER), {}
    seen: list[Piece] = []
    for number in range(400):
        found = study.another(MINER, board, past, CONTENT, day=MONDAY + timedelta(days=7 * number))
        assert found is not None
        if found.why == "again":
            break
        assert found.piece not in seen
        past[found.piece.kind, found.piece.key] = _read(found.piece, MONDAY + timedelta(days=number))
        seen.append(found.piece)
    assert {each.key for each in seen} >= {each.key for each in board.of_kind(study.LESSON)}
    again = study.another(MINER, board, past, CONTENT, day=MONDAY + timedelta(days=7 * len(seen)))
    assert again is not None
    assert again.why == "again"


@pytest.mark.parametrize(
    ("days", "kind", "area"),
    [(0, "lesson", "safety"), (1, "card", ""), (3, "lesson", "party"), (4, "lesson", "skill"), (5, "lesson", "rights")],
)
def test_each_weekday_has_its_kind(days: int, kind: str, area: str) -> None:
    reader = replace(MEMBER, offices=())
    found = study.pick(reader, _board(reader), {}, CONTENT, day=MONDAY + timedelta(days=days))
    assert found is not None
    assert (found.piece.kind, found.piece.area) == (kind, area)


def test_who_holds_an_office_studies_its_cards_in_order() -> None:
    board, tuesday = _board(MEMBER), MONDAY + timedelta(days=1)
    track = board.track("crew_leader")
    found = study.pick(MEMBER, board, {}, CONTENT, day=tuesday)
    assert found is not None
    assert found.piece == track[0]
    after = study.another(MEMBER, board, {(study.TRACK, track[0].key): _read(track[0], MONDAY)}, CONTENT, day=tuesday)
    assert after is not None
    assert after.piece == track[1]


def test_what_the_mine_has_just_written_goes_first() -> None:
    board = _board(MINER)
    own = replace(board.of_kind(study.LESSON)[5], key="own-0001", name="own")
    board = Board.of((*board.pieces, own))
    found = study.pick(MINER, board, {}, CONTENT, day=MONDAY, new={"own-0001"})
    assert found == choosing.Pick(own, "own")
    past = {(own.kind, own.key): _read(own, MONDAY - timedelta(days=1))}
    after = study.pick(MINER, board, past, CONTENT, day=MONDAY, new={"own-0001"})
    assert after is not None
    assert after.piece != own


def test_every_case_has_its_week_and_is_the_same_for_all() -> None:
    board, members = _board(MINER), _board(MEMBER)
    weeks = [study.case_of_week(board, CONTENT, MONDAY + timedelta(days=7 * number)) for number in range(30)]
    public = list(board.of_kind(study.CASE))
    assert {each.key for each in weeks if each is not None} == {each.key for each in public}
    for number in range(7):
        day = MONDAY + timedelta(days=number)
        assert study.case_of_week(board, CONTENT, day) == study.case_of_week(members, CONTENT, day)


def test_two_pieces_of_one_title_are_told_apart() -> None:
    first = _board(MINER).pieces[0]
    board = Board.of((first, replace(first, key="own-0002")))
    names = [each.name for each in board.pieces]
    assert names == [first.name, f"{first.name}own0002"]
    assert [board.named(name) for name in names] == list(board.pieces)


def test_almost_everything_that_is_read_has_its_question() -> None:
    """Party's cards alone may have none: their articles are not all asked about."""
    for reader in (MINER, MEMBER):
        without = [
            each.key
            for each in _board(reader).of_kind(study.LESSON, study.CARD, study.CASE)
            if study.question_for(each, CONTENT.bank, of_party=reader.of_party, seed=1) is None
        ]
        assert without == []


def _asked(question: Question) -> str:
    ask = pushed._row(123456, 12345, question, day=date(2026, 12, 30), now=NOON)
    return pushing.question(CONTENT, 123456, ask, question, [])


def test_every_question_of_the_bank_is_one_message_when_pushed() -> None:
    assert [q.id for q in CONTENT.bank.questions.values() if len(_asked(q).encode()) > TEXT_LIMIT_BYTES] == []


def test_every_case_and_card_is_one_message_when_pushed_and_read() -> None:
    board = _board(MEMBER)
    for piece in board.pieces:
        texts = [pushing.piece(CONTENT, 1, MONDAY, piece)] if piece.text or piece.case else []
        if piece.case is not None:
            texts += [wording.outcome(CONTENT, piece, letter, asks=True, again=True) for letter in "ABC"]
        else:
            texts.append(wording.card(CONTENT, piece, wording.card_ways(CONTENT, piece, asks=True)))
        assert all(len(text.encode()) <= TEXT_LIMIT_BYTES for text in texts), piece.key


def test_festivals_and_seasons_stand_on_their_days() -> None:
    calendar = CONTENT.teaching.calendar
    assert [each.name for each in agenda.festivals_on(calendar, date(2026, 12, 29), CONTENT.holidays)] == ["元旦"]
    assert agenda.seasons_of_month(calendar, date(2026, 6, 7)) == ("safety-month.2026", "flood.2026")
    assert agenda.offered(calendar, date(2026, 11, 29)) == ()


def test_his_own_hour_goes_before_the_branchs_and_the_branchs_before_the_usual() -> None:
    def moment(remind_at: int | None, minute: int | None) -> str:
        hours = Hours("morning", "", None, "{}", None, None, remind_at, 1)
        wanted = {1: Setting(minute=minute)}
        for tick in range(144):
            now = NOON.replace(hour=0) + timedelta(minutes=10 * tick)
            if found := reaching.timed([hours], wanted, CONTENT.shifts, now=now):
                return f"{found[0].at:%H:%M}"
        return ""

    assert (moment(None, None), moment(None, 20 * 60), moment(19 * 60, 20 * 60)) == ("18:00", "20:00", "19:00")
    assert moment(9 * 60, None) == "18:00", "nobody is sent anything at work"
    assert reaching.timed([], {}, CONTENT.shifts, now=NOON) == []
    assert not Setting(enabled=False).enabled
    assert USUAL.enabled


def test_many_are_owed_in_as_many_statements_as_one(kit: Kit) -> None:
    with session(kit) as db:
        ids = [add_person(db, f"oMANY{n}", add_member(db, f"7{n:03}", "甲")).id for n in range(5)]
        assert db.query(Unit).count()
        owed = [Owed(person, "t", "thing:1", until=NOON + timedelta(hours=1)) for person in ids]
        assert outbox.queue_all(db, owed, kind="test.thing", now=NOON) == frozenset(ids)
        assert outbox.queue_all(db, owed, kind="test.thing", now=NOON) == frozenset()
        assert outbox.withdraw(db, ids[0], "thing:1")
        assert outbox.queue_all(db, owed[:1], kind="test.thing", now=NOON) == frozenset()
        assert outbox.queue_all(db, [], kind="test.thing", now=NOON) == frozenset()
