"""擂台: rooms opened at a pre-shift meeting, who plays for which team, answers and hands, and a result of teams alone."""

from bot.services.contests import choosing, hosting, playing, results
from bot.services.contests.rooms import (
    LASTS,
    OVER,
    RUNNING,
    WAITING,
    Room,
    Seat,
    Team,
    by_code,
    find,
    hosted,
    played,
    seat,
    teams,
)

__all__ = [
    "LASTS", "OVER", "RUNNING", "WAITING", "Room", "Seat", "Team", "by_code", "choosing", "find", "hosted", "hosting",
    "played", "playing", "results", "seat", "teams",
]  # fmt: skip
