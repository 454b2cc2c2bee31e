"""How what is pushed reads: an opening that varies, the thing itself, what else the day has, and the word that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot import putting
from bot.messages import TEXT_LIMIT_BYTES
from bot.putting import asked
from bot.services import study
from bot.services.quiz import AskRow
from bot.services.study import Piece, choosing
from content import Content
from content.bank import Question
from handlers.study import wording

OPENINGS = 6
STOPS = 3


def question(content: Content, person: int, ask: AskRow, question: Question, riders: Sequence[str]) -> str:
    """The day's question itself, to be tapped at once; riders are left out where it would not be one message."""
    body = asked.question(content, ask, question, today=ask.day)
    if question.kind == "fill":
        body += "\n" + asked.tap_on(content, ask, "quiz.show", content.say("study.push_fill"))
    whole = _whole(content, person, ask.day, body, riders)
    return whole if len(whole.encode()) <= TEXT_LIMIT_BYTES else _whole(content, person, ask.day, body, ())


def invitation(content: Content, day: date, riders: Sequence[str]) -> str:
    """That there is a question today, for whoever can only be told with his next reply."""
    daily = putting.tapped(content, "quiz.daily")
    return "\n".join([content.say("study.push_ride", day=_day(content, day), daily=daily), *riders])


def lesson(content: Content, person: int, day: date, riders: Sequence[str]) -> str:
    """That there is a card today, where no question is sent."""
    return _whole(content, person, day, content.say("study.push_lesson"), riders)


def piece(content: Content, person: int, day: date, told: Piece) -> str:
    """A case, or a card, with its ways on; a case is told whole, up to what one would do."""
    if told.kind == study.CASE:
        return _whole(content, person, day, wording.case(content, told), ())
    ways = [wording.show_tap(content, told, content.say("study.push_seen"))]
    return _whole(content, person, day, wording.card(content, told, ways), ())


def comeback(content: Content, points: int) -> str:
    """Three questions for who was away; no reproach in it."""
    return content.say(
        "study.push_back",
        points=points,
        back=putting.tapped(content, "quiz.back", content.say("study.push_back_tap")),
        stop=_stop(content, 0),
    )


def case_rider(content: Content, told: Piece) -> str:
    """The week's case in a line below the question."""
    return wording.show_tap(content, told, content.say("study.ride_case", title=told.title))


def piece_rider(content: Content, told: Piece) -> str:
    """A season's or a festival's card in a line."""
    key = "study.ride_festival" if told.kind == study.FESTIVAL else "study.ride_season"
    return wording.show_tap(content, told, content.say(key, title=told.title))


def lesson_rider(content: Content, offers: Sequence[str], *, of_party: bool) -> list[str]:
    """The day's card in a line; which one it is, is decided when he opens it, by what he has read then."""
    found = [each for each in offers if each != study.CASE and (of_party or each != choosing.PARTY)]
    labels = [content.say(f"study.offer_{each}") for each in found[:1]]
    return [putting.tapped(content, "study.learn", content.say("study.ride_lesson", offer=label)) for label in labels]


def _whole(content: Content, person: int, day: date, body: str, riders: Sequence[str]) -> str:
    opening = content.say(f"study.opening_{(day.toordinal() + person) % OPENINGS}")
    below = ["", *riders] if riders else []
    return "\n".join([opening, "", body, *below, "", _stop(content, day.toordinal() + person)])


def _stop(content: Content, number: int) -> str:
    return putting.tapped(content, "reminders.pause", content.say(f"study.stop_{number % STOPS}"))


def _day(content: Content, day: date) -> str:
    return content.say("quiz.day", month=day.month, day=day.day)
