"""What a person does next: a pure function of his dice, his manner, what stands in his chat and what is known by now."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.simulator.crowd.habits import Habits, Manner
from bot.simulator.crowd.people import Person
from bot.simulator.crowd.reading import NOTHING, Option, Question, View, look
from bot.simulator.phones.links import Link
from bot.simulator.phones.model import Bubble

FULL_WIDTH = 0xFEE0

Doing = Literal["follow", "leave", "say", "tap", "twice", "press", "photo", "voice", "nothing"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: `text` is what is typed, tapped, pressed or heard, `bubble` where the tapped link stands.

    `asked` is the question which it hands in an answer to.
    """

    doing: Doing
    text: str = ""
    bubble: int = 0
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """All a decision may depend on: who he is, what he looks at, his chat (oldest first), and answers by their questions.

    `bubble` is the one he looks at, the newest text of the account; it `was_pushed` when it answers nothing of his.
    """

    habits: Habits
    seed: int
    person: Person
    dice: random.Random
    chat: list[Bubble]
    known: Mapping[str, str]
    bubble: int
    was_pushed: bool
    view: View

    @property
    def manner(self) -> Manner:
        return self.habits.manners[self.person.manner]


def situation(habits: Habits, seed: int, person: Person, chat: list[Bubble], known: Mapping[str, str]) -> Situation:
    """With dice of his next decision."""
    newest = next((each for each in reversed(chat) if each.side == "account" and each.kind == "text"), None)
    dice = person.dice(seed)
    if newest is None:
        return Situation(habits, seed, person, dice, chat, known, 0, False, NOTHING)
    return Situation(
        habits, seed, person, dice, chat, known, newest.id, not newest.push, look(newest.text, habits.reading)
    )


def decide(now: Situation, *, first: bool) -> Act:
    """The next act of a visit; `first` when it opens it."""
    odd = _odd(now)
    if odd is not None:
        return odd
    offered = now.view.offers(now.habits.reading.offered)
    if offered is not None:
        return _tap_or_type(now, offered, offered.content)
    if now.view.question is not None:
        return answer(now)
    if now.was_pushed and first and (links := _links(now, newest=True)):
        place, link = now.dice.choice(links)
        return Act("tap", link.content, place)
    return study(now, daily=first)


def study(now: Situation, *, daily: bool) -> Act:
    """Asks for the day's question, or for another: by a button of the menu, a link, or in words."""
    words, reading = now.habits.words, now.habits.reading
    link = now.view.offers(reading.daily if daily else reading.more)
    if now.dice.random() < now.habits.odd["press"]:
        return Act("press", words["daily_button" if daily else "more_button"])
    typed = now.dice.choice(words["daily" if daily else "more"])
    return _tap_or_type(now, link, typed) if link is not None else _say(now, typed)


def answer(now: Situation) -> Act:
    """An answer to what he is asked, or the next tap towards it; to study where nothing is asked.

    It is right as often as he is skilled, once anybody has been told what is right.
    """
    question = now.view.question
    if question is None:
        return study(now, daily=False)
    mine = random.Random(f"{now.seed}/{now.person.index}/{question.stem}")  # he keeps his mind between two taps
    knows = mine.random() < now.person.skill
    right = now.known.get(question.stem, "") if knows else ""
    if not question.options:
        number = right or str(mine.randrange(1, 60))
        shape = now.dice.choice(now.habits.typing.number)
        return Act("say", shape.format(number=number, wide=_wide(number)), asked=question.stem)
    if question.many:
        return _several(now, question, mine, right)
    chosen = next((each for each in question.options if right and each.words in right), mine.choice(question.options))
    return _tap_or_type(now, chosen.link, _typed(now, chosen, question), asked=question.stem)


def consent(now: Situation) -> Act | None:
    """Agrees to what the last bubble asks to be agreed to; None when it asks nothing."""
    link = now.view.offers(now.habits.reading.agree)
    return Act("tap", link.content, now.bubble) if link else None


def _several(now: Situation, question: Question, mine: random.Random, right: str) -> Act:
    wanted = [each for each in question.options if right and each.words in right]
    if not wanted:
        wanted = mine.sample(question.options, min(2, len(question.options)))
    if question.done is None or mine.random() < now.manner.types:
        letters = "".join(sorted(each.letter for each in wanted))
        shape = now.dice.choice(now.habits.typing.letters)
        typed = shape.format(upper=letters, lower=letters.lower(), wide=_wide(letters))
        return Act("say", typed, asked=question.stem)
    amiss = [each for each in question.options if each.picked != (each in wanted)]
    if amiss:
        return Act("tap", amiss[0].link.content, now.bubble)
    return Act("tap", question.done.content, now.bubble, asked=question.stem)


def _odd(now: Situation) -> Act | None:
    """Now and then he does something else."""
    odd, words, dice = now.habits.odd, now.habits.words, now.dice
    drawn = dice.choices(ODD, [odd.get(name, 0.0) for name in ODD[:-1]] + [1 - sum(odd[name] for name in ODD[:-1])])[0]
    match drawn:
        case "help" | "menu" | "modes" | "chat":
            return _say(now, dice.choice(words[drawn]))
        case "photo":
            return Act("photo")
        case "voice":
            return Act("voice", dice.choice(words["heard"]))
        case "twice" | "old":
            links = _links(now, newest=drawn == "twice")
            if links:
                place, link = dice.choice(links)
                return Act("twice" if drawn == "twice" else "tap", link.content, place)
    return None


ODD = ("help", "menu", "modes", "chat", "photo", "voice", "twice", "old", "")


def _links(now: Situation, *, newest: bool) -> list[tuple[int, Link]]:
    """Links of the newest bubble that has any, or of the oldest: last week's message stands there still."""
    for bubble in reversed(now.chat) if newest else now.chat:
        found = [(bubble.id, link) for link in bubble.links() if link.content and not _consents(now, link)]
        if found:
            return found
    return []


def _consents(now: Situation, link: Link) -> bool:
    """Nobody binds or consents by a slip of his thumb: that is for `consent`."""
    reading = now.habits.reading
    return bool(reading.agree.search(link.content) or reading.refuse.search(link.content))


def _tap_or_type(now: Situation, link: Link, typed: str, *, asked: str = "") -> Act:
    if now.dice.random() < now.manner.types:
        return _say(now, typed, asked=asked)
    return Act("tap", link.content, now.bubble, asked=asked)


def _say(now: Situation, text: str, *, asked: str = "") -> Act:
    slips = now.habits.typing.slips.get(text)
    slipped = slips is not None and now.dice.random() < now.manner.slips
    return Act("say", now.dice.choice(slips) if slips and slipped else text, asked=asked)


def _typed(now: Situation, option: Option, question: Question) -> str:
    typing, letter = now.habits.typing, option.letter
    if not letter:
        return str(now.dice.choice(typing.judge.get(option.words, [option.words])))
    place = question.options.index(option)
    return now.dice.choice(typing.letter).format(
        upper=letter,
        lower=letter.lower(),
        wide=_wide(letter),
        ordinal=typing.ordinals[min(place, len(typing.ordinals) - 1)],
        digit=place + 1,
    )


def _wide(text: str) -> str:
    """The same in full-width characters."""
    return "".join(chr(ord(each) + FULL_WIDTH) if "!" <= each <= "~" else each for each in text)
