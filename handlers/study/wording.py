"""The sentences of the study: a card and a case as they are read, in chat or pushed; taps name the piece."""

from __future__ import annotations

from collections.abc import Sequence

from bot import putting
from bot.services import study
from bot.services.study import Piece
from content import Content
from content.bank import LETTERS
from content.teaching.cases import Case

KINDS = (study.LESSON, study.CARD, study.TRACK, study.SEASON, study.FESTIVAL)


def card(content: Content, piece: Piece, ways: Sequence[str], *, above: Sequence[str] = ()) -> str:
    """One screen: what kind of card it is, its title, its text, where it is written, and the ways on."""
    source = [content.say("study.source", law=piece.law, article=piece.article)] if piece.law else []
    said = content.say("study.card", kind=kind(content, piece), title=piece.title, text=piece.text)
    return "\n".join([*above, said, *source, *ways])


def kind(content: Content, piece: Piece) -> str:
    """What a card is called above its title."""
    if piece.kind == study.CARD:
        return content.say("study.kind_card", trade=piece.trades[0])
    if piece.kind == study.TRACK:
        return content.say("study.kind_track", office=office(content, piece.office))
    if piece.kind == study.LESSON and piece.own:
        return content.say("study.kind_own")
    if piece.kind == study.LESSON:
        return content.say("study.kind_lesson", topic=piece.topic)
    return content.say("study.kind_season" if piece.kind == study.SEASON else "study.kind_festival")


def office(content: Content, name: str) -> str:
    """An office in a word."""
    return content.say(f"study.office_{name}")


def show_tap(content: Content, piece: Piece, label: str) -> str:
    """Opens this very card or case, now and in a year."""
    action = "accidents.show" if piece.kind == study.CASE else "study.show"
    return putting.tapped(content, action, label, about=piece.name)


def question_tap(content: Content, piece: Piece) -> str:
    """The one question behind it."""
    key = "accidents.tap_question" if piece.kind == study.CASE else "study.tap_question"
    return putting.tapped(content, "study.question", content.say(key), about=piece.name)


def card_ways(content: Content, piece: Piece, *, asks: bool) -> list[str]:
    """The question behind a card, another card, a case, questions."""
    return [
        *([question_tap(content, piece)] if asks else []),
        putting.tapped(content, "study.another"),
        putting.tapped(content, "accidents.read", content.say("study.tap_case")),
        putting.tapped(content, "quiz.practice", content.say("study.tap_practice")),
    ]


def case(content: Content, piece: Piece, ways: Sequence[str] = (), *, above: Sequence[str] = ()) -> str:
    """A case as far as the moment of decision; what one would do as taps, a letter each."""
    told = _case(piece)
    said = content.say(
        "accidents.case",
        title=piece.title,
        topic=piece.topic,
        story="\n".join(told.story),
        ask=told.ask,
        choices="\n".join(_choices(content, piece, told)),
    )
    return "\n".join([*above, said, *ways])


def outcome(content: Content, piece: Piece, letter: str, *, asks: bool, again: bool) -> str:
    """What comes of a choice, what the rule says and where, and the ways not taken."""
    told = _case(piece)
    chosen = told.choices[LETTERS.index(letter)]
    sources = content.say("accidents.between_sources").join(
        dict.fromkeys(content.say("accidents.source", law=each.law, article=each.article) for each in told.grounds)
    )
    others = [
        choice_tap(content, piece, other, content.say("accidents.tap_other", letter=other, text=each.text))
        for other, each in zip(LETTERS, told.choices, strict=False)
        if other != letter
    ]
    more = putting.tapped(content, "accidents.another")
    return content.say(
        "accidents.outcome",
        chosen=content.say("accidents.chose_again" if again else "accidents.chose", letter=letter, text=chosen.text),
        verdict=content.say("accidents.right" if letter == told.right else "accidents.wrong"),
        then=chosen.then,
        lesson=told.lesson,
        sources=sources,
        others="\n".join(others),
        ways="\n".join([*([question_tap(content, piece)] if asks else []), more]),
    )


def choice_tap(content: Content, piece: Piece, letter: str, label: str) -> str:
    """Says what he would do in this very case."""
    return putting.tapped(content, "accidents.choose", label, about=piece.name, choice=letter)


def _choices(content: Content, piece: Piece, told: Case) -> list[str]:
    return [
        choice_tap(content, piece, letter, content.say("accidents.choice", letter=letter, text=each.text))
        for letter, each in zip(LETTERS, told.choices, strict=False)
    ]


def _case(piece: Piece) -> Case:
    assert piece.case is not None
    return piece.case
