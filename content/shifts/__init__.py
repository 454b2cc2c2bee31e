"""The mine's shifts and the hours people name: `shifts.toml` read, checked and ready to be asked."""

from content.shifts.hours import DAY, ClockWords
from content.shifts.table import Rotation, Said, Shift, Shifts, Span

__all__ = ["DAY", "ClockWords", "Rotation", "Said", "Shift", "Shifts", "Span"]
