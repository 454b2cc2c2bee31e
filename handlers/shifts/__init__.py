"""班次: what a person works and when he is away, told in a word; and what a crew works, told by its leader."""

from handlers.shifts.crew import crew
from handlers.shifts.leave import leave
from handlers.shifts.own import show
from handlers.shifts.routes import router

__all__ = ["crew", "leave", "router", "show"]
