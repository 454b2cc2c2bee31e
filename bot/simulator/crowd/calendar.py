"""Who looks at his phone when: one moment for each person, taken in the order of minutes and then of people."""

from __future__ import annotations

import heapq

from bot.simulator.crowd.people import Person


class Calendar:
    """A moment written for a person replaces the one he had."""

    def __init__(self, people: list[Person]) -> None:
        self._people = people
        self._heap: list[tuple[int, int]] = []

    def write(self, person: Person, minute: int | None) -> None:
        """None: not by himself any more."""
        person.next = minute
        if minute is not None:
            heapq.heappush(self._heap, (minute, person.index))

    def first(self) -> int | None:
        """The next minute in which anybody looks."""
        while self._heap and self._outdated(*self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, minute: int) -> list[Person]:
        """Everybody who looks in that minute or before it; what was written for them is done."""
        due: list[Person] = []
        while (first := self.first()) is not None and first <= minute:
            person = self._people[heapq.heappop(self._heap)[1]]
            person.next = None
            due.append(person)
        return due

    def _outdated(self, minute: int, index: int) -> bool:
        return self._people[index].next != minute
