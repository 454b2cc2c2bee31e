"""定时: what is sent by the clock in a branch, and what was missed."""

from handlers.jobs.routes import router

__all__ = ["router"]
