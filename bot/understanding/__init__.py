"""From what came in to the action it names: taps by their template, words by the vocabulary, menu keys as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.messages import Incoming
from bot.services.asking import stories
from bot.understanding.answering import library
from bot.understanding.free import Free
from bot.understanding.guesses import Guesses
from bot.understanding.hazards import Hazard, Hazards
from bot.understanding.lines import Line, Lines
from bot.understanding.sayings import Phrases
from bot.understanding.shapes import Reader
from content import Content
from content.folding import fold
from content.words import AnswerWords, Words

LONGEST_WORD = 64  # a command is short; a story needs no look-up
SHORTEST_STORY, SHORTEST_GUESSED_STORY = 10, 20
LONGEST_QUESTION = 60
SILENT = "silent"
ASK = "ask.ask"
LOOSE_ANSWER = "quiz.loose_answer"
SPOKEN = {"text", "voice"}
SEEN = {"image", "voice", "video", "shortvideo", "location", "link"}
EVENTS = {"subscribe": "general.welcome", "unsubscribe": "general.goodbye", "scan": "joining.scanned"}
SCENE = "qrscene_"  # before the scene of a code that was followed, not only scanned
KEEPS_IN_DANGER = frozenset({"reports.hazard", "reports.say", "notices.send", "letters.reply"})


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message asks for."""

    action: str
    """The action it names: "" when it names none, SILENT when it wants no answer."""
    args: Mapping[str, str] = field(default_factory=dict)
    """The facts in it, by name."""
    exact: bool = False
    """A tap, a menu key, an exact word or its one-line form: it beats a waiting step. A natural phrase does not."""
    guesses: tuple[str, ...] = ()
    """Actions to offer as taps where none is named, the likeliest first."""
    hazard: Hazard | None = None
    """Danger to life that it tells of, or may tell of."""


class Understanding:
    """Reads messages; built once from the content, shared by all threads."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._words = content.words
        self._hazards = _hazards()
        self._lines, self._free = _readers(content.words)

    def of(self, incoming: Incoming) -> Understood:
        """What the message asks for. Never raises; an event nobody knows is silent."""
        if incoming.kind == "event":
            return self._event(incoming)
        if incoming.kind in SPOKEN and incoming.text:
            return self.said(incoming.text)
        known = incoming.kind in SEEN or incoming.kind == "text"
        return Understood("general.not_text" if known else SILENT, exact=True)

    def said(self, text: str) -> Understood:
        """What typed, tapped or spoken words ask for."""
        if (action := self._words.by_word.get(text)) is not None:
            return Understood(action, exact=action not in self._words.yields)
        folded = fold(text)
        named = self._named(folded) if len(folded) <= LONGEST_WORD else None
        if named is not None:
            return named
        return self._safely(self._sentence(text, folded))

    def _named(self, folded: str) -> Understood | None:
        if (action := self._words.by_word.get(folded)) is not None:
            return Understood(action, exact=action not in self._words.yields)
        for tapped in self._words.taps.values():
            if (facts := tapped.read(folded)) is not None:
                return Understood(tapped.action, facts, exact=True)
        if " " in folded and (action := self._words.by_word.get(folded.replace(" ", ""))) is not None:
            return Understood(action, exact=action not in self._words.yields)
        return None

    def _sentence(self, text: str, folded: str) -> Understood:
        hazard = self._hazards.find(text)
        if (line := self._lines.read(text, folded)) is not None:
            exact = line.exact and line.action not in self._words.yields
            if hazard is None and self._words.takes.get(line.action) == "topic":
                hazard = self._named_for_practice(line)
            return Understood(line.action, line.args, exact=exact, hazard=hazard)
        found = self._free.read(text, folded)
        writes = bool(found.guesses) and found.guesses[0] in self._words.writes  # he may want it done: both are offered
        if not (found.action or writes) and hazard is None and self._is_answered(text):
            return Understood(ASK, {"text": text.strip()}, guesses=found.guesses)
        return Understood(found.action, found.args, exact=found.exact, guesses=found.guesses, hazard=hazard)

    def _is_answered(self, text: str) -> bool:
        """True for what can only be a question, and one that the rules answer for sure: it wants no word before it."""
        if (
            len(text) > LONGEST_QUESTION
            or not stories.is_asked(text)
            or stories.is_told(text)
            or stories.is_confided(text)
        ):
            return False
        return library(self._content).answer(text, self._content.bank, of_party=False).sure is not None

    def _named_for_practice(self, line: Line) -> Hazard | None:
        """Danger in what is to be practised: the name of a topic may be meant as such, and is never sure."""
        hazard = self._hazards.find(line.rest)
        told = line.args.get("topic", "") == line.rest.strip()
        return replace(hazard, sure=hazard.sure and told) if hazard is not None else None

    def _safely(self, understood: Understood) -> Understood:
        """Beside sure danger nothing is written down and no page opens, unless danger is what it reports."""
        danger = understood.hazard is not None and understood.hazard.sure
        if (
            danger
            and understood.action not in KEEPS_IN_DANGER
            and (understood.action in self._words.writes or not understood.exact)
        ):
            return replace(understood, action="", args={}, exact=False)
        return understood

    def _event(self, incoming: Incoming) -> Understood:
        if incoming.event == "click":
            known = incoming.event_key in self._words.actions
            return Understood(incoming.event_key if known else "general.menu", exact=True)
        action = EVENTS.get(incoming.event, SILENT)
        if incoming.event in ("scan", "subscribe") and (scene := incoming.event_key.removeprefix(SCENE)):
            return Understood(action, {"scene": scene}, exact=True)
        return Understood(action, exact=True)


@lru_cache(maxsize=4)
def _readers(words: Words) -> tuple[Lines, Free]:
    """Half a second's work, done once for a vocabulary: they keep nothing of what they read but a few answers."""
    phrases, reader = Phrases(words), Reader(words.sayings.shapes)
    return Lines(words, phrases, reader), Free(words, phrases, reader, Guesses(words, phrases, reader))


@lru_cache(maxsize=1)
def _hazards() -> Hazards:
    return Hazards()


def is_loose_answer(text: str, answers: AnswerWords) -> bool:
    """True for words that can only be the answer to a question: a letter, a tick."""
    folded = fold(text)
    return folded in answers.letters or folded in answers.verdicts


def is_story(text: str, *, guessed: bool) -> bool:
    """True for words long enough to be something told rather than something asked for."""
    return len(fold(text)) >= (SHORTEST_GUESSED_STORY if guessed else SHORTEST_STORY)


__all__ = ["LOOSE_ANSWER", "SILENT", "Hazard", "Understanding", "Understood", "is_loose_answer", "is_story"]
