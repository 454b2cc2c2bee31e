"""Plays a scenario against a simulator in this process, one step after the other has come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask

from bot.simulator.clock import MovingError
from bot.simulator.control.box import Box
from bot.simulator.phones.model import CROWD
from bot.simulator.scenario import moments
from bot.simulator.scenario.exchanges import Exchange, Gathering
from bot.simulator.scenario.expecting import marks, unmet
from bot.simulator.scenario.model import SPECIAL, Expectation, Member, Scenario, ScenarioError, Step
from bot.simulator.scenario.recorder import route_of
from bot.simulator.scenario.rigged import dress
from bot.simulator.scenario.telling import Books, Ledger
from bot.simulator.scenario.words import words

PATIENCE_SECONDS = 60.0
READING_SECONDS = 0.15  # a character, and a glance at the phone


class FailedError(Exception):
    """It did not go as the file says; the message is for a person."""


class Bot(Protocol):
    """The process of the bot, for a player whose it is to kill."""

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(slots=True)
class Played:
    """What came of it: the exchanges in clear, the facts, and why it failed, if it did."""

    exchanges: list[Exchange] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is played: a pause after each step for the eye, `tell` hears each caption with its time."""

    pause_seconds: float = 0.0
    tell: Callable[[float, str], object] = lambda _now, _says: None

    def after(self, step: Step) -> float:
        """Seconds until the next step: longer where there is a caption to read."""
        return self.pause_seconds + (len(step.says) * READING_SECONDS if self.pause_seconds else 0.0)


FAST = Manner()
"""Without a pause, and in silence."""


