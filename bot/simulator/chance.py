"""Everything that can be seen in clear and is left to chance, from one source that a seed makes repeatable.

What only seals a letter comes from `secrets` instead, seeded or not: the nonce, the echostr, the sixteen octets before an
encrypted message.
"""

from __future__ import annotations

import base64
import random


class Chance:
    """Without a seed nothing can be foretold; with one, the same calls give the same answers.

    Every sort of draw has a stream of its own: of two threads that draw different things at the same time, it does not
    matter which comes first.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._streams: dict[str, random.Random] = {}

    def reseed(self, seed: int) -> None:
        """From here on as a simulator just started with this seed."""
        self._seed, self._streams = seed, {}

    def below(self, limit: int) -> int:
        """A whole number from nought up to, not including, the limit."""
        return self._of(f"below {limit}").randrange(limit)

    def hex(self, length: int) -> str:
        """So many hexadecimal digits."""
        return self._digits(f"hex {length}", length)

    def letters(self, octets: int) -> str:
        """So many random octets as URL-safe letters."""
        return base64.urlsafe_b64encode(self._of(f"letters {octets}").randbytes(octets)).rstrip(b"=").decode()

    def rid(self) -> str:
        """A request id as stands at the end of every refusal."""
        return "-".join(self._digits("rid", 8) for _ in range(3))

    def between(self, low: float, high: float) -> float:
        return self._of("between").uniform(low, high)

    def lognormal(self, median: float, spread: float) -> float:
        """As network delays are spread: half of them below the median, a long tail above it."""
        return median * self._of("lognormal").lognormvariate(0.0, spread)

    def happens(self, share: float) -> bool:
        """True in that share of all calls."""
        return self._of("happens").random() < share

    def _digits(self, what: str, length: int) -> str:
        return f"{self._of(what).getrandbits(4 * length):0{length}x}"

    def _of(self, what: str) -> random.Random:
        stream = self._streams.get(what)
        if stream is None:
            made = random.SystemRandom() if self._seed is None else random.Random(f"{self._seed}/{what}")
            stream = self._streams.setdefault(what, made)
        return stream
