"""Whether a piece fits: the bytes of one WeChat message with its options and links, and the lines of a phone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from bot.messages import TEXT_LIMIT_BYTES, tap
from content.bank import LETTERS, Question
from content.phrases import Copy
from content.problem import ContentProblem
from content.teaching import Teaching
from content.words import Words

SCREEN_BYTES = 1100  # stem and options; the rest of the message is links and instructions
HALF_WIDTHS = 36
"""Of the characters in a line of a chat bubble, two to a Chinese one."""
SCREEN_LINES = 22
NUMBER, MONTH, DATE = 99999, 12, 31
ROOM = "." * 140
"""Stands for whatever else a sentence has room for: a link or two lines."""


class Shown:
    """Questions and pieces put into words as the conversation puts them, at their longest."""

    def __init__(self, say: Copy, words: Words) -> None:
        self._say = say
        self._words = words

    def problems(self, question: Question) -> Iterator[ContentProblem]:
        """Where the question or its explanation would be over what WeChat carries."""
        body = len("".join((question.stem, *question.options)).encode())
        if body > SCREEN_BYTES:
            yield ContentProblem("questions", question.id, "too_long", str(body))
        for text in (self.question(question), self.explanation(question)):
            if (size := len(text.encode())) > TEXT_LIMIT_BYTES:
                yield ContentProblem("questions", question.id, "too_many_bytes", str(size))

    def warnings(self, question: Question) -> Iterator[ContentProblem]:
        """Where a thumb has to scroll before it can answer."""
        options = [f"{letter}. {option}" for letter, option in zip(LETTERS, question.options, strict=False)]
        if (tall := lines((question.stem, *options))) > SCREEN_LINES - 6:  # title, blanks, how to answer, giving up
            yield ContentProblem("questions", question.id, "tall", str(tall))

    def question(self, question: Question) -> str:
        """The question as it is put, all its options picked where that can be."""
        letters = LETTERS[: len(question.options)]
        several = question.kind == "multiple"
        key = "quiz.option_picked" if several else "quiz.option"
        options = [
            self._tap("quiz.choose", self._filled(key, letter=letter, text=text), choice=letter)
            for letter, text in zip(letters, question.options, strict=True)
        ]
        if question.kind == "judge":
            said = (self._say("quiz.judge_right"), self._say("quiz.judge_wrong"))
            options = [self._tap("quiz.choose", word, choice=word) for word in said]
        how = [self._filled(f"quiz.how_{question.kind}", letters=self._listed(letters), unit=question.unit)]
        if several:
            how = [self._filled("quiz.picked_so_far", letters=self._listed(letters)), *how]
            how.append(self._tap("quiz.submit", self._say("quiz.done")))
        stop = tap(self._say("quiz.label_stop"), self._words.tapped("general.quit"))
        return self._filled(
            "quiz.ask_fill" if question.kind == "fill" else "quiz.ask",
            title=self._title(question),
            stem=question.stem,
            options="\n".join(options),
            how="\n".join([*how, self._tap("quiz.reveal", self._say("quiz.label_reveal")), stop]),
        )

    def _title(self, question: Question) -> str:
        """In a row of one topic, far into it: nothing else is as long."""
        row = self._filled("quiz.row_topic", topic=question.topic)
        title = self._filled("quiz.title_row", row=row, number=NUMBER, kind=self._say(f"quiz.kind_{question.kind}"))
        return title + self._filled("quiz.title_place", place=NUMBER, right=NUMBER)

    def explanation(self, question: Question) -> str:
        """What a wrong answer brings."""
        keyed = [text for letter, text in zip(LETTERS, question.options, strict=False) if letter in question.right]
        answer = "\n".join(self._filled("quiz.option", letter="A", text=text) for text in keyed)
        picked = self._filled("quiz.picked", answer=self._listed(LETTERS[: len(question.options)]))
        verdict = self._filled("quiz.wrong", picked=picked, answer=answer or "".join(question.accepted[:1]))
        said = self._filled(
            "quiz.explained",
            verdict=self._filled("quiz.nearly", notes=ROOM, verdict=verdict),
            why=question.why,
            law=question.law,
            article=question.article,
        )
        doubt = self._tap("doubts.raise", self._say("quiz.label_doubt"))
        return "\n".join([said, "", self._plain("quiz.more"), self._plain("general.menu"), doubt])

    def _tap(self, action: str, label: str, **facts: object) -> str:
        return tap(label, self._words.tapped(action, number=NUMBER, month=MONTH, date=DATE, **facts))

    def _plain(self, action: str) -> str:
        said = self._words.tapped(action)
        return tap(said, said)

    def _listed(self, letters: Iterable[str]) -> str:
        return self._say("quiz.between_letters").join(letters)

    def _filled(self, key: str, **values: object) -> str:
        """The sentence; what else it wants filled is given room."""
        return self._say(key, **(dict.fromkeys(self._say.placeholders(key), ROOM) | values))


def pieces(teaching: Teaching) -> Iterator[ContentProblem]:
    """Lessons, cases and cards that would not go into one message with their heading, source and links."""
    for lesson in teaching.lessons.values():
        yield from _whole("lessons", lesson.id, (lesson.title, lesson.text, lesson.law, lesson.article))
    for case in teaching.cases.values():
        told = (case.title, *case.story, case.ask)
        yield from _whole("cases", case.id, (*told, *(choice.text + ROOM for choice in case.choices)))
        sources = [part for source in case.grounds for part in (source.law, source.article)]
        for choice in case.choices:
            yield from _whole("cases", case.id, (choice.text, choice.then, case.lesson, *sources))
    for card in teaching.cards.values():
        yield from _whole("cards", card.id, (card.title, card.text, card.law, card.article))
    for steps in teaching.tracks.values():
        for step in steps:
            yield from _whole("tracks", step.id, (step.title, step.text, step.law, step.article))


def _whole(folder: str, name: str, parts: Iterable[str]) -> Iterator[ContentProblem]:
    size = len("\n\n".join([ROOM, *parts, ROOM]).encode())
    if size > TEXT_LIMIT_BYTES:
        yield ContentProblem(folder, name, "too_many_bytes", str(size))


def lines(texts: Iterable[str]) -> int:
    """How many lines of a chat bubble the texts take."""
    rows = [row for text in texts for row in text.split("\n")]
    return sum(max(1, -(-_width(row) // HALF_WIDTHS)) for row in rows)


def _width(row: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in row)
