"""The mine's shifts, its festivals, and the hours and days people name: read, checked and ready to be asked."""

from content.shifts.holidays import Holidays
from content.shifts.hours import DAY, ClockWords
from content.shifts.periods import Period
from content.shifts.table import Rotation, Said, Shift, Shifts, Span

__all__ = ["DAY", "ClockWords", "Holidays", "Period", "Rotation", "Said", "Shift", "Shifts", "Span"]
