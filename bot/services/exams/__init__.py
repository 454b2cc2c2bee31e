"""考试: papers, sittings, what came of them, and the record of training that the law asks for."""

from bot.services.exams import closing, papers, planning, sitters, sitting, standing, telling
from bot.services.exams.rows import (
    CLOSED,
    OFF,
    OPEN,
    PLANNED,
    AnswerRow,
    AttemptRow,
    ExamRow,
    Sheet,
    answers_of,
    attempt,
    attempts_in,
    attempts_of,
    find,
    get,
)

__all__ = [
    "CLOSED", "OFF", "OPEN", "PLANNED", "AnswerRow", "AttemptRow", "ExamRow", "Sheet", "answers_of", "attempt",
    "attempts_in", "attempts_of", "closing", "find", "get", "papers", "planning", "sitters", "sitting", "standing",
    "telling",
]  # fmt: skip
