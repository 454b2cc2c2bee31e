"""From what came in to the action it names: taps by their template, words by the vocabulary, menu keys as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import Incoming
from content.folding import fold
from content.words import AnswerWords, Words

LONGEST_WORD = 64  # a command is short; a story needs no look-up
SILENT = "silent"
LOOSE_ANSWER = "quiz.loose_answer"
SPOKEN = {"text", "voice"}
SEEN = {"image", "voice", "video", "shortvideo", "location", "link"}
EVENTS = {"subscribe": "general.welcome", "unsubscribe": "general.goodbye"}


@dataclass(frozen=True, slots=True)
class Understood:
    """The action a message names ("" when it names none, SILENT when it wants no answer) and the facts in it."""

    action: str
    args: Mapping[str, str] = field(default_factory=dict)


def understand(incoming: Incoming, words: Words) -> Understood:
    """What the message asks for. Never raises; an event nobody knows is silent."""
    if incoming.kind == "event":
        return _event(incoming, words)
    if incoming.kind in SPOKEN and incoming.text:
        return _said(incoming.text, words)
    return Understood("general.not_text" if incoming.kind in SEEN or incoming.kind == "text" else SILENT)


def _event(incoming: Incoming, words: Words) -> Understood:
    if incoming.event == "click":
        return Understood(incoming.event_key if incoming.event_key in words.actions else "general.menu")
    if incoming.event == "scan":
        return Understood("general.menu")
    return Understood(EVENTS.get(incoming.event, SILENT))


def _said(text: str, words: Words) -> Understood:
    folded = fold(text)
    if len(folded) > LONGEST_WORD:
        return Understood("")
    if folded in words.by_word:
        return Understood(words.by_word[folded])
    for tapped in words.taps.values():
        if (facts := tapped.read(folded)) is not None:
            return Understood(tapped.action, facts)
    return Understood("")


def is_loose_answer(text: str, answers: AnswerWords) -> bool:
    """True for words that can only be the answer to a question: a letter, a tick."""
    folded = fold(text)
    return folded in answers.letters or folded in answers.verdicts
