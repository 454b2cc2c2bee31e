"""定时: what runs by the clock, what became of it, and how each branch wants it."""

from bot.services.schedule.settings import USUAL, Setting, change, settings_for, units_of

__all__ = ["USUAL", "Setting", "change", "settings_for", "units_of"]
