"""Free text: a whole phrase acts, facts that speak for themselves act, a clause of reading acts; the rest is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understanding.guesses import Guesses, best
from bot.understanding.sayings import Meant, Phrases
from bot.understanding.shapes import Reader
from content.folding import fold
from content.words import Words

LONGEST_SENTENCE = 48  # plain letters; in a longer text one clause does not speak for all
LONGEST_FACTS = 30
CHAIN = "#"
LOOSE = ("general.", "reports.", "ask.")  # actions whose sayings leave much open: other words may gainsay them


@dataclass(frozen=True, slots=True)
class Found:
    """What free text comes to."""

    action: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()
    exact: bool = False


class Free:
    """Reads what is neither a word nor a one-line form."""

    def __init__(self, words: Words, phrases: Phrases, reader: Reader, guesses: Guesses) -> None:
        self._words = words
        self._speech = words.sayings.speech
        self._phrases = phrases
        self._reader = reader
        self._guesses = guesses

    def read(self, text: str, folded: str) -> Found:
        """The action named, or what to offer. Bounded whatever the text."""
        plain = self._speech.plain(folded[:2048])
        if not plain:
            return Found()
        clauses = self._speech.clauses(folded[:2048])
        if folded.startswith(CHAIN) and len(clauses) > 2:
            return Found(guesses=best(("activities.sign_up", "notices.received")))
        found = self._acts(text, folded, plain, clauses)
        if found is not None:
            return found
        return Found(guesses=self._guesses.of(folded, plain, clauses))

    def _acts(self, text: str, folded: str, plain: str, clauses: list[str]) -> Found | None:
        whole = self._phrases.acting(plain)
        if whole is None and clauses and "".join(clauses) != plain:
            whole = self._phrases.acting("".join(clauses))  # courtesies left out
        if whole is not None and (whole.tail or whole.action.startswith(LOOSE)):
            whole = None if self._phrases.gainsaid(whole.action, plain) else whole
        if whole is not None and not whole.tail:
            return self._found(whole, text)
        if (facts := self._facts(folded, plain, clauses)) is not None:
            return facts
        if whole is not None:
            return self._found(whole, text)
        return self._clause(text, plain, clauses)

    def _found(self, meant: Meant, text: str) -> Found:
        if self._words.takes.get(meant.action) != "text":
            return Found(meant.action)
        if meant.tail and not meant.action.startswith("reports."):
            return Found(meant.action, {"text": self._original(text, meant.tail)}, exact=meant.glued)
        return Found(meant.action, {"text": text.strip()} if meant.action.startswith("reports.") else {})

    def _clause(self, text: str, plain: str, clauses: list[str]) -> Found | None:
        """One clause that opens a page speaks for a short text, where no other clause says otherwise."""
        if len(clauses) < 2 or len(plain) > LONGEST_SENTENCE:
            return None
        meant = [found for clause in clauses[:8] if (found := self._phrases.acting(clause))]
        actions = {found.action for found in meant}
        if len(actions) != 1 or meant[0].action in self._words.writes:
            return None
        silent = [clause for clause in clauses if not self._phrases.acting(clause)]
        if any(set(self._phrases.hints(clause)) - actions for clause in silent):
            return None
        if self._phrases.gainsaid(meant[0].action, plain) or not self._phrases.seconded(meant[0].action, plain):
            return None
        told = {"text": text.strip()} if meant[0].action.startswith("reports.") else {}
        return Found(meant[0].action, told)

    def _facts(self, folded: str, plain: str, clauses: list[str]) -> Found | None:
        if len(plain) > LONGEST_FACTS:
            return None
        for part in (plain, *clauses) if len(clauses) > 1 else (plain,):
            told = self._told(part)
            if told is not None and (part == plain or self._alone(part, clauses)):
                return told
        return self._coded(folded, plain)

    def _told(self, part: str) -> Found | None:
        for i, j in self._speech.cores(part):
            if topic := self._reader.topic(part[i:j], named=False):
                return Found("quiz.topic", topic)
            if shift := self._reader.shift(part[i:j]):
                return Found("shifts.show", shift)
        return None

    def _alone(self, part: str, clauses: list[str]) -> bool:
        """True when no other clause speaks of anything else, not even in homophones."""
        others = [clause for clause in clauses if clause != part]
        return not any(
            set(self._guesses.of(other, other, [other])) - {"shifts.show", "quiz.topic", "quiz.more", "quiz.practice"}
            for other in others
        )

    def _coded(self, folded: str, plain: str) -> Found | None:
        hinted = self._phrases.hints(plain)
        if person := self._reader.person(folded, sure=False):
            return Found("joining.bind", person)
        if "reports.query" in hinted and (receipt := self._reader.receipt(folded)):
            return Found("reports.query", receipt)
        if "activities.sign_in" in hinted and (code := self._reader.code(folded)) and not code["code"].isdecimal():
            return Found("activities.sign_in", code)
        if "contests.enter" in hinted and (room := self._reader.room(folded)):
            return Found("contests.enter", room)
        doubted = any(doubt in plain for doubt in self._speech.doubts[:3])
        if self._reader.calls(plain) and not doubted and (at := self._reader.hour(folded)) is not None:
            return Found("reminders.show", {"at": at} if at else {})
        return None

    def _original(self, text: str, tail: str) -> str:
        """The end of the original text that was read as this plain tail."""
        for place in range(len(text)):
            if self._speech.plain(fold(text[place:])) == tail:
                return text[place:].strip()
        return text.strip()


__all__ = ["Found", "Free"]
