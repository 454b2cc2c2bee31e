"""How a question, a pick and a result are put into words and taps."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import answers, quiz
from bot.services.quiz import AskRow
from content.bank import LETTERS, Question


def standing(turn: Turn, ask: AskRow) -> tuple[Question, tuple[str, ...]]:
    """The question and its options as shown; refused when it was withdrawn or changed since."""
    return _shown(turn, ask, quiz.still_stands(ask, turn.bank))


def as_seen(turn: Turn, ask: AskRow) -> tuple[Question, tuple[str, ...]]:
    """What he gave his answer to, in the words he read; refused where those are gone and it asks something else now."""
    return _shown(turn, ask, quiz.as_seen(turn.db, ask, turn.bank))


def _shown(turn: Turn, ask: AskRow, question: Question | None) -> tuple[Question, tuple[str, ...]]:
    if question is None:
        raise Refusal("quiz.withdrawn", more=turn.tap("quiz.more"), menu=turn.tap("general.menu"))
    return question, quiz.options_shown(ask, question)


def tap_on(turn: Turn, ask: AskRow, action: str, label: str, **facts: object) -> str:
    """A tap that names this very question, now and in a year."""
    return turn.tap(action, label, number=ask.number, month=ask.day.month, date=ask.day.day, **facts)


def question(turn: Turn, ask: AskRow, picked: str) -> str:
    """The question as a person sees it: title, stem, tappable options, and how else to answer."""
    asked, options = standing(turn, ask)
    return turn.say(
        "quiz.ask_fill" if asked.kind == "fill" else "quiz.ask",
        title=_title(turn, ask, asked),
        stem=asked.stem,
        options="\n".join(_choices(turn, ask, asked, options, picked)),
        how="\n".join(
            [*_how(turn, ask, asked, picked), tap_on(turn, ask, "quiz.reveal", turn.say("quiz.label_reveal"))]
        ),
    )


def option_tap(turn: Turn, ask: AskRow, options: tuple[str, ...], letter: str, *, picked: bool = False) -> str:
    """One option as a line to tap."""
    key = "quiz.option_picked" if picked else "quiz.option"
    label = turn.say(key, letter=letter, text=options[LETTERS.index(letter)])
    return tap_on(turn, ask, "quiz.choose", label, choice=letter)


def not_an_answer(turn: Turn, ask: AskRow, asked: Question) -> str:
    """What would be an answer, and the ways on."""
    kind = "fill_words" if asked.kind == "fill" and not asked.unit else asked.kind
    return turn.say(
        "quiz.not_an_answer",
        hint=turn.say(f"quiz.hint_{kind}", letters=_letters(turn, LETTERS[: len(asked.options)])),
        show=tap_on(turn, ask, "quiz.show", turn.say("quiz.label_show")),
        reveal=tap_on(turn, ask, "quiz.reveal", turn.say("quiz.label_reveal")),
        quit=turn.tap("general.quit", turn.say("quiz.label_quit")),
        danger=turn.danger_line(),
    )


def explained(turn: Turn, ask: AskRow, asked: Question, verdict: str) -> str:
    """A verdict, why it is so, where it is written, the way on, and the way to say that something is wrong with it."""
    doubt = turn.say("quiz.doubted") if ask.doubted else tap_on(turn, ask, "doubts.raise", turn.say("quiz.label_doubt"))
    return turn.say(
        "quiz.explained",
        verdict=verdict,
        why=asked.why,
        law=asked.law,
        article=asked.article,
        more=turn.tap("quiz.more"),
        menu=turn.tap("general.menu"),
        doubt=doubt,
    )


def verdict(turn: Turn, ask: AskRow, asked: Question, *, options: tuple[str, ...], answer: str, points: float) -> str:
    """Right, or what was right; of several, what was missed and what should not have been picked."""
    if points == 1:
        return turn.say("quiz.right", picked=picked(turn, asked, answer))
    said = turn.say("quiz.wrong", picked=picked(turn, asked, answer), answer=right(turn, ask, asked, options))
    if asked.kind != "multiple":
        return said
    keyed = set(answers.shown(asked.right, ask.shuffle))
    parts = {"missed": keyed - set(answer), "extra": set(answer) - keyed}
    notes = [
        turn.say(f"quiz.nearly_{name}", letters=_letters(turn, sorted(which))) for name, which in parts.items() if which
    ]
    return turn.say("quiz.nearly", notes=turn.say("quiz.between_notes").join(notes), verdict=said)


def picked(turn: Turn, asked: Question, answer: str) -> str:
    """What he answered, in short."""
    if not answer:
        return turn.say("quiz.picked_nothing")
    key = "quiz.picked_fill" if asked.kind == "fill" else "quiz.picked"
    return turn.say(key, answer=short(turn, asked, answer) + asked.unit)


def short(turn: Turn, asked: Question, answer: str) -> str:
    """An answer as it is tapped or typed: letters, right or wrong, the words of a fill-in."""
    if asked.kind == "judge":
        return turn.say("quiz.judge_right" if answer == answers.RIGHT else "quiz.judge_wrong")
    return quoted(answer) if asked.kind == "fill" else _letters(turn, answer)


def right(turn: Turn, ask: AskRow, asked: Question, options: tuple[str, ...]) -> str:
    """The keyed answer with its words, an option a line."""
    if asked.kind == "fill":
        return asked.accepted[0] + asked.unit
    if asked.kind == "judge":
        return short(turn, asked, asked.right)
    keyed = answers.shown(asked.right, ask.shuffle)
    lines = [turn.say("quiz.option", letter=letter, text=options[LETTERS.index(letter)]) for letter in keyed]
    return lines[0] if len(lines) == 1 else "\n" + "\n".join(lines)


def _title(turn: Turn, ask: AskRow, asked: Question) -> str:
    key = "quiz.title_more" if ask.mode == quiz.MORE else "quiz.title_daily"
    if ask.mode == quiz.DAILY and ask.day != turn.today:
        key = "quiz.title_daily_old"
    day = turn.say("quiz.day", month=ask.day.month, day=ask.day.day)
    return turn.say(key, number=ask.number, kind=turn.say(f"quiz.kind_{asked.kind}"), day=day)


def _choices(turn: Turn, ask: AskRow, asked: Question, options: tuple[str, ...], picked_now: str) -> list[str]:
    if asked.kind == "judge":
        words = (turn.say("quiz.judge_right"), turn.say("quiz.judge_wrong"))
        return [tap_on(turn, ask, "quiz.choose", word, choice=word) for word in words]
    letters = LETTERS[: len(options)]
    return [option_tap(turn, ask, options, letter, picked=letter in picked_now) for letter in letters]


def _how(turn: Turn, ask: AskRow, asked: Question, picked_now: str) -> list[str]:
    kind = "fill_no_unit" if asked.kind == "fill" and not asked.unit else asked.kind
    said = turn.say(f"quiz.how_{kind}", letters=_letters(turn, LETTERS[: len(asked.options)]), unit=asked.unit)
    if asked.kind != "multiple":
        return [said]
    done = tap_on(turn, ask, "quiz.submit", turn.say("quiz.done"))
    return [*([turn.say("quiz.picked_so_far", letters=_letters(turn, picked_now))] if picked_now else []), said, done]


def _letters(turn: Turn, letters: str | list[str]) -> str:
    return turn.say("quiz.between_letters").join(letters)
