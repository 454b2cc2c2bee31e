"""`content check`: everything in the folder that would disappoint a person, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from content.asking import Asking, heard
from content.bank import Bank, Question, entries, members_only, read_question
from content.checking import balance, form, laws, likeness, raw, review, sizes, vocabulary
from content.checking.counts import Count, counts
from content.checking.raw import Raw
from content.exams import ExamRules
from content.hazards import HazardWords
from content.jobs import Jobs
from content.menu import Menu
from content.mine import MineWords
from content.phrases import Copy
from content.problem import ContentProblem, located, read_toml
from content.shifts import Holidays, Shifts
from content.spoken import problems as phrase_problems
from content.teaching import Teaching, Topics, crossing
from content.telling import Telling
from content.words import AnswerWords, Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findings:
    """What `content check` has to say."""

    problems: list[ContentProblem]
    """Each must be mended."""
    warnings: list[ContentProblem]
    """Somebody should look."""
    unread: list[str]
    """Ids of what nobody but its author has read as it stands."""
    counts: list[Count]


def check(folder: Path, law_folder: Path | None = None) -> list[ContentProblem]:
    """Every problem found; an empty list when the folder may be used."""
    return inspect(folder, law_folder).problems


def inspect(folder: Path, law_folder: Path | None = None) -> Findings:
    """Everything about the folder; given law texts, every piece is held against the articles it names as well."""
    sight = _Sight(folder)
    sight.words()
    bank, teaching = sight.bank(), Teaching.read(folder, sight.problems)
    held = _sound(folder, bank, teaching)
    sight.together(bank, teaching)
    sight.questions(bank, [piece for piece in held if piece.kind == "questions"])
    sight.problems += sizes.pieces(teaching)
    if law_folder is not None:
        sight.laws(law_folder, held + raw.festivals(folder))
    verdicts = sight.read(lambda: review.read(folder)) or {}
    return Findings(
        [located(problem, folder) for problem in dict.fromkeys(sight.problems)],  # two readers may find the same
        [located(warning, folder) for warning in sight.warnings],
        list(dict.fromkeys(review.unread(held, verdicts))),
        list(counts(bank, teaching)),
    )


class _Sight:
    """Gathers what is amiss, step by step; a step is left out where what it needs cannot be read."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[ContentProblem] = []
        self.warnings: list[ContentProblem] = []
        self._folder = folder
        self._say: Copy | None = None
        self._words: Words | None = None

    def read(self, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except ContentProblem as problem:
            self.problems.append(problem)
            return None

    def words(self) -> None:
        folder, read = self._folder, self.read
        self._say = read(lambda: Copy.read(folder / "copy"))
        actions = read(lambda: read_toml(folder / "actions.toml")) or {}
        self.problems += phrase_problems(folder / "sayings", actions.keys())
        self._words = read(lambda: Words.read(folder / "actions.toml"))
        answers = read(lambda: AnswerWords.read(folder / "answers.toml"))
        menu = read(lambda: Menu.read(folder / "menu.toml"))
        read(lambda: MineWords.read(folder / "mine.toml"))
        read(lambda: Shifts.read(folder / "shifts.toml"))
        read(lambda: Holidays.read(folder / "holidays.toml"))
        read(lambda: ExamRules.read(folder / "exams.toml"))
        read(lambda: Jobs.read(folder / "jobs.toml"))
        read(lambda: HazardWords.read(folder / "hazards.toml"))
        read(lambda: Asking.read(folder / "asking.toml"))
        read(lambda: heard(folder / "heard.toml"))
        path = folder / "telling" / "telling.toml"
        if (telling := read(lambda: Telling.read(path))) is not None:
            self.problems += telling.problems(path)
        if self._words is not None:
            self.problems += vocabulary.problems(self._words, menu, answers)

    def bank(self) -> Bank:
        """Every question in form; of an id given twice the first."""
        found: dict[str, Question] = {}
        for path in sorted((self._folder / "questions").glob("*.toml")):
            for number, entry in enumerate(self._entries(path), 1):
                question = self._question(path, entry, number)
                if question is not None and question.id in found:
                    self.problems.append(ContentProblem(f"questions/{path.name}", question.id, "id_taken", "id"))
                elif question is not None:
                    found[question.id] = question
        return Bank(found, tuple(found))

    def _entries(self, path: Path) -> list[object]:
        return self.read(lambda: entries(path)) or []

    def _question(self, path: Path, entry: object, number: int) -> Question | None:
        return self.read(lambda: read_question(f"questions/{path.name}", entry, number))

    def together(self, bank: Bank, teaching: Teaching) -> None:
        """How the files fit together."""
        topics = self.read(lambda: Topics.read(self._folder / "topics.toml"))
        members = self.read(lambda: members_only(self._folder / "audience.toml")) or frozenset()
        for trade in sorted(members - topics.trades) if topics is not None else ():
            self.problems.append(ContentProblem("audience.toml", "members_only", "unknown_trade", trade))
        if topics is not None:
            self.problems += crossing.problems(bank, teaching, topics)
        lonely = [lesson.id for lesson in teaching.lessons.values() if not lesson.question]
        self.warnings += [ContentProblem("lessons", name, "no_question", "question") for name in lonely]
        lonely = [case.id for case in teaching.cases.values() if not case.questions]
        self.warnings += [ContentProblem("cases", name, "no_question", "questions") for name in lonely]

    def questions(self, bank: Bank, asked: list[Raw]) -> None:
        """What only shows when a question is read as a person would, and when all are seen side by side."""
        self.problems += [problem for piece in asked for problem in form.question(piece)]
        self.problems += form.stems(asked)
        if self._say is not None and self._words is not None:
            shown = sizes.Shown(self._say, self._words)
            self.problems += [problem for each in bank.questions.values() for problem in shown.problems(each)]
            self.warnings += [warning for each in bank.questions.values() for warning in shown.warnings(each)]
        stems = ((question.id, question.stem) for question in bank.questions.values())
        self.warnings += _alike(likeness.pairs(stems))
        self.warnings += balance.warnings(bank.questions.values())

    def laws(self, folder: Path, held: list[Raw]) -> None:
        """Every piece against the articles it names."""
        texts = self.read(lambda: laws.read(folder))
        if texts is not None:
            self.problems += [problem for piece in held for problem in laws.problems(piece, texts)]
            self.warnings += [warning for piece in held for warning in laws.doubts(piece, texts)]


def _sound(folder: Path, bank: Bank, teaching: Teaching) -> list[Raw]:
    """The entries whose form their readers found sound."""
    steps = {step.id for steps in teaching.tracks.values() for step in steps}
    sound = {
        "questions": bank.questions.keys(),
        "lessons": teaching.lessons.keys(),
        "cases": teaching.cases.keys(),
        "cards": teaching.cards.keys(),
        "tracks": steps,
        "pledges": teaching.examples.keys(),
    }
    return [piece for piece in raw.pieces(folder) if piece.id in sound[piece.kind]]


def _alike(pairs: Iterator[tuple[str, str, float]]) -> Iterator[ContentProblem]:
    for later, earlier, share in pairs:
        yield ContentProblem("questions", later, "alike", f"{earlier} {share:.0%}")


__all__ = ["Findings", "check", "inspect"]