class Player:
    """`app` is the simulator over `box`, found at `address`; `places` are further addresses by name."""

    def __init__(
        self,
        scenario: Scenario,
        box: Box,
        app: Flask,
        *,
        places: Mapping[str, str],
        bot: Bot | None = None,
        books: Books | None = None,
        manner: Manner = FAST,
    ) -> None:
        self._scenario, self._box, self._bot, self._manner = scenario, box, bot, manner
        self._address = places["simulator"]
        self._client = app.test_client()
        self._gathering = Gathering(box, places)
        self._ledger = Ledger(box, scenario, books)
        self._crowd: Any = None
        self._special: dict[str, Callable[[Step], object]] = {
            "wait": lambda _step: None,
            "kill": self._kill,
            "start": lambda step: self._the_bot(step).start(),
            "stop": lambda step: self._the_bot(step).stop(),
            "restart": self._restart,
            "crowd": self._live,
            "phones": lambda step: box.world.add_phone(
                **{"name": "", "role": "worker", **step.body}, phone_id=step.phone
            ),
        }

    def set_out(self) -> None:
        """Everything as at the first start, the clock standing still at the scenario's beginning, its phones there."""
        scenario, world = self._scenario, self._box.world
        self._box.show.begin(scenario.title, len(scenario.steps))
        self._ask("POST", "reset")
        world.chance.reseed(scenario.seed)
        world.clock.restart_at(scenario.start, running=False)
        crowd = [(each.phone_id, each.name, CROWD) for group in scenario.groups for each in group.members()]
        world.cast([*((actor.id, actor.name, actor.role) for actor in scenario.phones), *crowd])

    def play(self) -> Played:
        """From the first step to the last, or to the first that fails. Raises StoppedError."""
        played = Played()
        try:
            self._follow_first()
            for step in self._scenario.steps:
                self._play(step)
                self._box.show.gate(self._manner.after(step))
            played.failure = self._ledger.unmet()
        except (FailedError, ScenarioError) as problem:
            played.failure = _worded(problem)
        self._gathering.close(len(self._scenario.steps))
        played.exchanges, played.facts = self._gathering.kept, self._ledger.told()
        self._box.show.note(played.facts)
        self._box.show.end(failure=played.failure)
        return played

    # -- one step -----------------------------------------------------------------------------------------------------

    def _follow_first(self) -> None:
        for actor in self._scenario.phones:
            if actor.following:
                self._gesture(Step(0, "follow", phone=actor.id))
        self._settle(Step(0, "follow"))
        dress(self._box.world, self._scenario.phones)
        self._gathering.close(0)

    def _play(self, step: Step) -> None:
        target = moments.due(step.moment, now=self._box.world.now(), start=self._scenario.start)
        self._box.show.tell(step.number, step.says, step.phone)
        if step.says:
            self._manner.tell(target, step.says)
        with self._box.world.locked() as memory:
            before = marks(memory.phones)
        self._journey(step, target)
        self._do(step)
        if not step.unsettled:
            self._settle(step)
            self._gathering.close(step.number)
        if step.mark:
            self._ledger.mark(step.mark, time.monotonic())
        if self._manner.pause_seconds:
            self._box.show.note(self._ledger.told())
        for expected in step.expect:
            self._expect(step, expected, before)

    def _journey(self, step: Step, target: float) -> None:
        world = self._box.world
        try:
            if self._crowd is not None:
                self._crowd.live_until(target)
            if target > world.now():
                world.clock.travel(target, step=step.stride or self._scenario.stride)
        except MovingError:
            raise ScenarioError("moving") from None
        world.touch()
        self._idle(step)

    def _do(self, step: Step) -> None:
        if step.do in SPECIAL:
            self._special[step.do](step)
        elif step.phone:
            self._gesture(step)
        else:
            self._route(step, step.do, "", step.body)

    def _gesture(self, step: Step) -> None:
        group = self._scenario.group(step.phone)
        if group is None:
            self._route(step, step.do, step.phone, step.body)
            return
        for member in group.members(step.which):  # one after the other: who was first decides numbers in the bot
            self._route(step, step.do, member.phone_id, member.fill(step.body))
            self._idle(step)
            self._gathering.look()

    def _route(self, step: Step, do: str, phone: str, body: Mapping[str, Any]) -> None:
        code = self._ask(*route_of(do, phone), body)
        if code == "no_such_phone":
            raise FailedError(words().problem("nobody", step=step.number, phone=phone))
        if code:
            raise FailedError(words().problem("refused", step=step.number, do=do, code=code))

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> str:
        """The error's code, empty when it was done."""
        answer = self._client.open(
            f"/control/{path}", method=method, base_url=self._address, json=body if method == "POST" else None
        )
        told = answer.get_json(silent=True)
        return "" if answer.status_code < 400 else str((told or {}).get("error", answer.status_code))

    # -- coming to rest -----------------------------------------------------------------------------------------------

    def _settle(self, step: Step) -> None:
        """Nothing is on its way, and what became due by it has been done too."""
        self._idle(step)
        try:
            self._box.world.clock.settle()
        except MovingError:
            raise ScenarioError("moving") from None
        if not self._box.platform.calls.wait_until_answered(PATIENCE_SECONDS):
            raise FailedError(words().problem("not_settled", step=step.number))
        self._idle(step)

    def _idle(self, step: Step) -> None:
        if not self._box.world.wait_until_idle(PATIENCE_SECONDS):
            raise FailedError(words().problem("not_settled", step=step.number))

    def _expect(self, step: Step, expected: Expectation, before: Mapping[str, int]) -> None:
        for phone_id in _ids(self._scenario, expected.phone, step.which):
            with self._box.world.locked() as memory:
                phone = memory.phones.get(phone_id)
                chat = list(phone.chat) if phone else []
            if phone is None:
                raise FailedError(words().problem("nobody", step=step.number, phone=phone_id))
            if problem := unmet(expected, phone, chat, before.get(phone_id, 0), step.number):
                raise FailedError(problem)

    # -- what is no gesture -------------------------------------------------------------------------------------------

    def _the_bot(self, step: Step) -> Bot:
        if self._bot is None:
            raise FailedError(words().problem("no_bot", step=step.number))
        return self._bot

    def _kill(self, step: Step) -> None:
        """At once, or when so many calls of an interface have arrived: the last of them are still under way then."""
        bot, endpoint = self._the_bot(step), str(step.body.get("endpoint", ""))
        if endpoint and not self._box.platform.calls.wait_for_arrivals(
            endpoint, int(step.body.get("arrived", 1)), PATIENCE_SECONDS
        ):
            raise FailedError(words().problem("never_came", step=step.number, what=endpoint))
        bot.kill()

    def _restart(self, step: Step) -> None:
        self._the_bot(step).stop()
        self._the_bot(step).start()

    def _live(self, step: Step) -> None:
        """People of habits, who from now on live whenever time passes."""
        from bot.simulator.crowd import Crowd  # noqa: PLC0415 - most plays have none

        if self._crowd is None:
            people = int(step.body.get("people", 100))
            self._crowd = Crowd(self._box, people=people, seed=int(step.body.get("seed", self._scenario.seed)))
            self._crowd.follow_all()


def _ids(scenario: Scenario, phone: str, which: tuple[int, int] | None) -> Iterable[str]:
    group = scenario.group(phone)
    members: list[Member] = group.members(which) if group else []
    return [each.phone_id for each in members] if group else [phone]


def _worded(problem: Exception) -> str:
    if isinstance(problem, ScenarioError):
        return words().problem(problem.code, where=problem.where)
    return str(problem)
