"""Carries pushes to the webhook in the background: in order for each phone, three attempts, the answer onto the phone."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from bot.simulator.account import Account
from bot.simulator.api.faults import Faults
from bot.simulator.phones.model import DEAF, Phone, Push
from bot.simulator.phones.world import World
from bot.simulator.push.answers import Asked, Verdict, judge
from bot.simulator.push.health import Health
from bot.simulator.push.network import Carried, Network
from bot.simulator.push.record import GOOD, Trip, verification_on_the_wire
from bot.simulator.push.wire import Letter, seal, signature

log = logging.getLogger(__name__)

CARRIERS = 64
IDLE_SECONDS = 2.0


@dataclass(slots=True)
class Fate:
    """What becomes of all copies of one push: the person sees one answer, or the notice when the last copy has failed."""

    open: int
    answered: bool = False


@dataclass(slots=True)
class Errand:
    """A push and the phone it came from; `in_lane` when the phone's next push waits for its first attempt."""

    phone: Phone
    push: Push
    in_lane: bool
    fate: Fate
    number: int = 1
    letter: Letter | None = None


class Delivery:
    """A pool of carriers. They come when there is work, leave when there is none, and are daemons: Ctrl-C waits for none."""

    def __init__(self, world: World, webhook: str, attempt_timeout: float, faults: Faults) -> None:
        self._world, self.webhook = world, webhook
        self._network = Network(faults, attempt_timeout)
        self._health = Health(world.now, world.switches)
        self._errands: queue.SimpleQueue[Errand] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Errand]] = {}
        self.to_agents: Callable[[Phone], None] = lambda _phone: None
        """What the platform does with a person whom the bot handed over to the account's agents."""
        self._carriers = self._in_hand = 0

    # -- what is asked of it ------------------------------------------------------------------------------------------

    def send(self, phone: Phone, push: Push, *, at_once: bool = False, copies: int = 1) -> None:
        """Queues the push behind the phone's earlier ones, or beside them when `at_once`; returns before it leaves.

        The next push of a phone sets out when the first attempt of the former has ended; it waits for no retry. Several
        copies of one push set out together and beside all others, as when the network doubles what it carries.
        """
        fate = Fate(copies)
        for _ in range(copies):
            self._queue(Errand(phone, push, in_lane=not at_once and copies == 1, fate=fate))

    def drop(self, push: Push, reason: str) -> None:
        """Keeps the push from the bot for ever; only the logs know."""
        letter = seal(self._account(), push.openid, push.elements, int(self._world.now()))
        verdict = Verdict("dropped", reason)
        self._keep(Trip(push, 0, True, self._world.now(), self._address(letter.query), letter, Carried(None), verdict))

    @property
    def down(self) -> bool:
        """The bot's server is out of reach, whatever it does."""
        return self._network.down

    @down.setter
    def down(self, down: bool) -> None:
        self._network.down = down
        self._world.touch()

    def suspended_until(self) -> float | None:
        """Until when the platform pushes nothing because too many pushes failed; None when it does push."""
        return self._health.suspended_until()

    def forget(self) -> None:
        """Back to a platform that trusts the bot and reaches it; what is under way goes on."""
        self._network.down = False
        self._health.forget()

    def verify(self) -> dict[str, Any]:
        """Does what the admin page does on saving the address: GET with a random echostr, which must come back exactly."""
        token, started = self._world.account.token, self._world.now()
        stamp, nonce = str(int(started)), str(secrets.randbelow(2_000_000_000))
        echo = str(secrets.randbelow(9_000_000_000_000_000_000) + 1_000_000_000_000_000_000)
        query = {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        url = self._address(query | {"echostr": echo})
        carried = self._network.carry("GET", url, b"", "")
        answer = carried.answer
        good = answer is not None and answer.status == 200 and answer.body == echo.encode()
        told = {
            "ok": good,
            "url": url,
            "expected": echo,
            "status": answer.status if answer else None,
            "body": answer.body.decode("utf-8", "replace") if answer else "",
            "reason": "" if good else carried.problem or "not_echoed",
            "ms": carried.millis,
        }
        self._world.wire.add(verification_on_the_wire(url, query, started, told | {"fault": carried.fault}))
        return told

    # -- one carrier --------------------------------------------------------------------------------------------------

    def _queue(self, errand: Errand) -> None:
        self._count(errand, +1)
        lane = errand.phone.openid
        with self._lock:
            if errand.in_lane and lane in self._lanes:
                self._lanes[lane].append(errand)
                return
            if errand.in_lane:
                self._lanes[lane] = deque()
            self._hand_out(errand)

    def _hand_out(self, errand: Errand) -> None:
        """Gives work to the pool. Call it with the lock held: no carrier may leave between the count and the queue."""
        self._in_hand += 1
        self._errands.put(errand)
        if self._carriers < min(self._in_hand, CARRIERS):
            self._carriers += 1
            threading.Thread(target=self._carry, name="carrier", daemon=True).start()

    def _carry(self) -> None:
        while True:
            try:
                errand = self._errands.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    if self._errands.empty():
                        self._carriers -= 1
                        return
                continue
            self._run(errand)

    def _run(self, errand: Errand) -> None:
        again = False
        try:
            again = self._attempt(errand)
        except Exception:
            log.exception("the simulator could not carry push %s", errand.push.id)
        with self._lock:
            self._in_hand -= 1
            if errand.number == 1 and errand.in_lane:
                self._open_lane(errand.phone.openid)
            if again:
                errand.number += 1
                self._hand_out(errand)
        if not again:
            self._count(errand, -1)

    def _open_lane(self, lane: str) -> None:
        waiting = self._lanes[lane]
        if waiting:
            self._hand_out(waiting.popleft())
        else:
            del self._lanes[lane]

    def _count(self, errand: Errand, step: int) -> None:
        self._world.busier(errand.phone, step, typing=errand.push.kind not in DEAF)

    # -- one attempt --------------------------------------------------------------------------------------------------

    def _attempt(self, errand: Errand) -> bool:
        """True when another attempt is due: only an answer that never came whole is asked for again."""
        push, world, account, on = errand.push, self._world, self._account(), self._world.switches.on
        started = world.now()
        if errand.letter is None or on.retry_seal == "fresh":
            errand.letter = seal(account, push.openid, push.elements, int(started))
        url = self._address(errand.letter.query)
        if self.suspended_until() is None:
            carried = self._network.carry("POST", url, errand.letter.body.encode(), push.openid)
            verdict = Verdict("lost", carried.problem)
        else:
            carried, verdict = Carried(None), Verdict("dropped", "suspended")
        if carried.answer is not None:
            asked = Asked(push.is_event, on)
            verdict = judge(account, push.openid, carried.answer.status, carried.answer.body, asked)
        again = verdict.outcome == "lost" and errand.number < on.attempts
        trip = Trip(push, errand.number, not again, started, url, errand.letter, carried, verdict)
        self._weigh(trip)
        self._keep(trip)
        if verdict.reason == "transferred":
            self.to_agents(errand.phone)
        if self._may_be_seen(errand, trip) and (bubble := trip.bubble(on)) is not None:
            world.add_bubble(errand.phone, bubble)
        return again

    def _weigh(self, trip: Trip) -> None:
        if trip.verdict.outcome in GOOD:
            self._health.worked()
        elif trip.last and trip.verdict.outcome != "dropped":
            self._health.failed()

    def _keep(self, trip: Trip) -> None:
        self._world.wire.add(trip.on_the_wire())
        self._world.add_exchange(trip.as_json(), trip.trouble(self.webhook))

    def _may_be_seen(self, errand: Errand, trip: Trip) -> bool:
        fate = errand.fate
        with self._lock:
            seen_before, fate.open = fate.answered, fate.open - trip.last
            fate.answered |= trip.verdict.outcome in GOOD
            return not seen_before and (trip.verdict.outcome in GOOD or fate.open == 0)

    def _account(self) -> Account:
        """The account in the mode it pushes in: a test account may know none but the plain one (wechat_platform §8.1)."""
        account = self._world.account
        if account.kind == "test" and self._world.switches.on.test_encryption == "plain":
            return replace(account, encryption="plain")
        return account

    def _address(self, query: dict[str, str]) -> str:
        return self.webhook + ("&" if "?" in self.webhook else "?") + urlencode(query)
