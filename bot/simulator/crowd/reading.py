"""What a person makes of a bubble: the question and its options, and the links that offer something; as read, not as meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.simulator.crowd.habits import Reading
from bot.simulator.phones.links import Link, links


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its letter (empty for right and wrong), its words, whether it is marked as picked, and the link."""

    letter: str
    words: str
    picked: bool
    link: Link


@dataclass(frozen=True, slots=True)
class Question:
    """`stem` is what is asked; `many` when several options may be picked, `done` the link that hands them in."""

    stem: str
    options: tuple[Option, ...]
    many: bool
    done: Link | None


@dataclass(frozen=True, slots=True)
class View:
    """A bubble looked at."""

    question: Question | None
    links: tuple[Link, ...]

    def offers(self, wish: re.Pattern[str]) -> Link | None:
        """The first link whose tap says what `wish` looks for."""
        return next((link for link in self.links if wish.search(link.content)), None)


NOTHING = View(None, ())


def look(text: str, reading: Reading) -> View:
    """Reads a text bubble of the account."""
    found = tuple(link for link in links(text) if link.content)
    return View(_question(text, found, reading), found)


def _question(text: str, found: tuple[Link, ...], reading: Reading) -> Question | None:
    title = reading.title.search(text)
    if title is None:
        return None
    options = tuple(_option(link, reading) for link in found if reading.choice.search(link.content))
    if not options and not reading.blank.search(title[1]):
        return None
    stem = text[title.end() :].strip().partition("\n")[0]
    done = next((link for link in found if reading.done.search(link.content)), None)
    return Question(stem, options, bool(reading.many.search(title[1])), done)


def _option(link: Link, reading: Reading) -> Option:
    shape = reading.label.match(link.label)
    return Option(shape[2], shape[3], bool(shape[1]), link) if shape else Option("", link.label, False, link)


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer was said to be worth: True right, False wrong, None nothing; `answer` the right one where given."""

    right: bool | None
    answer: str


def verdict(text: str, reading: Reading) -> Told:
    """Reads what came back after an answer."""
    if reading.right.search(text):
        return Told(True, "")
    given = reading.answer.search(text)
    return Told(False if reading.wrong.search(text) else None, given[1].strip() if given else "")
