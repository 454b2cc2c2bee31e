"""考试: sat question by question, set up and looked after by those who keep a unit."""

from handlers.exams import collecting, desk, handing, results, setting, sitting
from handlers.exams.routes import router

__all__ = ["collecting", "desk", "handing", "results", "router", "setting", "sitting"]
