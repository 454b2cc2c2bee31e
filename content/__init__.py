"""Words and facts a secretary may edit: the folder's TOML files, and the code that reads and checks them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.bank import Bank, members_only
from content.exams import ExamRules
from content.jobs import Jobs
from content.jobs.burden import BurdenRules
from content.menu import Menu
from content.mine import MineWords
from content.phrases import Copy
from content.problem import ContentProblem, located
from content.shifts import Holidays, Shifts
from content.teaching import Teaching, Topics, crossing
from content.words import AnswerWords, Words

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Content:
    """Everything read from the folder, ready to be passed down."""

    say: Copy
    words: Words
    answers: AnswerWords
    bank: Bank
    menu: Menu
    mine: MineWords
    shifts: Shifts
    holidays: Holidays
    exams: ExamRules
    jobs: Jobs
    burden: BurdenRules
    topics: Topics
    teaching: Teaching


def load(folder: Path = HERE) -> Content:
    """Read the whole folder. Raises ContentProblem naming file, line, key and reason at the first thing amiss.

    The product's own folder is read once in a process: an edit takes effect at the next start, everywhere at once.
    """
    return _own() if folder == HERE else _checked(folder)


@lru_cache(maxsize=1)
def _own() -> Content:
    return _checked(HERE)


def _checked(folder: Path) -> Content:
    try:
        read = _read(folder)
        for problem in crossing.problems(read.bank, read.teaching, read.topics):
            raise problem
    except ContentProblem as problem:
        raise located(problem, folder) from None
    return read


def _read(folder: Path) -> Content:
    return Content(
        say=Copy.read(folder / "copy"),
        words=Words.read(folder / "actions.toml"),
        answers=AnswerWords.read(folder / "answers.toml"),
        bank=Bank.read(folder / "questions", members_only(folder / "audience.toml")),
        menu=Menu.read(folder / "menu.toml"),
        mine=MineWords.read(folder / "mine.toml"),
        shifts=Shifts.read(folder / "shifts.toml"),
        holidays=Holidays.read(folder / "holidays.toml"),
        exams=ExamRules.read(folder / "exams.toml"),
        jobs=Jobs.read(folder / "jobs.toml"),
        burden=BurdenRules.read(folder / "burden.toml"),
        topics=Topics.read(folder / "topics.toml"),
        teaching=Teaching.read(folder),
    )


def worded(problem: ContentProblem, folder: Path = HERE) -> str:
    """A problem as a line for whoever edits the file; in bare words when the very sentences cannot be read."""
    try:
        say = Copy.read(folder / "copy")
        reason = say(f"content.{problem.reason}")
        return say("content.problem", file=problem.where, key=problem.key, reason=reason, detail=problem.detail)
    except (ContentProblem, KeyError):
        return str(problem)
