"""Lessons, cases, cards and tracks: what is for whom, what comes next, what was read, and whom the clock's turn has come to."""

from bot.services.study.choosing import Pick, another, case_of_week, next_case, of_topic, pick, question_for
from bot.services.study.pieces import (
    CARD,
    CASE,
    FESTIVAL,
    LESSON,
    SEASON,
    TRACK,
    Board,
    Piece,
    Reader,
    for_reader,
    reader_of,
)
from bot.services.study.readings import ReadingRow, chose, opened, past

__all__ = [
    "CARD", "CASE", "FESTIVAL", "LESSON", "SEASON", "TRACK", "Board", "Pick", "Piece", "Reader", "ReadingRow", "another",
    "case_of_week", "chose", "for_reader", "next_case", "of_topic", "opened", "past", "pick", "question_for", "reader_of",
]  # fmt: skip
