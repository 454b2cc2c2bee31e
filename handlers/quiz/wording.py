"""How a question of the quiz, a pick and a result are put into words and taps that name it."""

from __future__ import annotations

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted, tap
from bot.putting import asked as put
from bot.router import Turn
from bot.services import quiz
from bot.services.quiz import AskRow
from content.bank import Question

ON = {
    quiz.MISTAKES: ("quiz.mistakes", "quiz.label_mistakes"),
    quiz.DARE: ("quiz.challenge", "quiz.label_dare"),
    quiz.BACK: ("quiz.back", "quiz.label_back"),
    quiz.LESSON: ("study.another", "quiz.label_lesson"),
}
"""The tap that goes on in a row: its action and its label; in every other it is one more."""


def standing(turn: Turn, ask: AskRow) -> Question:
    """The question as it was put; refused when it was withdrawn or changed since."""
    return _shown(turn, quiz.still_stands(ask, turn.bank))


def as_seen(turn: Turn, ask: AskRow) -> Question:
    """What he gave his answer to, in the words he read; refused where those are gone and it asks something else now."""
    return _shown(turn, quiz.as_seen(turn.db, ask, turn.bank))


def _shown(turn: Turn, question: Question | None) -> Question:
    if question is None:
        raise Refusal("quiz.withdrawn", more=turn.tap("quiz.more"), menu=turn.tap("general.menu"))
    return question


def tap_on(turn: Turn, ask: AskRow, action: str, label: str, **facts: object) -> str:
    """A tap that names this very question, now and in a year."""
    return put.tap_on(turn.content, ask, action, label, **facts)


def topic_tap(turn: Turn, topic: str, label: str) -> str:
    """A tap that practises a topic: what it says is what one would type."""
    return tap(label, f"{turn.content.words.first_word['quiz.topic']} {topic}")


def question(turn: Turn, ask: AskRow, picked: str) -> str:
    """The question as a person sees it: title, stem, tappable options, how else to answer, and how to stop."""
    return put.question(turn.content, ask, standing(turn, ask), today=turn.today, picked=picked)


def chooser(turn: Turn, ask: AskRow) -> putting.Choose:
    """Makes the taps that answer this question."""
    return put.chooser(turn.content, ask)


def not_an_answer(turn: Turn, ask: AskRow, asked: Question) -> str:
    """What would be an answer, and the ways on."""
    return turn.say(
        "quiz.not_an_answer",
        hint=putting.hint(turn.content, asked),
        show=tap_on(turn, ask, "quiz.show", turn.say("quiz.label_show")),
        reveal=tap_on(turn, ask, "quiz.reveal", turn.say("quiz.label_reveal")),
        quit=turn.tap("general.quit", turn.say("quiz.label_quit")),
        danger=turn.danger_line(),
    )


def way_on(turn: Turn, ask: AskRow) -> str:
    """The tap for the next question of its kind."""
    action, label = ON.get(ask.mode, ("quiz.more", ""))
    return turn.tap(action, turn.say(label) if label else "")


def explained(turn: Turn, ask: AskRow, asked: Question, verdict: str, *, on: str = "", may_own_up: bool = False) -> str:
    """A verdict, why it is so, where it is written, the way on, and the way to say that something is wrong with it.

    `on`: another way on than the usual; `may_own_up`: he may say that he guessed.
    """
    doubt = turn.say("quiz.doubted") if ask.doubted else tap_on(turn, ask, "doubts.raise", turn.say("quiz.label_doubt"))
    guess = [tap_on(turn, ask, "quiz.guessed", turn.say("quiz.label_guessed"))] if may_own_up else []
    ways = [on or way_on(turn, ask), *guess, turn.tap("general.menu"), doubt]
    return putting.explained(turn.content, asked, verdict, ways)


__all__ = [
    "as_seen", "chooser", "explained", "not_an_answer", "question", "quoted", "standing", "tap_on", "topic_tap",
    "way_on",
]  # fmt: skip
