"""How a question is put in chat: its words, its options to tap, how else to answer, what was picked, what came of it, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.messages import quoted, tap
from bot.services.quiz import answers
from content import Content
from content.bank import LETTERS, Question

Choose = Callable[[str, str], str]
"""Makes a tap: (what it answers, its label) -> the line. What it answers is a letter as shown, or the word for right or wrong."""


def tapped(content: Content, action: str, label: str = "", **facts: object) -> str:
    """A tappable line that starts an action, for whoever has no turn at hand; its label is what it says unless given."""
    says = content.words.tapped(action, **facts)
    return tap(label or says, says)


def question(
    content: Content,
    asked: Question,
    shuffle: str,
    *,
    title: str,
    choose: Choose,
    submit: str = "",
    picked: str = "",
    below: Sequence[str] = (),
) -> str:
    """The question as a person sees it: title, stem, tappable options in the order of `shuffle`, how else to answer.

    `submit`: the tap that hands in the `picked` letters of a multiple choice. `below`: further lines, each a way on.
    """
    return content.say(
        "quiz.ask_fill" if asked.kind == "fill" else "quiz.ask",
        title=title,
        stem=asked.stem,
        options="\n".join(options(content, asked, shuffle, choose, picked)),
        how="\n".join([*_how(content, asked, picked), *([submit] if asked.kind == "multiple" else []), *below]),
    )


def options(content: Content, asked: Question, shuffle: str, choose: Choose, picked: str = "") -> list[str]:
    """The options alone, a line each to tap: letters in the order of `shuffle`, right and wrong, nothing for a fill-in."""
    if asked.kind == "judge":
        words = (content.say("quiz.judge_right"), content.say("quiz.judge_wrong"))
        return [choose(word, word) for word in words]
    return [
        option(content, asked, shuffle, letter, choose, picked=letter in picked) for letter in LETTERS[: len(shuffle)]
    ]


def option(
    content: Content, asked: Question, shuffle: str, letter: str, choose: Choose, *, picked: bool = False
) -> str:
    """One option as a line to tap."""
    text = answers.options_shown(asked, shuffle)[LETTERS.index(letter)]
    return choose(letter, content.say("quiz.option_picked" if picked else "quiz.option", letter=letter, text=text))


def kind(content: Content, asked: Question) -> str:
    """What kind of question it is, in a word for its title."""
    return content.say(f"quiz.kind_{asked.kind}")


def hint(content: Content, asked: Question) -> str:
    """What would be an answer, for whoever said something else."""
    name = "fill_words" if asked.kind == "fill" and not asked.unit else asked.kind
    return content.say(f"quiz.hint_{name}", letters=letters(content, LETTERS[: len(asked.options)]))


def short(content: Content, asked: Question, answer: str) -> str:
    """An answer as it is tapped or typed: letters as shown, right or wrong, the words of a fill-in."""
    if asked.kind == "judge":
        return content.say("quiz.judge_right" if answer == answers.RIGHT else "quiz.judge_wrong")
    return quoted(answer) if asked.kind == "fill" else letters(content, answer)


def picked(content: Content, asked: Question, answer: str) -> str:
    """What he answered, in a sentence; of an empty answer, that he looked it up."""
    if not answer:
        return content.say("quiz.picked_nothing")
    key = "quiz.picked_fill" if asked.kind == "fill" else "quiz.picked"
    return content.say(key, answer=short(content, asked, answer) + asked.unit)


def right(content: Content, asked: Question, shuffle: str) -> str:
    """The keyed answer with its words, an option a line, lettered as shown."""
    if asked.kind == "fill":
        return asked.accepted[0] + asked.unit
    if asked.kind == "judge":
        return short(content, asked, asked.right)
    shown = answers.options_shown(asked, shuffle)
    keyed = answers.shown(asked.right, shuffle)
    lines = [content.say("quiz.option", letter=letter, text=shown[LETTERS.index(letter)]) for letter in keyed]
    return lines[0] if len(lines) == 1 else "\n" + "\n".join(lines)


def verdict(content: Content, asked: Question, shuffle: str, answer: str, points: float) -> str:
    """Right, or what was right; of several, what was missed and what should not have been picked."""
    if points == 1:
        return content.say("quiz.right", picked=picked(content, asked, answer))
    said = content.say("quiz.wrong", picked=picked(content, asked, answer), answer=right(content, asked, shuffle))
    if asked.kind != "multiple" or not answer:
        return said
    keyed = set(answers.shown(asked.right, shuffle))
    parts = {"missed": keyed - set(answer), "extra": set(answer) - keyed}
    notes = [
        content.say(f"quiz.nearly_{name}", letters=letters(content, sorted(which)))
        for name, which in parts.items()
        if which
    ]
    return content.say("quiz.nearly", notes=content.say("quiz.between_notes").join(notes), verdict=said)


def explained(content: Content, asked: Question, verdict: str, ways: Sequence[str] = ()) -> str:
    """A verdict, why it is so, where it is written, and the ways on, a line each."""
    said = content.say("quiz.explained", verdict=verdict, why=asked.why, law=asked.law, article=asked.article)
    return "\n".join([said, *([""] if ways else []), *ways])


def letters(content: Content, which: Sequence[str]) -> str:
    """Letters as they are named in a sentence."""
    return content.say("quiz.between_letters").join(which)


def _how(content: Content, asked: Question, picked: str) -> list[str]:
    name = "fill_no_unit" if asked.kind == "fill" and not asked.unit else asked.kind
    said = content.say(f"quiz.how_{name}", letters=letters(content, LETTERS[: len(asked.options)]), unit=asked.unit)
    sofar = [content.say("quiz.picked_so_far", letters=letters(content, picked))] if picked else []
    return [*sofar, said]
