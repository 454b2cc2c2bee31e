"""What each person holds of each knowledge point, and when it should come back to him."""

from bot.services.spacing.memory import MemoryRow, comeback, due, find, review, waiting
from bot.services.spacing.rule import AGAIN, GOOD, HARD, rating, turn_for_new
from bot.services.spacing.standing import Standing, TopicStanding, standing

__all__ = [
    "AGAIN", "GOOD", "HARD", "MemoryRow", "Standing", "TopicStanding", "comeback", "due", "find", "rating", "review",
    "standing", "turn_for_new", "waiting",
]  # fmt: skip
