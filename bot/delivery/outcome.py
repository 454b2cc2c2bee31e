"""What came of one try to send, in words that know nothing of any platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What is to be done with the item, and with the channel."""

    SENT = "sent"
    AGAIN = "again"
    """Not sent; the same may work after a moment, a few times."""
    WAIT = "wait"
    """Not sent, and nothing will be for a while: the channel rests."""
    PERSON = "person"
    """Not to be had this way until he writes again."""
    NEVER = "never"
    """Not sent, and never will be as it is: it waits for his next contact."""
    UNKNOWN = "unknown"
    """It may have been sent: never again by push."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, its reason for the record, how long the channel rests, and whether somebody has to look."""

    outcome: Outcome
    reason: str = ""
    rest: timedelta = timedelta()
    tell_operator: bool = False


class Sender(Protocol):
    """A channel to one person at a time. It never raises for what the platform or the network does."""

    def send_text(self, openid: str, text: str) -> Result: ...
