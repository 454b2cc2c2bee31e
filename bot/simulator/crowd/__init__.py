"""A crowd for drills: thousands of followers with shifts and habits, who reach the bot as any phone does."""

from bot.simulator.crowd.living import Crowd

__all__ = ["Crowd"]
