"""Everything the simulator leaves to chance, from one source that a seed makes repeatable."""

from __future__ import annotations

import base64
import random


class Chance:
    """Without a seed nothing can be foretold; with one, the same calls give the same answers."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.SystemRandom() if seed is None else random.Random(seed)

    def reseed(self, seed: int) -> None:
        """From here on as a simulator just started with this seed."""
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        """A whole number from nought up to, not including, the limit."""
        return self._random.randrange(limit)

    def hex(self, length: int) -> str:
        """So many hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def letters(self, octets: int) -> str:
        """So many random octets as URL-safe letters."""
        return base64.urlsafe_b64encode(self._random.randbytes(octets)).rstrip(b"=").decode()

    def rid(self) -> str:
        """A request id as stands at the end of every refusal."""
        return "-".join(self.hex(8) for _ in range(3))

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def lognormal(self, median: float, spread: float) -> float:
        """As network delays are spread: half of them below the median, a long tail above it."""
        return median * self._random.lognormvariate(0.0, spread)

    def happens(self, share: float) -> bool:
        """True in that share of all calls."""
        return self._random.random() < share
