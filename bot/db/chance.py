"""Ids and codes that nobody can foretell; a rehearsal seeds them, so that it can be repeated to the letter."""

from __future__ import annotations

import random

_dice: random.Random = random.SystemRandom()


def rehearse(seed: int | None) -> None:
    """From here on this process draws what this seed decides, without one what nobody can foretell, as at first.

    A seed only where no real person is ever served.
    """
    global _dice  # noqa: PLW0603 as with `random` itself: the process draws from one source
    _dice = random.SystemRandom() if seed is None else random.Random(seed)


def hexadecimal(octets: int) -> str:
    """So many octets as digits, two each."""
    return _dice.randbytes(octets).hex()


def drawn(letters: str, length: int) -> str:
    """So many of the letters, each as likely as any other."""
    return "".join(_dice.choice(letters) for _ in range(length))
