"""班前包: what is worth saying before a shift, and what people are forgetting, without anybody's name."""

from bot.services.packs.forgetting import FEWEST, Forgotten, Group, by_crew, by_trade, forgotten, group
from bot.services.packs.pack import LONGEST, Pack, Point, pack
from bot.services.packs.people import Worker, who_work, workers

__all__ = [
    "FEWEST", "LONGEST", "Forgotten", "Group", "Pack", "Point", "Worker", "by_crew", "by_trade", "forgotten", "group", "pack",
    "who_work", "workers",
]  # fmt: skip
