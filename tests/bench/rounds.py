"""Rounds: every server is loaded once in each, one after the other, so that neighbours share the machine's mood."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import client, servers, traffic
from tests.bench.client import Outcome
from tests.bench.progress import steps
from tests.bench.rows import Plan
from tests.bench.servers import Server
from tests.bench.traffic import Request
from tests.bench.variants import Place, Places, Variant

STATELESS = 2000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    seconds: float
    warm_s: float
    people: int
    each: int
    budget_s: float
    """No further round is begun that would probably end later than this."""

    def taps(self, seconds: float) -> int:
        """Taps made ready for so many seconds; a quicker server runs out and is measured over what it did."""
        return int(self.people * self.each * seconds / (self.rounds * self.seconds + self.warm_s))


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is up."""

    variant: Variant
    place: Place
    server: Server


class Rounds:
    """Leaves its servers to `stack`. `results` holds an outcome for each variant and round."""

    def __init__(
        self, size: Size, variants: Sequence[Variant], folder: Path, postgres_url: str, stack: ExitStack
    ) -> None:
        self._size, self._plan = size, Plan(size.people, size.each)
        self.results: dict[str, list[Outcome]] = {variant.name: [] for variant in variants}
        self._warm: dict[str, Outcome] = {}
        places = Places(folder, self._plan, postgres_url)
        self._running = []
        for variant in steps("starting", variants, lambda variant: variant.name):
            place = places.of(variant)
            said = place.folder / "said.txt"
            server = stack.enter_context(servers.serving(variant.app, variant.kind, place.environ, said))
            self._running.append(Running(variant, place, server))

    def run(self, deadline: float) -> None:
        """Warm everything up, then measure until the rounds are done or the next would end after the deadline."""
        self._warm = self._round("warming up", self._running, self._size.warm_s)
        for number in range(1, self._size.rounds + 1):
            began = time.monotonic()
            order = self._running if number % 2 else self._running[::-1]
            outcomes = self._round(f"round {number}", order, self._size.seconds)
            for name, results in self.results.items():
                results.append(outcomes[name])
            if time.monotonic() * 2 - began > deadline:
                break

    def wrong(self) -> list[str]:
        """A line for every variant that answered wrongly, or whose answers do not all stand in its database."""
        return [line for running in self._running for line in self._wrong(running)]

    def _round(self, name: str, order: Sequence[Running], seconds: float) -> dict[str, Outcome]:
        taps = self._size.taps(seconds)
        talk = {
            "tap": traffic.requests(self._plan.taps(taps)),
            "help": traffic.requests(self._plan.helps(taps)),
            "echo": traffic.requests(self._plan.echoes(STATELESS)),
        }
        talk["hello"] = talk["echo"]
        return {
            running.variant.name: self._load(running, talk[running.variant.talk], seconds)
            for running in steps(name, order, lambda running: running.variant.name)
        }

    @staticmethod
    def _load(running: Running, requests: Sequence[Request], seconds: float) -> Outcome:
        talk = running.variant.talk
        proof = traffic.hello if talk == "hello" else traffic.sealed_reply
        before, port = running.server.cpu_s(), running.server.port
        outcome = client.measure(port, requests, proof, seconds=seconds, again=talk in {"hello", "echo"})
        outcome.cpu_s = running.server.cpu_s() - before
        return outcome

    def _wrong(self, running: Running) -> Iterable[str]:
        name = running.variant.name
        outcomes = [self._warm[name], *self.results[name]]
        bad = [why for outcome in outcomes for why in outcome.bad]
        if bad:
            yield f"{name}: {len(bad)} bad replies, such as {bad[0]}"
        kept, given = running.variant.kept(running.place), sum(outcome.count for outcome in outcomes)
        if kept is not None and kept != given:
            yield f"{name}: {given} answers given, {kept} kept"
