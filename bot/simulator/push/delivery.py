"""Carries pushes to the webhook in the background: in order for each phone, three attempts, the answer onto the phone."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.simulator.account import Account
from bot.simulator.api.faults import Faults
from bot.simulator.phones.model import DEAF, Phone, Push
from bot.simulator.phones.world import World
from bot.simulator.push.answers import Verdict, judge
from bot.simulator.push.attempt import Answer, LostError, exchange
from bot.simulator.push.record import Trip
from bot.simulator.push.wire import seal, signature

log = logging.getLogger(__name__)

ATTEMPTS = 3
CARRIERS = 16
IDLE_SECONDS = 2.0
HEADERS = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Errand:
    """A push and the phone it came from; `in_lane` when the phone's next push waits for its first attempt."""

    phone: Phone
    push: Push
    in_lane: bool


class Delivery:
    """A pool of carriers. They come when there is work, leave when there is none, and are daemons: Ctrl-C waits for none."""

    def __init__(self, account: Account, world: World, webhook: str, attempt_timeout: float, faults: Faults) -> None:
        self._account, self._world, self._faults = account, world, faults
        self.down = False
        """The bot's server is out of reach, whatever it does."""
        self.webhook, self._timeout = webhook, attempt_timeout
        self._errands: queue.SimpleQueue[tuple[Errand, int]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._lanes: dict[str, deque[Errand]] = {}
        self._carriers = self._in_hand = 0

    def send(self, phone: Phone, push: Push, *, at_once: bool = False) -> None:
        """Queues the push behind the phone's earlier ones, or beside them when `at_once`; returns before it leaves.

        The next push of a phone sets out when the first attempt of the former has ended; it waits for no retry.
        """
        errand = Errand(phone, push, in_lane=not at_once)
        self._count(errand, +1)
        with self._lock:
            if errand.in_lane and phone.id in self._lanes:
                self._lanes[phone.id].append(errand)
                return
            if errand.in_lane:
                self._lanes[phone.id] = deque()
            self._hand_out(errand, 1)

    def suspended_until(self) -> float | None:
        """Until when the platform pushes nothing because too many pushes failed; None when it does push."""
        return None

    def verify(self) -> dict[str, Any]:
        """Does what the admin page does on saving the address: GET with a random echostr, which must come back exactly."""
        stamp, nonce = str(int(self._world.now())), str(secrets.randbelow(2_000_000_000))
        echo = str(secrets.randbelow(9_000_000_000_000_000_000) + 1_000_000_000_000_000_000)
        query = {"signature": signature(self._account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        url = self._address(query | {"echostr": echo})
        answer, problem, millis = self._exchange("GET", url, b"")
        good = answer is not None and answer.status == 200 and answer.body == echo.encode()
        return {
            "ok": good,
            "url": url,
            "expected": echo,
            "status": answer.status if answer else None,
            "body": answer.body.decode("utf-8", "replace") if answer else "",
            "reason": "" if good else problem or "not_echoed",
            "ms": millis,
        }

    # -- one carrier --------------------------------------------------------------------------------------------------

    def _hand_out(self, errand: Errand, number: int) -> None:
        """Gives work to the pool. Call it with the lock held: no carrier may leave between the count and the queue."""
        self._in_hand += 1
        self._errands.put((errand, number))
        if self._carriers < min(self._in_hand, CARRIERS):
            self._carriers += 1
            threading.Thread(target=self._carry, name="carrier", daemon=True).start()

    def _carry(self) -> None:
        while True:
            try:
                errand, number = self._errands.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    if self._errands.empty():
                        self._carriers -= 1
                        return
                continue
            self._run(errand, number)

    def _run(self, errand: Errand, number: int) -> None:
        again = False
        try:
            again = self._attempt(errand, number)
        except Exception:
            log.exception("the simulator could not carry push %s", errand.push.id)
        with self._lock:
            self._in_hand -= 1
            if number == 1 and errand.in_lane:
                self._open_lane(errand.phone)
            if again:
                self._hand_out(errand, number + 1)
        if not again:
            self._count(errand, -1)

    def _open_lane(self, phone: Phone) -> None:
        lane = self._lanes[phone.id]
        if lane:
            self._hand_out(lane.popleft(), 1)
        else:
            del self._lanes[phone.id]

    def _count(self, errand: Errand, step: int) -> None:
        self._world.busier(errand.phone, step, typing=errand.push.kind not in DEAF)

    def _attempt(self, errand: Errand, number: int) -> bool:
        """True when another attempt is due: only an answer that never came whole is asked for again."""
        push, started = errand.push, self._world.now()
        letter = seal(self._account, push.openid, push.elements, int(started))
        url = self._address(letter.query)
        answer, problem, millis = self._exchange("POST", url, letter.body.encode())
        verdict = Verdict("lost", problem)
        if answer is not None:
            verdict = judge(self._account, push.openid, answer.status, answer.body, to_event=push.is_event)
        again = verdict.outcome == "lost" and number < ATTEMPTS
        trip = Trip(push, number, not again, started, url, letter, answer, verdict, millis)
        self._world.add_exchange(trip.as_json(), trip.trouble(self.webhook))
        bubble = trip.bubble()
        if bubble is not None:
            self._world.add_bubble(errand.phone, bubble)
        return again

    def _exchange(self, method: str, url: str, body: bytes) -> tuple[Answer | None, str, int]:
        begun = time.monotonic()
        answer, problem = None, ""
        try:
            answer = exchange(method, url, body, HEADERS, self._timeout)
        except LostError as lost:
            problem = lost.reason
        return answer, problem, round((time.monotonic() - begun) * 1000)

    def _address(self, query: dict[str, str]) -> str:
        return self.webhook + ("&" if "?" in self.webhook else "?") + urlencode(query)
