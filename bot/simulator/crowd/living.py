"""Ten thousand lives on one virtual clock: discrete events, all of a minute done together, drills on top."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.simulator.control.box import Box
from bot.simulator.crowd import roster
from bot.simulator.crowd.calendar import Calendar
from bot.simulator.crowd.deciding import Act, Situation, answer, consent, decide, situation, study
from bot.simulator.crowd.habits import DAY_MINUTES, habits
from bot.simulator.crowd.hand import AT_ONCE, Hand
from bot.simulator.crowd.people import Person
from bot.simulator.crowd.tally import Report, Tally

ROLE = "crowd"
PAUSE_MINUTES = (1, 3)
LEAVES = -1


class Crowd:
    """People with phones in `box`, who follow, bind, study, leave and return as habits.toml has it.

    The plan, that is who does what in which virtual minute, follows from the seed and from what the bot says. The
    clock of the box stands still and is moved from minute to minute; with `travels` off the crowd keeps a calendar of
    its own while the platform's clock stays the machine's, for a bot whose time nobody can move. `silent` is the share
    of those who never write, instead of the file's; `picture` is where photos lie. `watch` is called after each portion
    of work, `tell` with person, minute and act for every act.
    """

    def __init__(
        self,
        box: Box,
        *,
        people: int,
        seed: int,
        silent: float | None = None,
        travels: bool = True,
        picture: str = "http://127.0.0.1/photo.jpg",
        watch: Callable[[Tally], object] = lambda _tally: None,
        tell: Callable[[int, int, Act], object] = lambda _person, _minute, _act: None,
    ) -> None:
        self._clock, self._travels = box.world.clock, travels
        self._seed, self._habits, self._tell = seed, habits(), tell
        self._minute = math.ceil(box.world.now() / 60)
        if travels:
            self._clock.let_run(running=False)
        self.people = [self._person(box, index, silent) for index in range(people)]
        self._calendar = Calendar(self.people)
        self.tally = Tally(self._minute * 60.0)
        self._hand = Hand(box, self._habits, self.tally, picture, watch)

    def _person(self, box: Box, index: int, silent: float | None) -> Person:
        never = silent is not None and random.Random(f"{self._seed}/{index}/silent").random() < silent
        manner = self._habits.manner("silent") if never else None
        return Person(
            index, box.world.add_phone(roster.name_of(index, self._habits), ROLE), self._habits, self._seed, manner
        )

    # -- living -------------------------------------------------------------------------------------------------------

    def follow_all(self) -> None:
        """Everybody follows, all in one minute, and from then on lives as he does."""
        self._together((person, Act("follow")) for person in self.people if not person.phone.following)
        for person in self.people:
            self._calendar.write(person, person.visits(self._habits, self._seed, self._minute))

    def bind_all(self, share: float = 1.0) -> None:
        """That share of those who follow types number and name, and agrees to whatever the bot then asks.

        The bot must have taken in the roster that `write_roster` writes.
        """
        chosen = [p for p in self.people if p.phone.following and self._drawn(p, "binds") < share]
        told = self._habits.words["bind"]
        acts = [
            (p, Act("say", told.format(number=roster.number_of(p.index, self._habits), name=p.phone.name)))
            for p in chosen
        ]
        while acts:
            self._together(acts)
            for person, act in acts:
                person.bound = person.bound or act.doing == "tap"
            asked = [(person, consent(self._situation(person))) for person, _ in acts]
            acts = [(person, act) for person, act in asked if act is not None]

    def live_until(self, moment: float) -> None:
        """To that Unix time. Who is pushed a message looks at it when he may, if he is such a man."""
        last = int(moment // 60)
        while (due := self._calendar.first()) is not None and due <= last:
            self._go(due)
            people = self._calendar.take(self._minute)
            self._together([(person, self._decided(person)) for person in people], minutes=0)
            for person in people:
                self._calendar.write(person, self._after(person))
        self._go(last)

    def report(self) -> Report:
        """The facts so far."""
        return self.tally.report(self.people, seed=self._seed)

    # -- drills -------------------------------------------------------------------------------------------------------

    def storm(self, people: int) -> None:
        """So many ask for a question, and then all answer in one moment, wherever they are: a contest at the pre-shift meeting."""
        chosen = self._some(people, "storm")
        self._together([(person, study(self._situation(person), daily=False)) for person in chosen])
        begun, before = time.monotonic(), self.tally.replies
        self._together([(person, answer(self._situation(person))) for person in chosen], at_once=len(chosen) or 1)
        told = {"people": len(chosen), "replies": self.tally.replies - before}
        self.tally.storms.append(told | {"seconds": round(time.monotonic() - begun, 3)})

    def shout(self, people: int) -> None:
        """So many tell of a danger at once; nobody of the crowd does so unless this is asked for."""
        words = self._habits.words["danger"]
        self._together([(p, Act("say", words[p.index % len(words)])) for p in self._some(people, "shout")])

    def write_roster(self, file: Path) -> None:
        """The people as a spreadsheet for `roster import`."""
        roster.write(file, self.people, self._habits)

    def _some(self, people: int, why: str) -> list[Person]:
        following = [person for person in self.people if person.phone.following]
        dice = random.Random(f"{self._seed}/{why}/{self._minute}")
        return sorted(dice.sample(following, min(people, len(following))), key=lambda person: person.index)

    # -- minute by minute ---------------------------------------------------------------------------------------------

    def _together(self, acts: Iterable[tuple[Person, Act]], *, at_once: int = AT_ONCE, minutes: int = 1) -> None:
        """All in this minute; then so many minutes pass."""
        self._hand.together(self._minute, acts, self._tell, at_once=at_once)
        self._go(self._minute + minutes)

    def _go(self, minute: int) -> None:
        """To that minute, and see who was pushed something on the way."""
        self._minute = max(minute, self._minute)
        self.tally.now = self._minute * 60.0
        if self._travels:
            self._clock.travel(max(self.tally.now, self._clock.now()))
        for person in self.people:
            chat = person.phone.chat
            if chat and chat[-1].id != person.seen:
                self._pushed(person, chat[-1].id)

    def _pushed(self, person: Person, newest: int) -> None:
        person.seen = newest
        self.tally.pushes_seen += 1
        manner, dice = self._habits.manners[person.manner], person.dice(self._seed)
        if dice.random() < manner.looks:
            looks = person.looks_next(self._habits, self._minute + dice.randint(*manner.within))
            if person.next is None or looks < person.next:
                self._calendar.write(person, looks)

    def _decided(self, person: Person) -> Act:
        now = self._situation(person)
        if person.left == LEAVES:
            return Act("leave")
        first = person.left == 0
        if first:
            person.left = now.dice.randint(*now.manner.acts)
        return decide(now, first=first) if person.phone.following else Act("follow")

    def _after(self, person: Person) -> int | None:
        """When he looks again: soon while his visit lasts, else as his habits have it."""
        manner, dice = self._habits.manners[person.manner], person.dice(self._seed)
        soon = self._minute + dice.randint(*PAUSE_MINUTES)
        if person.left == LEAVES:
            person.left = 0
            away = dice.randint(*manner.away) * DAY_MINUTES
            return person.visits(self._habits, self._seed, self._minute + away)
        person.left -= 1
        if not person.may_look(self._habits, soon):
            person.left = 0
        elif person.left > 0:
            return soon
        elif dice.random() < manner.leaves:
            person.left = LEAVES
            return soon
        return person.visits(self._habits, self._seed, self._minute)

    def _situation(self, person: Person) -> Situation:
        return situation(self._habits, self._seed, person, self._hand.chat(person), self._hand.known)

    def _drawn(self, person: Person, why: str) -> float:
        return random.Random(f"{self._seed}/{person.index}/{why}").random()
