"""疑题: doubts about questions, from one tap to somebody's verdict."""

from bot.services.doubts.doubts import (
    A_DAY,
    ENOUGH,
    RIGHT,
    WRONG,
    Doubted,
    Full,
    Raised,
    doubted_by,
    find,
    is_wrong,
    may_settle,
    raise_doubt,
    resting,
    restore,
    say_why,
    settle,
    stopped,
    waiting,
)

__all__ = [
    "A_DAY", "ENOUGH", "RIGHT", "WRONG", "Doubted", "Full", "Raised", "doubted_by", "find", "is_wrong", "may_settle", "raise_doubt", "resting",
    "restore", "say_why", "settle", "stopped", "waiting",
]  # fmt: skip
