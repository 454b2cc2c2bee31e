"""What a drill comes to: counts, latencies and memory; printed and kept, never judged."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.simulator.crowd.people import Person
from bot.simulator.words import words

if sys.platform != "win32":
    import resource

LOST = ("timeout", "refused", "broken", "unknown_host")


@dataclass(frozen=True, slots=True)
class Report:
    """The facts of a drill.

    `failures`: what a person met, by reason: the fault notice because of a bad answer, "lost" where no whole answer
    came in three attempts, "wrong" where the bot said that it could not. `unanswered` had no word and no notice, because
    the bot said nothing or the platform had given it up. `repeated` were answered at a second or third attempt. Milliseconds are those of the attempt that was answered, p50 to p100 the slowest of so many in a hundred.
    `memory_mb` is the most this process ever held, None where the system does not tell. `plan` is the same for the
    same sequence of acts.
    """

    people: int
    seed: int
    following: int
    silent_people: int
    messages: int
    replies: int
    unanswered: int
    answers: int
    right: int
    wrong: int
    pushes_seen: int
    repeated: int
    failures: dict[str, int]
    acts: dict[str, int]
    virtual_from: float
    virtual_until: float
    seconds: float
    replies_per_second: float
    milliseconds: dict[str, int]
    memory_mb: float | None
    plan: str
    storms: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Tally:
    """Counts while the drill runs; a fixed size, however long it does."""

    def __init__(self, started: float) -> None:
        self.started = self.now = started
        self.acts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.messages = self.replies = self.answers = self.right = self.wrong = 0
        self.pushes_seen = self.repeated = self.unanswered = 0
        self.storms: list[dict[str, Any]] = []
        self._milliseconds: Counter[int] = Counter()
        self._plan = hashlib.blake2b(digest_size=16)
        self._begun = time.monotonic()
        self._reasons = {text: "lost" if code in LOST else code for code, text in words().reasons.items()}

    def begin(self) -> None:
        """From here on seconds are counted."""
        self._begun = time.monotonic()

    def planned(self, person: int, minute: int, doing: str, text: str) -> None:
        """One act more."""
        self.acts[doing] += 1
        self._plan.update(f"{person}\t{minute}\t{doing}\t{text}\n".encode())

    def replied(self, milliseconds: int, attempt: int) -> None:
        self.replies += 1
        self.repeated += attempt > 1
        self._milliseconds[milliseconds] += 1

    def failed(self, hint: str) -> None:
        """A fault notice with the words that explain it."""
        self.failures[self._reasons.get(hint, "other")] += 1

    def report(self, people: list[Person], *, seed: int) -> Report:
        """The facts so far."""
        seconds = time.monotonic() - self._begun
        return Report(
            people=len(people),
            seed=seed,
            following=sum(person.phone.following for person in people),
            silent_people=sum(not person.spoke for person in people),
            messages=self.messages,
            replies=self.replies,
            unanswered=self.unanswered,
            answers=self.answers,
            right=self.right,
            wrong=self.wrong,
            pushes_seen=self.pushes_seen,
            repeated=self.repeated,
            failures=dict(sorted(self.failures.items())),
            acts=dict(sorted(self.acts.items())),
            virtual_from=self.started,
            virtual_until=self.now,
            seconds=round(seconds, 3),
            replies_per_second=round(self.replies / seconds, 1) if seconds else 0.0,
            milliseconds={f"p{share}": self.slowest(share) for share in (50, 95, 99, 100)},
            memory_mb=memory_mb(),
            plan=self._plan.hexdigest(),
            storms=self.storms,
        )

    def slowest(self, share: int) -> int:
        """So many in a hundred were answered within these milliseconds."""
        wanted, seen = self._milliseconds.total() * share / 100, 0
        for milliseconds in sorted(self._milliseconds):
            seen += self._milliseconds[milliseconds]
            if seen >= wanted:
                return milliseconds
        return 0


def memory_mb() -> float | None:
    """The most memory this process ever held, in millions of octets."""
    status = Path("/proc/self/status")
    if status.exists():  # what rusage tells goes on counting across an exec, with what stood there before
        most = next(line for line in status.read_text("ascii", "replace").splitlines() if line.startswith("VmHWM"))
        return round(int(most.split()[1]) * 1024 / 1e6, 1)
    if sys.platform == "win32":
        return None
    octets = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return round(octets / 1e6, 1)
