"""The facts of a play: what came to how many, what the bot's books hold, what was called, how long it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.simulator.control.box import Box
from bot.simulator.phones.model import Phone
from bot.simulator.scenario.expecting import plain
from bot.simulator.scenario.model import Fact, Scenario
from bot.simulator.scenario.words import words

Books = Callable[[], Mapping[str, int]]
"""Counts in the bot's own books by name, such as "outbox.unknown"."""


class Ledger:
    """Works out the facts of a scenario, as often as asked."""

    def __init__(self, box: Box, scenario: Scenario, books: Books | None = None) -> None:
        self._box, self._scenario, self._books = box, scenario, books
        self._marks: dict[str, float] = {}

    def mark(self, name: str, at: float) -> None:
        """The machine's seconds at which a named step was over."""
        self._marks[name] = at

    def told(self) -> list[tuple[str, str]]:
        """Name and value of every fact that can be told by now."""
        books = dict(self._books()) if self._books and any(fact.books for fact in self._scenario.facts) else {}
        found = [(fact, self._value(fact, books)) for fact in self._scenario.facts]
        return [(fact.name, _shown(fact, value)) for fact, value in found if value is not None]

    def unmet(self) -> str:
        """The first fact that is not what the file says, as a sentence; empty when all are."""
        books = dict(self._books()) if self._books else {}
        for fact in self._scenario.facts:
            value, wanted = self._value(fact, books) or 0, fact.equals if fact.equals is not None else fact.at_least
            if wanted is not None and (value < wanted or (fact.equals is not None and value != wanted)):
                return words().problem("fact", name=fact.name, wanted=wanted, heard=f"{value:g}")
        return ""

    def _value(self, fact: Fact, books: Mapping[str, int]) -> float | None:
        if fact.took is not None:
            begun, ended = (self._marks.get(name) for name in fact.took)
            return round(ended - begun, 1) if begun is not None and ended is not None else None
        if fact.books:
            return books.get(fact.books, 0)
        if fact.calls:
            return int(self._box.platform.calls.as_json()["counts"].get(fact.calls, 0))
        low, high = fact.times
        counts = [_times(phone, fact.received) for phone in self._among(fact.among)]
        return sum(low <= count and (high is None or count <= high) for count in counts)

    def _among(self, name: str) -> list[Phone]:
        group = self._scenario.group(name)
        ids = [each.phone_id for each in group.members()] if group else [name] if name else None
        with self._box.world.locked() as memory:
            return [phone for phone_id, phone in memory.phones.items() if ids is None or phone_id in set(ids)]


def _times(phone: Phone, text: str) -> int:
    """In how many bubbles from the account the text stands."""
    return sum(bubble.side == "account" and text in plain(bubble.text) for bubble in phone.chat)


def _shown(fact: Fact, value: float) -> str:
    kind = "seconds" if fact.took is not None else "people" if fact.received else "times"
    return f"{value:g} {fact.unit or words().units[kind]}"
