"""The one hand that moves all phones of the crowd: acts become gestures, and what then stands in the chats is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from bot.simulator.control.box import Box
from bot.simulator.crowd.deciding import Act
from bot.simulator.crowd.habits import Habits
from bot.simulator.crowd.people import Person
from bot.simulator.crowd.reading import verdict
from bot.simulator.crowd.tally import Tally
from bot.simulator.phones import kinds
from bot.simulator.phones.gestures import ImpossibleError, Target, bubble_of, media_id
from bot.simulator.phones.kinds import Kind
from bot.simulator.phones.model import DEAF, Bubble, Phone, Push

AT_ONCE = 256
BREATH_SECONDS = 1.0
ANSWERS_REMEMBERED = 5000

Tell = Callable[[int, int, Act], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did, and the pushes it became."""

    person: Person
    act: Act
    pushes: tuple[Push, ...]


class Hand:
    """Does what was decided and sees what comes of it; `known` are answers by their questions, as they were told."""

    def __init__(self, box: Box, habits: Habits, tally: Tally, picture: str, watch: Callable[[Tally], object]) -> None:
        self._box, self._habits, self._tally = box, habits, tally
        self._picture, self._watch = picture, watch
        self._doings: dict[str, Callable[[Phone, Act], list[Push | None]]] = {
            "follow": lambda phone, _act: [box.gestures.follow(phone)],
            "leave": lambda phone, _act: [box.gestures.unfollow(phone)],
            "say": lambda phone, act: [box.gestures.say(phone, act.text)],
            "press": self._press,
            "tap": self._tap,
            "twice": self._tap,
            "photo": self._photo,
            "voice": self._voice,
        }
        self.known: dict[str, str] = {}

    def together(self, minute: int, acts: Iterable[tuple[Person, Act]], tell: Tell, *, at_once: int = AT_ONCE) -> None:
        """All of them, up to `at_once` on their way at a time; returns when each has its answer or its fault notice.

        What was learned is known to nobody before all have acted: the order in which answers arrive changes nothing.
        """
        lessons: dict[str, str] = {}
        coming = iter(acts)
        while portion := list(islice(coming, at_once)):
            deeds = [self._do(person, act) for person, act in portion]
            for deed in deeds:
                self._tally.planned(deed.person.index, minute, deed.act.doing, deed.act.text)
                tell(deed.person.index, minute, deed.act)
            while not self._box.world.wait_until_idle(BREATH_SECONDS):
                self._watch(self._tally)
            for deed in deeds:
                self._harvest(deed, lessons)
            self._watch(self._tally)
        if len(self.known) < ANSWERS_REMEMBERED:
            self.known.update(lessons)

    # -- doing --------------------------------------------------------------------------------------------------------

    def _do(self, person: Person, act: Act) -> Deed:
        try:
            pushes = self._pushes(person.phone, act)
        except ImpossibleError:
            act, pushes = Act("nothing"), ()
        self._tally.messages += len(pushes)
        if pushes:
            person.spoke = person.spoke or act.doing not in ("follow", "leave")
        return Deed(person, act, pushes)

    def _pushes(self, phone: Phone, act: Act) -> tuple[Push, ...]:
        doing = self._doings.get(act.doing)
        return tuple(push for push in doing(phone, act) if push is not None) if doing else ()

    def _tap(self, phone: Phone, act: Act) -> list[Push | None]:
        target = Target(content=act.text, bubble=act.bubble)
        return [self._box.gestures.tap(phone, target)[1] for _ in range(2 if act.doing == "twice" else 1)]

    def _photo(self, phone: Phone, _act: Act) -> list[Push | None]:
        return [self._send(phone, kinds.image(self._picture, media_id(self._box.world.chance)))]

    def _voice(self, phone: Phone, act: Act) -> list[Push | None]:
        return [self._send(phone, kinds.voice(media_id(self._box.world.chance), act.text))]

    def _press(self, phone: Phone, act: Act) -> list[Push | None]:
        """The button of the menu; while the account has none, its name is typed."""
        try:
            return [self._box.gestures.click(phone, act.text)[1]]
        except ImpossibleError:
            return [self._box.gestures.say(phone, act.text)]

    def _send(self, phone: Phone, kind: Kind) -> Push:
        return self._box.gestures.send(phone, kind, bubble_of(kind))

    # -- seeing -------------------------------------------------------------------------------------------------------

    def _harvest(self, deed: Deed, lessons: dict[str, str]) -> None:
        chat = self.chat(deed.person)
        deed.person.seen = chat[-1].id if chat else 0
        numbers = {push.id for push in deed.pushes if push.kind not in DEAF}
        self._tally.answers += bool(deed.act.asked and numbers)
        self._tally.unanswered += len(numbers - {bubble.push for bubble in chat if bubble.side != "me"})
        for bubble in chat:
            if bubble.push in numbers and bubble.side == "system":
                self._tally.failed(bubble.hint)
            elif bubble.push in numbers and bubble.side == "account":
                self._tally.replied(bubble.ms, bubble.attempt)
                self._read(deed.act, bubble, lessons)

    def _read(self, act: Act, bubble: Bubble, lessons: dict[str, str]) -> None:
        reading = self._habits.reading
        if reading.failed.search(bubble.text):
            self._tally.failures["wrong"] += 1
        if act.asked:
            told = verdict(bubble.text, reading)
            self._tally.right += told.right is True
            self._tally.wrong += told.right is False
            if told.answer:
                lessons[act.asked] = told.answer

    def chat(self, person: Person) -> list[Bubble]:
        """What stands on his phone, oldest first."""
        with self._box.world.locked():
            return list(person.phone.chat)
